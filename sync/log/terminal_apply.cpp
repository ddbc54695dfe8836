// What the hub sends: applied in its order, effects and cursor in one transaction (I6).
#include "storage/base/bytes.h"
#include "storage/store/customer_text.h"
#include "storage/store/put_off_indexes.h"
#include "sync/log/application.h"
#include "sync/log/erasure.h"
#include "sync/log/own_order.h"
#include "sync/log/reread.h"
#include "sync/log/terminal_replica.h"
#include "sync/protocol/codec.h"

#include <algorithm>
#include <cstdlib>

namespace balie::sync {

namespace {

std::string code_of(ApplyKind kind) {
    switch (kind) {
        case ApplyKind::Needs:
            return "needs";
        case ApplyKind::Unknown:
            return "unknown";
        default:
            return "invalid";
    }
}

}  // namespace

Result<std::span<const domain::CustomField>> Application::custom() {
    if (!custom_) {
        BALIE_ASSIGN(custom_, tables_.custom_fields());
    }
    return std::span<const domain::CustomField>(*custom_);
}

Outcome Application::keep_aside(const ChangeId& id, Stamp effective, const ChangeBody& body,
                                const std::string& payload, const ApplyAnswer& answer) {
    BALIE_ASSIGN(const std::int64_t origin, origins_.number_of(id.origin));
    BALIE_ASSIGN(auto* keep,
                 database_.cached(
                     "INSERT OR REPLACE INTO set_aside(origin,seq,record_type,record_id,code,"
                     "detail,needs,at_ms,effective_stamp,payload) VALUES(?,?,?,?,?,?,?,?,?,?)"));
    keep->bind(1, origin)
        .bind(2, id.seq)
        .bind(3, std::string_view(body.type))
        .bind(4, body.id.bytes);
    keep->bind(5, std::string_view(code_of(answer.kind))).bind(6, std::string_view(answer.detail));
    if (answer.kind == ApplyKind::Unknown) {
        BALIE_TRY(note_newer());
    }
    if (answer.needs) keep->bind(7, answer.needs->bytes);
    return keep->bind(8, now_ms_)
        .bind(9, effective.packed)
        .bind(10, std::string_view(payload))
        .run();
}

Outcome Application::note_newer() {
    BALIE_ASSIGN(auto* note,
                 database_.cached("INSERT OR REPLACE INTO setting(key,value) VALUES(?,?)"));
    return note->bind(1, setting::kNewerSeen).bind(2, std::to_string(domain::kSchemaVersion)).run();
}

Outcome Application::take_one(const LogChange& entry) {
    auto body = decode_payload(entry.change.payload);
    if (!body.ok()) {
        // The hub would not have passed it on; kept all the same rather than dropped.
        const ChangeBody unreadable{
            .type = "unreadable", .id = {}, .operation = Operation::Edit, .fields = {}};
        return keep_aside(entry.change.id, entry.effective, unreadable, entry.change.payload,
                          {ApplyKind::Invalid, body.error().text(), {}});
    }
    BALIE_TRY(begin_record(body->type, body->id));
    BALIE_ASSIGN(const auto own, claim_former(entry));
    BALIE_ASSIGN(const auto definitions, custom());
    BALIE_ASSIGN(const ApplyAnswer answer,
                 state_.apply(entry.change.id, entry.effective, *body, definitions, own));
    if (refused(answer.kind)) {
        return keep_aside(entry.change.id, entry.effective, *body, entry.change.payload, answer);
    }
    if (body->type == "field_definition") custom_.reset();
    return body->operation == Operation::Create ? arrived(body->type, body->id) : Outcome{};
}

Result<std::optional<std::int64_t>> Application::claim_former(const LogChange& entry) {
    const ChangeId& id = entry.change.id;
    if (id.origin.device != tail_.origin.device) return std::optional<std::int64_t>{};
    BALIE_ASSIGN(const OwnOrder order, OwnOrder::load(database_));
    BALIE_ASSIGN(const std::int64_t origin, origins_.number_of(id.origin));
    const auto number = order.former(origin, id.seq);
    if (!number) return std::optional<std::int64_t>{};
    // The same incarnation may have gone on elsewhere: by its hash it is this very change.
    BALIE_ASSIGN(auto* mark,
                 database_.cached("UPDATE change_log SET state=2,hub_seq=?,effective_stamp=? "
                                  "WHERE origin=? AND seq=? AND hash=?"));
    mark->bind(1, entry.hub_seq).bind(2, entry.effective.packed).bind(3, origin);
    BALIE_TRY(mark->bind(4, id.seq).bind(5, BytesView(entry.change.hash)).run());
    if (database_.changes() == 0) return std::optional<std::int64_t>{};
    BALIE_ASSIGN(auto* drop, database_.cached("DELETE FROM set_aside WHERE origin=? AND seq=?"));
    BALIE_TRY(drop->bind(1, origin).bind(2, id.seq).run());
    return number;
}

Outcome Application::arrived(std::string_view type, const RecordId& id) {
    BALIE_TRY(reread_.made(type, id));
    return retry_waiting(id);
}

Outcome Application::take_one(const LogOwn& entry) {
    BALIE_ASSIGN(
        auto* select,
        database_.cached("SELECT payload,state,hash,record_type,record_id FROM change_log WHERE "
                         "origin=? AND seq=?"));
    BALIE_ASSIGN(const bool there, select->bind(1, tail_.origin_number).bind(2, entry.seq).step());
    if (!there) {
        return Error{ErrorCode::Protocol,
                     "the hub confirms a change that this device did not make",
                     "change " + std::to_string(entry.seq),
                     {}};
    }
    const std::string payload(select->text(0));
    const auto state = static_cast<LogState>(select->integer(1));
    const std::string type(select->text(3));
    const RecordId record{select->id(4)};
    const BytesView hash = select->blob(2);
    const bool same = entry.hash.size() <= hash.size() &&
                      std::equal(entry.hash.begin(), entry.hash.end(), hash.begin());
    select->reset();
    if (!same) {
        return Error{ErrorCode::Protocol,
                     "the hub confirms another change than this device made under that number",
                     "change " + std::to_string(entry.seq),
                     "It connects again and goes on under a new number"};
    }
    BALIE_TRY(begin_record(type, record));
    // Erased here: of a record that left, or so old that the state has it (erasure.h).
    if (payload.empty()) return {};
    BALIE_ASSIGN(const ChangeBody body, decode_payload(payload));
    // Before it is applied: what still lies over the confirmed state must not count this one.
    BALIE_ASSIGN(auto* mark,
                 database_.cached("UPDATE change_log SET state=2,hub_seq=?,effective_stamp=? "
                                  "WHERE origin=? AND seq=?"));
    mark->bind(1, entry.hub_seq).bind(2, entry.effective.packed).bind(3, tail_.origin_number);
    BALIE_TRY(mark->bind(4, entry.seq).run());
    const ChangeId id{tail_.origin, entry.seq};
    BALIE_ASSIGN(const auto definitions, custom());
    BALIE_ASSIGN(const ApplyAnswer answer,
                 state_.apply(id, entry.effective, body, definitions, entry.seq));
    if (refused(answer.kind)) return keep_aside(id, entry.effective, body, payload, answer);
    if (state == LogState::SetAside) {
        BALIE_ASSIGN(auto* drop,
                     database_.cached("DELETE FROM set_aside WHERE origin=? AND seq=?"));
        BALIE_TRY(drop->bind(1, tail_.origin_number).bind(2, entry.seq).run());
    }
    return body.operation == Operation::Create ? arrived(body.type, body.id) : Outcome{};
}

Outcome Application::take_one(const LogEnter& entry) {
    if (domain::find_record(entry.type) == nullptr) {
        const ChangeBody body{
            .type = entry.type, .id = entry.id, .operation = Operation::Create, .fields = {}};
        return keep_aside(entry.birth.id, entry.birth.effective, body, "{}",
                          {ApplyKind::Unknown,
                           "record type '" + entry.type + "' is not known to this version",
                           {}});
    }
    const domain::RecordSpec& record = *domain::find_record(entry.type);
    if (!std::all_of(entry.values.begin(), entry.values.end(),
                     [&](const auto& each) { return knows(record, each.first); })) {
        BALIE_TRY(note_newer());
    }
    BALIE_TRY(begin_record(entry.type, entry.id));
    // While all is read anew nobody knows what the hub has left of former lives (Reread::begin).
    if (!rereading_) {
        BALIE_TRY(confirm_former(database_, origins_, tail_.origin_number, entry));
    }
    BALIE_TRY(state_.install(entry));
    BALIE_TRY(note_returned(database_, entry.id));
    return retry_waiting(entry.id);
}

Outcome Application::take_one(const LogLeave& entry) {
    BALIE_TRY(begin_record(entry.type, entry.id));
    return take_away(entry.type, entry.id);
}

Outcome Application::take_away(std::string_view type, const RecordId& id) {
    const domain::RecordSpec* record = domain::find_record(type);
    if (record != nullptr) {
        BALIE_ASSIGN(const bool was_here, state_.remove(record->type, id));
        static_cast<void>(was_here);
        BALIE_TRY(note_departed(database_, id));
    }
    // Foreign changes that waited for it, or for what hung on it, are not for this terminal; nor
    // are own ones that the hub has taken in, and that only come too early as all is read again.
    BALIE_ASSIGN(auto* drop, database_.cached(
                                 "DELETE FROM set_aside WHERE record_id=? AND NOT EXISTS (SELECT 1 "
                                 "FROM change_log l WHERE l.origin=set_aside.origin AND "
                                 "l.seq=set_aside.seq AND l.state<>2)"));
    return drop->bind(1, id.bytes).run();
}

Outcome Application::retry_waiting(const RecordId& parent) {
    BALIE_ASSIGN(auto* select,
                 database_.cached("SELECT origin,seq,effective_stamp,payload FROM set_aside "
                                  "WHERE needs=? ORDER BY effective_stamp"));
    select->bind(1, parent.bytes);
    struct Waiting {
        std::int64_t origin;
        std::int64_t seq;
        Stamp effective;
        std::string payload;
    };
    std::vector<Waiting> waiting;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        waiting.push_back({select->integer(0), select->integer(1), Stamp{select->integer(2)},
                           std::string(select->text(3))});
    }
    for (const Waiting& each : waiting) {
        BALIE_ASSIGN(const Origin origin, origins_.origin_of(each.origin));
        BALIE_ASSIGN(const ChangeBody body, decode_payload(each.payload));
        BALIE_ASSIGN(const auto definitions, custom());
        BALIE_ASSIGN(const ApplyAnswer answer,
                     state_.apply({origin, each.seq}, each.effective, body, definitions));
        if (refused(answer.kind)) continue;
        BALIE_ASSIGN(auto* drop,
                     database_.cached("DELETE FROM set_aside WHERE origin=? AND seq=?"));
        BALIE_TRY(drop->bind(1, each.origin).bind(2, each.seq).run());
        if (body.operation == Operation::Create) {
            BALIE_TRY(arrived(body.type, body.id));
        }
    }
    return {};
}

Result<ChangesApplied> TerminalReplica::apply_changes(const Changes& changes) {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(sqlite::Transaction transaction, sqlite::Transaction::begin(database));
    BALIE_ASSIGN(const ChangeLog::Tail tail, ChangeLog::tail(database));
    BALIE_ASSIGN(const std::int64_t cursor, number(setting::kCursor));
    // Delivered twice: another session of this device was ahead, and this one says no more of it
    // than what the hub sent to it.
    if (changes.to <= cursor) return ChangesApplied{changes.to};
    if (changes.from != cursor) {
        // Asked for before another session of this device moved the cursor, on or back to the
        // start; that they follow on one another the session has seen.
        return Error{ErrorCode::Busy, "another session of this device was ahead",
                     "cursor " + std::to_string(cursor), "The terminal connects again"};
    }
    BALIE_ASSIGN(const Digest known, digest());
    BALIE_ASSIGN(const std::int64_t rereading, number(setting::kRereading));
    Application application(*store_, tail, known, rereading != 0);
    for (const LogEntry& entry : changes.entries) {
        BALIE_TRY(application.take(entry));
    }
    BALIE_TRY(set(setting::kDigest, to_hex(application.digest().bytes)));
    BALIE_TRY(set(setting::kCursor, std::to_string(changes.to)));
    // An older hub sends its log although a snapshot was begun with a newer one.
    BALIE_TRY(save_snapshot_place({}));
    BALIE_TRY(store::make_put_off_indexes(database));
    BALIE_TRY(transaction.commit());
    return ChangesApplied{changes.to};
}

Result<bool> TerminalReplica::finish_reread() {
    BALIE_ASSIGN(const ChangeLog::Tail tail, ChangeLog::tail(store_->writer()));
    BALIE_ASSIGN(const Digest known, digest());
    Application application(*store_, tail, known, true);
    BALIE_TRY(application.sweep());
    BALIE_TRY(set(setting::kDigest, to_hex(application.digest().bytes)));
    BALIE_TRY(set(setting::kRereading, "0"));
    return resend_former(tail);
}

}  // namespace balie::sync
