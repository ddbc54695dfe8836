#include "sync/hub/compaction.h"

#include "sync/hub/sql.h"

#include <algorithm>

namespace balie::sync {

namespace {

constexpr std::string_view kFloorKey = "hub.floor";
/// Up to which entry what lies below the floor has been taken away.
constexpr std::string_view kReachedKey = "hub.compacted";
constexpr std::int64_t kEntriesPerCommit = 2000;
/// How far one step looks for the first entry that is young: a read of each.
constexpr std::int64_t kEntriesPerLook = 20'000;

Result<std::int64_t> stored_number(sqlite::Database& database, std::string_view key) {
    BALIE_ASSIGN(
        const auto found,
        one_integer(database, "SELECT CAST(value AS INTEGER) FROM setting WHERE key = ?", key));
    return found.value_or(0);
}

Outcome store_number(sqlite::Database& database, std::string_view key, std::int64_t number) {
    return run_sql(database,
                   "INSERT INTO setting (key, value) VALUES (?1, ?2) "
                   "ON CONFLICT (key) DO UPDATE SET value = ?2",
                   key, std::to_string(number));
}

/// The last entry that is old enough, of those before the first that is not: the hub's clock may
/// have been wrong for a while.
Result<std::int64_t> old_until(sqlite::Database& database, std::int64_t after, std::int64_t until,
                               std::int64_t before_ms) {
    BALIE_ASSIGN(const auto young,
                 one_integer(database,
                             "SELECT hub_seq FROM hub_log WHERE hub_seq > ? AND hub_seq <= ? AND "
                             "received_ms >= ? ORDER BY hub_seq LIMIT 1",
                             after, until, before_ms));
    return young ? *young - 1 : until;
}

/// Back to the end of a transaction: a cursor stands only there.
Result<std::int64_t> whole_transactions(sqlite::Database& database, std::int64_t floor) {
    BALIE_ASSIGN(
        const auto first,
        one_integer(database, "SELECT tx_first FROM hub_log WHERE hub_seq = ?", floor + 1));
    return first && *first <= floor ? *first - 1 : floor;
}

struct Straggler {
    std::int64_t cursor{};
    std::string device;
};

/// The device in use that is furthest behind. One that was not heard of for as long as entries are
/// kept, or is revoked, holds nothing up.
Result<std::optional<Straggler>> furthest_behind(HubCore& core, std::int64_t seen_since_ms) {
    std::optional<Straggler> behind;
    BALIE_TRY(each_row(
        core.database(),
        "SELECT h.cursor, d.name, h.device FROM hub_device h JOIN devices d ON d.id = h.device "
        "WHERE d.revoked_at IS NULL AND max(h.last_seen_ms, h.enrolled_ms) >= ? "
        "ORDER BY h.cursor LIMIT 1",
        [&](const sqlite::Statement& row) -> Outcome {
            behind = Straggler{row.integer(0), std::string(row.text(1))};
            if (behind->device.empty()) behind->device = DeviceId{row.id(2)}.text();
            return {};
        },
        seen_since_ms));
    return behind;
}

Result<std::int64_t> choose_floor(HubCore& core, const CompactRequest& request, Compacted& done) {
    sqlite::Database& database = core.database();
    BALIE_ASSIGN(const std::int64_t floor, compaction_floor(database));
    BALIE_ASSIGN(const std::int64_t last, stored_hub_seq(database));
    const std::int64_t before_ms = core.clock->wall_ms() - request.keep_ms;
    std::int64_t target = 0;
    if (request.up_to) {
        target = *request.up_to;
    } else {
        const std::int64_t until =
            request.one_step ? std::min(last, floor + kEntriesPerLook) : last;
        BALIE_ASSIGN(target, old_until(database, floor, until, before_ms));
        BALIE_ASSIGN(const auto behind, furthest_behind(core, before_ms));
        if (behind && behind->cursor < target) {
            target = behind->cursor;
            done.held_by = behind->device;
        }
    }
    // The last entry stays: it says how long the log is.
    BALIE_ASSIGN(target, whole_transactions(database, std::min(target, last - 1)));
    return std::max({floor, target, std::int64_t{0}});
}

/// One commit's worth. Answers the last entry that was dealt with.
Result<std::int64_t> compact_some(HubCore& core, std::int64_t reached, std::int64_t floor,
                                  Compacted& done) {
    sqlite::Database& database = core.database();
    const std::int64_t to = std::min(floor, reached + kEntriesPerCommit);
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(database));
    BALIE_ASSIGN(const auto bytes,
                 one_integer(database,
                             "SELECT sum(length(CAST(payload AS BLOB)) + length(salt)) FROM "
                             "hub_log WHERE hub_seq > ? AND hub_seq <= ? AND kind = 0",
                             reached, to));
    BALIE_TRY(run_sql(database,
                      "UPDATE hub_log SET payload = '', salt = x'' WHERE hub_seq > ? AND "
                      "hub_seq <= ? AND kind = 0 AND payload <> ''",
                      reached, to));
    const std::int64_t erased = database.changes();
    BALIE_TRY(run_sql(database,
                      "DELETE FROM hub_log WHERE hub_seq > ? AND hub_seq <= ? AND kind <> 0",
                      reached, to));
    const std::int64_t removed = database.changes();
    BALIE_TRY(store_number(database, kReachedKey, to));
    BALIE_TRY(transaction.commit());
    done.changes += erased;
    done.moves += removed;
    done.bytes += bytes.value_or(0);
    return to;
}

}  // namespace

Result<std::int64_t> compaction_floor(sqlite::Database& database) {
    return stored_number(database, kFloorKey);
}

Outcome require_above_floor(sqlite::Database& database, std::int64_t cursor) {
    BALIE_ASSIGN(const std::int64_t floor, compaction_floor(database));
    if (cursor >= floor) return {};
    return Error{ErrorCode::Expired, "the hub's log begins after " + std::to_string(floor),
                 "cursor " + std::to_string(cursor),
                 "The terminal connects again and takes a snapshot"};
}

Result<Compacted> compact_log(HubCore& core, const CompactRequest& request) {
    sqlite::Database& database = core.database();
    Compacted done;
    BALIE_ASSIGN(std::int64_t reached, stored_number(database, kReachedKey));
    {
        BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(database));
        BALIE_ASSIGN(done.floor_before, compaction_floor(database));
        BALIE_ASSIGN(done.floor, choose_floor(core, request, done));
        if (request.dry_run) return done;
        BALIE_TRY(store_number(database, kFloorKey, done.floor));
        BALIE_TRY(transaction.commit());
    }
    while (reached < done.floor) {
        BALIE_ASSIGN(reached, compact_some(core, reached, done.floor, done));
        if (request.progress) request.progress(reached, done.floor);
        if (request.one_step) break;
    }
    done.more = reached < done.floor || (request.one_step && done.floor > done.floor_before);
    return done;
}

}  // namespace balie::sync
