#include "tests/bench/bench_office.h"

#include "sync/hub/hub_store.h"

#include <algorithm>
#include <random>

namespace balie::test {

namespace {

constexpr std::int64_t kGroup = 1000;

/// `make` saves one thing as a person would.
template <typename Make>
void capture(app::Profile& profile, std::int64_t count, Make make) {
    for (std::int64_t done = 0; done < count;) {
        auto group = must(profile.replica().group_commits());
        for (std::int64_t i = 0; i < kGroup && done < count; ++i, ++done) make(done);
        REQUIRE_OK(group.commit());
    }
}

}  // namespace

Office::Office(Line kind) : hub(folder / "hub"), writer(folder / "terminals", "writer") {
    hub.set_up();
    hub.start();
    if (kind == Line::Counted) line = std::make_unique<Proxy>(hub.port());
    writer.enrol(address(), hub.code());
}

std::string Office::address() const {
    return line ? "wss://127.0.0.1:" + std::to_string(line->port()) : hub.address();
}

sqlite::Database Office::plain_terminal(const std::string& name) {
    store::StoreOptions options;
    options.create = true;
    const auto file = (folder / name).string();
    (void)must(store::Store::open(file, key, clock, entropy, options));
    return must(sqlite::Database::open(file, key));
}

sqlite::Database Office::plain_hub(const std::string& name) {
    const auto file = (folder / name).string();
    (void)must(sync::HubStore::create(file, key, clock, entropy));
    return must(sqlite::Database::open(file, key));
}

std::unique_ptr<app::Profile> open_profile(const TerminalProgram& terminal) {
    return must(app::Profile::open(terminal.profile(), "", terminal.password));
}

std::int64_t count_of(sqlite::Database& database, const std::string& sql) {
    return value_integer(must(database.scalar(sql)));
}

std::vector<RecordId> capture_customers(app::Profile& profile, std::int64_t count) {
    std::vector<RecordId> made;
    made.reserve(static_cast<std::size_t>(count));
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

void save_visit(app::Profile& profile, const RecordId& id, const RecordId& customer,
                std::int64_t number) {
    auto unit = must(store::UnitOfWork::begin(profile.store(), profile.user()));
    (void)must(unit.create(domain::RecordType::Interaction,
                           {{"customer_id", customer.text()},
                            {"channel", "visit"},
                            {"outcome", "held"},
                            {"note", "Talked about the savings account and the mortgage, number " +
                                         std::to_string(number)},
                            {"occurred_at", 1'790'000'000'000 + number * 1000},
                            {"occurred_offset_min", std::int64_t{60}},
                            {"author", profile.user()}},
                           id));
    REQUIRE_OK(unit.commit());
}

void capture_visits(app::Profile& profile, const std::vector<RecordId>& customers,
                    std::int64_t count) {
    std::mt19937_64 random(11);
    capture(profile, count, [&](std::int64_t number) {
        const auto id = RecordId::make(profile.clock().wall_ms(), profile.entropy());
        save_visit(profile, id, customers[random() % customers.size()], number);
    });
}

}  // namespace balie::test
