// Pushing what was captured offline, and the first load of a new terminal: the real programs over
// TLS on the loopback, against the same bytes through a bare socket and the same rows into the same
// tables by plain SQLite under the same key.
//   BALIE_BENCH_PUSH    interactions captured offline (100,000)
//   BALIE_BENCH_LOAD    interactions that the new terminal loads (1,000,000; 20,000 customers)
#include "tests/bench/bench_office.h"
#include "tests/bench/gauge.h"
#include "tests/bench/plain_copy.h"
#include "tests/bench/sizes.h"

#include <fmt/core.h>

#include <algorithm>

namespace balie::test {

namespace {

constexpr Milliseconds kPatience{3'600'000};
constexpr std::int64_t kCustomers = 20'000;

struct Timed {
    double seconds{};      ///< as the program itself says, from connecting to the end
    double terminal_mb{};  ///< the most memory on either side
    double hub_mb{};
};

Timed timed_sync(Office& office, const TerminalProgram& terminal, Words words) {
    words.emplace_back("--json");
    forget_peak(office.hub.process().id());
    const Watched watched = run_watched(terminal.command(std::move(words)), kPatience);
    INFO(watched.ended.text());
    REQUIRE(watched.ended.code == 0);
    const Json answer = one_document(watched.ended);
    const Json* seconds = answer.find("seconds");
    REQUIRE(seconds != nullptr);
    Timed timed;
    timed.seconds = seconds->number() != nullptr ? *seconds->number()
                                                 : static_cast<double>(*seconds->integer());
    timed.terminal_mb = watched.peak_mb(timed.seconds);
    timed.hub_mb = gauge_of(office.hub.process().id()).peak_mb;
    return timed;
}

/// Bytes of the changes that a terminal's log holds, as JSON.
std::int64_t log_bytes(sqlite::Database& database, std::int64_t after) {
    constexpr int kBesides = 230;  // ids, stamp, salt, commitment and hash in a row
    return count_of(database, "SELECT sum(length(CAST(payload AS BLOB))+" +
                                  std::to_string(kBesides) + ") FROM change_log WHERE seq>" +
                                  std::to_string(after));
}

/// What the hub has to write of a push: the rows, and its log with every payload.
PlainCopy push_floor(Office& office, app::Profile& profile, std::int64_t after) {
    auto floor = office.plain_hub("floor-push.db");
    PlainCopy copy;
    copy.add(profile.store().writer(), floor, "interactions");
    REQUIRE_OK(
        floor.execute("CREATE TABLE floor_log AS SELECT * FROM change_log LIMIT 0;"
                      "CREATE UNIQUE INDEX floor_log_change ON floor_log(origin,seq);"));
    // Under the terminal's name for it: the same columns of the same changes.
    REQUIRE_OK(profile.store().writer().execute(
        "CREATE TEMP VIEW floor_log AS SELECT * FROM change_log WHERE seq>" +
        std::to_string(after)));
    PlainCopy log;
    log.add(profile.store().writer(), floor, "floor_log");
    REQUIRE(log.rows == copy.rows);
    copy.seconds += log.seconds;
    return copy;
}

/// What a terminal has to write of a first load: the rows with their indexes and the full text.
PlainCopy load_floor(Office& office, sqlite::Database& loaded) {
    auto floor = office.plain_terminal("floor-load.db");
    PlainCopy copy;
    for (const char* table : {"customers", "contact_points", "interactions"}) {
        copy.add(loaded, floor, table);
    }
    copy.seconds += copy_full_text(loaded, floor).seconds;
    return copy;
}

}  // namespace

TEST_CASE("Captured offline, pushed; and loaded by a new terminal", "[bench][sync]") {
    const std::int64_t pushed = wanted("BALIE_BENCH_PUSH", 100'000);
    const std::int64_t loaded = std::max(pushed, wanted("BALIE_BENCH_LOAD", 1'000'000));
    Office office;
    std::vector<RecordId> customers;
    std::int64_t before = 0;
    {
        auto profile = open_profile(office.writer);
        customers = capture_customers(*profile, kCustomers);
    }
    (void)office.writer.ask({"sync"});
    {
        auto profile = open_profile(office.writer);
        before = count_of(profile->store().writer(), "SELECT max(seq) FROM change_log");
        capture_visits(*profile, customers, pushed);
    }
    const Timed push = timed_sync(office, office.writer, {"sync"});
    {
        auto profile = open_profile(office.writer);
        REQUIRE(must(profile->replica().status()).pending == 0);
        const std::int64_t bytes = log_bytes(profile->store().writer(), before);
        const double wire = loopback_seconds(bytes);
        const PlainCopy floor = push_floor(office, *profile, before);
        REQUIRE(floor.rows == pushed);
        fmt::print(
            "push: {} interactions captured offline, one transaction each, over TLS, durable, "
            "receipts saved, own changes confirmed: {:.1f} s ({:.0f} a second); floor ({:.1f} MB "
            "over loopback {:.2f} s + the same rows and log lines in batches of 400 {:.1f} s) "
            "{:.1f} s; {:.0f} % of the floor's speed (budget 60); memory at most: terminal {:.0f} "
            "MB, hub {:.0f} MB; load {}\n",
            pushed, push.seconds, static_cast<double>(pushed) / push.seconds,
            static_cast<double>(bytes) / 1e6, wire, floor.seconds, wire + floor.seconds,
            100 * (wire + floor.seconds) / push.seconds, push.terminal_mb, push.hub_mb,
            machine_load());
        capture_visits(*profile, customers, loaded - pushed);
    }
    (void)timed_sync(office, office.writer, {"sync"});
    const TerminalProgram reader(office.folder / "terminals", "reader");
    const Timed load = timed_sync(
        office, reader, {"enrol", "--hub", office.hub.address(), "--code", office.hub.code()});
    auto profile = open_profile(reader);
    sqlite::Database& database = profile->store().writer();
    REQUIRE(count_of(database, "SELECT count(*) FROM interactions") == loaded);
    REQUIRE(count_of(database, "SELECT count(*) FROM customers") == kCustomers);
    const PlainCopy floor = load_floor(office, database);
    const std::int64_t bytes = count_of(
        database,
        "SELECT sum(length(note)+length(customer_id)+length(author)+120) FROM interactions");
    const double wire = loopback_seconds(bytes);
    fmt::print(
        "first load: {} customers with a phone number and {} interactions, from enrolment to the "
        "last digest compared: {:.1f} s ({:.0f} records a second); floor ({:.1f} MB over loopback "
        "{:.2f} s + the same rows with indexes and full text in batches of 400 {:.1f} s) {:.1f} s; "
        "{:.0f} % of the floor's speed (budget 100); memory at most: terminal {:.0f} MB, hub "
        "{:.0f} "
        "MB; load {}\n",
        kCustomers, loaded, load.seconds, static_cast<double>(floor.rows) / load.seconds,
        static_cast<double>(bytes) / 1e6, wire, floor.seconds, wire + floor.seconds,
        100 * (wire + floor.seconds) / load.seconds, load.terminal_mb, load.hub_mb, machine_load());
    office.hub.stop();
}

}  // namespace balie::test
