// All records of one type, one after another as field values, for exports and reports.
// Invariant: every record once, in a stable order; memory does not grow with their number; one read
// transaction, so that the whole agrees. Thread: that of the Database. Owns nothing.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/base/value.h"
#include "storage/domain/schema.h"
#include "storage/sqlite/database.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace balie::repo {

enum class Lines : std::uint8_t {
    InForce,  ///< interactions: the line in force, withdrawn ones left out; others: not deleted
    History   ///< everything, deleted and withdrawn ones too
};

struct RecordQuery {
    domain::RecordType type{};
    Lines lines{Lines::InForce};
    /// Only what the hub received at or after this moment, created or changed. A terminal does not
    /// know when that was: there the hub's effective stamps count, and what waits to be sent is
    /// always part of it. UTC milliseconds.
    std::optional<std::int64_t> received_since_ms;
};

struct RecordLine {
    RecordId id;
    FieldValues values;  ///< non-null ones; custom ones as "x.NAME"
};

/// Calls `take` for each record; it may answer an error to stop with. In the order in which they
/// came into this database: at the hub, the order of receipt.
[[nodiscard]] Result<std::int64_t> read_records(
    sqlite::Database& database, const RecordQuery& query,
    const std::function<Outcome(const RecordLine&)>& take);

}  // namespace balie::repo
