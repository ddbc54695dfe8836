// Attachments on a terminal, as a session asks for them: what is to be sent, what is to be fetched,
// chunk by chunk, and what is not needed here any more. What lies here is storage/attach.
// Invariants: nothing that the hub does not have is removed while a record names it, or while its
// record only left or was set aside (the bytes are then the only ones there are); what left goes
// when the hub has it (I9). All of it follows from durable rows. Thread: store only. Owns nothing.
#pragma once

#include "storage/attach/attachments.h"
#include "storage/store/store.h"
#include "sync/client/client_session.h"

#include <cstdint>
#include <string>

namespace balie::sync {

struct AttachmentCounts {
    std::int64_t to_send{};  ///< whole here, and the hub has not said that it has them
    std::int64_t to_send_bytes{};
    std::int64_t asked{};  ///< to come here
    std::int64_t asked_bytes{};
    std::int64_t troubled{};  ///< of both: refused, or not to be had at present
};

class AttachmentBook {
  public:
    AttachmentBook(store::Store& store, attach::BlobFiles& files)
        : store_(&store), files_(&files) {}

    // --- for the session ---
    [[nodiscard]] Result<BlobTaskFound> find_task(const FindBlobTask& request);
    /// Empty where the bytes are gone or damaged: noted, and fetched if the hub has them.
    [[nodiscard]] Result<BlobRead> read(const ReadBlob& request);
    [[nodiscard]] Result<BlobSaved> save(const SaveBlob& request);
    [[nodiscard]] Outcome note(const NoteBlob& request);
    /// Another epoch of the hub: it may not have any of them.
    [[nodiscard]] Outcome forget_hub();

    // --- housekeeping ---
    /// Looks at what came, went or changed: asks for what is wanted here, removes what is not.
    [[nodiscard]] Outcome tidy();
    [[nodiscard]] static Result<AttachmentCounts> counts(sqlite::Database& database);
    /// Files up to this size come by themselves; 0: none do.
    [[nodiscard]] Result<std::int64_t> fetch_bytes_max();
    [[nodiscard]] Outcome set_fetch_bytes_max(std::int64_t bytes);

  private:
    [[nodiscard]] attach::Attachments book() { return {store_->writer(), *files_}; }
    [[nodiscard]] Result<bool> check(const std::string& blob, std::int64_t now_ms);
    [[nodiscard]] Result<bool> wanted(std::int64_t bytes);
    [[nodiscard]] Outcome remove(const std::string& blob);
    [[nodiscard]] Result<BlobSaved> finish(const attach::Attachment& row);

    store::Store* store_;
    attach::BlobFiles* files_;
};

}  // namespace balie::sync
