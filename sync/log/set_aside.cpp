#include "sync/log/set_aside.h"

#include "sync/log/change_log.h"
#include "sync/log/origins.h"

#include <charconv>

namespace balie::sync {

namespace {

constexpr std::string_view kSentAgain = "sent_again";
constexpr std::string_view kDismissed = "dismissed";

AsideState state_of(std::string_view settled) {
    if (settled == kSentAgain) return AsideState::SentAgain;
    return settled.empty() ? AsideState::Open : AsideState::Dismissed;
}

Error nothing_under(const ChangeId& id) {
    return {ErrorCode::NotFound,
            "nothing is set aside under " + change_id_text(id),
            {},
            "See balie set-aside list"};
}

/// Looks only: nobody's number is made for an id that was mistyped. Errors: NotFound.
Result<std::int64_t> number_of(sqlite::Database& database, const ChangeId& id) {
    BALIE_ASSIGN(auto* find,
                 database.cached("SELECT number FROM origin WHERE device=? AND incarnation=?"));
    find->bind(1, id.origin.device.bytes).bind(2, id.origin.incarnation.bytes);
    BALIE_ASSIGN(const bool known, find->step());
    const std::int64_t number = known ? find->integer(0) : 0;
    find->reset();
    if (!known) return nothing_under(id);
    return number;
}

}  // namespace

std::string change_id_text(const ChangeId& id) {
    return id.origin.device.text() + "/" + id.origin.incarnation.text() + "/" +
           std::to_string(id.seq);
}

Result<ChangeId> parse_change_id(std::string_view text) {
    const Error wrong{ErrorCode::InvalidInput,
                      "'" + std::string(text.substr(0, 120)) + "' is no id of a change", "id",
                      "Copy it from balie set-aside list"};
    const std::size_t first = text.find('/');
    const std::size_t last = text.rfind('/');
    if (first == std::string_view::npos || last == first) return wrong;
    const auto device = DeviceId::parse(text.substr(0, first));
    const auto incarnation = Incarnation::parse(text.substr(first + 1, last - first - 1));
    const std::string_view digits = text.substr(last + 1);
    std::int64_t seq = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), seq);
    if (!device.ok() || !incarnation.ok() || parsed.ec != std::errc{} ||
        parsed.ptr != digits.data() + digits.size()) {
        return wrong;
    }
    return ChangeId{{*device, *incarnation}, seq};
}

Result<std::vector<SetAsideEntry>> SetAsideList::select(std::string_view which, int limit) {
    Origins origins(*database_);
    BALIE_ASSIGN(const ChangeLog::Tail tail, ChangeLog::tail(*database_));
    BALIE_ASSIGN(
        auto* rows,
        database_->cached("SELECT origin,seq,record_type,record_id,code,detail,at_ms,payload,"
                          "settled,settled_ms FROM set_aside WHERE " +
                          std::string(which) + " ORDER BY at_ms DESC,seq DESC LIMIT ?"));
    rows->bind(1, std::int64_t{limit});
    std::vector<SetAsideEntry> entries;
    while (true) {
        BALIE_ASSIGN(const bool more, rows->step());
        if (!more) return entries;
        BALIE_ASSIGN(const Origin origin, origins.origin_of(rows->integer(0)));
        entries.push_back({.id = {origin, rows->integer(1)},
                           .type = std::string(rows->text(2)),
                           .record = {rows->id(3)},
                           .code = std::string(rows->text(4)),
                           .detail = std::string(rows->text(5)),
                           .at_ms = rows->integer(6),
                           .payload = std::string(rows->text(7)),
                           .own = origin.device == tail.origin.device,
                           .state = state_of(rows->text(8)),
                           .settled_ms = rows->integer(9)});
    }
}

Result<std::vector<SetAsideEntry>> SetAsideList::open(int limit) {
    return select("settled IS NULL", limit);
}

Result<std::vector<SetAsideEntry>> SetAsideList::all(int limit) {
    return select("1", limit);
}

Result<SetAsideEntry> SetAsideList::find(const ChangeId& id) {
    BALIE_ASSIGN(const auto entries, together(id));
    for (const SetAsideEntry& entry : entries) {
        if (entry.id == id) return entry;
    }
    return nothing_under(id);
}

Result<std::vector<SetAsideEntry>> SetAsideList::together(const ChangeId& id) {
    BALIE_ASSIGN(const ChangeLog::Tail tail, ChangeLog::tail(*database_));
    BALIE_ASSIGN(const std::int64_t number, number_of(*database_, id));
    BALIE_ASSIGN(auto* rows,
                 database_->cached(
                     "SELECT a.seq,a.record_type,a.record_id,a.code,a.detail,a.at_ms,a.payload,"
                     "a.settled,a.settled_ms FROM set_aside a LEFT JOIN change_log l ON "
                     "l.origin=a.origin AND l.seq=a.seq WHERE a.origin=?1 AND (a.seq=?2 OR "
                     "l.transaction_id=(SELECT transaction_id FROM change_log WHERE origin=?1 AND "
                     "seq=?2)) ORDER BY a.seq"));
    rows->bind(1, number).bind(2, id.seq);
    std::vector<SetAsideEntry> entries;
    bool found = false;
    while (true) {
        BALIE_ASSIGN(const bool more, rows->step());
        if (!more) break;
        found = found || rows->integer(0) == id.seq;
        entries.push_back({.id = {id.origin, rows->integer(0)},
                           .type = std::string(rows->text(1)),
                           .record = {rows->id(2)},
                           .code = std::string(rows->text(3)),
                           .detail = std::string(rows->text(4)),
                           .at_ms = rows->integer(5),
                           .payload = std::string(rows->text(6)),
                           .own = id.origin.device == tail.origin.device,
                           .state = state_of(rows->text(7)),
                           .settled_ms = rows->integer(8)});
    }
    if (!found) return nothing_under(id);
    return entries;
}

Outcome SetAsideList::mark(const ChangeId& id, AsideState state, std::int64_t now_ms) {
    BALIE_ASSIGN(const std::int64_t number, number_of(*database_, id));
    BALIE_ASSIGN(
        auto* mark,
        database_->cached("UPDATE set_aside SET settled=?,settled_ms=? WHERE origin=? AND seq=?"));
    if (state == AsideState::Open) {
        mark->bind(1, Value{}).bind(2, Value{});
    } else {
        mark->bind(1, state == AsideState::SentAgain ? kSentAgain : kDismissed).bind(2, now_ms);
    }
    BALIE_TRY(mark->bind(3, number).bind(4, id.seq).run());
    if (database_->changes() == 0) return nothing_under(id);
    return {};
}

}  // namespace balie::sync
