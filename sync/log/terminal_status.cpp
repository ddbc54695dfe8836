// Counters and lists for people, computed from durable facts.
#include "sync/log/confirmed_state.h"
#include "sync/log/pending_fields.h"
#include "sync/log/terminal_bundle.h"
#include "sync/log/terminal_replica.h"

#include <algorithm>
#include <map>
#include <string>

namespace balie::sync {

namespace {

Result<std::int64_t> count(sqlite::Database& database, std::string_view sql) {
    BALIE_ASSIGN(auto* select, database.cached(sql));
    BALIE_TRY(select->step());
    const std::int64_t value = select->integer(0);
    select->reset();
    return value;
}

/// In the order of its index (change_log_waiting), so that 90,000 changes that wait after an import
/// cost a look at a few hundred pages and not at the changes themselves.
Outcome count_pending(sqlite::Database& database, std::int64_t now_ms, SyncStatus& status) {
    BALIE_ASSIGN(auto* waiting,
                 database.cached("SELECT transaction_id,record_type,count(*),min(saved_ms) "
                                 "FROM change_log INDEXED BY change_log_waiting WHERE state=0 "
                                 "GROUP BY transaction_id,record_type"));
    std::map<std::string, std::int64_t, std::less<>> types;
    std::string transaction;
    std::int64_t oldest = now_ms;
    while (true) {
        BALIE_ASSIGN(const bool more, waiting->step());
        if (!more) break;
        const BytesView id = waiting->blob(0);
        std::string each(id.begin(), id.end());
        if (each != transaction) ++status.pending_transactions;
        transaction = std::move(each);
        status.pending += waiting->integer(2);
        types[std::string(waiting->text(1))] += waiting->integer(2);
        oldest = std::min(oldest, waiting->integer(3));
    }
    waiting->reset();
    status.oldest_pending_seconds = std::max<std::int64_t>(0, now_ms - oldest) / 1000;
    for (const auto& [type, changes] : types) status.pending_by_type.push_back({type, changes});
    return {};
}

/// Of a deletion: the edits that whoever deleted had not seen, as heads that say "not deleted".
Outcome add_unseen_edits(FieldVersions& versions, const FieldState& deleted, ConflictEntry& entry) {
    BALIE_ASSIGN(const auto edited, versions.load_all(entry.record));
    for (const auto& [field, edits] : edited) {
        for (const Head& head : edits.heads()) {
            if (field == kDeletedAt || deleted.covers(head.version.id)) continue;
            entry.edited.push_back(field);
            entry.heads.push_back({head.version, Value{}});
        }
    }
    return {};
}

bool saw(const Base& base, const ChangeId& id) {
    const auto seen = base.find(id.origin);
    return seen != base.end() && seen->second >= id.seq;
}

/// An own change that the hub has not confirmed replaces every version there is.
Result<bool> is_settled_here(sqlite::Database& database, const ConflictEntry& entry) {
    BALIE_ASSIGN(const auto changes, unconfirmed_changes(database, entry.record));
    return std::any_of(changes.begin(), changes.end(), [&entry](const Unconfirmed& change) {
        const auto edit = change.body.fields.find(entry.field);
        return edit != change.body.fields.end() &&
               std::all_of(entry.heads.begin(), entry.heads.end(), [&](const Head& head) {
                   return saw(edit->second.base, head.version.id);
               });
    });
}

/// `which`: what comes after WHERE, to a LIMIT that is its one parameter.
Result<std::vector<ConflictEntry>> load_conflicts(sqlite::Database& database,
                                                  const std::string& which, std::int64_t limit) {
    Origins origins(database);
    FieldVersions versions(database, origins);
    BALIE_ASSIGN(auto* select,
                 database.cached("SELECT id,record_type,record_id,field,former_known,former_value "
                                 "FROM conflict WHERE " +
                                 which));
    select->bind(1, limit);
    std::vector<ConflictEntry> entries;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        const auto* record = domain::find_record(static_cast<std::uint8_t>(select->integer(1)));
        if (record == nullptr) continue;
        entries.push_back({.conflict = {select->id(0)},
                           .type = std::string(record->name),
                           .record = {select->id(2)},
                           .field = std::string(select->text(3)),
                           .heads = {},
                           .edited = {},
                           .former = {}});
        if (select->integer(4) != 0) entries.back().former = select->value(5);
    }
    for (ConflictEntry& entry : entries) {
        BALIE_ASSIGN(const auto state, versions.load(entry.record, entry.field));
        if (state) entry.heads = state->heads();
        if (state && entry.field == kDeletedAt) {
            BALIE_TRY(add_unseen_edits(versions, *state, entry));
        }
        BALIE_ASSIGN(entry.settled_here, is_settled_here(database, entry));
    }
    return entries;
}

/// Those that nobody chose among at this terminal; only where something waits can it have been.
Result<std::int64_t> count_unsettled(sqlite::Database& database) {
    BALIE_ASSIGN(const std::int64_t open,
                 count(database, "SELECT count(*) FROM conflict WHERE closed_ms IS NULL"));
    if (open == 0) return open;
    BALIE_ASSIGN(const auto touched,
                 load_conflicts(database,
                                "closed_ms IS NULL AND record_id IN (SELECT record_id FROM "
                                "change_log WHERE state<2) LIMIT ?",
                                open));
    return open - std::count_if(touched.begin(), touched.end(),
                                [](const ConflictEntry& each) { return each.settled_here; });
}

}  // namespace

Result<SyncStatus> TerminalReplica::status() {
    sqlite::Database& database = store_->writer();
    SyncStatus status;
    BALIE_ASSIGN(const ChangeLog::Tail tail, ChangeLog::tail(database));
    status.device = tail.origin.device;
    status.incarnation = tail.origin.incarnation;
    BALIE_TRY(count_pending(database, store_->clock().wall_ms(), status));
    BALIE_ASSIGN(status.set_aside,
                 count(database, "SELECT count(*) FROM set_aside WHERE settled IS NULL"));
    BALIE_ASSIGN(status.conflicts, count_unsettled(database));
    BALIE_ASSIGN(status.attachments, AttachmentBook::counts(database));
    BALIE_ASSIGN(status.proposals,
                 count(database, "SELECT count(*) FROM proposals WHERE state='open'"));
    BALIE_ASSIGN(status.last_receipt_ms,
                 count(database, "SELECT coalesce(max(hub_ms),0) FROM receipt"));
    BALIE_ASSIGN(status.cursor, number(setting::kCursor));
    BALIE_ASSIGN(status.hub_seq_seen, number(setting::kHubSeqSeen));
    status.hub_seq_seen = std::max(status.hub_seq_seen, status.cursor);
    BALIE_ASSIGN(status.last_contact_ms, number(setting::kLastContact));
    BALIE_ASSIGN(status.clock_offset_ms, number(setting::kClockOffset));
    BALIE_ASSIGN(const std::int64_t differs, number(setting::kDigestDiffers));
    status.digest_differs = differs != 0;
    BALIE_ASSIGN(status.hub_restored_ms, number(setting::kHubRestoredAt));
    BALIE_ASSIGN(status.sent_again, number(setting::kHubRestoredAgain));
    BALIE_ASSIGN(const std::int64_t rereading, number(setting::kRereading));
    status.rereading = rereading != 0;
    BALIE_ASSIGN(const SnapshotPlace place, snapshot_place());
    status.loading = place.after.substr(0, place.after.find('/'));
    BALIE_ASSIGN(status.separated_ms, number(setting::kSeparatedAt));
    BALIE_ASSIGN(const std::int64_t backed_up, number(setting::kBackedUp));
    BALIE_ASSIGN(auto* unsafe, database.cached("SELECT count(*) FROM change_log WHERE origin=? "
                                               "AND seq>? AND state IN (1,2)"));
    BALIE_TRY(unsafe->bind(1, tail.origin_number).bind(2, backed_up).step());
    status.not_backed_up = unsafe->integer(0);
    unsafe->reset();
    BALIE_ASSIGN(const BundleNotes bundles, bundle_notes(*store_));
    status.bundle_written_ms = bundles.written_ms;
    status.bundle_taken_ms = bundles.taken_ms;
    BALIE_ASSIGN(status.scope, text(setting::kScope));
    BALIE_ASSIGN(status.user, text(setting::kUser));
    BALIE_ASSIGN(status.hub_address, text(setting::kHubAddress));
    return status;
}

Result<std::vector<SetAsideEntry>> TerminalReplica::set_aside(int limit) {
    return SetAsideList(store_->writer()).open(limit);
}

Result<std::vector<ConflictEntry>> TerminalReplica::conflicts(int limit) {
    return load_conflicts(store_->writer(), "closed_ms IS NULL ORDER BY opened_ms DESC LIMIT ?",
                          limit);
}

}  // namespace balie::sync
