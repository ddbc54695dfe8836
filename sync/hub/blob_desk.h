// Attachments at the hub: takes in what a device has, gives out what a device may see. The bytes
// lie sealed in the folder `attachments` (storage/attach), records and hashes come by the log.
// Invariants: bytes are taken only when a living record names their hash, and only of a device that
// has it in scope, or whose user wrote it (it may have left since); they count as here when all of
// them are durable and have that hash; they are given only for a record in scope for which they
// were shown to be had (document_proof). Never more than a chunk is held in memory. Nothing here
// changes a record or the log. Thread: store only. Core, devices and files outlive it.
#pragma once

#include "storage/attach/attachments.h"
#include "sync/hub/devices.h"
#include "sync/hub/hub_core.h"
#include "sync/hub/hub_session.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace balie::sync {

struct BlobCounts {
    std::int64_t here{};     ///< whole
    std::int64_t bytes{};    ///< of those
    std::int64_t awaited{};  ///< named by a living record, and not here
    std::int64_t uploads{};  ///< half way
};

class BlobDesk {
  public:
    BlobDesk(HubCore& core, Devices& devices, attach::BlobFiles& files)
        : core_(&core), devices_(&devices), files_(&files) {}

    [[nodiscard]] Result<BlobAnswer> handle(const HandleBlob& request);

    /// How large a file of this kind may be; without one, of every kind that has none of its own.
    [[nodiscard]] Result<std::int64_t> limit(std::string_view kind);
    /// Errors: LimitExceeded beyond domain::kAttachmentBytesMax.
    [[nodiscard]] Outcome set_limit(std::string_view kind, std::int64_t bytes);
    /// Those that were set, by kind; "" is for all others.
    [[nodiscard]] Result<std::map<std::string, std::int64_t>> limits();
    /// The largest that is taken at all.
    [[nodiscard]] Result<std::int64_t> bytes_max();
    /// A step of putting away what no living record has named for 30 days, and uploads that were
    /// given up. True: there is more.
    [[nodiscard]] Result<bool> tidy();
    /// After a start: files without a row, rows without a file.
    [[nodiscard]] Result<attach::Orphans> look_over(bool mend);
    [[nodiscard]] Result<BlobCounts> counts();
    /// Reads all of them. Errors: Corrupt, with the first that is not what it should be.
    [[nodiscard]] Outcome verify();

  private:
    struct Upload {
        std::int64_t bytes{};
        std::string file;
        Bytes key;
    };
    struct Named {
        std::vector<RecordId> allowed;  ///< records by which this device may show or have it
        bool anything{false};           ///< a living record names it
        std::int64_t bytes_max{};       ///< of a file of their kinds
    };
    [[nodiscard]] Result<BlobAnswer> answer(const DeviceRecord& device, const BlobHave& have);
    [[nodiscard]] Result<BlobAnswer> answer(const DeviceRecord& device, const BlobPut& put);
    [[nodiscard]] Result<BlobAnswer> answer(const DeviceRecord& device, const BlobGet& get);
    [[nodiscard]] attach::Attachments book() { return {core_->database(), *files_}; }
    [[nodiscard]] Result<Named> named(const DeviceRecord& device, const std::string& blob,
                                      bool also_own);
    [[nodiscard]] Result<bool> proven(const std::string& blob,
                                      const std::vector<RecordId>& records);
    [[nodiscard]] Outcome prove(const std::string& blob, const std::vector<RecordId>& records);
    [[nodiscard]] Result<std::optional<Upload>> upload_of(const DeviceId& device,
                                                          const std::string& blob);
    [[nodiscard]] Result<Upload> begin_upload(const DeviceId& device, const BlobHave& have);
    [[nodiscard]] Outcome drop_upload(const DeviceId& device, const std::string& blob);
    [[nodiscard]] Result<BlobAnswer> finish(const DeviceRecord& device, const std::string& blob,
                                            const Upload& upload);
    [[nodiscard]] Result<bool> tidy_checks();

    HubCore* core_;
    Devices* devices_;
    attach::BlobFiles* files_;
};

}  // namespace balie::sync
