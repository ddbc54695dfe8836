// What the hub sends: applied in its order, effects and cursor in one transaction (I6).
#include "storage/base/bytes.h"
#include "storage/store/customer_text.h"
#include "sync/log/confirmed_state.h"
#include "sync/log/erasure.h"
#include "sync/log/own_order.h"
#include "sync/log/reread.h"
#include "sync/log/terminal_replica.h"
#include "sync/protocol/codec.h"

#include <algorithm>
#include <cstdlib>

namespace balie::sync {

namespace {

/// A field that this version has a column, or a row of its own, for.
bool knows(const domain::RecordSpec& record, std::string_view field) {
    return is_custom(field) || record.find(field) != nullptr;
}

/// The running sum of this terminal's scope; written once, with the cursor.
class TerminalDigest final : public DigestKeeper {
  public:
    explicit TerminalDigest(Digest start) : sum_(start) {}
    Outcome changed(domain::RecordType /*type*/, const RecordId& /*id*/, const Digest& minus,
                    const Digest& plus) override {
        if (!leaving_old_) sum_ -= minus;
        sum_ += plus;
        return {};
    }
    [[nodiscard]] const Digest& sum() const { return sum_; }
    /// What goes was never in the sum: reading anew begins it at zero.
    void leave_old(bool leaving) { leaving_old_ = leaving; }

  private:
    Digest sum_;
    bool leaving_old_{false};
};

/// One batch on its way into the tables.
class Application {
  public:
    Application(store::Store& store, const ChangeLog::Tail& tail, Digest digest, bool rereading)
        : database_(store.writer()),
          tail_(tail),
          now_ms_(store.clock().wall_ms()),
          tables_(database_),
          origins_(database_),
          digest_(digest),
          state_(database_, tables_, origins_, digest_),
          rereading_(rereading),
          reread_(database_, state_, tables_, rereading) {}

    [[nodiscard]] Outcome take(const LogEntry& entry) {
        return std::visit([this](const auto& each) { return take_one(each); }, entry);
    }
    [[nodiscard]] const Digest& digest() const { return digest_.sum(); }
    [[nodiscard]] Outcome sweep() {
        digest_.leave_old(true);
        Outcome swept = reread_.sweep();
        digest_.leave_old(false);
        return swept;
    }
    /// `plain`: nothing of one's own waits and nothing is read anew, so each record is a new one.
    [[nodiscard]] Outcome take(const SnapshotTable& table, bool plain);
    [[nodiscard]] Outcome take(const SnapshotOwn& own);

  private:
    /// Before an entry of this record is taken in, while all is read anew.
    [[nodiscard]] Outcome begin_record(std::string_view type, const RecordId& id) {
        digest_.leave_old(true);
        Outcome begun = reread_.before(type, id);
        digest_.leave_old(false);
        return begun;
    }
    /// One row that is not here yet. False: it is, after all.
    [[nodiscard]] Result<bool> take_new(domain::RecordType type,
                                        std::span<const std::string> fields,
                                        const SnapshotTable::Row& row);
    [[nodiscard]] Outcome take_away(std::string_view type, const RecordId& id);
    /// The change under its number by OwnOrder, when a former life of this very log made it.
    [[nodiscard]] Result<std::optional<std::int64_t>> claim_former(const LogChange& entry);
    /// The record was made: what waits for it is tried again.
    [[nodiscard]] Outcome arrived(std::string_view type, const RecordId& id);
    [[nodiscard]] Outcome take_one(const LogChange& entry);
    [[nodiscard]] Outcome take_one(const LogOwn& entry);
    [[nodiscard]] Outcome take_one(const LogEnter& entry);
    [[nodiscard]] Outcome take_one(const LogLeave& entry);
    [[nodiscard]] Result<std::span<const domain::CustomField>> custom();
    [[nodiscard]] Outcome keep_aside(const ChangeId& id, Stamp effective, const ChangeBody& body,
                                     const std::string& payload, const ApplyAnswer& answer);
    [[nodiscard]] Outcome retry_waiting(const RecordId& parent);
    /// Something came that only a newer version understands: it reads all anew (prepare_resume).
    [[nodiscard]] Outcome note_newer();

    sqlite::Database& database_;
    const ChangeLog::Tail& tail_;
    std::int64_t now_ms_;
    store::RecordTables tables_;
    Origins origins_;
    TerminalDigest digest_;
    ConfirmedState state_;
    bool rereading_;
    Reread reread_;
    std::optional<std::vector<domain::CustomField>> custom_;
};

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

bool refused(ApplyKind kind) {
    return kind == ApplyKind::Needs || kind == ApplyKind::Unknown || kind == ApplyKind::Invalid;
}

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

// --- snapshot -----------------------------------------------------------------------------------

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

}  // namespace

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
    Application application(*store_, tail, known, rereading != 0);
    for (const SnapshotTable& table : part.tables) {
        BALIE_TRY(application.take(table, plain));
    }
    for (const SnapshotOwn& own : part.own) {
        BALIE_TRY(application.take(own));
    }
    const SnapshotPlace next{part.hub_seq, part.to};
    BALIE_TRY(set(setting::kDigest, to_hex(application.digest().bytes)));
    BALIE_TRY(save_snapshot_place(part.done ? SnapshotPlace{} : next));
    if (part.done) {
        BALIE_TRY(set(setting::kAhead, "1"));
        BALIE_TRY(set(setting::kCursor, std::to_string(part.hub_seq)));
    }
    BALIE_TRY(transaction.commit());
    return SnapshotApplied{next, part.done, part.done ? part.hub_seq : 0};
}

Result<ChangesApplied> TerminalReplica::apply_changes(const Changes& changes) {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(sqlite::Transaction transaction, sqlite::Transaction::begin(database));
    BALIE_ASSIGN(const ChangeLog::Tail tail, ChangeLog::tail(database));
    BALIE_ASSIGN(const std::int64_t cursor, number(setting::kCursor));
    if (changes.to <= cursor) return ChangesApplied{cursor};  // delivered twice
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
