// What of a record still waits for the hub, by field: read from the device's own log.
// Thread: store only.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/base/value.h"
#include "storage/sqlite/database.h"
#include "sync/core/change.h"

#include <map>
#include <string>
#include <vector>

namespace balie::sync {

struct PendingField {
    std::int64_t seq{};  ///< by OwnOrder: the latest own change of this field, not confirmed yet
    Value value;
};

[[nodiscard]] Result<std::map<std::string, PendingField, std::less<>>> pending_fields(
    sqlite::Database& database, const RecordId& id);

struct Unconfirmed {
    std::int64_t seq{};  ///< by OwnOrder
    ChangeBody body;
};
/// Every own change of the record that the hub has not confirmed, in the order they were made.
[[nodiscard]] Result<std::vector<Unconfirmed>> unconfirmed_changes(sqlite::Database& database,
                                                                   const RecordId& id);

}  // namespace balie::sync
