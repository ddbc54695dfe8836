// The order of a device's own changes over all its incarnations, as one number: the present
// incarnation counts from 1, each former one lies wholly below the next. Table `shadow` and
// ConfirmedState name own changes by it. Invariant: when a new incarnation begins, every number
// given before goes down by kLife, and the order stays. Thread: store only (a value, read anew in
// each transaction).
#pragma once

#include "storage/base/result.h"
#include "storage/sqlite/database.h"
#include "sync/core/change.h"
#include "sync/log/origins.h"
#include "sync/protocol/log_entry.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace balie::sync {

class OwnOrder {
  public:
    /// Longer than any incarnation's log.
    static constexpr std::int64_t kLife = std::int64_t{1} << 40;

    [[nodiscard]] static Result<OwnOrder> load(sqlite::Database& database);
    /// nullopt: that origin is not a former incarnation of this device's own log.
    [[nodiscard]] std::optional<std::int64_t> former(std::int64_t origin, std::int64_t seq) const;
    /// Of a row of change_log.
    [[nodiscard]] std::int64_t number(std::int64_t origin, std::int64_t seq) const {
        return former(origin, seq).value_or(seq);
    }
    [[nodiscard]] bool any_former() const { return !former_.empty(); }
    /// Inside a write transaction: `origin` is no longer the present one.
    [[nodiscard]] Outcome add_former(sqlite::Database& database, std::int64_t origin);

  private:
    std::vector<std::int64_t> former_;
};

/// Adds to the bases of an edit what this device wrote of those fields in a former life and the hub
/// has not confirmed yet: its author saw it, and under another incarnation that must be said.
[[nodiscard]] Outcome name_former_lives(sqlite::Database& database, ChangeBody& body);

/// `entry` comes: changes of former lives that the hub has taken in and that this state of the
/// record holds are confirmed. One that took the record out of this terminal's scope never comes
/// back by itself, and would lie over the record for ever.
[[nodiscard]] Outcome confirm_former(sqlite::Database& database, Origins& origins,
                                     std::int64_t present, const LogEnter& entry);

}  // namespace balie::sync
