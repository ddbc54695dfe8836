#include "sync/log/link_book.h"

#include "storage/base/date.h"
#include "storage/crypto/hash.h"
#include "sync/core/compress.h"
#include "sync/log/attachment_book.h"
#include "sync/log/change_log.h"
#include "sync/log/change_rows.h"
#include "sync/protocol/codec.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace balie::sync {

namespace {

constexpr std::string_view kMeteredKey = "link.metered";
constexpr std::string_view kBudgetKey = "link.budget_bytes";
constexpr std::string_view kPerKey = "link.budget_per";
constexpr std::string_view kSaidKey = "link.said";
constexpr std::string_view kAllowedKey = "link.allowed_until_ms";
constexpr std::string_view kSpeedKey = "link.bytes_per_second";
constexpr std::string_view kReceivedKey = "link.received";  ///< bytes and entries
constexpr std::string_view kUsedPrefix = "link.used.";      ///< and the date: bytes up and down

/// Days of use are kept for the month's budget and for people who look back.
constexpr int kUsedDaysKept = 62;
/// A person's word to let everything go is for what they see, not for tomorrow.
constexpr std::int64_t kAllowedMs = 3'600'000;
/// More than this at once is large.
constexpr std::int64_t kLargeBytes = 1024 * 1024;
/// What the hub may have under way on a metered line: by so much a budget is passed at most.
constexpr std::int64_t kMeteredCreditBytes = 32 * 1024;
/// A flag or a visit goes in spite of a used-up budget with at most so much before it.
constexpr std::int64_t kUrgentBytesMax = 64 * 1024;
/// Until a terminal has received so many entries it does not know how large one is ...
constexpr std::int64_t kReceivedEntriesMin = 50;
/// ... and takes this for it where it must decide (measured: a visit in CHANGES).
constexpr double kEntryBytesGuess = 700;
/// The average follows what comes lately.
constexpr std::int64_t kReceivedEntriesMax = 20'000;
/// Less than this says nothing about a line's speed.
constexpr std::int64_t kSpeedBytesMin = 4 * 1024;
/// What a change costs besides its payload (encoded_bytes) and, coming back in the hub's order and
/// with its verdict, on the way down.
constexpr std::int64_t kRowBytes = 238;
constexpr std::int64_t kVerdictBytes = 330;
/// Photos and PDFs: base64 makes a third more of them, compression takes most of that away again.
constexpr double kBlobWireShare = 1.04;

/// As JSON text within JSON text: quotes and backslashes are written with a backslash.
constexpr std::string_view kPayloadBytes =
    "(3*length(CAST(payload AS BLOB))-length(CAST(replace(payload,'\"','') AS BLOB))"
    "-length(CAST(replace(payload,'\\','') AS BLOB)))";

std::int64_t parse_number(std::string_view text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// "4711 12": two numbers.
std::array<std::int64_t, 2> parse_pair(std::string_view text) {
    const std::size_t blank = text.find(' ');
    if (blank == std::string_view::npos) return {parse_number(text), 0};
    return {parse_number(text.substr(0, blank)), parse_number(text.substr(blank + 1))};
}

std::string pair_text(std::int64_t one, std::int64_t other) {
    return std::to_string(one) + " " + std::to_string(other);
}

/// The network's addresses are not kept in words.
std::string network_mark(std::string_view network) {
    constexpr std::size_t kMarkBytes = 16;
    const auto hash = crypto::blake2b_256(as_bytes(network));
    return to_hex(BytesView(hash).first(kMarkBytes));
}

/// How small compression makes what waits: judged by some of it, in the order of the index and so
/// perhaps of one type only. A hub that cannot compress is an old one, and then more goes than was
/// said.
Result<double> packed_share(sqlite::Database& database) {
    constexpr std::size_t kSampleBytes = 96 * 1024;
    static const std::string kSql = "SELECT " + std::string(kChangeColumns) +
                                    " FROM change_log INDEXED BY change_log_waiting WHERE state=0 "
                                    "LIMIT 400";
    BALIE_ASSIGN(auto* waiting, database.cached(kSql));
    Push sample;
    std::size_t bytes = 0;
    while (bytes < kSampleBytes) {
        BALIE_ASSIGN(const bool more, waiting->step());
        if (!more) break;
        sample.changes.push_back(read_change(*waiting, {}));
        bytes += encoded_bytes(sample.changes.back());
    }
    waiting->reset();
    const std::string message = encode(sample);
    if (message.size() < kCompressFromBytes) return 1.0;
    const std::size_t packed = compressed(as_bytes(message), Effort::Quick).size();
    return std::min(1.0, static_cast<double>(packed) / static_cast<double>(message.size()));
}

std::int64_t shared(std::int64_t bytes, double share) {
    return static_cast<std::int64_t>(static_cast<double>(bytes) * share);
}

bool urgent(std::string_view type) {
    return type == "priority_flag" || type == "interaction";
}

/// How far the log may go: as much as fits into `left`, and the last flag or visit within reach.
struct Fit {
    std::int64_t to_seq{};  ///< the end of a transaction; 0: not even the first
    std::int64_t changes{};
    bool all{false};
};

Result<Fit> fit(sqlite::Database& database, std::int64_t origin, std::int64_t left) {
    static const std::string kSql = "SELECT seq,transaction_id,record_type," +
                                    std::string(kPayloadBytes) + "+" + std::to_string(kRowBytes) +
                                    " FROM change_log WHERE origin=? AND state=0 ORDER BY seq";
    BALIE_ASSIGN(auto* waiting, database.cached(kSql));
    waiting->bind(1, origin);
    Fit found;
    Fit upto;  // the transactions before the one that is being read
    std::string transaction;
    std::int64_t bytes = 0;
    bool has_urgent = false;
    bool ended = false;
    const auto end_transaction = [&] {
        const std::int64_t most = has_urgent ? std::max(left, kUrgentBytesMax) : left;
        if (bytes <= most) found = upto;
        has_urgent = false;
    };
    while (bytes <= std::max(left, kUrgentBytesMax)) {
        BALIE_ASSIGN(const bool more, waiting->step());
        ended = !more;
        if (ended) break;
        const BytesView id = waiting->blob(1);
        std::string each(id.begin(), id.end());
        if (upto.changes > 0 && each != transaction) end_transaction();
        transaction = std::move(each);
        upto.to_seq = waiting->integer(0);
        ++upto.changes;
        bytes += waiting->integer(3);
        has_urgent = has_urgent || urgent(waiting->text(2));
    }
    if (ended && upto.changes > 0) end_transaction();
    waiting->reset();
    found.all = ended && found.changes == upto.changes;
    return found;
}

}  // namespace

std::string_view to_string(Metered metered) {
    switch (metered) {
        case Metered::Off:
            return "off";
        case Metered::On:
            return "on";
        case Metered::Ask:
            return "ask";
    }
    return "off";
}

std::string_view to_string(BudgetPer per) {
    return per == BudgetPer::Month ? "month" : "day";
}

std::optional<Metered> parse_metered(std::string_view text) {
    for (const Metered each : {Metered::Off, Metered::On, Metered::Ask}) {
        if (text == to_string(each)) return each;
    }
    return std::nullopt;
}

std::optional<BudgetPer> parse_budget_per(std::string_view text) {
    if (text == "day") return BudgetPer::Day;
    if (text == "month") return BudgetPer::Month;
    return std::nullopt;
}

Result<std::string> LinkBook::text(std::string_view key) {
    BALIE_ASSIGN(auto value, store_->setting(key));
    return value ? std::move(*value) : std::string();
}

Result<std::int64_t> LinkBook::number(std::string_view key) {
    BALIE_ASSIGN(const std::string value, text(key));
    return parse_number(value);
}

std::string LinkBook::today() {
    const std::int64_t now = store_->clock().wall_ms();
    return date_of(now, store_->clock().zone_offset_min(now));
}

Result<LinkSettings> LinkBook::settings() {
    LinkSettings out;
    BALIE_ASSIGN(const std::string metered, text(kMeteredKey));
    out.metered = parse_metered(metered).value_or(Metered::Off);
    BALIE_ASSIGN(out.budget_bytes, number(kBudgetKey));
    BALIE_ASSIGN(const std::string per, text(kPerKey));
    out.per = parse_budget_per(per).value_or(BudgetPer::Day);
    return out;
}

Outcome LinkBook::set(const LinkSettings& settings) {
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(store_->writer()));
    BALIE_TRY(store_->set_setting(kMeteredKey, to_string(settings.metered)));
    BALIE_TRY(store_->set_setting(
        kBudgetKey, std::to_string(std::max<std::int64_t>(settings.budget_bytes, 0))));
    BALIE_TRY(store_->set_setting(kPerKey, to_string(settings.per)));
    return transaction.commit();
}

Outcome LinkBook::say(std::string_view network, bool metered) {
    return store_->set_setting(kSaidKey, network_mark(network) + (metered ? " metered" : " free"));
}

Outcome LinkBook::allow_all() {
    return store_->set_setting(kAllowedKey, std::to_string(store_->clock().wall_ms() + kAllowedMs));
}

Outcome LinkBook::end_allowance() {
    BALIE_ASSIGN(const std::int64_t until, number(kAllowedKey));
    if (until == 0) return {};
    return store_->set_setting(kAllowedKey, "0");
}

// --- what was used ----------------------------------------------------------------------------

Result<LinkUse> LinkBook::used(BudgetPer per) {
    constexpr std::size_t kMonthChars = 7;  // YYYY-MM
    const std::string date = today();
    const std::string from = per == BudgetPer::Day ? date : date.substr(0, kMonthChars);
    BALIE_ASSIGN(auto* days, store_->writer().cached(
                                 "SELECT value FROM setting WHERE key>=?1 AND key<?1||'~'"));
    const std::string first = std::string(kUsedPrefix) + from;
    days->bind(1, std::string_view(first));
    LinkUse sum;
    while (true) {
        BALIE_ASSIGN(const bool more, days->step());
        if (!more) break;
        const auto [up, down] = parse_pair(days->text(0));
        sum.up += up;
        sum.down += down;
    }
    days->reset();
    return sum;
}

Outcome LinkBook::count(const LinkUse& more) {
    if (more.total() <= 0) return {};
    const std::string date = today();
    const std::string key = std::string(kUsedPrefix) + date;
    BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(store_->writer()));
    BALIE_ASSIGN(const std::string before, text(key));
    const auto [up, down] = parse_pair(before);
    BALIE_TRY(store_->set_setting(key, pair_text(up + more.up, down + more.down)));
    if (before.empty()) {
        BALIE_ASSIGN(const std::string oldest, add_days(date, -kUsedDaysKept));
        const std::string limit = std::string(kUsedPrefix) + oldest;
        BALIE_ASSIGN(auto* forget,
                     store_->writer().cached("DELETE FROM setting WHERE key>=? AND key<?"));
        BALIE_TRY(forget->bind(1, kUsedPrefix).bind(2, std::string_view(limit)).run());
    }
    return transaction.commit();
}

Outcome LinkBook::note_received(std::int64_t bytes, std::int64_t entries) {
    if (bytes <= 0 || entries <= 0) return {};
    BALIE_ASSIGN(const std::string before, text(kReceivedKey));
    auto [sum_bytes, sum_entries] = parse_pair(before);
    sum_bytes += bytes;
    sum_entries += entries;
    while (sum_entries > kReceivedEntriesMax) {
        sum_bytes /= 2;
        sum_entries /= 2;
    }
    return store_->set_setting(kReceivedKey, pair_text(sum_bytes, sum_entries));
}

Outcome LinkBook::note_speed(std::int64_t bytes, std::int64_t ms) {
    if (bytes < kSpeedBytesMin) return {};
    const std::int64_t speed = bytes * 1000 / std::max<std::int64_t>(ms, 1);
    return store_->set_setting(kSpeedKey, std::to_string(std::max<std::int64_t>(speed, 1)));
}

Result<std::optional<double>> LinkBook::entry_bytes() {
    BALIE_ASSIGN(const std::string received, text(kReceivedKey));
    const auto [bytes, entries] = parse_pair(received);
    if (entries < kReceivedEntriesMin) return std::optional<double>{};
    return std::optional(static_cast<double>(bytes) / static_cast<double>(entries));
}

// --- what may go ------------------------------------------------------------------------------

Result<LinkState> LinkBook::state(std::string_view network) {
    LinkState out;
    BALIE_ASSIGN(out.settings, settings());
    BALIE_ASSIGN(out.used, used(out.settings.per));
    out.metered = out.settings.metered == Metered::On;
    if (out.settings.metered == Metered::Ask) {
        BALIE_ASSIGN(const std::string said, text(kSaidKey));
        const std::string mark = network_mark(network);
        out.asks = said.rfind(mark, 0) != 0;
        out.metered = out.asks || said == mark + " metered";
    }
    if (!out.metered) return out;
    BALIE_ASSIGN(const std::int64_t until, number(kAllowedKey));
    const std::int64_t now = store_->clock().wall_ms();
    // A clock that was put back must not make an hour of it that lasts for years.
    out.allowed = now < until && until <= now + kAllowedMs;
    const bool limited = out.settings.budget_bytes > 0;
    out.exhausted = limited && out.used.total() >= out.settings.budget_bytes;
    BALIE_TRY(hold_back(out));
    return out;
}

Outcome LinkBook::hold_back(LinkState& state) {
    sqlite::Database& database = store_->writer();
    const auto tail = ChangeLog::tail(database);
    if (!tail.ok()) return {};  // not enrolled: there is nothing to hold back
    const bool limited = state.settings.budget_bytes > 0;
    const std::int64_t left =
        std::max<std::int64_t>(0, state.settings.budget_bytes - state.used.total());
    BALIE_ASSIGN(auto* pending, database.cached("SELECT count(*) FROM change_log WHERE origin=? "
                                                "AND state=0"));
    BALIE_TRY(pending->bind(1, tail->origin_number).step());
    state.pending = pending->integer(0);
    pending->reset();
    BALIE_ASSIGN(const std::int64_t cursor, number(setting::kCursor));
    BALIE_ASSIGN(const std::int64_t seen, number(setting::kHubSeqSeen));
    state.behind = std::max<std::int64_t>(0, seen - cursor);
    BALIE_ASSIGN(const std::int64_t contact, number(setting::kLastContact));
    state.long_silent = store_->clock().wall_ms() - contact > kDayMs;
    state.rules.push_first = true;
    state.rules.credit_max = kMeteredCreditBytes;
    if (state.allowed) return {};
    BALIE_ASSIGN(const auto average, entry_bytes());
    const std::int64_t room = limited ? std::min(left, kLargeBytes) : kLargeBytes;
    state.rules.pull_max = static_cast<std::int64_t>(
        static_cast<double>(room) / std::max(average.value_or(kEntryBytesGuess), 1.0));
    // Records first: what they leave of the budget, and nothing large without a person's word.
    state.rules.blob_bytes_max = room;
    state.pull_held = state.rules.pull_max == 0 || state.behind > state.rules.pull_max;
    if (!limited) return {};
    BALIE_ASSIGN(const double share, packed_share(database));
    const std::int64_t left_plain = shared(left, 1 / share);
    BALIE_ASSIGN(const Fit found, fit(database, tail->origin_number, left_plain));
    if (found.all && left > 0) return {};
    state.held = state.pending - found.changes;
    BALIE_ASSIGN(auto* first, database.cached("SELECT coalesce(min(seq),?)-1 FROM change_log WHERE "
                                              "origin=? AND state=0"));
    BALIE_TRY(first->bind(1, tail->seq + 1).bind(2, tail->origin_number).step());
    state.rules.push_to = std::max(found.to_seq, first->integer(0));
    first->reset();
    return {};
}

// --- what it would be -------------------------------------------------------------------------

Result<LinkEstimate> LinkBook::estimate() {
    static const std::string kSql =
        "SELECT record_type,count(*),sum(" + std::string(kPayloadBytes) + "+" +
        std::to_string(kRowBytes) +
        ") FROM change_log INDEXED BY change_log_waiting WHERE state=0 GROUP BY record_type";
    BALIE_ASSIGN(auto* waiting, store_->writer().cached(kSql));
    LinkEstimate out;
    while (true) {
        BALIE_ASSIGN(const bool more, waiting->step());
        if (!more) break;
        out.up.push_back({std::string(waiting->text(0)), waiting->integer(1), waiting->integer(2)});
        out.up_changes += waiting->integer(1);
        out.up_bytes += waiting->integer(2);
    }
    waiting->reset();
    if (out.up_changes > 0) {
        BALIE_ASSIGN(const double share, packed_share(store_->writer()));
        out.up_bytes = shared(out.up_bytes, share);
        for (LinkEstimate::Part& part : out.up) part.bytes = shared(part.bytes, share);
    }
    BALIE_ASSIGN(const std::int64_t cursor, number(setting::kCursor));
    BALIE_ASSIGN(const std::int64_t seen, number(setting::kHubSeqSeen));
    BALIE_ASSIGN(const std::int64_t rereading, number(setting::kRereading));
    BALIE_ASSIGN(const std::int64_t contact, number(setting::kLastContact));
    out.first_load = contact != 0 && (cursor == 0 || rereading != 0);
    out.down_changes = std::max<std::int64_t>(0, seen - cursor);
    BALIE_ASSIGN(const auto average, entry_bytes());
    const std::int64_t answers = out.up_changes * kVerdictBytes;
    if (average) {
        out.down_bytes =
            answers + static_cast<std::int64_t>(*average * static_cast<double>(out.down_changes));
    } else if (out.down_changes == 0 && contact != 0) {
        out.down_bytes = answers;
    }
    BALIE_ASSIGN(const AttachmentCounts blobs, AttachmentBook::counts(store_->writer()));
    if (blobs.to_send > 0) {
        const std::int64_t bytes = shared(blobs.to_send_bytes, kBlobWireShare);
        out.up.push_back({std::string(kAttachmentPart), blobs.to_send, bytes});
        out.up_bytes += bytes;
    }
    if (out.down_bytes) *out.down_bytes += shared(blobs.asked_bytes, kBlobWireShare);
    BALIE_ASSIGN(const std::int64_t speed, number(kSpeedKey));
    if (speed > 0) {
        out.bytes_per_second = speed;
        out.seconds = (out.bytes() + speed - 1) / speed;
    }
    return out;
}

}  // namespace balie::sync
