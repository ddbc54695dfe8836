// What left this terminal's scope must not stay readable on it (I9). Its rows, versions and words
// in the search index go with LEAVE; what this device itself once wrote of it lies in its own log
// until the hub has it in a verified backup, and is then erased: payload and salt go, the header
// and its commitment stay, so that the chain and the receipts still verify. Own changes that are
// old enough are treated the same, wherever their record is: the log does not grow for ever.
// Invariant: what may have to be sent again is never erased.
// Thread: store only, inside a write transaction.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/sqlite/database.h"

#include <cstdint>

namespace balie::sync {

/// Own changes are readable in the log this long at least: 400 days, a year and a holiday.
inline constexpr std::int64_t kOwnLogKeptMs = 400LL * 24 * 3600 * 1000;

/// A record is no longer here.
[[nodiscard]] Outcome note_departed(sqlite::Database& database, const RecordId& id);
/// It is here (again).
[[nodiscard]] Outcome note_returned(sqlite::Database& database, const RecordId& id);

struct Erased {
    std::int64_t changes{};  ///< whose content was erased
    std::int64_t waiting{};  ///< of records that left, and not in a backup of the hub yet
};
/// `backed_up`: the hub_seq up to which the hub's log is in a verified backup.
[[nodiscard]] Result<Erased> erase_departed(sqlite::Database& database, std::int64_t backed_up);
/// Own changes saved before `before_ms`.
[[nodiscard]] Result<Erased> erase_old(sqlite::Database& database, std::int64_t backed_up,
                                       std::int64_t before_ms);

}  // namespace balie::sync
