// What happens to a device's own log when it turns out to be a copy, or the hub an older one:
// nothing is lost, and nothing is sent a second time.
#include "sync/log/erasure.h"
#include "sync/log/origins.h"
#include "sync/log/own_order.h"
#include "sync/log/reread.h"
#include "sync/log/terminal_replica.h"
#include "sync/protocol/codec.h"

#include <algorithm>
#include <limits>

namespace balie::sync {

namespace {

/// A copy that is not equal even when it was read anew this often is a fault for people to look at.
constexpr std::int64_t kRepairsMax = 2;

struct OwnRow {
    std::int64_t origin{};
    std::int64_t seq{};
    std::int64_t saved_ms{};
    Change change;
};

/// Rows of the own log in one state: of the present incarnation, or of all the others.
Result<std::vector<OwnRow>> own_rows(sqlite::Database& database, std::int64_t present,
                                     bool of_present, LogState state) {
    BALIE_ASSIGN(auto* select,
                 database.cached("SELECT origin,seq,saved_ms,transaction_id,action_id,raw_stamp,"
                                 "user,schema_version,payload,salt,commitment FROM change_log "
                                 "WHERE (origin=?1)=?2 AND state=?3 ORDER BY origin,seq"));
    select->bind(1, present).bind(2, std::int64_t{of_present ? 1 : 0});
    select->bind(3, static_cast<std::int64_t>(state));
    std::vector<OwnRow> rows;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) return rows;
        OwnRow row{select->integer(0), select->integer(1), select->integer(2), {}};
        row.change.transaction = {select->id(3)};
        row.change.action = {select->id(4)};
        row.change.raw = Stamp{select->integer(5)};
        row.change.user = std::string(select->text(6));
        row.change.schema_version = static_cast<int>(select->integer(7));
        row.change.payload = std::string(select->text(8));
        copy_bytes(select->blob(9), row.change.salt);
        copy_bytes(select->blob(10), row.change.commitment);
        rows.push_back(std::move(row));
    }
}

/// Within one incarnation an author's later change replaces its earlier one without saying so;
/// under another it has to be said. `seen`: the last change of `former` that the hub has and that
/// this one's author had made.
Result<ChangeBody> say_what_was_seen(Change& change, const Origin& former, std::int64_t seen,
                                     Entropy& entropy) {
    BALIE_ASSIGN(ChangeBody body, decode_payload(change.payload));
    if (body.operation != Operation::Edit || seen <= 0) return body;
    for (auto& [field, edit] : body.fields) {
        auto& highest = edit.base[former];
        highest = std::max(highest, seen);
    }
    change.payload = encode_payload(body);
    entropy.fill(change.salt);
    change.commitment = commitment_of(change.salt, change.payload);
    return body;
}

/// The rows leave their log and go on the end of `tail`, in order, to be sent from there. `seen`:
/// the last of the present log that the hub has; of former ones it has what lies before each.
Outcome move_rows(store::Store& store, std::vector<OwnRow> rows, ChangeLog::Tail tail,
                  const OwnOrder& order, std::optional<std::int64_t> seen) {
    sqlite::Database& database = store.writer();
    Origins origins(database);
    for (OwnRow& row : rows) {
        BALIE_ASSIGN(const Origin former, origins.origin_of(row.origin));
        BALIE_ASSIGN(
            const ChangeBody body,
            say_what_was_seen(row.change, former, seen.value_or(row.seq - 1), store.entropy()));
        row.change.id = {tail.origin, ++tail.seq};
        row.change.hash = chain_hash(tail.hash, row.change);
        tail.hash = row.change.hash;
        BALIE_ASSIGN(auto* drop,
                     database.cached("DELETE FROM change_log WHERE origin=? AND seq=?"));
        BALIE_TRY(drop->bind(1, row.origin).bind(2, row.seq).run());
        BALIE_TRY(ChangeLog::insert(database, tail.origin_number, row.change, body.type, body.id,
                                    row.saved_ms));
        BALIE_ASSIGN(
            auto* move,
            database.cached("UPDATE shadow SET pending_seq=? WHERE record_id=? AND pending_seq=?"));
        move->bind(1, tail.seq).bind(2, body.id.bytes);
        BALIE_TRY(move->bind(3, order.number(row.origin, row.seq)).run());
    }
    return {};
}

}  // namespace

Outcome TerminalReplica::note_epoch(const Welcome& welcome, const ChangeLog::Tail& tail,
                                    bool hub_lost) {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(const std::string known, text(setting::kEpoch));
    if (!hub_lost && (known.empty() || known == welcome.epoch.text())) return {};
    std::int64_t again = 0;
    if (auto book = attachments()) {
        BALIE_TRY(book->forget_hub());
    }
    if (hub_lost) {
        // What the hub had set aside and taken in later, in the part of its log that is lost, is
        // set aside there again: it is asked for its verdict once more.
        BALIE_ASSIGN(const std::int64_t cursor, number(setting::kCursor));
        const std::int64_t log_end =
            welcome.cursor < cursor ? welcome.cursor : std::numeric_limits<std::int64_t>::max();
        BALIE_ASSIGN(auto* lost,
                     database.cached("UPDATE change_log SET state=0,hub_seq=NULL WHERE origin=? "
                                     "AND (seq>? OR (hub_seq>? AND payload<>'')) AND state IN "
                                     "(1,2)"));
        lost->bind(1, tail.origin_number).bind(2, welcome.acked_seq).bind(3, log_end);
        BALIE_TRY(lost->run());
        again = database.changes();
    }
    BALIE_TRY(set(setting::kHubRestoredAt, std::to_string(store_->clock().wall_ms())));
    return set(setting::kHubRestoredAgain, std::to_string(again));
}

Outcome TerminalReplica::begin_reread(bool compare) {
    BALIE_TRY(Reread::begin(store_->writer()));
    BALIE_TRY(set(setting::kDigest, to_hex(Digest{}.bytes)));
    BALIE_TRY(save_snapshot_place({0, {}, compare, {}}));
    return set(setting::kRereading, "1");
}

Result<SnapshotPlace> TerminalReplica::snapshot_place() {
    SnapshotPlace place;
    BALIE_ASSIGN(place.hub_seq, number(setting::kSnapshotSeq));
    BALIE_ASSIGN(place.after, text(setting::kSnapshotAfter));
    BALIE_ASSIGN(const std::int64_t compare, number(setting::kSnapshotCompare));
    place.compare = compare != 0;
    BALIE_ASSIGN(place.full_to, text(setting::kSnapshotFullTo));
    return place;
}

Outcome TerminalReplica::save_snapshot_place(const SnapshotPlace& place) {
    BALIE_ASSIGN(const SnapshotPlace now, snapshot_place());
    if (now == place) return {};
    BALIE_TRY(set(setting::kSnapshotSeq, std::to_string(place.hub_seq)));
    if (now.compare != place.compare) {
        BALIE_TRY(set(setting::kSnapshotCompare, place.compare ? "1" : "0"));
    }
    if (now.full_to != place.full_to) {
        BALIE_TRY(set(setting::kSnapshotFullTo, place.full_to));
    }
    return set(setting::kSnapshotAfter, place.after);
}

Result<std::vector<Pull::OwnAfter>> TerminalReplica::own_after() {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(const ChangeLog::Tail tail, ChangeLog::tail(database));
    BALIE_ASSIGN(auto* select,
                 database.cached("SELECT o.incarnation,min(w.seq) FROM (SELECT origin,seq FROM "
                                 "change_log WHERE state<2 UNION ALL SELECT l.origin,l.seq FROM "
                                 "set_aside a JOIN change_log l ON l.origin=a.origin AND "
                                 "l.seq=a.seq) w JOIN origin o ON o.number=w.origin WHERE "
                                 "o.device=? GROUP BY w.origin ORDER BY w.origin"));
    select->bind(1, tail.origin.device.bytes);
    std::vector<Pull::OwnAfter> own;
    bool present = false;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        own.push_back({Incarnation{select->id(0)}, select->integer(1) - 1});
        present = present || own.back().incarnation == tail.origin.incarnation;
    }
    // What is saved and sent while the snapshot begins.
    if (!present) own.push_back({tail.origin.incarnation, tail.seq});
    return own;
}

Result<bool> TerminalReplica::acknowledge_known(const ChangeLog::Tail& tail, std::int64_t first,
                                                BytesView known) {
    sqlite::Database& database = store_->writer();
    std::vector<Verdict> aside;
    bool all = true;
    for (std::size_t at = 0; all && at + kKnownBytes <= known.size(); at += kKnownBytes) {
        const std::int64_t seq = first + static_cast<std::int64_t>(at / kKnownBytes);
        BALIE_ASSIGN(auto* select,
                     database.cached("SELECT transaction_id FROM change_log WHERE origin=? AND "
                                     "seq=? AND substr(hash,1,16)=?"));
        select->bind(1, tail.origin_number).bind(2, seq);
        BALIE_ASSIGN(all, select->bind(3, known.subspan(at + 1, kKnownBytes - 1)).step());
        if (!all) break;  // here the two logs part
        Verdict verdict;
        verdict.transaction = {select->id(0)};
        select->reset();
        verdict.first = verdict.last = seq;
        verdict.code = "denied";
        verdict.detail = "The office set it aside when it came from another copy of this terminal";
        if (known[at] == kKnownSetAside) aside.push_back(std::move(verdict));
        if (known[at] == kKnownSetAside) continue;
        BALIE_ASSIGN(auto* mark, database.cached("UPDATE change_log SET state=max(state,1) WHERE "
                                                 "origin=? AND seq=?"));
        BALIE_TRY(mark->bind(1, tail.origin_number).bind(2, seq).run());
    }
    // Backwards: a later edit is taken back before what it lies on.
    for (auto each = aside.rbegin(); each != aside.rend(); ++each) {
        BALIE_TRY(take_back(tail.origin_number, each->first, *each));
    }
    return all && known.size() == kKnownBytes * kKnownMax;
}

Outcome TerminalReplica::start_new_incarnation(const std::string& words, std::int64_t known_first,
                                               BytesView known) {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(sqlite::Transaction transaction, sqlite::Transaction::begin(database));
    BALIE_ASSIGN(const ChangeLog::Tail old, ChangeLog::tail(database));
    BALIE_ASSIGN(const bool more, acknowledge_known(old, known_first, known));
    // As many as one message tells of, all of them the hub's: the next connection tells the rest.
    if (more) return transaction.commit();
    BALIE_TRY(separate(old, words));
    return transaction.commit();
}

Outcome TerminalReplica::separate(const ChangeLog::Tail& old, const std::string& words) {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(auto pending, own_rows(database, old.origin_number, true, LogState::Pending));
    BALIE_ASSIGN(OwnOrder order, OwnOrder::load(database));
    BALIE_TRY(order.add_former(database, old.origin_number));
    BALIE_TRY(set(setting::kIncarnation, Incarnation::random(store_->entropy()).text()));
    BALIE_TRY(set(setting::kStampFloor, std::to_string(old.stamp.packed)));
    BALIE_TRY(set(setting::kBackedUp, "0"));
    BALIE_TRY(set(setting::kSeparatedAt, std::to_string(store_->clock().wall_ms())));
    BALIE_TRY(set(setting::kSeparatedText, words));
    BALIE_ASSIGN(const ChangeLog::Tail fresh, ChangeLog::tail(database));
    const std::int64_t seen = pending.empty() ? 0 : pending.front().seq - 1;
    return move_rows(*store_, std::move(pending), fresh, order, seen);
}

Result<std::string> TerminalReplica::give_up_erased(const ChangeLog::Tail& tail,
                                                    std::int64_t acked_seq) {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(auto* drop, database.cached("DELETE FROM change_log WHERE origin=? AND seq>? AND "
                                             "payload=''"));
    BALIE_TRY(drop->bind(1, tail.origin_number).bind(2, acked_seq).run());
    const std::int64_t gone = database.changes();
    if (gone == 0) return std::string();
    const std::string words =
        "The office was restored from a backup that is older than one it had verified since. " +
        std::to_string(gone) +
        " changes to customers that left this terminal were erased here after that, and cannot be "
        "sent again; everything else is.";
    BALIE_TRY(separate(tail, words));
    return words;
}

Outcome TerminalReplica::note_backed_up(std::int64_t hub_seq) {
    BALIE_ASSIGN(const std::int64_t known, number(setting::kBackedUpHubSeq));
    if (hub_seq == known) return {};
    if (hub_seq > known) {
        BALIE_TRY(set(setting::kEraseDue, "1"));
    }
    return set(setting::kBackedUpHubSeq, std::to_string(hub_seq));
}

Outcome TerminalReplica::erase_what_left() {
    constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
    BALIE_ASSIGN(const std::int64_t due, number(setting::kEraseDue));
    BALIE_ASSIGN(const std::int64_t last, number(setting::kErasedOldAt));
    const std::int64_t now = store_->clock().wall_ms();
    const bool daily = now < last || now - last >= kDayMs;
    if (due == 0 && !daily) return {};
    BALIE_ASSIGN(const std::int64_t backed_up, number(setting::kBackedUpHubSeq));
    BALIE_ASSIGN(const Erased erased, erase_departed(store_->writer(), backed_up));
    if (erased.changes > 0) {
        BALIE_TRY(set(setting::kTracesLeft, "1"));
    }
    if (daily) {
        BALIE_ASSIGN(const Erased old, erase_old(store_->writer(), backed_up, now - kOwnLogKeptMs));
        static_cast<void>(old);
        BALIE_TRY(set(setting::kErasedOldAt, std::to_string(now)));
    }
    return set(setting::kEraseDue, "0");
}

Result<bool> TerminalReplica::traces_left() {
    BALIE_ASSIGN(const std::int64_t left, number(setting::kTracesLeft));
    return left != 0;
}

Outcome TerminalReplica::traces_removed() {
    return set(setting::kTracesLeft, "0");
}

Result<bool> TerminalReplica::resend_former(const ChangeLog::Tail& tail) {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(auto lost, own_rows(database, tail.origin_number, false, LogState::Acknowledged));
    if (lost.empty()) return false;
    BALIE_ASSIGN(const OwnOrder order, OwnOrder::load(database));
    BALIE_TRY(move_rows(*store_, std::move(lost), tail, order, {}));
    return true;
}

Result<DigestCompared> TerminalReplica::compare_digest(const Checkpoint& checkpoint) {
    BALIE_ASSIGN(sqlite::Transaction transaction, sqlite::Transaction::begin(store_->writer()));
    BALIE_ASSIGN(const std::int64_t cursor, number(setting::kCursor));
    BALIE_ASSIGN(const std::int64_t rereading, number(setting::kRereading));
    bool more = false;
    if (rereading != 0 && cursor == checkpoint.hub_seq) {
        BALIE_ASSIGN(more, finish_reread());
    }
    BALIE_ASSIGN(const std::string own, text(setting::kDigest));
    // What is of a newer version is in the hub's sum and not here: there is nothing to compare, and
    // reading anew would mend nothing.
    BALIE_ASSIGN(
        const Value unknown,
        store_->writer().scalar("SELECT EXISTS(SELECT 1 FROM set_aside a WHERE "
                                "a.code='unknown' AND NOT EXISTS (SELECT 1 FROM change_log "
                                "l WHERE l.origin=a.origin AND l.seq=a.seq))"));
    const bool equal = cursor != checkpoint.hub_seq || value_integer(unknown) != 0 ||
                       own == to_hex(checkpoint.digest.bytes);
    BALIE_TRY(set(setting::kDigestDiffers, equal ? "0" : "1"));
    BALIE_ASSIGN(const std::int64_t ahead, number(setting::kAhead));
    if (ahead != 0 && equal && cursor == checkpoint.hub_seq) {
        BALIE_TRY(set(setting::kAhead, "0"));
    }
    BALIE_ASSIGN(const std::int64_t repairs, number(setting::kRepairs));
    const bool repair = !equal && repairs < kRepairsMax;
    if (repair) {
        // Only what differs; and when that did not help, everything.
        BALIE_TRY(begin_reread(repairs == 0));
        BALIE_TRY(set(setting::kCursor, "0"));
    }
    if (repair || (repairs != 0 && equal && cursor == checkpoint.hub_seq)) {
        BALIE_TRY(set(setting::kRepairs, std::to_string(repair ? repairs + 1 : 0)));
    }
    BALIE_TRY(set(setting::kHubSeqSeen, std::to_string(checkpoint.hub_seq)));
    BALIE_TRY(set(setting::kLastContact, std::to_string(store_->clock().wall_ms())));
    if (!repair) {
        BALIE_TRY(erase_what_left());
    }
    BALIE_TRY(transaction.commit());
    return DigestCompared{equal, more, repair};
}

}  // namespace balie::sync
