#include "sync/hub/blob_desk.h"

#include "storage/crypto/seal.h"
#include "storage/domain/schema.h"
#include "sync/core/limits.h"
#include "sync/hub/sql.h"

#include <algorithm>
#include <set>

namespace balie::sync {

namespace {

constexpr int kRecordsPerBlob = 200;
/// And the kind.
constexpr std::string_view kLimitKey = "hub.blob_limit.";

BlobAnswer refused(const std::string& blob, std::string code, std::string text) {
    return {BlobRefused{blob, std::move(code), std::move(text)}, false};
}

BlobAnswer not_named(const std::string& blob, bool anything) {
    if (anything) return refused(blob, "scope", "No document in this device's scope names it");
    return refused(blob, "unknown", "No document at the hub names it");
}

/// What is wrong with the disk is for whoever runs the hub; the terminal tries again later.
Result<BlobAnswer> trouble(const std::string& blob, const Error& error) {
    if (error.code == ErrorCode::DiskFull) {
        return refused(blob, "no_room", "The hub's disk is full");
    }
    if (error.code == ErrorCode::Corrupt || error.code == ErrorCode::NotFound) {
        return refused(blob, "damaged", "The hub's copy of it is damaged");
    }
    return error;
}

}  // namespace

Result<BlobDesk::Named> BlobDesk::named(const DeviceRecord& device, const std::string& blob,
                                        bool also_own) {
    struct Row {
        RecordId id;
        bool own{};
        std::string kind;
    };
    std::vector<Row> rows;
    Named found;
    BALIE_TRY(each_row(
        core_->database(),
        "SELECT id, author, kind FROM documents WHERE blob = ? AND deleted_at IS NULL LIMIT ?",
        [&](const sqlite::Statement& row) -> Outcome {
            rows.push_back(
                {RecordId{row.id(0)}, row.text(1) == device.user, std::string(row.text(2))});
            return {};
        },
        blob, kRecordsPerBlob));
    found.anything = !rows.empty();
    const Sight sight{device.scope, fetched_scope(device.device)};
    for (const Row& row : rows) {
        BALIE_ASSIGN(const auto set, core_->scopes.of_record(domain::RecordType::Document, row.id));
        bool sees = false;
        if (set) {
            BALIE_ASSIGN(sees, core_->scopes.seen_by(*set, sight));
        }
        if (!sees && !(also_own && row.own)) continue;
        found.allowed.push_back(row.id);
        BALIE_ASSIGN(const std::int64_t most, limit(row.kind));
        found.bytes_max = std::max(found.bytes_max, most);
    }
    return found;
}

Result<bool> BlobDesk::proven(const std::string& blob, const std::vector<RecordId>& records) {
    for (const RecordId& id : records) {
        BALIE_ASSIGN(const auto there,
                     one_integer(core_->database(),
                                 "SELECT 1 FROM document_proof WHERE blob = ? AND document = ?",
                                 blob, id.bytes));
        if (there) return true;
    }
    return false;
}

Outcome BlobDesk::prove(const std::string& blob, const std::vector<RecordId>& records) {
    for (const RecordId& id : records) {
        BALIE_TRY(run_sql(core_->database(),
                          "INSERT OR IGNORE INTO document_proof (blob, document) VALUES (?, ?)",
                          blob, id.bytes));
    }
    return {};
}

Result<std::optional<BlobDesk::Upload>> BlobDesk::upload_of(const DeviceId& device,
                                                            const std::string& blob) {
    std::optional<Upload> found;
    BALIE_TRY(each_row(
        core_->database(), "SELECT bytes, file, key FROM blob_upload WHERE device = ? AND blob = ?",
        [&](const sqlite::Statement& row) -> Outcome {
            const BytesView key = row.blob(2);
            found = Upload{row.integer(0), std::string(row.text(1)), Bytes(key.begin(), key.end())};
            return {};
        },
        device.bytes, blob));
    return found;
}

Outcome BlobDesk::drop_upload(const DeviceId& device, const std::string& blob) {
    BALIE_ASSIGN(const auto upload, upload_of(device, blob));
    if (!upload) return {};
    BALIE_TRY(run_sql(core_->database(), "DELETE FROM blob_upload WHERE device = ? AND blob = ?",
                      device.bytes, blob));
    return files_->remove(upload->file);
}

Result<BlobDesk::Upload> BlobDesk::begin_upload(const DeviceId& device, const BlobHave& have) {
    BALIE_ASSIGN(const auto there, upload_of(device, have.blob));
    if (there && there->bytes == have.bytes) return *there;
    BALIE_TRY(drop_upload(device, have.blob));
    // The oldest goes: a device works on one at a time.
    std::vector<std::string> old;
    BALIE_TRY(each_row(
        core_->database(),
        "SELECT blob FROM blob_upload WHERE device = ? ORDER BY begun_ms DESC LIMIT -1 OFFSET ?",
        [&](const sqlite::Statement& row) -> Outcome {
            old.emplace_back(row.text(0));
            return {};
        },
        device.bytes, kBlobUploadsMax - 1));
    for (const std::string& blob : old) BALIE_TRY(drop_upload(device, blob));
    Upload upload{have.bytes, attach::make_blob_name(*core_->entropy),
                  Bytes(crypto::kSealKeyBytes)};
    core_->entropy->fill(upload.key);
    BALIE_TRY(run_sql(core_->database(),
                      "INSERT INTO blob_upload (device, blob, bytes, file, key, begun_ms) "
                      "VALUES (?, ?, ?, ?, ?, ?)",
                      device.bytes, have.blob, upload.bytes, upload.file, upload.key,
                      core_->clock->wall_ms()));
    return upload;
}

Result<BlobAnswer> BlobDesk::handle(const HandleBlob& request) {
    auto given =
        std::visit([&](const auto& each) { return answer(request.device, each); }, request.request);
    // What was begun was taken back: what is kept in memory may come from it.
    if (!given.ok()) core_->forget();
    return given;
}

Result<BlobAnswer> BlobDesk::answer(const DeviceRecord& device, const BlobHave& have) {
    if (have.bytes > domain::kAttachmentBytesMax) {
        return refused(have.blob, "large", "The hub takes no attachment of this size");
    }
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(core_->database()));
    BALIE_TRY(core_->begin_write());
    BALIE_ASSIGN(const DeviceRecord now, devices_->find(device.device));
    BALIE_ASSIGN(const Named named, this->named(now, have.blob, true));
    if (now.revoked || named.allowed.empty()) return not_named(have.blob, named.anything);
    if (have.bytes > named.bytes_max) {
        return refused(have.blob, "large", "The hub takes no file of this size of its kind");
    }
    BALIE_ASSIGN(const auto here, book().find(have.blob));
    if (here && here->whole) {
        BALIE_ASSIGN(const bool shown, proven(have.blob, named.allowed));
        if (shown) {
            BALIE_TRY(prove(have.blob, named.allowed));
            BALIE_TRY(transaction.commit());
            return BlobAnswer{BlobWant{have.blob, have.bytes}, false};
        }
    }
    BALIE_ASSIGN(const Upload upload, begin_upload(now.device, have));
    BALIE_TRY(transaction.commit());
    auto length = attach::SealedBlob(*files_, upload.file, upload.key).length(upload.bytes);
    if (!length.ok()) return trouble(have.blob, length.error());
    // All of it came, and the answer or the check did not: the last piece is asked for once more.
    const auto piece = static_cast<std::int64_t>(files_->piece_bytes());
    const std::int64_t offset = *length == upload.bytes ? (*length - 1) / piece * piece : *length;
    return BlobAnswer{BlobWant{have.blob, offset}, false};
}

Result<BlobAnswer> BlobDesk::answer(const DeviceRecord& device, const BlobPut& put) {
    BALIE_ASSIGN(const auto upload, upload_of(device.device, put.blob));
    if (!upload) return refused(put.blob, "unknown", "Say first that you have it");
    attach::SealedBlob file(*files_, upload->file, upload->key);
    auto length = file.length(upload->bytes);
    if (!length.ok()) return trouble(put.blob, length.error());
    const auto piece = static_cast<std::int64_t>(files_->piece_bytes());
    const auto size = static_cast<std::int64_t>(put.data.size());
    // What is there already may come again; what leaves a gap is asked for from where it begins.
    if (put.offset > *length) return BlobAnswer{BlobWant{put.blob, *length}, false};
    const bool last = put.offset + size == upload->bytes;
    if (put.offset % piece != 0 || size == 0 || put.offset + size > upload->bytes ||
        (!last && size % piece != 0)) {
        return Error{ErrorCode::Protocol, "a part of an attachment is not where it can be",
                     std::to_string(put.offset), ""};
    }
    auto written = file.append(put.offset, put.data, *core_->entropy);
    if (!written.ok()) return trouble(put.blob, written.error());
    if (!last) return BlobAnswer{BlobWant{put.blob, put.offset + size}, false};
    return finish(device, put.blob, *upload);
}

Result<BlobAnswer> BlobDesk::finish(const DeviceRecord& device, const std::string& blob,
                                    const Upload& upload) {
    auto hash = attach::SealedBlob(*files_, upload.file, upload.key).hash(upload.bytes);
    const bool right = hash.ok() && attach::blob_text(*hash) == blob;
    if (!hash.ok() && hash.error().code != ErrorCode::Corrupt) return trouble(blob, hash.error());
    if (right) {
        if (auto durable = files_->make_durable(upload.file); !durable.ok()) {
            return trouble(blob, durable.error());
        }
    }
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(core_->database()));
    BALIE_TRY(core_->begin_write());
    BALIE_ASSIGN(const DeviceRecord now, devices_->find(device.device));
    BALIE_ASSIGN(const Named named, this->named(now, blob, true));
    if (!right || now.revoked || named.allowed.empty()) {
        BALIE_TRY(drop_upload(device.device, blob));
        BALIE_TRY(transaction.commit());
        if (right) return not_named(blob, named.anything);
        return refused(blob, "hash", "What came is not what the document names");
    }
    BALIE_TRY(run_sql(core_->database(), "DELETE FROM blob_upload WHERE device = ? AND blob = ?",
                      device.device.bytes, blob));
    attach::TakenIn taken;
    taken.blob = blob;
    taken.bytes = upload.bytes;
    taken.file = upload.file;
    taken.key = upload.key;
    BALIE_ASSIGN(const auto spare, book().keep(taken, core_->clock->wall_ms()));
    BALIE_TRY(prove(blob, named.allowed));
    BALIE_TRY(transaction.commit());
    if (spare) ignore(files_->remove(*spare), "the next start removes what no row names");
    return BlobAnswer{BlobWant{blob, upload.bytes}, true};
}

Result<BlobAnswer> BlobDesk::answer(const DeviceRecord& device, const BlobGet& get) {
    BALIE_ASSIGN(auto transaction,
                 sqlite::Transaction::begin(core_->database(), sqlite::Transaction::Kind::Read));
    BALIE_TRY(core_->begin_read());
    BALIE_ASSIGN(const DeviceRecord now, devices_->find(device.device));
    BALIE_ASSIGN(const Named named, this->named(now, get.blob, false));
    if (now.revoked || named.allowed.empty()) return not_named(get.blob, named.anything);
    BALIE_ASSIGN(const auto here, book().find(get.blob));
    BALIE_ASSIGN(const bool shown, proven(get.blob, named.allowed));
    if (!here || !here->whole || !shown) {
        return refused(get.blob, "not_here", "Whoever added it has not sent it yet");
    }
    const auto piece = static_cast<std::int64_t>(files_->piece_bytes());
    if (get.offset >= here->bytes || get.offset % piece != 0) {
        return Error{ErrorCode::Protocol, "an attachment is asked for from where no part begins",
                     std::to_string(get.offset), ""};
    }
    const std::size_t most = std::min(
        {static_cast<std::size_t>(get.bytes_max), kBlobChunkBytes, files_->chunk_bytes_max()});
    auto data = book().sealed(*here).read(get.offset, most);
    if (data.ok() && data->empty()) {
        return refused(get.blob, "damaged", "The hub's copy of it is damaged");
    }
    if (!data.ok()) return trouble(get.blob, data.error());
    return BlobAnswer{BlobPut{get.blob, here->bytes, get.offset, std::move(*data)}, false};
}

// --- how large -------------------------------------------------------------------------------

Result<std::map<std::string, std::int64_t>> BlobDesk::limits() {
    std::map<std::string, std::int64_t> found;
    BALIE_TRY(each_row(
        core_->database(),
        "SELECT substr(key, length(?1) + 1), CAST(value AS INTEGER) FROM setting WHERE key >= ?1 "
        "AND key < ?1 || '~'",
        [&](const sqlite::Statement& row) -> Outcome {
            found[std::string(row.text(0))] = row.integer(1);
            return {};
        },
        kLimitKey));
    return found;
}

Result<std::int64_t> BlobDesk::limit(std::string_view kind) {
    BALIE_ASSIGN(const auto set, limits());
    auto found = set.find(std::string(kind));
    if (found == set.end()) found = set.find("");
    return found == set.end() ? domain::kAttachmentBytesMax : found->second;
}

Result<std::int64_t> BlobDesk::bytes_max() {
    BALIE_ASSIGN(const auto set, limits());
    if (!set.contains("")) return domain::kAttachmentBytesMax;
    std::int64_t most = 0;
    for (const auto& [kind, bytes] : set) most = std::max(most, bytes);
    return most;
}

Outcome BlobDesk::set_limit(std::string_view kind, std::int64_t bytes) {
    if (bytes < 0 || bytes > domain::kAttachmentBytesMax) {
        return Error{ErrorCode::LimitExceeded, "a file can be limited to 16 MiB at most", "--limit",
                     "Terminals take no larger ones"};
    }
    return core_->store->set_setting(std::string(kLimitKey) + std::string(kind),
                                     std::to_string(bytes));
}

// --- what is not needed any more --------------------------------------------------------------

/// Blobs of which a record came, went or changed: since when does none name them?
Result<bool> BlobDesk::tidy_checks() {
    std::vector<std::string> blobs;
    BALIE_TRY(each_row(
        core_->database(), "SELECT blob FROM attachment_check ORDER BY due_ms LIMIT ?",
        [&](const sqlite::Statement& row) -> Outcome {
            blobs.emplace_back(row.text(0));
            return {};
        },
        kBlobChecksPerStep));
    for (const std::string& blob : blobs) {
        BALIE_TRY(run_sql(core_->database(),
                          "UPDATE attachment SET unnamed_ms = CASE WHEN EXISTS (SELECT 1 FROM "
                          "documents WHERE blob = ?1 AND deleted_at IS NULL) THEN NULL ELSE "
                          "coalesce(unnamed_ms, ?2) END WHERE blob = ?1",
                          blob, core_->clock->wall_ms()));
        BALIE_TRY(run_sql(core_->database(), "DELETE FROM attachment_check WHERE blob = ?", blob));
    }
    return blobs.size() == static_cast<std::size_t>(kBlobChecksPerStep);
}

Result<bool> BlobDesk::tidy() {
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(core_->database()));
    BALIE_ASSIGN(const bool more, tidy_checks());
    const std::int64_t now = core_->clock->wall_ms();
    std::vector<std::string> unnamed;
    BALIE_TRY(each_row(
        core_->database(), "SELECT blob FROM attachment WHERE unnamed_ms < ? LIMIT ?",
        [&](const sqlite::Statement& row) -> Outcome {
            unnamed.emplace_back(row.text(0));
            return {};
        },
        now - kBlobUnnamedKeptMs, kBlobChecksPerStep));
    for (const std::string& blob : unnamed) {
        BALIE_TRY(run_sql(core_->database(), "DELETE FROM document_proof WHERE blob = ?", blob));
        BALIE_TRY(book().drop(blob));
    }
    struct Old {
        DeviceId device;
        std::string blob;
    };
    std::vector<Old> old;
    BALIE_TRY(each_row(
        core_->database(), "SELECT device, blob FROM blob_upload WHERE begun_ms < ? LIMIT ?",
        [&](const sqlite::Statement& row) -> Outcome {
            old.push_back({DeviceId{row.id(0)}, std::string(row.text(1))});
            return {};
        },
        now - kBlobUploadKeptMs, kBlobChecksPerStep));
    for (const Old& each : old) BALIE_TRY(drop_upload(each.device, each.blob));
    BALIE_TRY(transaction.commit());
    return more;
}

Result<attach::Orphans> BlobDesk::look_over(bool mend) {
    std::set<std::string> uploads;
    BALIE_TRY(each_row(core_->database(), "SELECT file FROM blob_upload",
                       [&](const sqlite::Statement& row) -> Outcome {
                           uploads.emplace(row.text(0));
                           return {};
                       }));
    return book().look_over(mend, std::move(uploads));
}

Result<BlobCounts> BlobDesk::counts() {
    BlobCounts counts;
    const auto read = [&](std::int64_t& out, std::string_view sql) -> Outcome {
        BALIE_ASSIGN(const auto number, one_integer(core_->database(), sql));
        out = number.value_or(0);
        return {};
    };
    BALIE_TRY(read(counts.here, "SELECT count(*) FROM attachment WHERE whole = 1"));
    BALIE_TRY(read(counts.bytes, "SELECT sum(bytes) FROM attachment WHERE whole = 1"));
    BALIE_TRY(read(counts.uploads, "SELECT count(*) FROM blob_upload"));
    BALIE_TRY(read(counts.awaited,
                   "SELECT count(DISTINCT blob) FROM documents d WHERE deleted_at IS NULL AND NOT "
                   "EXISTS (SELECT 1 FROM attachment a WHERE a.blob = d.blob AND a.whole = 1)"));
    return counts;
}

Outcome BlobDesk::verify() {
    std::vector<std::string> blobs;
    BALIE_TRY(each_row(core_->database(), "SELECT blob FROM attachment WHERE whole = 1",
                       [&](const sqlite::Statement& row) -> Outcome {
                           blobs.emplace_back(row.text(0));
                           return {};
                       }));
    std::int64_t wrong = 0;
    std::string first;
    for (const std::string& blob : blobs) {
        BALIE_ASSIGN(const auto row, book().find(blob));
        if (!row) continue;  // put away meanwhile
        auto hash = book().sealed(*row).hash(row->bytes);
        if (hash.ok() && attach::blob_text(*hash) == blob) continue;
        if (wrong++ == 0) first = row->file;
    }
    if (wrong == 0) return {};
    return Error{ErrorCode::Corrupt, std::to_string(wrong) + " attachments are missing or damaged",
                 "attachments/" + first,
                 "Put these files back from a backup's folder of attachments"};
}

}  // namespace balie::sync
