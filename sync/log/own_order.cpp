#include "sync/log/own_order.h"

#include "sync/core/merge.h"
#include "sync/log/change_log.h"
#include "sync/protocol/codec.h"

#include <algorithm>
#include <sstream>

namespace balie::sync {

namespace {

/// Whether a change that the hub has taken in is part of the record as it sends it.
bool holds(const LogEnter& entry, const ChangeId& id, const ChangeBody& body) {
    if (entry.birth.id == id) return true;
    return std::all_of(body.fields.begin(), body.fields.end(), [&](const auto& written) {
        const auto edited =
            std::find_if(entry.edited.begin(), entry.edited.end(),
                         [&](const auto& each) { return each.field == written.first; });
        return edited != entry.edited.end() && edited->state.covers(id);
    });
}

}  // namespace

Result<OwnOrder> OwnOrder::load(sqlite::Database& database) {
    OwnOrder order;
    BALIE_ASSIGN(auto* select, database.cached("SELECT value FROM setting WHERE key=?"));
    BALIE_ASSIGN(const bool there, select->bind(1, setting::kFormer).step());
    if (there) {
        std::istringstream numbers{std::string(select->text(0))};
        for (std::int64_t number = 0; numbers >> number;) order.former_.push_back(number);
    }
    select->reset();
    return order;
}

std::optional<std::int64_t> OwnOrder::former(std::int64_t origin, std::int64_t seq) const {
    const auto found = std::find(former_.begin(), former_.end(), origin);
    if (found == former_.end()) return std::nullopt;
    return seq - kLife * (former_.end() - found);
}

Outcome OwnOrder::add_former(sqlite::Database& database, std::int64_t origin) {
    former_.push_back(origin);
    std::string text;
    for (const std::int64_t number : former_) text += std::to_string(number) + " ";
    BALIE_ASSIGN(auto* write, database.cached("INSERT INTO setting(key,value) VALUES(?1,?2) "
                                              "ON CONFLICT(key) DO UPDATE SET value=?2"));
    BALIE_TRY(write->bind(1, setting::kFormer).bind(2, std::string_view(text)).run());
    BALIE_ASSIGN(auto* shift, database.cached("UPDATE shadow SET pending_seq=pending_seq-?"));
    return shift->bind(1, kLife).run();
}

Outcome name_former_lives(sqlite::Database& database, ChangeBody& body) {
    BALIE_ASSIGN(const OwnOrder order, OwnOrder::load(database));
    if (!order.any_former()) return {};
    BALIE_ASSIGN(auto* select,
                 database.cached("SELECT origin,seq,payload FROM change_log WHERE record_id=? AND "
                                 "state<2 ORDER BY origin,seq"));
    select->bind(1, body.id.bytes);
    struct Row {
        std::int64_t origin;
        std::int64_t seq;
        std::string payload;
    };
    std::vector<Row> rows;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        if (!order.former(select->integer(0), 0)) continue;
        rows.push_back({select->integer(0), select->integer(1), std::string(select->text(2))});
    }
    Origins origins(database);
    for (const Row& row : rows) {
        BALIE_ASSIGN(const ChangeBody earlier, decode_payload(row.payload));
        BALIE_ASSIGN(const Origin origin, origins.origin_of(row.origin));
        for (auto& [field, edit] : body.fields) {
            const bool whole = field == kDeletedAt || earlier.operation == Operation::Create;
            if (!whole && !earlier.fields.contains(field)) continue;
            auto& highest = edit.base[origin];
            highest = std::max(highest, row.seq);
        }
    }
    return {};
}

Outcome confirm_former(sqlite::Database& database, Origins& origins, std::int64_t present,
                       const LogEnter& entry) {
    BALIE_ASSIGN(auto* select,
                 database.cached("SELECT origin,seq,payload FROM change_log WHERE record_id=? AND "
                                 "state<2 AND state=1 AND origin<>? ORDER BY origin,seq"));
    select->bind(1, entry.id.bytes).bind(2, present);
    std::vector<std::pair<std::int64_t, std::int64_t>> held;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        const std::int64_t number = select->integer(0);
        const std::int64_t seq = select->integer(1);
        BALIE_ASSIGN(const ChangeBody body, decode_payload(select->text(2)));
        BALIE_ASSIGN(const Origin origin, origins.origin_of(number));
        if (holds(entry, {origin, seq}, body)) held.emplace_back(number, seq);
    }
    for (const auto& [origin, seq] : held) {
        BALIE_ASSIGN(
            auto* mark,
            database.cached("UPDATE change_log SET state=2,hub_seq=? WHERE origin=? AND seq=?"));
        // At the latest there: what it was in a log that was lost counts for nothing.
        BALIE_TRY(mark->bind(1, entry.hub_seq).bind(2, origin).bind(3, seq).run());
    }
    return {};
}

}  // namespace balie::sync
