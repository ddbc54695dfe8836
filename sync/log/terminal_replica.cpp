// Identity, resuming, the outbox and the verdicts; applying is in terminal_apply.cpp.
#include "sync/log/terminal_replica.h"

#include "storage/base/bytes.h"
#include "sync/core/limits.h"
#include "sync/log/change_rows.h"
#include "sync/log/confirmed_state.h"
#include "sync/log/pending_fields.h"
#include "sync/log/reread.h"
#include "sync/protocol/codec.h"

#include <algorithm>
#include <cstdlib>

namespace balie::sync {

namespace {

/// After its time a note of what was fetched is of no use to anybody.
constexpr std::int64_t kKeepFetchedMs = 24LL * 3600 * 1000;

const std::string& select_changes() {
    static const std::string kSql = "SELECT " + std::string(kChangeColumns) +
                                    " FROM change_log WHERE origin=? AND seq>? ORDER BY seq";
    return kSql;
}

Result<Hash> hash_at(sqlite::Database& database, std::int64_t origin, std::int64_t seq) {
    Hash hash = kChainStart;
    if (seq == 0) return hash;
    BALIE_ASSIGN(auto* select,
                 database.cached("SELECT hash FROM change_log WHERE origin=? AND seq=?"));
    BALIE_ASSIGN(const bool there, select->bind(1, origin).bind(2, seq).step());
    if (!there) {
        return Error{
            ErrorCode::NotFound, "this device has no change " + std::to_string(seq), {}, {}};
    }
    copy_bytes(select->blob(0), hash);
    select->reset();
    return hash;
}

/// Whole transactions of at most `bytes_max`, one at least, up to `to_seq`, which ends one.
Result<std::vector<Change>> read_batch(sqlite::Database& database, const ChangeLog::Tail& tail,
                                       std::int64_t after_seq, std::size_t bytes_max,
                                       std::int64_t to_seq) {
    BALIE_ASSIGN(auto* select, database.cached(select_changes()));
    select->bind(1, tail.origin_number).bind(2, after_seq);
    std::vector<Change> batch;
    std::size_t whole = 0;  // changes up to the end of the last whole transaction
    std::size_t bytes = 0;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        Change change = read_change(*select, tail.origin);
        if (change.id.seq > to_seq) break;
        if (change.payload.empty()) {
            // The hub has it, and a backup of the hub has; it was erased here since.
            if (batch.empty()) continue;
            break;
        }
        if (!batch.empty() && batch.back().transaction != change.transaction) whole = batch.size();
        bytes += encoded_bytes(change);
        if (bytes > bytes_max && whole > 0) {
            batch.resize(whole);
            break;
        }
        batch.push_back(std::move(change));
    }
    select->reset();
    return batch;
}

}  // namespace

Outcome TerminalReplica::set(std::string_view key, std::string_view value) {
    return store_->set_setting(key, value);
}

Result<std::string> TerminalReplica::text(std::string_view key) {
    BALIE_ASSIGN(auto value, store_->setting(key));
    return value ? std::move(*value) : std::string();
}

Result<std::int64_t> TerminalReplica::number(std::string_view key) {
    BALIE_ASSIGN(const std::string value, text(key));
    return std::int64_t{std::strtoll(value.c_str(), nullptr, 10)};
}

Result<std::int64_t> TerminalReplica::cursor() {
    return number(setting::kCursor);
}

Result<Digest> TerminalReplica::digest() {
    BALIE_ASSIGN(const std::string hex, text(setting::kDigest));
    BALIE_ASSIGN(const Bytes bytes, from_hex(hex));
    Digest digest;
    copy_bytes(bytes, digest.bytes);
    return digest;
}

Result<Identity> TerminalReplica::identity(const std::string& program) {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(sqlite::Transaction read, sqlite::Transaction::begin(database));
    BALIE_ASSIGN(const ChangeLog::Tail tail, ChangeLog::tail(database));
    Identity identity;
    identity.origin = tail.origin;
    identity.program = program;
    identity.schema_version = domain::kSchemaVersion;
    identity.last_seq = tail.seq;
    identity.last_hash = tail.hash;
    BALIE_ASSIGN(const std::string hub, text(setting::kHub));
    BALIE_ASSIGN(identity.hub, HubId::parse(hub));
    BALIE_ASSIGN(const std::string epoch, text(setting::kEpoch));
    if (auto parsed = HubEpoch::parse(epoch); parsed.ok()) identity.epoch_seen = *parsed;
    BALIE_ASSIGN(identity.cursor, number(setting::kCursor));
    BALIE_ASSIGN(identity.digest, digest());
    BALIE_ASSIGN(const std::string hub_key, text(setting::kHubKey));
    BALIE_ASSIGN(identity.hub_public_key, from_hex(hub_key));
    BALIE_ASSIGN(auto* pending,
                 database.cached("SELECT count(*),min(seq),min(saved_ms) FROM change_log "
                                 "WHERE origin=? AND state=0"));
    BALIE_TRY(pending->bind(1, tail.origin_number).step());
    identity.pending = pending->integer(0);
    identity.acked_seq = identity.pending == 0 ? tail.seq : pending->integer(1) - 1;
    const std::int64_t oldest = pending->integer(2);
    pending->reset();
    if (identity.pending > 0) {
        identity.oldest_pending_ms = std::max<std::int64_t>(0, store_->clock().wall_ms() - oldest);
    }
    BALIE_TRY(read.commit());
    return identity;
}

Result<Identity> TerminalReplica::save_enrolment(const Enrolled& enrolled,
                                                 const Challenge& challenge,
                                                 const std::string& hub_address,
                                                 const std::string& program) {
    {
        BALIE_ASSIGN(sqlite::Transaction transaction, sqlite::Transaction::begin(store_->writer()));
        BALIE_ASSIGN(const auto known, store_->setting(setting::kDevice));
        BALIE_ASSIGN(const auto hub, store_->setting(setting::kHub));
        const bool again = known == enrolled.device.text() && hub == challenge.hub.text();
        if (known && !again) {
            return Error{ErrorCode::AlreadyExists, "this profile is enrolled already",
                         store_->path(), "Use another profile folder: --profile DIR"};
        }
        if (!again) {
            BALIE_TRY(begin_as(enrolled.device, challenge));
        }
        BALIE_TRY(set(setting::kUser, enrolled.user));
        BALIE_TRY(set(setting::kUserName, enrolled.user_name));
        BALIE_TRY(set(setting::kRole, enrolled.role));
        BALIE_TRY(set(setting::kScope, enrolled.scope));
        BALIE_TRY(set(setting::kBranch, enrolled.branch));
        BALIE_TRY(set(setting::kTerritory, enrolled.territory));
        BALIE_TRY(set(setting::kHubKey, to_hex(enrolled.hub_public_key)));
        BALIE_TRY(set(setting::kHubAddress, hub_address));
        BALIE_TRY(transaction.commit());
    }
    return identity(program);
}

Outcome TerminalReplica::begin_as(const DeviceId& device, const Challenge& challenge) {
    BALIE_TRY(set(setting::kHub, challenge.hub.text()));
    BALIE_TRY(set(setting::kEpoch, challenge.epoch.text()));
    BALIE_TRY(set(setting::kDevice, device.text()));
    BALIE_TRY(set(setting::kIncarnation, Incarnation::random(store_->entropy()).text()));
    BALIE_TRY(set(setting::kCursor, "0"));
    return set(setting::kDigest, to_hex(Digest{}.bytes));
}

Outcome TerminalReplica::note_welcome(const Welcome& welcome, std::int64_t clock_offset_ms,
                                      std::int64_t from) {
    BALIE_TRY(set(setting::kBackedUp, std::to_string(welcome.backed_up_seq)));
    BALIE_TRY(note_backed_up(welcome.backed_up_hub_seq));
    BALIE_TRY(set(setting::kCursor, std::to_string(from)));
    BALIE_TRY(set(setting::kEpoch, welcome.epoch.text()));
    if (!welcome.scope.empty()) {
        BALIE_TRY(set(setting::kScope, welcome.scope));
    }
    if (!welcome.role.empty()) {
        BALIE_TRY(set(setting::kRole, welcome.role));
    }
    BALIE_TRY(set(setting::kHubSeqSeen, std::to_string(welcome.hub_seq)));
    BALIE_TRY(set(setting::kLastContact, std::to_string(store_->clock().wall_ms())));
    return set(setting::kClockOffset, std::to_string(clock_offset_ms));
}

Result<Resumed> TerminalReplica::prepare_resume(const Welcome& welcome,
                                                std::int64_t clock_offset_ms, bool hub_lost) {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(sqlite::Transaction transaction, sqlite::Transaction::begin(database));
    BALIE_ASSIGN(const ChangeLog::Tail tail, ChangeLog::tail(database));
    if (welcome.acked_seq > 0 && welcome.acked_seq <= tail.seq) {
        BALIE_ASSIGN(const Hash own, hash_at(database, tail.origin_number, welcome.acked_seq));
        if (own != welcome.acked_hash) {
            return Error{ErrorCode::Conflict,
                         "the hub knows another log under this device's name",
                         "change " + std::to_string(welcome.acked_seq),
                         {}};
        }
    }
    BALIE_ASSIGN(const std::int64_t cursor, number(setting::kCursor));
    BALIE_ASSIGN(const SnapshotPlace place, snapshot_place());
    BALIE_ASSIGN(const std::string epoch, text(setting::kEpoch));
    BALIE_ASSIGN(const std::int64_t ahead, number(setting::kAhead));
    // A snapshot of what the hub was before, or part of one: the log from its beginning was to
    // bring what some of its records show already, and may never do so now.
    const bool stale = (place.hub_seq > 0 || ahead != 0) && epoch != welcome.epoch.text();
    std::int64_t from = cursor;
    const std::int64_t standing = cursor > 0 ? cursor : place.hub_seq;
    const bool below_floor = standing > 0 && standing < welcome.floor;
    BALIE_TRY(note_epoch(welcome, tail, hub_lost));
    if (hub_lost) {
        BALIE_ASSIGN(const std::string words, give_up_erased(tail, welcome.acked_seq));
        if (!words.empty()) {
            BALIE_TRY(transaction.commit());
            return Error{ErrorCode::Busy, words, {}, "It goes on by itself under a new number"};
        }
    }
    if ((hub_lost && welcome.cursor < cursor) || stale || below_floor) {
        // Things are here that the hub no longer has, and nobody can say which; or the log that
        // would say what changed was put away.
        BALIE_TRY(begin_reread(true));
        from = 0;
    }
    BALIE_ASSIGN(const std::int64_t newer, number(setting::kNewerSeen));
    if (newer != 0 && newer < domain::kSchemaVersion) {
        // This program is newer than the one that could not understand what came: digests do not
        // tell, they are of versions and not of values.
        BALIE_TRY(begin_reread(false));
        BALIE_TRY(set(setting::kNewerSeen, "0"));
        from = 0;
    }
    BALIE_TRY(note_welcome(welcome, clock_offset_ms, from));
    // A change whose ACK was lost is pushed again for its verdict: the hub answers the same.
    BALIE_ASSIGN(auto* first,
                 database.cached("SELECT min(seq) FROM change_log WHERE origin=? AND state=0"));
    BALIE_TRY(first->bind(1, tail.origin_number).step());
    const std::int64_t unacked = first->is_null(0) ? tail.seq + 1 : first->integer(0);
    first->reset();
    Resumed resumed{from, std::min(welcome.acked_seq, unacked - 1), {}, {}};
    if (from == 0) {
        BALIE_ASSIGN(resumed.snapshot, snapshot_place());
        BALIE_ASSIGN(resumed.own, own_after());
    }
    BALIE_TRY(transaction.commit());
    return resumed;
}

Result<OutboxLoaded> TerminalReplica::load_outbox(std::int64_t after_seq, std::size_t bytes_max,
                                                  std::int64_t to_seq) {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(sqlite::Transaction read,
                 sqlite::Transaction::begin(database, sqlite::Transaction::Kind::Read));
    BALIE_ASSIGN(const ChangeLog::Tail tail, ChangeLog::tail(database));
    OutboxLoaded outbox;
    outbox.after_seq = after_seq;
    BALIE_ASSIGN(outbox.changes, read_batch(database, tail, after_seq, bytes_max, to_seq));
    const std::int64_t before =
        outbox.changes.empty() ? after_seq : outbox.changes.front().id.seq - 1;
    BALIE_ASSIGN(outbox.previous, hash_at(database, tail.origin_number, before));
    outbox.held_back = to_seq < tail.seq;
    BALIE_TRY(read.commit());
    return outbox;
}

Result<AckSaved> TerminalReplica::save_ack(const Ack& ack) {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(sqlite::Transaction transaction, sqlite::Transaction::begin(database));
    BALIE_ASSIGN(const ChangeLog::Tail tail, ChangeLog::tail(database));
    BALIE_ASSIGN(
        auto* keep,
        database.cached(
            "INSERT INTO receipt(origin,acked_seq,hub_ms,text,signature) VALUES(?,?,?,?,?)"));
    const std::string receipt_words = receipt_text(tail.origin.device, ack);
    keep->bind(1, tail.origin_number).bind(2, ack.acked_seq).bind(3, ack.wall_ms);
    BALIE_TRY(
        keep->bind(4, std::string_view(receipt_words)).bind(5, BytesView(ack.signature)).run());
    const std::int64_t receipt = database.last_insert_rowid();
    for (const Verdict& verdict : ack.verdicts) {
        BALIE_TRY(save_verdict(tail.origin_number, verdict, receipt));
    }
    BALIE_TRY(set(setting::kLastContact, std::to_string(store_->clock().wall_ms())));
    BALIE_TRY(transaction.commit());
    return AckSaved{ack.acked_seq};
}

Outcome TerminalReplica::save_verdict(std::int64_t origin, const Verdict& verdict,
                                      std::int64_t receipt) {
    sqlite::Database& database = store_->writer();
    const auto count = static_cast<std::size_t>(verdict.last - verdict.first + 1);
    const bool aside = verdict.kind == VerdictKind::SetAside;
    if (verdict.last < verdict.first || (!aside && verdict.effective.size() != count)) {
        return Error{
            ErrorCode::Protocol,
            "the hub's verdict does not fit what was sent",
            "changes " + std::to_string(verdict.first) + " to " + std::to_string(verdict.last),
            {}};
    }
    for (std::int64_t seq = verdict.last; aside && seq >= verdict.first; --seq) {
        // Backwards: a later edit is taken back before what it lies on.
        BALIE_TRY(take_back(origin, seq, verdict));
    }
    for (std::int64_t seq = verdict.first; !aside && seq <= verdict.last; ++seq) {
        BALIE_ASSIGN(
            auto* update,
            database.cached("UPDATE change_log SET state=CASE state WHEN 0 THEN 1 ELSE state END,"
                            "hub_seq=?,effective_stamp=?,receipt=? WHERE origin=? AND seq=? AND "
                            "transaction_id=? AND state<3"));
        update->bind(1, verdict.hub_seq - (verdict.last - seq));
        update->bind(2, verdict.effective[static_cast<std::size_t>(seq - verdict.first)].packed);
        update->bind(3, receipt).bind(4, origin).bind(5, seq).bind(6, verdict.transaction.bytes);
        BALIE_TRY(update->run());
    }
    return {};
}

/// The hub set it aside: what it showed goes, what was confirmed beneath comes back, and the change
/// itself is kept with the reason.
Outcome TerminalReplica::take_back(std::int64_t origin, std::int64_t seq, const Verdict& verdict) {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(auto* select,
                 database.cached("SELECT payload FROM change_log WHERE origin=? AND seq=? AND "
                                 "transaction_id=? AND state<2"));
    select->bind(1, origin).bind(2, seq).bind(3, verdict.transaction.bytes);
    BALIE_ASSIGN(const bool waiting, select->step());
    if (!waiting) return {};  // told before
    const std::string payload(select->text(0));
    select->reset();
    BALIE_ASSIGN(const ChangeBody body, decode_payload(payload));
    BALIE_ASSIGN(
        auto* keep,
        database.cached("INSERT OR REPLACE INTO set_aside(origin,seq,record_type,record_id,code,"
                        "detail,at_ms,payload) VALUES(?,?,?,?,?,?,?,?)"));
    keep->bind(1, origin).bind(2, seq).bind(3, std::string_view(body.type)).bind(4, body.id.bytes);
    keep->bind(5, std::string_view(verdict.code)).bind(6, std::string_view(verdict.detail));
    keep->bind(7, store_->clock().wall_ms()).bind(8, std::string_view(payload));
    const bool came_before = verdict.code == kCameBefore;
    if (!came_before) {
        BALIE_TRY(keep->run());
    }
    BALIE_ASSIGN(auto* mark,
                 database.cached("UPDATE change_log SET state=3 WHERE origin=? AND seq=?"));
    BALIE_TRY(mark->bind(1, origin).bind(2, seq).run());

    const domain::RecordSpec* record = domain::find_record(body.type);
    if (record == nullptr) return {};
    store::RecordTables tables(database);
    BALIE_ASSIGN(const bool there, tables.exists(record->type, body.id));
    if (!there) return {};
    Overlay overlay(database, tables);
    BALIE_ASSIGN(const auto birth, tables.birth(record->type, body.id));
    // The same creation comes with the log, from the life that sent it.
    if (!birth && body.operation == Operation::Create && came_before) return {};
    if (!birth && body.operation == Operation::Create) {
        BALIE_TRY(overlay.remove_all(body.id));
        BALIE_TRY(tables.remove(record->type, body.id));
        return {};
    }
    BALIE_ASSIGN(const auto pending, pending_fields(database, body.id));
    for (const auto& [field, edit] : body.fields) {
        BALIE_ASSIGN(const auto shadow, overlay.find(body.id, field));
        if (!shadow) continue;
        const auto other = pending.find(field);
        if (other == pending.end()) {
            BALIE_TRY(
                overlay.show(record->type, body.id, field, shadow->value, shadow->pending_seq));
            continue;
        }
        BALIE_TRY(overlay.remove(body.id, field));
        BALIE_TRY(overlay.cover(record->type, body.id, field, shadow->value, other->second.seq));
        BALIE_TRY(tables.update(record->type, body.id, {{field, other->second.value}}));
    }
    return {};
}

Outcome TerminalReplica::note_contact(std::int64_t wall_ms, std::int64_t clock_offset_ms,
                                      std::int64_t hub_seq_seen) {
    BALIE_ASSIGN(sqlite::Transaction transaction, sqlite::Transaction::begin(store_->writer()));
    BALIE_TRY(set(setting::kLastContact, std::to_string(wall_ms)));
    BALIE_TRY(set(setting::kClockOffset, std::to_string(clock_offset_ms)));
    BALIE_TRY(set(setting::kHubSeqSeen, std::to_string(hub_seq_seen)));
    return transaction.commit();
}

Result<bool> TerminalReplica::has_change(std::int64_t seq, const Hash& hash) {
    sqlite::Database& database = store_->writer();
    BALIE_ASSIGN(sqlite::Transaction read,
                 sqlite::Transaction::begin(database, sqlite::Transaction::Kind::Read));
    BALIE_ASSIGN(const ChangeLog::Tail tail, ChangeLog::tail(database));
    if (seq > tail.seq) return false;
    BALIE_ASSIGN(const Hash own, hash_at(database, tail.origin_number, seq));
    BALIE_TRY(read.commit());
    return own == hash;
}

Outcome TerminalReplica::note_fetched(const Fetch& fetch, std::int64_t until_ms,
                                      std::int64_t clock_offset_ms) {
    sqlite::Database& database = store_->writer();
    if (until_ms == 0) return {};
    BALIE_ASSIGN(sqlite::Transaction transaction, sqlite::Transaction::begin(database));
    const std::int64_t now = store_->clock().wall_ms();
    // Whose customers never came, or came back as one's own.
    BALIE_ASSIGN(auto* drop, database.cached("DELETE FROM fetched WHERE until_ms<?"));
    BALIE_TRY(drop->bind(1, now - kKeepFetchedMs).run());
    BALIE_ASSIGN(auto* note,
                 database.cached("INSERT OR REPLACE INTO fetched(customer_id,until_ms,reason,note) "
                                 "VALUES(?,?,?,?)"));
    note->bind(1, fetch.customer.bytes).bind(2, until_ms - clock_offset_ms);
    note->bind(3, std::string_view(fetch.reason)).bind(4, std::string_view(fetch.note));
    BALIE_TRY(note->run());
    return transaction.commit();
}

}  // namespace balie::sync
