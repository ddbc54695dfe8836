#include "sync/log/attachment_book.h"

#include "sync/core/limits.h"
#include "sync/log/change_log.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace balie::sync {

namespace {

constexpr std::string_view kFetchKey = "attachments.fetch_bytes_max";

struct Candidate {
    std::string blob;
    std::int64_t bytes{};
    bool fetch{false};
};

/// Own ones first, small ones first: most of them are safe soonest.
constexpr std::string_view kToSend =
    "SELECT blob,bytes FROM attachment WHERE whole=1 AND at_hub=0 ORDER BY bytes,blob";
constexpr std::string_view kAsked =
    "SELECT blob,bytes FROM attachment WHERE whole=0 AND asked=1 ORDER BY bytes,blob";

/// The first that is not to be skipped.
Result<std::optional<Candidate>> first_of(sqlite::Database& database, std::string_view sql,
                                          const FindBlobTask& request, bool fetch) {
    BALIE_ASSIGN(auto* select, database.cached(sql));
    std::optional<Candidate> found;
    while (!found) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) return found;
        Candidate each{std::string(select->text(0)), select->integer(1), fetch};
        if (!request.skip.contains(each.blob)) found = std::move(each);
    }
    select->reset();
    return found;
}

/// What the documents say of a blob.
struct Naming {
    bool living{false};
    bool deleted{false};
    std::int64_t bytes{};
    std::int64_t deleted_ms{};  ///< the latest
};

Result<Naming> naming_of(sqlite::Database& database, const std::string& blob) {
    BALIE_ASSIGN(auto* select,
                 database.cached("SELECT bytes,deleted_at FROM documents WHERE blob=?"));
    select->bind(1, blob);
    Naming found;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) return found;
        if (select->is_null(1)) {
            found.living = true;
            found.bytes = select->integer(0);
        } else {
            found.deleted = true;
            found.deleted_ms = std::max(found.deleted_ms, select->integer(1));
        }
    }
}

}  // namespace

Result<BlobTaskFound> AttachmentBook::find_task(const FindBlobTask& request) {
    BALIE_TRY(tidy());
    BlobTaskFound answer;
    for (const auto& [sql, fetch] : {std::pair{kToSend, false}, std::pair{kAsked, true}}) {
        BALIE_ASSIGN(const auto found, first_of(store_->writer(), sql, request, fetch));
        if (!found) continue;
        BlobTask task{found->fetch, found->blob, found->bytes, 0};
        if (fetch) {
            BALIE_ASSIGN(const auto row, book().find(found->blob));
            BALIE_ASSIGN(task.offset, book().sealed(*row).length(row->bytes));
            // All of it came, and what was to be noted of that did not outlive a power cut.
            if (task.offset == task.bytes) {
                BALIE_ASSIGN(const BlobSaved saved, finish(*row));
                if (saved.done) return find_task(request);
                task.offset = saved.offset;
            }
        }
        // Larger ones of this list do not go either: it is in their order.
        if (task.bytes - task.offset > request.bytes_max) {
            answer.held_back = true;
            continue;
        }
        answer.task = std::move(task);
        return answer;
    }
    return answer;
}

Result<BlobRead> AttachmentBook::read(const ReadBlob& request) {
    BALIE_ASSIGN(const auto row, book().find(request.blob));
    BlobRead answer{request.blob, request.offset, {}};
    if (!row || !row->whole) return answer;
    const auto piece = static_cast<std::int64_t>(files_->piece_bytes());
    if (request.offset % piece != 0) {
        return Error{ErrorCode::Protocol, "the hub wants an attachment from where no part begins",
                     std::to_string(request.offset), ""};
    }
    const std::size_t most = std::min(request.bytes_max, files_->chunk_bytes_max());
    auto data = book().sealed(*row).read(request.offset, most);
    if (data.ok()) {
        answer.data = std::move(*data);
        return answer;
    }
    if (data.error().code == ErrorCode::NotFound) {
        BALIE_TRY(book().mark_lost(request.blob));
    } else if (data.error().code != ErrorCode::Corrupt) {
        return std::move(data).error();
    }
    BALIE_TRY(book().mark_trouble(request.blob, "damaged"));
    return answer;
}

Result<BlobSaved> AttachmentBook::save(const SaveBlob& request) {
    const BlobPut& part = request.part;
    BALIE_ASSIGN(const auto row, book().find(part.blob));
    BlobSaved answer{part.blob, part.offset, false, false, false};
    // It left meanwhile, or another process fetched it.
    if (!row || row->whole) {
        answer.failed = true;
        return answer;
    }
    const auto piece = static_cast<std::int64_t>(files_->piece_bytes());
    const std::int64_t end = part.offset + static_cast<std::int64_t>(part.data.size());
    if (part.offset % piece != 0 || (end != row->bytes && end % piece != 0)) {
        answer.wrong = true;
        return answer;
    }
    attach::SealedBlob file = book().sealed(*row);
    const Outcome written = file.append(part.offset, part.data, store_->entropy());
    if (!written.ok()) {
        answer.failed = true;
        ignore(book().mark_trouble(part.blob, "no_room_here"), "a full disk takes no note either");
        return answer;
    }
    answer.offset = end;
    if (end < row->bytes) return answer;
    return finish(*row);
}

Result<BlobSaved> AttachmentBook::finish(const attach::Attachment& row) {
    BlobSaved answer{row.blob, row.bytes, false, false, false};
    auto hash = book().sealed(row).hash(row.bytes);
    if (!hash.ok() && hash.error().code != ErrorCode::Corrupt) return std::move(hash).error();
    if (!hash.ok() || attach::blob_text(*hash) != row.blob) {
        BALIE_TRY(files_->remove(row.file));
        answer.offset = 0;
        answer.wrong = true;
        return answer;
    }
    BALIE_TRY(files_->make_durable(row.file));
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(store_->writer()));
    BALIE_TRY(book().mark_whole(row.blob));
    BALIE_TRY(transaction.commit());
    answer.done = true;
    return answer;
}

Outcome AttachmentBook::note(const NoteBlob& request) {
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(store_->writer()));
    if (request.trouble.empty()) {
        BALIE_TRY(book().mark_at_hub(request.blob));
        // Now that it is safe it may go, where nothing names it here.
        BALIE_ASSIGN(auto* look,
                     store_->writer().cached("INSERT INTO attachment_check (blob) VALUES (?) "
                                             "ON CONFLICT (blob) DO UPDATE SET due_ms=0"));
        BALIE_TRY(look->bind(1, request.blob).run());
    } else {
        BALIE_TRY(book().mark_trouble(request.blob, request.trouble));
    }
    return transaction.commit();
}

Outcome AttachmentBook::forget_hub() {
    return book().forget_hub();
}

// --- housekeeping -----------------------------------------------------------------------------

Result<std::int64_t> AttachmentBook::fetch_bytes_max() {
    BALIE_ASSIGN(const auto text, store_->setting(kFetchKey));
    if (!text) return kBlobFetchBytesMax;
    std::int64_t bytes = 0;
    std::from_chars(text->data(), text->data() + text->size(), bytes);
    return bytes;
}

Outcome AttachmentBook::set_fetch_bytes_max(std::int64_t bytes) {
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(store_->writer()));
    BALIE_TRY(store_->set_setting(kFetchKey, std::to_string(bytes)));
    // What was passed over before is looked at again.
    BALIE_TRY(store_->writer().execute(
        "INSERT INTO attachment_check (blob) SELECT DISTINCT blob FROM documents WHERE deleted_at "
        "IS NULL AND blob IS NOT NULL ON CONFLICT (blob) DO UPDATE SET due_ms=0"));
    return transaction.commit();
}

Result<bool> AttachmentBook::wanted(std::int64_t bytes) {
    BALIE_ASSIGN(const std::int64_t most, fetch_bytes_max());
    if (bytes > most || bytes < 1) return false;
    BALIE_ASSIGN(const Value sum,
                 store_->writer().scalar("SELECT coalesce(sum(bytes),0) FROM attachment"));
    return value_integer(sum) + bytes <= kBlobFetchSumMax;
}

Outcome AttachmentBook::remove(const std::string& blob) {
    BALIE_ASSIGN(const auto row, book().find(blob));
    if (!row) return {};
    BALIE_TRY(book().drop(blob));
    // Its key stood in the database, and may still stand in the write-ahead log and in backups.
    return store_->set_setting(setting::kTracesLeft, "1");
}

/// True: it is to be looked at again, later.
Result<bool> AttachmentBook::check(const std::string& blob, std::int64_t now_ms) {
    BALIE_ASSIGN(const auto row, book().find(blob));
    BALIE_ASSIGN(const Naming naming, naming_of(store_->writer(), blob));
    if (naming.living) {
        if (row) return false;
        BALIE_ASSIGN(const bool fetch, wanted(naming.bytes));
        if (fetch) {
            BALIE_TRY(book().ask(blob, naming.bytes, store_->entropy(), now_ms));
        }
        return false;
    }
    if (!row) return false;
    if (naming.deleted && row->whole && now_ms - naming.deleted_ms < kBlobUndoMs &&
        now_ms >= naming.deleted_ms) {
        return true;
    }
    // A record that left or was set aside takes nothing with it that is only here.
    if (!naming.deleted && row->whole && !row->at_hub) return false;
    BALIE_TRY(remove(blob));
    return false;
}

Outcome AttachmentBook::tidy() {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(const auto rereading, store_->setting(setting::kRereading));
    if (rereading && *rereading == "1") return {};  // records come back as it goes on
    const std::int64_t now = store_->clock().wall_ms();
    while (true) {
        BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(database));
        std::vector<std::string> blobs;
        BALIE_ASSIGN(auto* due, database.cached("SELECT blob FROM attachment_check WHERE due_ms<=? "
                                                "ORDER BY due_ms LIMIT ?"));
        due->bind(1, now).bind(2, std::int64_t{kBlobChecksPerStep});
        while (true) {
            BALIE_ASSIGN(const bool more, due->step());
            if (!more) break;
            blobs.emplace_back(due->text(0));
        }
        if (blobs.empty()) return {};
        for (const std::string& blob : blobs) {
            BALIE_ASSIGN(const bool later, check(blob, now));
            BALIE_ASSIGN(auto* done,
                         database.cached(later ? "UPDATE attachment_check SET due_ms=?2 WHERE "
                                                 "blob=?1"
                                               : "DELETE FROM attachment_check WHERE blob=?1"));
            done->bind(1, blob);
            if (later) done->bind(2, now + kBlobUndoMs);
            BALIE_TRY(done->run());
        }
        BALIE_TRY(transaction.commit());
        if (blobs.size() < static_cast<std::size_t>(kBlobChecksPerStep)) return {};
    }
}

Result<AttachmentCounts> AttachmentBook::counts(sqlite::Database& database) {
    BALIE_ASSIGN(
        auto* select,
        database.cached("SELECT whole,count(*),sum(bytes),sum(trouble<>'') FROM attachment WHERE "
                        "(whole=1 AND at_hub=0) OR (whole=0 AND asked=1) GROUP BY whole"));
    AttachmentCounts counts;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) return counts;
        const bool whole = select->integer(0) != 0;
        (whole ? counts.to_send : counts.asked) = select->integer(1);
        (whole ? counts.to_send_bytes : counts.asked_bytes) = select->integer(2);
        counts.troubled += select->integer(3);
    }
}

}  // namespace balie::sync
