#include "storage/attach/attachments.h"

#include "storage/crypto/seal.h"
#include "storage/vault/stream_file.h"

#include <utility>

namespace balie::attach {

namespace {

constexpr std::string_view kColumns =
    "SELECT blob,bytes,file,key,whole,at_hub,asked,trouble FROM attachment ";

Attachment read_attachment(const sqlite::Statement& row) {
    const BytesView key = row.blob(3);
    return {.blob = std::string(row.text(0)),
            .bytes = row.integer(1),
            .file = std::string(row.text(2)),
            .key = Bytes(key.begin(), key.end()),
            .whole = row.integer(4) != 0,
            .at_hub = row.integer(5) != 0,
            .asked = row.integer(6) != 0,
            .trouble = std::string(row.text(7))};
}

Outcome run_for(sqlite::Database& database, std::string_view sql, const std::string& blob) {
    BALIE_ASSIGN(auto* statement, database.cached(sql));
    return statement->bind(1, blob).run();
}

}  // namespace

Result<std::optional<Attachment>> Attachments::find(const std::string& blob) {
    static const std::string kSql = std::string(kColumns) + "WHERE blob=?";
    BALIE_ASSIGN(auto* select, database_->cached(kSql));
    BALIE_ASSIGN(const bool there, select->bind(1, blob).step());
    std::optional<Attachment> found;
    if (there) found = read_attachment(*select);
    select->reset();
    return found;
}

Result<std::optional<std::string>> Attachments::keep(const TakenIn& taken, std::int64_t now_ms) {
    BALIE_ASSIGN(const auto before, find(taken.blob));
    if (before && before->whole) return std::optional(taken.file);
    BALIE_ASSIGN(auto* insert,
                 database_->cached("INSERT OR REPLACE INTO attachment (blob,bytes,file,key,whole,"
                                   "made_ms) VALUES (?,?,?,?,1,?)"));
    insert->bind(1, taken.blob).bind(2, taken.bytes).bind(3, taken.file);
    insert->bind(4, BytesView(taken.key)).bind(5, now_ms);
    BALIE_TRY(insert->run());
    if (!before) return std::optional<std::string>{};
    return std::optional(before->file);
}

Outcome Attachments::ask(const std::string& blob, std::int64_t bytes, Entropy& entropy,
                         std::int64_t now_ms) {
    Bytes key(crypto::kSealKeyBytes);
    entropy.fill(key);
    BALIE_ASSIGN(auto* insert,
                 database_->cached("INSERT INTO attachment (blob,bytes,file,key,asked,made_ms) "
                                   "VALUES (?,?,?,?,1,?) ON CONFLICT (blob) DO UPDATE SET asked=1,"
                                   "trouble='' WHERE whole=0"));
    insert->bind(1, blob).bind(2, bytes).bind(3, make_blob_name(entropy));
    return insert->bind(4, BytesView(key)).bind(5, now_ms).run();
}

Outcome Attachments::mark_whole(const std::string& blob) {
    return run_for(*database_,
                   "UPDATE attachment SET whole=1,at_hub=1,asked=0,trouble='' WHERE blob=?", blob);
}

Outcome Attachments::mark_at_hub(const std::string& blob) {
    return run_for(*database_, "UPDATE attachment SET at_hub=1,trouble='' WHERE blob=?", blob);
}

Outcome Attachments::mark_trouble(const std::string& blob, std::string_view code) {
    BALIE_ASSIGN(auto* update,
                 database_->cached("UPDATE attachment SET trouble=?2 WHERE blob=?1 AND "
                                   "trouble<>?2"));
    return update->bind(1, blob).bind(2, code).run();
}

Outcome Attachments::forget_hub() {
    return database_->execute("UPDATE attachment SET at_hub=0 WHERE whole=1 AND at_hub=1");
}

Outcome Attachments::drop(const std::string& blob) {
    BALIE_ASSIGN(const auto row, find(blob));
    if (!row) return {};
    BALIE_TRY(run_for(*database_, "DELETE FROM attachment WHERE blob=?", blob));
    // Within somebody's transaction the file goes a little early: without its key it is nothing,
    // and should the transaction be undone, the row is one of a lost file and is fetched again.
    return files_->remove(row->file);
}

Outcome Attachments::mark_lost(const std::string& blob) {
    return run_for(*database_, "UPDATE attachment SET whole=0,asked=1 WHERE blob=?", blob);
}

Result<Attachment> Attachments::whole(const std::string& blob) {
    BALIE_ASSIGN(auto row, find(blob));
    if (row && row->whole) return *std::move(row);
    return Error{ErrorCode::NotFound, "the bytes of this document are not on this terminal", "",
                 "Ask for them: they come at the next synchronisation"};
}

Outcome Attachments::save_copy(const std::string& blob, const std::filesystem::path& out) {
    BALIE_ASSIGN(const Attachment row, whole(blob));
    return write_copy(*files_, row, out);
}

Outcome write_copy(BlobFiles& files, const Attachment& row, const std::filesystem::path& out) {
    SealedBlob source(files, row.file, row.key);
    BALIE_ASSIGN(auto writer, vault::StreamWriter::create(out, vault::Existing::Keep));
    crypto::Hasher hasher;
    std::int64_t at = 0;
    while (at < row.bytes) {
        BALIE_ASSIGN(const Bytes piece, source.read(at, files.piece_bytes()));
        if (piece.empty()) break;
        hasher.update(piece);
        at += static_cast<std::int64_t>(piece.size());
        BALIE_TRY(writer.write(piece));
    }
    if (at != row.bytes || blob_text(hasher.finish()) != row.blob) {
        return Error{ErrorCode::Corrupt, "the stored bytes of this document are damaged", row.file,
                     "Fetch it again from the office: balie documents fetch ID"};
    }
    return writer.finish();
}

Result<Orphans> Attachments::look_over(bool mend, std::set<std::string> also) {
    Orphans found;
    std::set<std::string> named = std::move(also);
    std::vector<std::string> lost;
    BALIE_ASSIGN(auto* select, database_->cached("SELECT blob,file,whole FROM attachment"));
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        named.emplace(select->text(1));
        if (select->integer(2) == 0) continue;
        auto size = files_->size(std::string(select->text(1)));
        if (size.ok() && *size > 0) continue;
        ++found.missing;
        lost.emplace_back(select->text(0));
    }
    BALIE_ASSIGN(const auto files, files_->list());
    for (const BlobFiles::Listed& file : files) {
        if (named.contains(file.name) || file.age_ms < kOrphanAgeMs) continue;
        ++found.files;
        if (mend) {
            BALIE_TRY(files_->remove(file.name));
        }
    }
    if (!mend) return found;
    for (const std::string& blob : lost) BALIE_TRY(mark_lost(blob));
    return found;
}

}  // namespace balie::attach
