#include "sync/hub/log_reader.h"

#include "sync/core/limits.h"
#include "sync/hub/sql.h"
#include "sync/protocol/codec.h"

#include <algorithm>
#include <limits>

namespace balie::sync {

namespace {

/// Rows looked at in one call, so that one device far behind does not hold up the store thread.
/// More than the largest transaction.
constexpr std::int64_t kRowsMax = 4000;
/// What an entry takes in a message beside the change: numbers, stamps, names.
constexpr std::size_t kEntryBytes = 128;
constexpr std::size_t kMoveBytes = 192;

constexpr std::string_view kSelect =
    "SELECT hub_seq, tx_first, kind, scope_set, record_type, record_id, origin, seq, "
    "effective_stamp, raw_stamp, transaction_id, action_id, user, schema_version, salt, "
    "commitment, "
    "hash, reason, payload FROM hub_log WHERE hub_seq > ? AND hub_seq <= ? ORDER BY hub_seq "
    "LIMIT ?";
constexpr std::int64_t kToTheEnd = std::numeric_limits<std::int64_t>::max();

std::size_t bytes_of(const LogEntry& entry) {
    if (const auto* change = std::get_if<LogChange>(&entry)) {
        return encoded_bytes(change->change) + kEntryBytes;
    }
    if (std::holds_alternative<LogEnter>(entry)) {
        return encode(Message{Changes{0, 0, {entry}}}).size();
    }
    return std::holds_alternative<LogOwn>(entry) ? kEntryBytes : kMoveBytes;
}

Change read_change(const sqlite::Statement& row) {
    Change change;
    change.id.seq = row.integer(7);
    change.raw.packed = row.integer(9);
    change.transaction.bytes = row.id(10);
    change.action.bytes = row.id(11);
    change.user = row.text(12);
    change.schema_version = static_cast<int>(row.integer(13));
    change.salt = column_salt(row, 14);
    change.commitment = column_hash(row, 15);
    change.hash = column_hash(row, 16);
    change.payload = row.text(18);
    return change;
}

}  // namespace

Result<LogReader::Row> LogReader::row_of(const sqlite::Statement& statement, const Sight& sight,
                                         std::int64_t own_origin) {
    Row row;
    row.hub_seq = statement.integer(0);
    row.tx_first = statement.integer(1);
    row.kind = statement.integer(2);
    row.scopes = statement.integer(3);
    row.origin = statement.integer(6);
    row.seq = statement.integer(7);
    row.effective.packed = statement.integer(8);
    const bool change = row.kind == static_cast<std::int64_t>(LogKind::Change);
    if (change && row.origin == own_origin) {
        const BytesView hash = statement.blob(16);
        const BytesView kept = hash.first(std::min(hash.size(), kOwnHashBytes));
        row.hash.assign(kept.begin(), kept.end());
        return row;
    }
    BALIE_ASSIGN(const bool seen, core_->scopes.seen_by(row.scopes, sight));
    if (!seen) {
        row.scopes = 0;
        return row;
    }
    row.type = statement.text(4);
    row.record.bytes = statement.id(5);
    row.reason = statement.text(17);
    if (change) row.change = {row.hub_seq, row.effective, read_change(statement)};
    return row;
}

Outcome LogReader::load_rows(const Reading& reading, const LogOutline::Stretch& stretch,
                             Page& page) {
    BALIE_ASSIGN(auto* statement,
                 prepared(core_->database(), kSelect, stretch.after, stretch.to, kRowsMax));
    // Payloads of what is sent later, or passed by, need not be in memory.
    while (true) {
        auto more = statement->step();
        if (!more.ok()) return std::move(more).error();
        if (!*more) return {};
        auto row = row_of(*statement, reading.sight, reading.own_origin);
        if (!row.ok()) {
            statement->reset();
            return std::move(row).error();
        }
        const bool begins = page.rows.empty() || row->tx_first != page.rows.back().tx_first;
        if (begins && page.bytes > reading.bytes_max) {
            page.more = true;
            statement->reset();
            return {};
        }
        page.bytes += static_cast<std::int64_t>(row->change.change.payload.size());
        page.rows.push_back(std::move(*row));
    }
}

/// Everything from the cursor on, as far as fits.
Result<LogReader::Page> LogReader::load_all(const Reading& reading, std::int64_t cursor) {
    Page page;
    BALIE_TRY(load_rows(reading, {cursor, kToTheEnd}, page));
    if (page.more) return page;
    page.more = static_cast<std::int64_t>(page.rows.size()) == kRowsMax;
    if (!page.more) return page;
    // The last transaction may go on behind the page; the largest is shorter than a page.
    const std::int64_t cut = page.rows.back().tx_first;
    std::erase_if(page.rows, [&](const Row& row) { return row.tx_first == cut; });
    return page;
}

/// Only the stretches in which something is for this device.
Result<LogReader::Page> LogReader::load_stretches(const Reading& reading, std::int64_t cursor) {
    Page page;
    page.to = cursor;
    while (true) {
        BALIE_ASSIGN(const auto stretch,
                     core_->outline.next(reading.sight, reading.own_origin, page.to));
        page.to = stretch.to;
        if (stretch.after == stretch.to) return page;
        BALIE_TRY(load_rows(reading, stretch, page));
        page.more = page.more || static_cast<std::int64_t>(page.rows.size()) >= kRowsMax / 2;
        if (page.more) return page;
    }
}

Result<bool> LogReader::in_scope_now(const Sight& sight, const Row& row) {
    const domain::RecordSpec* spec = domain::find_record(row.type);
    if (spec == nullptr) return false;
    if (sight.scope == kScopeAll) return core_->tables.exists(spec->type, row.record);
    BALIE_ASSIGN(const auto now, core_->scopes.of_record(spec->type, row.record));
    if (!now) return false;
    return core_->scopes.seen_by(*now, sight);
}

Result<std::optional<LogEntry>> LogReader::entry_of(const Sight& sight, std::int64_t own_origin,
                                                    Row& row) {
    const auto kind = static_cast<LogKind>(row.kind);
    if (kind == LogKind::Change && row.origin == own_origin) {
        return std::optional<LogEntry>(LogOwn{row.hub_seq, row.effective, row.seq, row.hash});
    }
    if (row.scopes == 0) return std::optional<LogEntry>{};
    if (kind == LogKind::Leave) {
        return std::optional<LogEntry>(LogLeave{row.hub_seq, row.reason, row.type, row.record});
    }
    // Everything stays in scope `all`, so its devices need no look.
    if (kind == LogKind::Enter || sight.scope != kScopeAll) {
        BALIE_ASSIGN(const bool here, in_scope_now(sight, row));
        if (!here) return std::optional<LogEntry>{};
    }
    if (kind == LogKind::Enter) {
        BALIE_ASSIGN(LogEnter enter,
                     core_->confirmed.full_state(domain::find_record(row.type)->type, row.record));
        enter.hub_seq = row.hub_seq;
        enter.reason = row.reason;
        return std::optional<LogEntry>(std::move(enter));
    }
    BALIE_ASSIGN(row.change.change.id.origin, core_->origins.origin_of(row.origin));
    return std::optional<LogEntry>(std::move(row.change));
}

Result<HubStore::ReadAnswer> LogReader::read(const Sight& sight, const Origin& origin,
                                             std::int64_t cursor, std::int64_t bytes_max) {
    BALIE_ASSIGN(auto transaction,
                 sqlite::Transaction::begin(core_->database(), sqlite::Transaction::Kind::Read));
    BALIE_TRY(core_->begin_read());
    BALIE_ASSIGN(const auto tail, core_->log.find_tail(origin));
    const std::int64_t own_origin = tail ? tail->origin : -1;
    const auto limit = static_cast<std::size_t>(
        std::clamp<std::int64_t>(bytes_max, 1, static_cast<std::int64_t>(kBatchBytesMax)));
    const Reading reading{sight, own_origin, static_cast<std::int64_t>(limit)};
    BALIE_TRY(core_->outline.extend(core_->database()));
    BALIE_ASSIGN(Page page, core_->outline.covers(cursor) ? load_stretches(reading, cursor)
                                                          : load_all(reading, cursor));

    HubStore::ReadAnswer answer;
    answer.changes.from = cursor;
    answer.changes.to = cursor;
    std::size_t bytes = 0;
    bool all = true;
    for (std::size_t begin = 0; begin < page.rows.size();) {
        std::vector<LogEntry> entries;
        std::size_t size = 0;
        std::size_t end = begin;
        for (; end < page.rows.size() && page.rows[end].tx_first == page.rows[begin].tx_first;
             ++end) {
            BALIE_ASSIGN(auto entry, entry_of(sight, own_origin, page.rows[end]));
            if (!entry) continue;
            size += bytes_of(*entry);
            entries.push_back(std::move(*entry));
        }
        if (!answer.changes.entries.empty() && bytes + size > limit) {
            all = false;
            break;
        }
        bytes += size;
        std::move(entries.begin(), entries.end(), std::back_inserter(answer.changes.entries));
        answer.changes.to = page.rows[end - 1].hub_seq;
        begin = end;
    }
    answer.at_end = all && !page.more;
    if (answer.at_end) {
        answer.changes.to = std::max(answer.changes.to, page.to);
        BALIE_ASSIGN(answer.digest, core_->digests.stored(kScopeEveryone));
        BALIE_ASSIGN(const Digest own, core_->digests.stored(sight.scope));
        answer.digest += own;
        BALIE_ASSIGN(const Digest fetched, core_->digests.stored(sight.fetched));
        answer.digest += fetched;
    }
    return answer;
}

}  // namespace balie::sync
