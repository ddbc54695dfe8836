// I9, on the pages themselves: the files of a simulated machine lie in memory, here without
// encryption, so that every byte of them can be searched, those of free pages too.
#include "sync/hub/hub_store.h"
#include "sync/log/chain_check.h"
#include "sync/log/receipts.h"
#include "tests/sim/sim_checks.h"
#include "tests/sim/sim_disk.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <array>
#include <cctype>

using std::string_literals::operator""s;

namespace balie::sim::traces {

namespace {

using domain::RecordType;
using test::must;  // in a namespace of its own: the others here say what failed in words

constexpr int kOffice = 0;  ///< dirk, who sees everything
constexpr int kNorth = 4;   ///< anna, territory north
constexpr std::int64_t kSoonMs = 60'000;
/// In every field that takes words, and in what both of them wrote.
constexpr std::array<std::string_view, 7> kPlanted{
    "quzvexjanowski", "wyxopfelkrog", "kvzqpxmail",  "zwyvunqtal",
    "hmqvbraxil",     "ojqwplanter",  "nvkxquibble",
};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::vector<std::string> found_in(const std::string& file) {
    const std::string bytes = lower(disk::bytes_of(file));
    std::vector<std::string> found;
    for (const std::string_view word : kPlanted) {
        if (bytes.find(word) != std::string::npos) found.emplace_back(word);
    }
    return found;
}

struct Planted {
    Planted() : world(plan()) {
        world.settle(kSoonMs);
        customer = create(anna(), RecordType::Customer,
                          {{"kind", "person"s},
                           {"name", "Quzvexjanowski"s},
                           {"note", "Wyxopfelkrog"s},
                           {"owner", "anna"s},
                           {"territory", "north"s},
                           {"branch", "12"s}});
        create(anna(), RecordType::ContactPoint,
               {{"customer_id", customer.text()},
                {"kind", "email"s},
                {"value", "Kvzqpxmail@example.org"s}});
        create(anna(), RecordType::Interaction,
               {{"customer_id", customer.text()},
                {"channel", "visit"s},
                {"outcome", "held"s},
                {"author", "anna"s},
                {"occurred_at", std::int64_t{1'760'000'000'000}},
                {"note", "Zwyvunqtal"s}});
        create(anna(), RecordType::Task,
               {{"customer_id", customer.text()},
                {"subject", "Hmqvbraxil"s},
                {"author", "anna"s},
                {"assignee", "anna"s}});
        world.settle(kSoonMs);
        edit(office(), {{"note", "Ojqwplanter"s}});
        world.settle(kSoonMs);
        edit(anna(), {{"name", "Nvkxquibble"s}});
        world.settle(kSoonMs);
    }
    static Plan plan() {
        Plan plan;
        plan.seed = 9;
        plan.encrypted = false;
        plan.terminals = {kOffice, kNorth};
        return plan;
    }
    [[nodiscard]] SimTerminal& office() { return world.terminal(0); }
    [[nodiscard]] SimTerminal& anna() { return world.terminal(1); }
    static RecordId create(SimTerminal& terminal, RecordType type, const FieldValues& values) {
        auto unit = must(store::UnitOfWork::begin(terminal.store(), terminal.person().user));
        const RecordId id = must(unit.create(type, values));
        must(unit.commit());
        terminal.saved();
        return id;
    }
    void edit(SimTerminal& terminal, const FieldValues& values) const {
        auto unit = must(store::UnitOfWork::begin(terminal.store(), terminal.person().user));
        REQUIRE(must(unit.edit(RecordType::Customer, customer, values)));
        must(unit.commit());
        terminal.saved();
    }
    void leave() {
        edit(office(), {{"territory", "south"s}});
        world.settle(kSoonMs);
    }
    /// Another connection, at which the hub says what its backups hold.
    void connect_again() {
        anna().hang_up();
        anna().network_changed();
        world.settle(kSoonMs);
    }
    /// What Profile::remove_traces does to this file.
    void empty_write_ahead_log() {
        (void)must(anna().store().writer().scalar("PRAGMA wal_checkpoint(TRUNCATE)"));
    }

    SimWorld world;
    RecordId customer;
};

}  // namespace

TEST_CASE("Of a customer that left nothing can be read on any page, once the office has a backup",
          "[sync][sim]") {
    Planted it;
    // The positive control: the search finds what is there.
    it.empty_write_ahead_log();
    REQUIRE(found_in(it.anna().path()).size() == kPlanted.size());

    it.leave();
    CHECK(must(it.anna().replica().traces_left()));
    it.empty_write_ahead_log();
    // Her own words wait in her log for a backup of the hub; nobody else's stays.
    CHECK(found_in(it.anna().path()) == std::vector<std::string>{"quzvexjanowski", "wyxopfelkrog",
                                                                 "kvzqpxmail", "zwyvunqtal",
                                                                 "hmqvbraxil", "nvkxquibble"});

    it.world.hub().back_up();
    it.connect_again();
    it.empty_write_ahead_log();
    CHECK(found_in(it.anna().path()).empty());
    CHECK(found_in(it.anna().path() + "-wal").empty());
    // The log is whole without the words, and what is signed for can be looked up.
    const auto chain = must(sync::check_own_chain(it.anna().store().writer()));
    CHECK(chain.fault.empty());
    CHECK(chain.changes >= 5);
    for (const auto& each : must(sync::receipts_of(it.anna().store().writer(), it.customer))) {
        CHECK(each.signature_ok);
    }
}

TEST_CASE("What an older backup of the office lost, and is erased here, is told and no more",
          "[sync][sim]") {
    Planted it;
    it.world.hub().back_up();
    // After the backup that will be brought back.
    (void)it.world.create_customer(it.anna());
    it.edit(it.anna(), {{"note", "Wyxopfelkrog again"s}});
    it.world.settle(kSoonMs);
    it.leave();
    // A second one was verified, so she erases; then the office puts back the first after all.
    const auto extent = must(it.world.hub().store().extent());
    must(it.world.hub().store().note_backup(extent));
    it.connect_again();
    it.empty_write_ahead_log();
    REQUIRE(found_in(it.anna().path()).empty());
    const auto before = must(sync::ChangeLog::tail(it.anna().store().writer()));
    it.world.hub().restore();
    it.office().network_changed();
    it.connect_again();
    const auto after = must(sync::ChangeLog::tail(it.anna().store().writer()));
    CHECK(after.origin.incarnation != before.origin.incarnation);
    const auto words = must(it.anna().store().setting(sync::setting::kSeparatedText));
    CHECK(words.value_or("").find("1 changes to customers that left") != std::string::npos);
    const auto status = must(it.anna().replica().status());
    CHECK(status.pending == 0);
    CHECK_FALSE(status.digest_differs);
    CHECK(must(sync::check_own_chain(it.anna().store().writer())).fault.empty());
    REQUIRE_OK(it.world.hub().store().verify());
}

}  // namespace balie::sim::traces
