// Searching while typing and opening the 360° view at the size of the budgets.
#include "storage/repo/customer_360.h"
#include "storage/repo/customer_search.h"
#include "tests/bench/bench_world.h"

#include <fmt/core.h>

#include <random>

namespace balie::test {

namespace {

/// What people type, letter by letter.
const std::vector<std::string>& typed() {
    static const std::vector<std::string> kWords{
        "jansen", "van der heij", "zoe",          "utrecht",  "brouw",
        "0612",   "104233",       "dekker sanne", "den haag", "ermeu"};
    return kWords;
}

std::vector<std::string> keystrokes() {
    std::vector<std::string> queries;
    for (const std::string& word : typed()) {
        for (std::size_t size = 1; size <= word.size(); ++size)
            queries.push_back(word.substr(0, size));
    }
    return queries;
}

struct Timed {
    std::vector<double> few;   ///< one or two letters
    std::vector<double> many;  ///< three and more
    void add(const std::string& query, double ms) { (query.size() < 3 ? few : many).push_back(ms); }
};

Timed search_plainly(BenchWorld& world) {
    Timed timed;
    auto words = must(world.db().prepare(
        "SELECT rowid FROM customer_words WHERE customer_words MATCH ? LIMIT 50"));
    for (int round = 0; round < 5; ++round) {
        for (const std::string& query : keystrokes()) {
            std::string term;
            for (const char c : query.substr(0, query.find(' '))) term.push_back(c);
            const double begun = now_s();
            words.reset();
            words.bind(1, std::string_view("\"" + term + "\"*"));
            while (must(words.step())) {
            }
            timed.add(query, (now_s() - begun) * 1000);
        }
    }
    return timed;
}

Timed search(BenchWorld& world) {
    Timed timed;
    repo::CustomerSearch searcher(world.db());
    for (int round = 0; round < 5; ++round) {
        for (const std::string& query : keystrokes()) {
            const double begun = now_s();
            const auto found = must(searcher.search(query));
            timed.add(query, (now_s() - begun) * 1000);
            REQUIRE(found.hits.size() <= 50);
        }
    }
    return timed;
}

void print(const char* what, const std::vector<double>& ours, const std::vector<double>& floor,
           double budget) {
    const Spread a = spread_of(ours);
    const Spread b = spread_of(floor);
    fmt::print(
        "  {}: {} queries, p50 {:.3f} ms, p99 {:.3f} ms (budget {} ms), max {:.3f} ms; floor (the "
        "word query by "
        "plain FTS5, ids only) p50 {:.3f} ms, p99 {:.3f} ms; ratio of p50 {:.1f}\n",
        what, ours.size(), a.p50, a.p99, budget, a.max, b.p50, b.p99, a.p50 / b.p50);
}

}  // namespace

TEST_CASE("A customer is found while the name is typed, and opens at once", "[bench][search]") {
    BenchWorld world;
    const std::int64_t customers = BenchWorld::customers_wanted();
    world.fill(customers, customers * 10);
    const Timed ours = search(world);
    const Timed floor = search_plainly(world);
    fmt::print(
        "search while typing at {} customers, whole hits with phone, city, flag and last contact\n",
        customers);
    print("one or two letters", ours.few, floor.few, 10);
    print("three letters and more", ours.many, floor.many, 10);

    std::vector<double> long_timeline;
    std::vector<double> any;
    repo::Customer360Options options;
    options.today = "2026-03-14";
    std::mt19937_64 random(5);
    for (int i = 0; i < 300; ++i) {
        double begun = now_s();
        const auto card =
            must(repo::read_customer_360(world.db(), world.customers().front(), options));
        long_timeline.push_back((now_s() - begun) * 1000);
        REQUIRE(card.counts.contacts >= 2000);
        begun = now_s();
        REQUIRE(repo::read_customer_360(
                    world.db(), world.customers()[random() % world.customers().size()], options)
                    .ok());
        any.push_back((now_s() - begun) * 1000);
    }
    const Spread deep = spread_of(long_timeline);
    const Spread wide = spread_of(any);
    fmt::print(
        "360° view at {} interactions: customer with 2,000 of them p50 {:.3f} ms, p99 {:.3f} ms "
        "(budget 20 ms); "
        "any customer p50 {:.3f} ms, p99 {:.3f} ms\n",
        customers * 10, deep.p50, deep.p99, wide.p50, wide.p99);
}

}  // namespace balie::test
