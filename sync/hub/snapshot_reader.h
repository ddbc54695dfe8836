// The state of a scope instead of its log: records as they are now, type by type in the order of
// their ids, then the device's own changes that the log held when the snapshot began.
// Invariant: a place names a type and the last id that was sent, so a broken connection goes on
// where it was, and nothing has to be kept for it here. Records change between two parts: the log
// after the snapshot's hub_seq brings that, and a merge of what is known already changes nothing.
// Contact points and flags come before their customers: a terminal makes a customer's full text
// once. Thread: store only.
#pragma once

#include "sync/hub/hub_core.h"
#include "sync/hub/hub_session.h"

namespace balie::sync {

class SnapshotReader {
  public:
    explicit SnapshotReader(HubCore& core) : core_(&core) {}

    /// In one read transaction. Errors: Protocol (no such place).
    [[nodiscard]] Result<Snapshot> read(const DeviceRecord& device, const ReadSnapshot& request);

  private:
    struct Place;
    struct Progress;
    [[nodiscard]] static Result<Place> parse_place(std::string_view text);
    [[nodiscard]] static std::string text_of(const Place& place);
    /// What they add to the digest, instead of the records themselves.
    [[nodiscard]] Outcome read_range(const domain::RecordSpec& spec, Progress& progress);
    [[nodiscard]] Outcome read_type(const domain::RecordSpec& spec, Progress& progress);
    [[nodiscard]] Result<bool> in_scope(const domain::RecordSpec& spec, const RecordId& id,
                                        const std::vector<Value>& values, const Progress& progress);
    [[nodiscard]] Result<SnapshotTable::Row> row_of(const domain::RecordSpec& spec,
                                                    const sqlite::Statement& statement);
    /// What does not lie in the record's own row; `statement` stands on it.
    [[nodiscard]] Outcome add_rest(const sqlite::Statement& statement, SnapshotTable& table,
                                   SnapshotTable::Row& row);
    [[nodiscard]] Outcome add_custom(const RecordId& id, SnapshotTable& table,
                                     SnapshotTable::Row& row);
    [[nodiscard]] Outcome read_own(const Origin& origin, const Pull::OwnAfter& own,
                                   Progress& progress);

    HubCore* core_;
};

}  // namespace balie::sync
