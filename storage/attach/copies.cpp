#include "storage/attach/copies.h"

#include "storage/vault/atomic_file.h"
#include "storage/vault/stream_file.h"

#include <system_error>

namespace balie::attach {

namespace fs = std::filesystem;

namespace {

Outcome copy_bytes_of(const fs::path& from, const fs::path& to) {
    BALIE_ASSIGN(auto reader, vault::StreamReader::open(from));
    BALIE_ASSIGN(auto writer, vault::StreamWriter::create(to, vault::Existing::Replace));
    Bytes piece(kPieceBytes * 4);
    while (true) {
        BALIE_ASSIGN(const std::size_t count, reader.read(piece));
        if (count == 0) return writer.finish();
        BALIE_TRY(writer.write(BytesView(piece).first(count)));
    }
}

/// A link costs nothing; another disk, or one without links, takes a copy.
Outcome link_or_copy(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    if (fs::exists(to, failed)) return {};
    fs::create_hard_link(from, to, failed);
    if (!failed) return {};
    return copy_bytes_of(from, to);
}

bool is_sound(Attachments& book, const Attachment& row) {
    auto hash = book.sealed(row).hash(row.bytes);
    return hash.ok() && blob_text(*hash) == row.blob;
}

}  // namespace

fs::path beside(const fs::path& backup) {
    return backup.string() + ".attachments";
}

Result<Copied> copy_files(sqlite::Database& database, BlobFolder& from, const fs::path& to,
                          CopyCheck check) {
    std::vector<std::string> blobs;
    BALIE_ASSIGN(auto* select, database.cached("SELECT blob FROM attachment WHERE whole=1"));
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        blobs.emplace_back(select->text(0));
    }
    Copied copied;
    Attachments book(database, from);
    for (const std::string& blob : blobs) {
        BALIE_ASSIGN(const auto row, book.find(blob));
        BALIE_ASSIGN(const std::int64_t size, from.size(row->file));
        if (size == 0) {
            ++copied.missing;
            continue;
        }
        if (check == CopyCheck::ByHash && !is_sound(book, *row)) {
            ++copied.damaged;
            continue;
        }
        if (copied.files == 0) {
            BALIE_TRY(vault::make_private_folder(to));
        }
        BALIE_TRY(link_or_copy(from.path_of(row->file), to / row->file));
        ++copied.files;
    }
    if (copied.files == 0) return copied;
    BlobFolder there(to);
    BALIE_ASSIGN(const auto last, there.list());
    if (!last.empty()) {
        BALIE_TRY(there.make_durable(last.front().name));  // and with it the folder
    }
    return copied;
}

Outcome bring_files(const fs::path& from, const fs::path& to) {
    BlobFolder source(from);
    BALIE_ASSIGN(const auto files, source.list());
    if (files.empty()) return {};
    BALIE_TRY(vault::make_private_folder(to));
    for (const BlobFiles::Listed& file : files) {
        BALIE_TRY(link_or_copy(source.path_of(file.name), to / file.name));
    }
    return BlobFolder(to).make_durable(files.front().name);
}

}  // namespace balie::attach
