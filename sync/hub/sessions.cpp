#include "sync/hub/sessions.h"

#include "sync/core/limits.h"
#include "sync/hub/compaction.h"
#include "sync/hub/sql.h"

#include <algorithm>

namespace balie::sync {

namespace {

/// Where this device goes on pulling. A cursor of an earlier epoch counts only up to where the log
/// was carried over; one that this hub never gave out counts for nothing.
Result<std::int64_t> usable_cursor(HubCore& core, const Hello& hello, std::int64_t hub_seq) {
    if (!hello.epoch_seen || hello.cursor < 0) return std::int64_t{0};
    BALIE_ASSIGN(const auto number,
                 one_integer(core.database(), "SELECT number FROM hub_epoch WHERE epoch = ?",
                             hello.epoch_seen->bytes));
    if (!number) return std::int64_t{0};
    BALIE_ASSIGN(const auto base,
                 one_integer(core.database(),
                             "SELECT min(base_seq) FROM hub_epoch WHERE number > ?", *number));
    const std::int64_t usable = std::min(hello.cursor, base.value_or(hello.cursor));
    return usable > hub_seq ? std::int64_t{0} : usable;
}

constexpr std::string_view kBackedUpKey = "hub.backed_up";

/// Words for people when this log cannot be gone on with; empty when it can.
std::string why_new_incarnation(const Hello& hello, const std::optional<ChainTail>& tail) {
    if (!tail || tail->last_seq == 0) return {};
    const std::string begin =
        "The office has changes of this terminal that it no longer knows itself: ";
    const std::string end = " It goes on under a new number; nothing is lost.";
    if (hello.last_seq < tail->last_seq) {
        return begin +
               "its data was restored from an older backup, or copied to a second machine." + end;
    }
    const bool longer = hello.last_seq > tail->last_seq;
    if (!longer && hello.last_hash == tail->last_hash) return {};
    // A longer log is told where the hub's ends (acked_hash) and sees for itself whether that fits;
    // where two have been seen already, each begins anew.
    if (longer && !tail->forked) return {};
    return begin + "two terminals work with the same data, or an older copy was brought back." +
           end;
}

/// What the hub has of the changes that HELLO calls pending: a lost answer, or another life of this
/// log. By it the device knows which of them must not be sent a second time.
Outcome tell_known(HubCore& core, const Hello& hello, const ChainTail& tail, Welcome& welcome) {
    const std::int64_t last = std::min(hello.last_seq, tail.last_seq);
    const std::int64_t first = std::max<std::int64_t>(hello.last_seq - hello.pending, 0) + 1;
    if (hello.pending <= 0 || first > last) return {};
    welcome.known_first = first;
    return each_row(
        core.database(),
        "SELECT seq, hash, 1 FROM hub_log WHERE kind = 0 AND origin = ?1 AND seq BETWEEN ?2 AND ?3 "
        "UNION ALL SELECT seq, hash, 2 FROM hub_set_aside WHERE origin = ?1 AND seq BETWEEN ?2 AND "
        "?3 "
        "ORDER BY seq LIMIT ?4",
        [&](const sqlite::Statement& row) -> Outcome {
            const Hash hash = column_hash(row, 1);
            welcome.known.push_back(static_cast<std::uint8_t>(row.integer(2)));
            welcome.known.insert(welcome.known.end(), hash.begin(), hash.begin() + kKnownBytes - 1);
            return {};
        },
        tail.origin, first, last, static_cast<std::int64_t>(kKnownMax));
}

/// The log that HELLO tells of is the beginning of the one that is here.
Result<bool> is_part_of(HubCore& core, const Hello& hello, const ChainTail& tail) {
    if (hello.last_seq >= tail.last_seq) return false;
    if (hello.last_seq <= 0) return hello.last_hash == kChainStart;
    BALIE_ASSIGN(const auto known, core.log.known(tail.origin, hello.last_seq));
    return known && known->hash == hello.last_hash;
}

}  // namespace

Outcome note_backed_up(sqlite::Database& database, std::int64_t hub_seq) {
    return run_sql(database,
                   "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE "
                   "SET value = max(CAST(value AS INTEGER), CAST(?2 AS INTEGER))",
                   kBackedUpKey, std::to_string(hub_seq));
}

Result<HubEpoch> current_epoch(sqlite::Database& database) {
    std::optional<HubEpoch> epoch;
    BALIE_TRY(each_row(database, "SELECT epoch FROM hub_epoch ORDER BY number DESC LIMIT 1",
                       [&](const sqlite::Statement& row) -> Outcome {
                           epoch = HubEpoch{row.id(0)};
                           return {};
                       }));
    if (!epoch) {
        return Error{ErrorCode::NotFound, "this is no hub's database", database.path(),
                     "Make a hub with: balie-hub init"};
    }
    return *epoch;
}

Outcome write_epoch(sqlite::Database& database, const HubEpoch& epoch, std::int64_t base_seq,
                    std::int64_t now_ms) {
    return run_sql(database, "INSERT INTO hub_epoch (epoch, base_seq, started_ms) VALUES (?, ?, ?)",
                   epoch.bytes, base_seq, now_ms);
}

Result<Welcome> welcome_device(HubCore& core, const Hello& hello, const DeviceRecord& device,
                               HelloWay way) {
    if (device.revoked) {
        return Error{ErrorCode::Denied,
                     "this device was revoked by the office",
                     {},
                     "Ask the office for a new enrolment code"};
    }
    BALIE_ASSIGN(auto transaction,
                 sqlite::Transaction::begin(core.database(), sqlite::Transaction::Kind::Read));
    BALIE_TRY(core.begin_read());
    BALIE_ASSIGN(const auto tail, core.log.find_tail(hello.origin));
    Welcome welcome;
    welcome.epoch = core.identity.epoch;
    welcome.wall_ms = core.clock->wall_ms();
    welcome.acked_seq = tail ? tail->last_seq : 0;
    welcome.acked_hash = tail ? tail->last_hash : kChainStart;
    BALIE_ASSIGN(welcome.hub_seq, stored_hub_seq(core.database()));
    BALIE_ASSIGN(welcome.cursor, usable_cursor(core, hello, welcome.hub_seq));
    if (tail) {
        BALIE_ASSIGN(
            const auto safe,
            one_integer(core.database(), "SELECT backed_up_seq FROM chain_tail WHERE origin = ?",
                        tail->origin));
        welcome.backed_up_seq = safe.value_or(0);
        BALIE_TRY(tell_known(core, hello, *tail, welcome));
    }
    BALIE_ASSIGN(
        const auto backed_up,
        one_integer(core.database(), "SELECT CAST(value AS INTEGER) FROM setting WHERE key = ?",
                    kBackedUpKey));
    welcome.backed_up_hub_seq = std::min(backed_up.value_or(0), welcome.hub_seq);
    BALIE_ASSIGN(welcome.floor, compaction_floor(core.database()));
    welcome.message_bytes_max = static_cast<std::int64_t>(kMessageBytesMax);
    welcome.push_window = kPushWindow;
    welcome.scope = device.scope;
    welcome.role = device.role;
    if (hello.version < kProtocolVersionMin) {
        welcome.directive = Directive::Upgrade;
        welcome.text =
            "This version of Balie is too old for the office. Install the newer one; what is "
            "saved here is kept and sent then.";
        return welcome;
    }
    bool only_older = false;
    if (way == HelloWay::Carried && tail) {
        BALIE_ASSIGN(only_older, is_part_of(core, hello, *tail));
    }
    if (!only_older) welcome.text = why_new_incarnation(hello, tail);
    if (!welcome.text.empty()) {
        welcome.directive = Directive::NewIncarnation;
    } else if (welcome.cursor < welcome.floor) {
        // For those that know what it is: others are told to be brought up to date.
        welcome.directive = Directive::Snapshot;
        welcome.text =
            "The office has put its older changes away while this terminal was not there. It reads "
            "its copy anew; nothing that was saved here is lost.";
    }
    return welcome;
}

}  // namespace balie::sync
