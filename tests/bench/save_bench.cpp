// Saving one visit, durably, against the same rows by plain SQLite with the same key, FULL.
#include "storage/repo/actions.h"
#include "tests/bench/bench_world.h"

#include <fmt/core.h>

namespace balie::test {

namespace {

constexpr int kSaves = 400;

/// One visit's rows as the store writes them: the interaction, its log line, one commit.
std::vector<double> save_plainly(BenchWorld& world) {
    auto db = world.plain("floor-save.db");
    REQUIRE_OK(
        db.execute("CREATE TABLE interactions(rowid INTEGER PRIMARY KEY,id BLOB NOT NULL UNIQUE,"
                   "customer_id,channel,outcome,note,occurred_at,occurred_offset_min,author);"
                   "CREATE INDEX a ON interactions(customer_id,occurred_at,id,channel,outcome);"
                   "CREATE INDEX b ON interactions(occurred_at);"
                   "CREATE TABLE change_log(seq INTEGER PRIMARY KEY,record_id BLOB,payload TEXT,"
                   "salt BLOB,commitment BLOB,hash BLOB,state INTEGER);"
                   "CREATE INDEX c ON change_log(record_id,seq) WHERE state<2;"
                   "CREATE INDEX d ON change_log(seq) WHERE state=0;"));
    SeededEntropy entropy(3);
    std::vector<double> durations;
    const Bytes digest(32, 1);
    const std::string payload(360, 'x');
    for (int i = 0; i < kSaves; ++i) {
        const double begun = now_s();
        auto transaction = must(sqlite::Transaction::begin(db));
        const auto id = RecordId::make(1'700'000'000'000 + i, entropy);
        auto* row = must(
            db.cached("INSERT INTO interactions(id,customer_id,channel,outcome,note,occurred_at,"
                      "occurred_offset_min,author) VALUES(?,?,'visit','held',?,?,60,'anna')"));
        row->bind(1, id.bytes)
            .bind(2, std::string_view(world.customers()[static_cast<std::size_t>(i)].text()));
        row->bind(3, std::string_view("They want a quote for the new machine by Friday"))
            .bind(4, std::int64_t{i});
        REQUIRE_OK(row->run());
        auto* log =
            must(db.cached("INSERT INTO change_log(record_id,payload,salt,commitment,hash,state) "
                           "VALUES(?,?,?,?,?,0)"));
        log->bind(1, id.bytes)
            .bind(2, std::string_view(payload))
            .bind(3, BytesView(digest).first(16));
        REQUIRE_OK(log->bind(4, BytesView(digest)).bind(5, BytesView(digest)).run());
        REQUIRE_OK(transaction.commit());
        durations.push_back((now_s() - begun) * 1000);
    }
    return durations;
}

}  // namespace

TEST_CASE("Saving one visit costs little more than its rows", "[bench][save]") {
    BenchWorld world;
    const std::int64_t customers = BenchWorld::customers_wanted();
    world.fill(customers, customers * 10);
    repo::Actions actions(world.store(), "anna");
    std::vector<double> durations;
    for (int i = 0; i < kSaves; ++i) {
        repo::NewInteraction visit;
        visit.customer = world.customers()[static_cast<std::size_t>(i)];
        visit.channel = "visit";
        visit.outcome = "held";
        visit.note = "They want a quote for the new machine by Friday";
        const double begun = now_s();
        REQUIRE(actions.save_interaction(visit).ok());
        durations.push_back((now_s() - begun) * 1000);
    }
    const Spread ours = spread_of(durations);
    const Spread floor = spread_of(save_plainly(world));
    fmt::print(
        "save: {} visits with note, one durable commit each, at {} customers and {} interactions\n"
        "  p50 {:.3f} ms, p99 {:.3f} ms; floor (same rows, plain SQLite, same key, FULL, empty "
        "table) p50 "
        "{:.3f} ms, p99 {:.3f} ms; ratio of p50 {:.2f} (budget 1.50)\n",
        kSaves, customers, customers * 10, ours.p50, ours.p99, floor.p50, floor.p99,
        ours.p50 / floor.p50);
    REQUIRE(durations.size() == kSaves);
}

}  // namespace balie::test
