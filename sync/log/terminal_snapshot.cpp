// A scope's state, part by part, into the tables: of a terminal that has nothing yet, and of one
// whose copy is read anew.
#include "storage/base/bytes.h"
#include "storage/store/customer_text.h"
#include "storage/store/put_off_indexes.h"
#include "sync/log/application.h"
#include "sync/log/own_order.h"
#include "sync/log/terminal_replica.h"
#include "sync/protocol/codec.h"

#include <algorithm>

namespace balie::sync {

Result<bool> Application::take_new(domain::RecordType type, std::span<const std::string> fields,
                                   const SnapshotTable::Row& row) {
    const Outcome made = state_.install_new(type, fields, row);
    if (made.ok()) return true;
    if (made.error().code == ErrorCode::AlreadyExists) return false;
    return made.error();
}

Outcome Application::take(const SnapshotTable& table, bool plain) {
    const domain::RecordSpec* record = domain::find_record(table.type);
    plain = plain && record != nullptr;
    if (record != nullptr && !std::all_of(table.fields.begin(), table.fields.end(),
                                          [&](const auto& each) { return knows(*record, each); })) {
        BALIE_TRY(note_newer());
    }
    std::vector<RecordId> made;
    tables_.defer_full_text(plain);
    for (const SnapshotTable::Row& row : table.rows) {
        if (plain) {
            made.push_back(row.id);
            BALIE_ASSIGN(const bool taken, take_new(record->type, table.fields, row));
            if (taken) continue;
        }
        LogEnter enter;
        enter.type = table.type;
        enter.id = row.id;
        enter.birth = row.birth;
        for (std::size_t i = 0; i < table.fields.size() && i < row.values.size(); ++i) {
            if (!is_null(row.values[i])) enter.values.emplace(table.fields[i], row.values[i]);
        }
        enter.edited = row.edited;
        BALIE_TRY(take_one(enter));
    }
    tables_.defer_full_text(false);
    if (!plain || record->type != domain::RecordType::Customer) return {};
    return store::CustomerText(database_).refresh_all(made);
}

Outcome Application::take(const SnapshotOwn& own) {
    BALIE_ASSIGN(const std::int64_t origin,
                 origins_.number_of({tail_.origin.device, own.incarnation}));
    BALIE_ASSIGN(auto* select, database_.cached("SELECT state,payload FROM change_log WHERE "
                                                "origin=? AND seq=? AND substr(hash,1,16)=?"));
    select->bind(1, origin).bind(2, own.seq);
    BALIE_ASSIGN(const bool known, select->bind(3, BytesView(own.hash)).step());
    const bool confirmed =
        known && select->integer(0) == static_cast<std::int64_t>(LogState::Confirmed);
    const std::string payload(known ? select->text(1) : std::string_view());
    select->reset();
    const bool present = own.incarnation == tail_.origin.incarnation;
    // Of a former life that this copy did not live, or told before.
    if (confirmed || (!known && !present)) return {};
    if (present && own.in_scope) {
        return take_one(LogOwn{own.hub_seq, own.effective, own.seq, own.hash});
    }
    if (!known) {
        return Error{ErrorCode::Protocol,
                     "the hub confirms another change than this device made under that number",
                     "change " + std::to_string(own.seq),
                     "It connects again and goes on under a new number"};
    }
    BALIE_ASSIGN(auto* mark,
                 database_.cached("UPDATE change_log SET state=2,hub_seq=?,effective_stamp=? "
                                  "WHERE origin=? AND seq=?"));
    mark->bind(1, own.hub_seq).bind(2, own.effective.packed).bind(3, origin);
    BALIE_TRY(mark->bind(4, own.seq).run());
    BALIE_ASSIGN(auto* drop, database_.cached("DELETE FROM set_aside WHERE origin=? AND seq=?"));
    BALIE_TRY(drop->bind(1, origin).bind(2, own.seq).run());
    BALIE_ASSIGN(const ChangeBody body, decode_payload(payload));
    BALIE_TRY(begin_record(body.type, body.id));
    // What the hub took in has left this terminal's scope since.
    if (!own.in_scope) return take_away(body.type, body.id);
    BALIE_ASSIGN(const OwnOrder order, OwnOrder::load(database_));
    BALIE_ASSIGN(const auto definitions, custom());
    const ChangeId id{{tail_.origin.device, own.incarnation}, own.seq};
    BALIE_ASSIGN(const ApplyAnswer answer,
                 state_.apply(id, own.effective, body, definitions, order.former(origin, own.seq)));
    if (refused(answer.kind)) return keep_aside(id, own.effective, body, payload, answer);
    return {};
}

Result<bool> Application::compare(const SnapshotRange& range) {
    const domain::RecordSpec* record = domain::find_record(range.type);
    if (record == nullptr) return range.digest == Digest{};
    std::string sql = "SELECT id FROM " + std::string(record->plural) +
                      " WHERE birth_origin IS NOT NULL AND id>?1";
    if (range.to) sql += " AND id<=?2";
    BALIE_ASSIGN(auto* select, database_.cached(sql));
    select->bind(1, range.after.value_or(RecordId{}).bytes);
    if (range.to) select->bind(2, range.to->bytes);
    std::vector<RecordId> ids;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        ids.push_back(RecordId{select->id(0)});
    }
    Digest sum;
    for (const RecordId& id : ids) {
        BALIE_ASSIGN(const Digest part, state_.contribution(record->type, id));
        sum += part;
    }
    if (sum != range.digest) return false;
    BALIE_TRY(reread_.keep(ids));
    BALIE_TRY(digest_.changed(record->type, {}, Digest{}, sum));
    return true;
}

Result<SnapshotApplied> TerminalReplica::apply_snapshot(const Snapshot& part) {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(sqlite::Transaction transaction, sqlite::Transaction::begin(database));
    BALIE_ASSIGN(const ChangeLog::Tail tail, ChangeLog::tail(database));
    BALIE_ASSIGN(const std::int64_t cursor, number(setting::kCursor));
    BALIE_ASSIGN(const SnapshotPlace place, snapshot_place());
    if (cursor != 0 || part.after != place.after ||
        (place.hub_seq != 0 && part.hub_seq != place.hub_seq)) {
        return Error{ErrorCode::Busy, "another session of this device was ahead",
                     "snapshot after " + place.after, "The terminal connects again"};
    }
    BALIE_ASSIGN(const Digest known, digest());
    BALIE_ASSIGN(const std::int64_t rereading, number(setting::kRereading));
    BALIE_ASSIGN(const Value waits,
                 database.scalar("SELECT EXISTS(SELECT 1 FROM change_log WHERE state<2) OR "
                                 "EXISTS(SELECT 1 FROM set_aside)"));
    const bool plain = rereading == 0 && value_integer(waits) == 0;
    if (plain && place.hub_seq == 0) {
        BALIE_TRY(store::put_off_indexes(database, domain::RecordType::Interaction));
    }
    Application application(*store_, tail, known, rereading != 0);
    for (const SnapshotTable& table : part.tables) {
        BALIE_TRY(application.take(table, plain));
    }
    for (const SnapshotOwn& own : part.own) {
        BALIE_TRY(application.take(own));
    }
    SnapshotPlace next = place_after(place, part.hub_seq, part.to);
    if (part.range && rereading == 0) {
        return Error{ErrorCode::Protocol,
                     "the hub sent a digest to compare, and there is no copy to compare it with",
                     "snapshot after " + place.after, "The terminal connects again"};
    }
    if (part.range) {
        BALIE_ASSIGN(const bool equal, application.compare(*part.range));
        if (!equal) next = {part.hub_seq, place.after, place.compare, part.to};
    }
    BALIE_TRY(set(setting::kDigest, to_hex(application.digest().bytes)));
    BALIE_TRY(save_snapshot_place(part.done ? SnapshotPlace{} : next));
    if (part.done) {
        BALIE_TRY(store::make_put_off_indexes(database));
        BALIE_TRY(set(setting::kAhead, "1"));
        BALIE_TRY(set(setting::kCursor, std::to_string(part.hub_seq)));
    }
    BALIE_TRY(transaction.commit());
    return SnapshotApplied{next, part.done, part.done ? part.hub_seq : 0, part.range.has_value()};
}

}  // namespace balie::sync
