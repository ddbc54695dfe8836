// The hub under a fleet: the real program, and real protocol clients over TLS, many to a process.
//   BALIE_BENCH_STORM_TERMINALS    that reconnect at once (1,000)
//   BALIE_BENCH_STORM_CHANGES      that each has captured (500)
//   BALIE_BENCH_IDLE               connected terminals that one change goes to (10,000)
// A terminal's own database is not in these figures: it is on another machine. Its session,
// signatures, TLS and JSON are, and take from the same two cores as the hub.
#include "sync/hub/hub_folder.h"
#include "tests/bench/bench_world.h"
#include "tests/bench/fleet.h"
#include "tests/bench/gauge.h"
#include "tests/bench/plain_copy.h"
#include "tests/bench/sizes.h"
#include "tests/e2e/world.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <sys/resource.h>

namespace balie::test {

namespace {

constexpr double kPatienceSeconds = 1800;
constexpr double kIdleSeconds = 10;
constexpr std::int64_t kCustomersEach = 10;
constexpr std::int64_t kCapturedMs = 1'790'000'000'000;

/// A hub with devices that were enrolled while it did not run.
struct FleetOffice {
    FleetOffice(std::size_t count, const std::function<std::string(std::size_t)>& user,
                const std::function<std::string(std::size_t)>& scope)
        : hub(folder / "hub") {
        rlimit files{};
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &files) == 0);
        files.rlim_cur = files.rlim_max;
        REQUIRE(::setrlimit(RLIMIT_NOFILE, &files) == 0);
        hub.set_up();
        fleet = std::make_unique<Fleet>(enrol_in_folder(hub.data(), count, user, scope));
        pin =
            must(sync::pin_of_certificate_file(sync::HubFolder(hub.data()).certificate().string()));
    }
    [[nodiscard]] Gauge gauge() { return gauge_of(hub.process().id()); }

    TempFolder folder;
    HubProgram hub;
    std::unique_ptr<Fleet> fleet;
    sync::Pin pin{};
};

sync::ChangeBody creation(const char* type, const RecordId& id,
                          const std::vector<std::pair<const char*, Value>>& values) {
    sync::ChangeBody body;
    body.type = type;
    body.id = id;
    for (const auto& [field, value] : values) body.fields[field].value = value;
    return body;
}

sync::ChangeBody customer(const RecordId& id, const std::string& owner, std::int64_t number) {
    return creation("customer", id,
                    {{"kind", "person"},
                     {"name", "Jansen " + std::to_string(number % 997)},
                     {"given_name", "Anna"},
                     {"owner", owner}});
}

sync::ChangeBody visit(const RecordId& id, const RecordId& customer_id, const std::string& author,
                       std::int64_t number) {
    return creation("interaction", id,
                    {{"customer_id", customer_id.text()},
                     {"channel", "visit"},
                     {"outcome", "held"},
                     {"note", "Talked about the savings account and the mortgage, number " +
                                  std::to_string(number)},
                     {"occurred_at", kCapturedMs + number * 1000},
                     {"occurred_offset_min", std::int64_t{60}},
                     {"author", author}});
}

/// A few customers of its own, then visits to them; each a transaction.
void capture_day(LoadTerminal& terminal, std::int64_t changes, Entropy& entropy) {
    std::vector<RecordId> customers;
    for (std::int64_t i = 0; i < changes; ++i) {
        const auto id = RecordId::make(kCapturedMs + i, entropy);
        if (i < kCustomersEach) {
            customers.push_back(id);
            terminal.capture(customer(id, terminal.user(), i), entropy, kCapturedMs + i);
        } else {
            const RecordId& whom = customers[static_cast<std::size_t>(i) % customers.size()];
            terminal.capture(visit(id, whom, terminal.user(), i), entropy, kCapturedMs + i);
        }
    }
}

/// What the hub had to write, by plain SQLite: its rows, its full text and its log.
PlainCopy hub_floor(const HubProgram& hub, const std::filesystem::path& file) {
    SystemClock clock;
    SeededEntropy entropy(5);
    const auto opened = must(sync::HubFolder(hub.data()).open(clock, entropy));
    const Bytes key(32, 7);
    (void)must(sync::HubStore::create(file.string(), key, clock, entropy));
    auto floor = must(sqlite::Database::open(file.string(), key));
    auto& full = opened.store->store().writer();
    PlainCopy copy;
    copy.add(full, floor, "customers");
    copy.add(full, floor, "interactions");
    const PlainCopy text = copy_full_text(full, floor);
    PlainCopy log;
    log.add(full, floor, "hub_log",
            "WHERE kind=0 AND record_type IN ('customer','interaction') AND "
            "hub_seq>(SELECT max(hub_seq) FROM hub_log WHERE record_type='device')");
    REQUIRE(log.rows == copy.rows);
    copy.seconds += text.seconds + log.seconds;
    return copy;
}

}  // namespace

TEST_CASE("A thousand terminals come back at once with what they captured", "[bench][storm]") {
    const std::int64_t terminals = wanted("BALIE_BENCH_STORM_TERMINALS", 1000);
    const std::int64_t changes = wanted("BALIE_BENCH_STORM_CHANGES", 500);
    const auto user = [](std::size_t i) { return "rep" + std::to_string(i); };
    FleetOffice office(static_cast<std::size_t>(terminals), user,
                       [&](std::size_t i) { return "portfolio:" + user(i); });
    Fleet& fleet = *office.fleet;
    SeededEntropy entropy(17);
    for (std::size_t i = 0; i < fleet.size(); ++i) capture_day(fleet.at(i), changes, entropy);
    office.hub.start();
    const Gauge before = office.gauge();
    const std::int64_t all = terminals * changes;

    const double begun = now_s();
    fleet.connect_all(office.hub.address(), office.pin);
    fleet.wait_until([&](const FleetFigures& now) { return now.acked >= all; }, kPatienceSeconds);
    const double acked = fleet.figures().last_ack_s - begun;
    fleet.wait_until([&](const FleetFigures& now) { return now.open >= fleet.size(); },
                     kPatienceSeconds);
    const double idle = now_s() - begun;
    const Gauge after = office.gauge();
    const FleetFigures figures = fleet.figures();
    REQUIRE(figures.acked == all);
    REQUIRE(figures.set_aside == 0);
    const std::int64_t up = fleet.bytes_up();
    const std::int64_t down = fleet.bytes_down();
    office.fleet.reset();
    office.hub.stop();

    const PlainCopy floor = hub_floor(office.hub, office.folder / "floor-storm.db");
    REQUIRE(floor.rows == all);
    const double wire = loopback_seconds(up + down);
    const double least = wire + floor.seconds;
    const Spread ack = spread_of(figures.ack_ms);
    fmt::print(
        "reconnect storm: {} terminals enrolled through the hub's library, {} changes each, one "
        "transaction each, all connecting at once ({} handshakes at a time from one address): all "
        "{} acknowledged after {:.1f} s ({:.0f} changes a second), all terminals up to date after "
        "{:.1f} s; ACK p50 {:.0f} ms, p99 {:.0f} ms, {} connections lost on the way; hub: peak "
        "{:.0f} MB ({:.0f} MB before), {:.1f} s of processor; floor ({:.1f} MB up and {:.1f} MB "
        "down over a bare loopback {:.2f} s + the same rows, full text and log lines in batches of "
        "400 {:.1f} s) {:.1f} s; {:.0f} % of the floor's speed (budget of a push 60); load {}\n",
        terminals, changes, kHandshakesAtOnce, all, acked, static_cast<double>(all) / acked, idle,
        ack.p50, ack.p99, figures.losses, after.peak_mb, before.rss_mb,
        after.cpu_seconds - before.cpu_seconds, static_cast<double>(up) / 1e6,
        static_cast<double>(down) / 1e6, wire, floor.seconds, least, 100 * least / acked,
        machine_load());
}

TEST_CASE("One change reaches every idle terminal", "[bench][idle]") {
    const std::int64_t terminals = wanted("BALIE_BENCH_IDLE", 10'000);
    FleetOffice office(
        static_cast<std::size_t>(terminals), [](std::size_t) { return std::string("anna"); },
        [](std::size_t) { return std::string("all"); });
    Fleet& fleet = *office.fleet;
    office.hub.start();
    const Gauge empty = office.gauge();

    const double begun = now_s();
    fleet.connect_all(office.hub.address(), office.pin);
    fleet.wait_until([&](const FleetFigures& now) { return now.open >= fleet.size(); },
                     kPatienceSeconds);
    const double connected = now_s() - begun;
    const Gauge full = office.gauge();
    fleet.stay(kIdleSeconds);
    const Gauge rested = office.gauge();

    fleet.begin_anew();
    SeededEntropy entropy(19);
    const std::int64_t down_before = fleet.bytes_down();
    double sent = 0;
    fleet.on_io([&] {
        LoadTerminal& first = fleet.at(0);
        first.capture(customer(RecordId::make(kCapturedMs, entropy), first.user(), 1), entropy,
                      kCapturedMs);
        sent = now_s();
        first.local_changes_saved();
    });
    fleet.wait_until([&](const FleetFigures& now) { return now.applied_s.size() >= fleet.size(); },
                     kPatienceSeconds);
    const Gauge told = office.gauge();
    const FleetFigures figures = fleet.figures();
    REQUIRE(figures.set_aside == 0);
    const double each =
        static_cast<double>(fleet.bytes_down() - down_before) / static_cast<double>(terminals);
    std::vector<double> after_ms;
    for (const double at : figures.applied_s) after_ms.push_back((at - sent) * kMsPerSecond);
    const Spread spread = spread_of(after_ms);
    const double first = *std::min_element(after_ms.begin(), after_ms.end());
    office.fleet.reset();
    office.hub.stop();

    const auto message = static_cast<std::size_t>(each);
    const double least =
        loopback_seconds(static_cast<std::int64_t>(message) * terminals, message) * kMsPerSecond;
    fmt::print(
        "idle fleet: {} terminals of scope all, enrolled through the hub's library, connected in "
        "{:.1f} s ({} handshakes at a time); hub: {:.0f} MB held, peak {:.0f} MB ({:.1f} MB "
        "empty), "
        "{:.1f} KiB a connection (budget: 10,000 in 1 GiB), {:.2f} % of one core while nothing "
        "happens for {:.0f} s; {} connections lost\n",
        terminals, connected, kHandshakesAtOnce, full.rss_mb, full.peak_mb, empty.rss_mb,
        (full.rss_mb - empty.rss_mb) * kKibPerMb / static_cast<double>(terminals),
        100 * (rested.cpu_seconds - full.cpu_seconds) / kIdleSeconds, kIdleSeconds, figures.losses);
    fmt::print(
        "fan-out: one change to {} terminals: first {:.1f} ms, p50 {:.0f} ms, p99 {:.0f} ms, last "
        "{:.0f} ms after its author sent it; {:.0f} bytes each with the answers to it, {:.2f} s of "
        "the hub's processor, peak {:.0f} MB; floor (the same bytes, one message after another "
        "through one bare loopback socket) {:.0f} ms, {:.0f} times that; load {}\n",
        terminals, first, spread.p50, spread.p99, spread.max, each,
        told.cpu_seconds - rested.cpu_seconds, told.peak_mb, least, spread.max / least,
        machine_load());
}

}  // namespace balie::test
