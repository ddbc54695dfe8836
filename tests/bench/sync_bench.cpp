// Pushing what was captured offline, and the first load of a new terminal: the real programs over
// TLS on the loopback, against the same bytes through a bare socket and the same rows into the same
// tables by plain SQLite under the same key.
//   BALIE_BENCH_PUSH    interactions captured offline (100,000)
//   BALIE_BENCH_LOAD    interactions that the new terminal loads (1,000,000; 20,000 customers)
#include "app/runtime/profile.h"
#include "sync/hub/hub_store.h"
#include "tests/bench/bench_world.h"
#include "tests/bench/plain_copy.h"
#include "tests/e2e/world.h"

#include <fmt/core.h>

#include <cstdlib>
#include <random>

namespace balie::test {

namespace {

constexpr Milliseconds kPatience{3'600'000};
constexpr std::int64_t kCustomers = 20'000;
constexpr std::int64_t kGroup = 1000;

std::int64_t wanted(const char* name, std::int64_t otherwise) {
    const char* given = std::getenv(name);
    return given != nullptr ? std::strtoll(given, nullptr, 10) : otherwise;
}

std::unique_ptr<app::Profile> open(const TerminalProgram& terminal) {
    return must(app::Profile::open(terminal.profile(), "", terminal.password));
}

/// `make` saves one thing as a person would; many share one durable commit, since their capture is
/// not what is measured.
template <typename Make>
void capture(app::Profile& profile, std::int64_t count, Make make) {
    for (std::int64_t done = 0; done < count;) {
        auto group = must(profile.replica().group_commits());
        for (std::int64_t i = 0; i < kGroup && done < count; ++i, ++done) make(done);
        REQUIRE_OK(group.commit());
    }
}

std::vector<RecordId> capture_customers(app::Profile& profile, std::int64_t count) {
    std::vector<RecordId> made;
    capture(profile, count, [&](std::int64_t number) {
        auto unit = must(store::UnitOfWork::begin(profile.store(), profile.user()));
        const RecordId id = must(unit.create(domain::RecordType::Customer,
                                             {{"kind", "person"},
                                              {"name", "Jansen " + std::to_string(number % 997)},
                                              {"given_name", "Anna"},
                                              {"number", std::to_string(500'000 + number)}}));
        (void)must(unit.create(domain::RecordType::ContactPoint,
                               {{"customer_id", id.text()},
                                {"kind", "phone"},
                                {"value", "+3161" + std::to_string(1'000'000 + number)}}));
        REQUIRE_OK(unit.commit());
        made.push_back(id);
    });
    return made;
}

void capture_visits(app::Profile& profile, const std::vector<RecordId>& customers,
                    std::int64_t count) {
    std::mt19937_64 random(11);
    capture(profile, count, [&](std::int64_t number) {
        auto unit = must(store::UnitOfWork::begin(profile.store(), profile.user()));
        (void)must(
            unit.create(domain::RecordType::Interaction,
                        {{"customer_id", customers[random() % customers.size()].text()},
                         {"channel", "visit"},
                         {"outcome", "held"},
                         {"note", "Talked about the savings account and the mortgage, number " +
                                      std::to_string(number)},
                         {"occurred_at", 1'790'000'000'000 + number * 1000},
                         {"occurred_offset_min", std::int64_t{60}},
                         {"author", profile.user()}}));
        REQUIRE_OK(unit.commit());
    });
}

/// How long the program itself says that it took, from connecting to the end.
double sync_seconds(const TerminalProgram& terminal, const Words& words) {
    Words all = words;
    all.emplace_back("--json");
    const Ended ended = test::run(terminal.command(std::move(all)), kPatience);
    INFO(ended.text());
    REQUIRE(ended.code == 0);
    const Json answer = one_document(ended);
    const Json* seconds = answer.find("seconds");
    REQUIRE(seconds != nullptr);
    return seconds->number() != nullptr ? *seconds->number()
                                        : static_cast<double>(*seconds->integer());
}

std::int64_t count_of(sqlite::Database& database, const std::string& sql) {
    return value_integer(must(database.scalar(sql)));
}

/// Bytes of the changes that a terminal's log holds, as JSON.
std::int64_t log_bytes(sqlite::Database& database, std::int64_t after) {
    constexpr int kBesides = 230;  // ids, stamp, salt, commitment and hash in a row
    return count_of(database, "SELECT sum(length(CAST(payload AS BLOB))+" +
                                  std::to_string(kBesides) + ") FROM change_log WHERE seq>" +
                                  std::to_string(after));
}

struct Office {
    Office() : hub(folder / "hub"), writer(folder / "terminals", "writer") {
        hub.set_up();
        hub.start();
        writer.enrol(hub.address(), hub.code());
    }
    [[nodiscard]] sqlite::Database plain_terminal(const std::string& name) {
        store::StoreOptions options;
        options.create = true;
        const auto file = (folder / name).string();
        (void)must(store::Store::open(file, key, clock, entropy, options));
        return must(sqlite::Database::open(file, key));
    }
    [[nodiscard]] sqlite::Database plain_hub(const std::string& name) {
        const auto file = (folder / name).string();
        (void)must(sync::HubStore::create(file, key, clock, entropy));
        return must(sqlite::Database::open(file, key));
    }

    TempFolder folder;
    SystemClock clock;
    SeededEntropy entropy{5};
    Bytes key = Bytes(32, 7);
    HubProgram hub;
    TerminalProgram writer;
};

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
    PlainCopy text;
    text.add(loaded, floor, "customer_text");
    const double begun = now_s();
    REQUIRE_OK(
        floor.execute("INSERT INTO customer_words(rowid,words) SELECT doc,words FROM "
                      "customer_text ORDER BY doc;"
                      "INSERT INTO customer_grams(rowid,text) SELECT rowid,text FROM "
                      "customer_text;"));
    copy.seconds += text.seconds + (now_s() - begun);
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
        auto profile = open(office.writer);
        customers = capture_customers(*profile, kCustomers);
    }
    (void)sync_seconds(office.writer, {"sync"});
    {
        auto profile = open(office.writer);
        before = count_of(profile->store().writer(), "SELECT max(seq) FROM change_log");
        capture_visits(*profile, customers, pushed);
    }
    const double push = sync_seconds(office.writer, {"sync"});
    {
        auto profile = open(office.writer);
        REQUIRE(must(profile->replica().status()).pending == 0);
        const std::int64_t bytes = log_bytes(profile->store().writer(), before);
        const double wire = loopback_seconds(bytes);
        const PlainCopy floor = push_floor(office, *profile, before);
        REQUIRE(floor.rows == pushed);
        fmt::print(
            "push: {} interactions captured offline, one transaction each, over TLS, durable, "
            "receipts saved, own changes confirmed: {:.1f} s ({:.0f} a second); floor ({:.1f} MB "
            "over loopback {:.2f} s + the same rows and log lines in batches of 400 {:.1f} s) "
            "{:.1f} s; {:.0f} % of the floor's speed (budget 60)\n",
            pushed, push, static_cast<double>(pushed) / push, static_cast<double>(bytes) / 1e6,
            wire, floor.seconds, wire + floor.seconds, 100 * (wire + floor.seconds) / push);
        capture_visits(*profile, customers, loaded - pushed);
    }
    (void)sync_seconds(office.writer, {"sync"});
    const TerminalProgram reader(office.folder / "terminals", "reader");
    const double load =
        sync_seconds(reader, {"enrol", "--hub", office.hub.address(), "--code", office.hub.code()});
    auto profile = open(reader);
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
        "{:.0f} % of the floor's speed (budget 100)\n",
        kCustomers, loaded, load, static_cast<double>(floor.rows) / load,
        static_cast<double>(bytes) / 1e6, wire, floor.seconds, wire + floor.seconds,
        100 * (wire + floor.seconds) / load);
    office.hub.stop();
}

}  // namespace balie::test
