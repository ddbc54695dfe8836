#include "tests/bench/bench_world.h"

#include "storage/store/customer_text.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <random>

namespace balie::test {

namespace {

constexpr std::array<std::string_view, 24> kNames{
    "Jansen",    "de Vries",        "Bakker",   "Visser",  "Smit",
    "Meijer",    "Mulder",          "de Groot", "Bos",     "Vos",
    "Peters",    "Hendriks",        "Dekker",   "Brouwer", "Dijkstra",
    "Vermeulen", "van der Heijden", "Schouten", "van Dam", "Kuipers",
    "Veenstra",  "Prins",           "Huisman",  "Postma"};
constexpr std::array<std::string_view, 12> kGiven{"Anna", "Piet", "Sanne", "Daan",  "Emma", "Lucas",
                                                  "Zoë",  "Noor", "Bram",  "Lotte", "Finn", "Saar"};
constexpr std::array<std::string_view, 8> kCities{
    "Utrecht", "Den Haag", "Groningen", "Arnhem", "Leeuwarden", "Breda", "Zwolle", "Maastricht"};
constexpr std::int64_t kStartMs = 1'700'000'000'000;
constexpr std::int64_t kLongTimeline = 2000;
constexpr std::int64_t kRowsPerTransaction = 20'000;

const Bytes& key() {
    static const Bytes kKey(32, 7);
    return kKey;
}

}  // namespace

double now_s() {
    static const auto kBegun = std::chrono::steady_clock::now();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - kBegun).count();
}

Spread spread_of(std::vector<double> durations_ms) {
    REQUIRE_FALSE(durations_ms.empty());
    std::sort(durations_ms.begin(), durations_ms.end());
    const auto at = [&](double part) {
        return durations_ms[static_cast<std::size_t>(part *
                                                     static_cast<double>(durations_ms.size() - 1))];
    };
    return {at(0.5), at(0.99), durations_ms.back()};
}

std::int64_t BenchWorld::customers_wanted() {
    const char* given = std::getenv("BALIE_BENCH_CUSTOMERS");
    return given != nullptr ? std::strtoll(given, nullptr, 10) : 100'000;
}

BenchWorld::BenchWorld() : entropy_(1) {
    store::StoreOptions options;
    options.create = true;
    store_ =
        must(store::Store::open((folder_ / "balie.db").string(), key(), clock_, entropy_, options));
    REQUIRE_OK(store_->set_setting(sync::setting::kDevice, DeviceId::random(entropy_).text()));
    REQUIRE_OK(
        store_->set_setting(sync::setting::kIncarnation, Incarnation::random(entropy_).text()));
    log_ = std::make_unique<sync::ChangeLog>(clock_, entropy_);
    store_->set_sink(log_.get());
    code("channel", "visit", "visit");
    code("outcome", "held", "held");
}

void BenchWorld::code(const std::string& list, const std::string& code, const std::string& kind) {
    REQUIRE_OK(store::RecordTables(db()).insert(domain::RecordType::Code,
                                                RecordId::random(entropy_),
                                                {{"list", list},
                                                 {"code", code},
                                                 {"kind", kind},
                                                 {"en", code},
                                                 {"nl", code},
                                                 {"active", std::int64_t{1}}},
                                                store::Birth{1, 1, 1}));
}

sqlite::Database BenchWorld::plain(const std::string& name) const {
    return must(sqlite::Database::open(file(name).string(), key()));
}

void BenchWorld::fill(std::int64_t customers, std::int64_t interactions) {
    fill_customers(customers);
    fill_interactions(interactions);
    REQUIRE(must(db().scalar("SELECT count(*) FROM interactions")) == Value{interactions});
    REQUIRE_OK(db().execute("ANALYZE"));
}

void BenchWorld::fill_customers(std::int64_t count) {
    std::mt19937_64 random(7);
    for (std::int64_t done = 0; done < count;) {
        auto transaction = must(sqlite::Transaction::begin(db()));
        store::RecordTables tables(db());
        tables.defer_full_text(true);
        for (std::int64_t i = 0; i < kRowsPerTransaction && done < count; ++i, ++done) {
            const auto id = RecordId::make(kStartMs + done, entropy_);
            const std::string name =
                std::string(kNames[random() % kNames.size()]) + " " + std::to_string(done % 997);
            REQUIRE_OK(tables.insert(domain::RecordType::Customer, id,
                                     {{"kind", "person"},
                                      {"name", name},
                                      {"given_name", std::string(kGiven[random() % kGiven.size()])},
                                      {"number", std::to_string(100'000 + done)}},
                                     store::Birth{1, done + 1, kStartMs}));
            REQUIRE_OK(tables.insert(
                domain::RecordType::ContactPoint, RecordId::make(kStartMs + done, entropy_),
                {{"customer_id", id.text()},
                 {"kind", "phone"},
                 {"value", "+316" + std::to_string(10'000'000 + random() % 89'999'999)}},
                store::Birth{1, done + 1, kStartMs}));
            REQUIRE_OK(tables.insert(
                domain::RecordType::ContactPoint, RecordId::make(kStartMs + done, entropy_),
                {{"customer_id", id.text()},
                 {"kind", "address"},
                 {"address",
                  R"({"city":")" + std::string(kCities[random() % kCities.size()]) + R"("})"}},
                store::Birth{1, done + 1, kStartMs}));
            customers_.push_back(id);
        }
        REQUIRE_OK(transaction.commit());
    }
    while (true) {
        auto transaction = must(sqlite::Transaction::begin(db()));
        const std::int64_t made =
            must(store::CustomerText(db()).refresh_missing(kRowsPerTransaction));
        REQUIRE_OK(transaction.commit());
        if (made == 0) return;
    }
}

void BenchWorld::fill_interactions(std::int64_t count) {
    std::mt19937_64 random(11);
    for (std::int64_t done = 0; done < count;) {
        auto transaction = must(sqlite::Transaction::begin(db()));
        store::RecordTables tables(db());
        for (std::int64_t i = 0; i < kRowsPerTransaction && done < count; ++i, ++done) {
            const RecordId& customer = done < kLongTimeline
                                           ? customers_.front()
                                           : customers_[random() % customers_.size()];
            REQUIRE_OK(tables.insert(
                domain::RecordType::Interaction, RecordId::make(kStartMs + done, entropy_),
                {{"customer_id", customer.text()},
                 {"channel", "visit"},
                 {"outcome", "held"},
                 {"note", "Talked about the savings account and the mortgage, number " +
                              std::to_string(done)},
                 {"occurred_at", kStartMs + static_cast<std::int64_t>(random() % 60'000'000'000)},
                 {"occurred_offset_min", std::int64_t{60}},
                 {"author", "anna"}},
                store::Birth{1, done + 1, kStartMs}));
        }
        REQUIRE_OK(transaction.commit());
    }
}

}  // namespace balie::test
