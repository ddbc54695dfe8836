#include "sync/hub/hub_log.h"

#include "sync/hub/sql.h"

#include <algorithm>

namespace balie::sync {

namespace {

constexpr std::string_view kAppend =
    "INSERT INTO hub_log (hub_seq, tx_first, kind, scope_set, record_type, record_id, received_ms, "
    "origin, seq, effective_stamp, raw_stamp, verdict, transaction_id, action_id, user, "
    "schema_version, salt, commitment, hash, payload) "
    "VALUES (?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

constexpr std::string_view kSetAside =
    "INSERT INTO hub_set_aside (origin, seq, tx_first, transaction_id, action_id, raw_stamp, "
    "effective_stamp, user, schema_version, salt, commitment, hash, device, code, detail, needs, "
    "received_ms, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

Result<std::vector<HubLog::AsideKey>> read_keys(sqlite::Database& database, std::string_view sql,
                                                const auto& argument) {
    std::vector<HubLog::AsideKey> keys;
    BALIE_TRY(each_row(
        database, sql,
        [&](const sqlite::Statement& row) -> Outcome {
            keys.push_back({row.integer(0), row.integer(1)});
            return {};
        },
        argument));
    return keys;
}

}  // namespace

Hash column_hash(const sqlite::Statement& row, int column) {
    Hash hash{};
    const BytesView bytes = row.blob(column);
    if (bytes.size() == hash.size()) std::copy(bytes.begin(), bytes.end(), hash.begin());
    return hash;
}

Salt column_salt(const sqlite::Statement& row, int column) {
    Salt salt{};
    const BytesView bytes = row.blob(column);
    if (bytes.size() == salt.size()) std::copy(bytes.begin(), bytes.end(), salt.begin());
    return salt;
}

Result<std::int64_t> stored_hub_seq(sqlite::Database& database) {
    BALIE_ASSIGN(const auto last, one_integer(database, "SELECT max(hub_seq) FROM hub_log"));
    return last.value_or(0);
}

Outcome HubLog::begin() {
    BALIE_ASSIGN(last_seq_, stored_hub_seq(*database_));
    return {};
}

Result<std::int64_t> HubLog::append(std::int64_t origin, const std::vector<LoggedChange>& changes,
                                    std::int64_t received_ms) {
    const std::int64_t first = last_seq_ + 1;
    for (const LoggedChange& each : changes) {
        const Change& change = each.change;
        BALIE_TRY(run_sql(*database_, kAppend, last_seq_ + 1, first, each.scopes, each.type,
                          each.record.bytes, received_ms, origin, change.id.seq,
                          each.effective.packed, change.raw.packed,
                          static_cast<std::int64_t>(each.verdict), change.transaction.bytes,
                          change.action.bytes, change.user, change.schema_version, change.salt,
                          change.commitment, change.hash, change.payload));
        ++last_seq_;
    }
    return first;
}

Outcome HubLog::append_move(LogKind kind, const std::string& reason, ScopeNumber scope,
                            domain::RecordType type, const RecordId& id, std::int64_t received_ms) {
    BALIE_TRY(run_sql(*database_,
                      "INSERT INTO hub_log (hub_seq, tx_first, kind, scope_set, record_type, "
                      "record_id, received_ms, reason) VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                      last_seq_ + 1, static_cast<std::int64_t>(kind), scope,
                      domain::spec(type).name, id.bytes, received_ms, reason));
    ++last_seq_;
    return {};
}

Result<std::optional<ChainTail>> HubLog::find_tail(const Origin& origin) {
    std::optional<ChainTail> tail;
    BALIE_TRY(each_row(
        *database_,
        "SELECT number, last_seq, last_hash, last_stamp, forked FROM chain_tail "
        "JOIN origin ON origin.number = chain_tail.origin WHERE device = ? AND incarnation = ?",
        [&](const sqlite::Statement& row) -> Outcome {
            tail = ChainTail{row.integer(0), row.integer(1), column_hash(row, 2),
                             Stamp{row.integer(3)}, row.integer(4) != 0};
            return {};
        },
        origin.device.bytes, origin.incarnation.bytes));
    return tail;
}

Result<ChainTail> HubLog::tail(const Origin& origin) {
    BALIE_ASSIGN(auto found, find_tail(origin));
    if (found) return *found;
    ChainTail tail;
    BALIE_ASSIGN(tail.origin, origins_->number_of(origin));
    tail.last_hash = kChainStart;
    return tail;
}

Outcome HubLog::save_tail(const ChainTail& tail) {
    return run_sql(*database_,
                   "INSERT INTO chain_tail (origin, last_seq, last_hash, last_stamp, forked) "
                   "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (origin) DO UPDATE SET last_seq = ?2, "
                   "last_hash = ?3, last_stamp = ?4, forked = ?5",
                   tail.origin, tail.last_seq, tail.last_hash, tail.last_stamp.packed,
                   tail.forked ? 1 : 0);
}

Result<std::optional<KnownChange>> HubLog::known(std::int64_t origin, std::int64_t seq) {
    std::optional<KnownChange> found;
    BALIE_TRY(each_row(
        *database_,
        "SELECT hash, verdict, hub_seq, effective_stamp FROM hub_log "
        "WHERE kind = 0 AND origin = ? AND seq = ?",
        [&](const sqlite::Statement& row) -> Outcome {
            found = KnownChange{column_hash(row, 0),
                                static_cast<VerdictKind>(row.integer(1)),
                                row.integer(2),
                                Stamp{row.integer(3)},
                                {},
                                {}};
            return {};
        },
        origin, seq));
    if (found) return found;
    BALIE_TRY(each_row(
        *database_,
        "SELECT hash, effective_stamp, code, detail FROM hub_set_aside WHERE origin = ? AND seq = "
        "?",
        [&](const sqlite::Statement& row) -> Outcome {
            found = KnownChange{
                column_hash(row, 0),   VerdictKind::SetAside,    0,
                Stamp{row.integer(1)}, std::string(row.text(2)), std::string(row.text(3))};
            return {};
        },
        origin, seq));
    return found;
}

Result<bool> HubLog::came_before(const Origin& origin, const Change& first) {
    struct Life {
        std::int64_t origin{};
        std::int64_t last{};
    };
    std::vector<Life> others;
    BALIE_TRY(each_row(
        *database_,
        "SELECT o.number, t.last_seq FROM origin o JOIN chain_tail t ON t.origin = o.number "
        "WHERE o.device = ? AND o.incarnation <> ?",
        [&](const sqlite::Statement& row) -> Outcome {
            others.push_back({row.integer(0), row.integer(1)});
            return {};
        },
        origin.device.bytes, origin.incarnation.bytes));
    for (const Life& life : others) {
        std::int64_t low = 1;
        std::int64_t high = life.last;
        while (low <= high) {
            const std::int64_t middle = low + (high - low) / 2;
            BALIE_ASSIGN(auto* probe,
                         prepared(*database_,
                                  "SELECT seq, raw_stamp, transaction_id FROM hub_log WHERE "
                                  "kind = 0 AND origin = ? AND seq >= ? AND seq <= ? "
                                  "ORDER BY seq LIMIT 1",
                                  life.origin, middle, high));
            BALIE_ASSIGN(const bool there, probe->step());
            const std::int64_t seq = there ? probe->integer(0) : 0;
            const std::int64_t raw = there ? probe->integer(1) : 0;
            const bool same = there && probe->id(2) == first.transaction.bytes;
            probe->reset();
            if (same) return true;
            if (!there || raw > first.raw.packed) {
                high = middle - 1;
            } else {
                low = seq + 1;
            }
        }
    }
    return false;
}

Outcome HubLog::set_aside(std::int64_t origin, const std::vector<AsideChange>& changes,
                          const AsideReason& reason, std::int64_t received_ms) {
    std::optional<IdBytes> needs;
    if (reason.needs) needs = reason.needs->bytes;
    for (const AsideChange& each : changes) {
        const Change& change = each.change;
        BALIE_TRY(run_sql(*database_, kSetAside, origin, change.id.seq,
                          changes.front().change.id.seq, change.transaction.bytes,
                          change.action.bytes, change.raw.packed, each.effective.packed,
                          change.user, change.schema_version, change.salt, change.commitment,
                          change.hash, change.id.origin.device.bytes, reason.code, reason.detail,
                          needs, received_ms, change.payload));
    }
    return {};
}

Result<bool> HubLog::anything_needed() {
    BALIE_ASSIGN(
        const auto any,
        one_integer(*database_, "SELECT 1 FROM hub_set_aside WHERE needs IS NOT NULL LIMIT 1"));
    return any.has_value();
}

Result<std::vector<HubLog::AsideKey>> HubLog::waiting_for(const RecordId& record) {
    return read_keys(*database_,
                     "SELECT DISTINCT origin, tx_first FROM hub_set_aside WHERE needs = ? "
                     "ORDER BY origin, tx_first",
                     record.bytes);
}

Result<std::vector<HubLog::AsideKey>> HubLog::set_aside_as(std::string_view code) {
    return read_keys(*database_,
                     "SELECT DISTINCT origin, tx_first FROM hub_set_aside WHERE code = ? "
                     "ORDER BY origin, tx_first",
                     code);
}

Result<std::vector<AsideChange>> HubLog::load_aside(const AsideKey& key) {
    BALIE_ASSIGN(const Origin origin, origins_->origin_of(key.origin));
    std::vector<AsideChange> changes;
    BALIE_TRY(each_row(
        *database_,
        "SELECT seq, transaction_id, action_id, raw_stamp, effective_stamp, user, schema_version, "
        "salt, commitment, hash, payload FROM hub_set_aside "
        "WHERE origin = ?1 AND seq BETWEEN ?2 AND ?2 + 4096 AND tx_first = ?2 ORDER BY seq",
        [&](const sqlite::Statement& row) -> Outcome {
            AsideChange aside;
            Change& change = aside.change;
            change.id = {origin, row.integer(0)};
            change.transaction.bytes = row.id(1);
            change.action.bytes = row.id(2);
            change.raw.packed = row.integer(3);
            aside.effective.packed = row.integer(4);
            change.user = row.text(5);
            change.schema_version = static_cast<int>(row.integer(6));
            change.salt = column_salt(row, 7);
            change.commitment = column_hash(row, 8);
            change.hash = column_hash(row, 9);
            change.payload = row.text(10);
            changes.push_back(std::move(aside));
            return {};
        },
        key.origin, key.first));
    return changes;
}

Outcome HubLog::change_reason(const AsideKey& key, const AsideReason& reason) {
    std::optional<IdBytes> needs;
    if (reason.needs) needs = reason.needs->bytes;
    return run_sql(*database_,
                   "UPDATE hub_set_aside SET code = ?3, detail = ?4, needs = ?5, proposed = 0 "
                   "WHERE origin = ?1 AND seq BETWEEN ?2 AND ?2 + 4096 AND tx_first = ?2",
                   key.origin, key.first, reason.code, reason.detail, needs);
}

Outcome HubLog::drop_aside(const AsideKey& key) {
    return run_sql(*database_,
                   "DELETE FROM hub_set_aside WHERE origin = ?1 AND seq BETWEEN ?2 AND ?2 + 4096 "
                   "AND tx_first = ?2",
                   key.origin, key.first);
}

}  // namespace balie::sync
