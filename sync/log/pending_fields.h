// What of a record still waits for the hub, by field: read from the device's own log.
// Thread: store only.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/base/value.h"
#include "storage/sqlite/database.h"

#include <map>
#include <string>

namespace balie::sync {

struct PendingField {
    std::int64_t seq{};  ///< of the latest own change of this field that is not confirmed
    Value value;
};

/// `except_seq` is left out (the change that is being taken back); 0: none.
[[nodiscard]] Result<std::map<std::string, PendingField, std::less<>>> pending_fields(
    sqlite::Database& database, const RecordId& id, std::int64_t except_seq = 0);

}  // namespace balie::sync
