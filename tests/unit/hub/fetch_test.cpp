// Beyond one's scope: looking for a customer of others at head office, having one brought here for
// a while, what may be done with it, and that the office sees all of it.
#include "sync/core/limits.h"
#include "tests/unit/hub/hub_terminal.h"

#include <algorithm>

using std::string_literals::operator""s;

namespace balie::test {

using domain::RecordType;
using sync::VerdictKind;

namespace {

constexpr std::int64_t kHour = 3'600'000;

sync::Found find(HubWorld& world, const sync::DeviceRecord& device, const std::string& text) {
    return must(world.hub->find_customers(device, {"token", text}));
}

sync::Fetched fetch(HubWorld& world, const sync::DeviceRecord& device, const RecordId& customer,
                    const std::string& token = "once", const std::string& reason = "at_counter",
                    const std::string& note = "asks for a card") {
    return must(world.hub->fetch_customer(device, {token, customer, reason, note}));
}

/// A branch with a customer and a visit, and a teller of another branch.
struct TwoBranches {
    TwoBranches()
        : home(world, "gina", "representative", "branch:12", 1),
          counter(world, "bert", "teller", "branch:34", 2) {
        jansen = home.create(RecordType::Customer, {{"kind", "person"s},
                                                    {"name", "Jansen"s},
                                                    {"number", "K-7"s},
                                                    {"branch", "12"s},
                                                    {"owner", "gina"s}});
        visit = home.create(RecordType::Interaction, {{"customer_id", jansen.text()},
                                                      {"channel", "visit"s},
                                                      {"outcome", "held"s},
                                                      {"note", "wants a boat"s},
                                                      {"occurred_at", world.clock.now_ms}});
        home.sync();
        counter.sync();
    }
    void time_passes(std::int64_t ms) {
        world.clock.now_ms += ms;
        REQUIRE_OK(world.hub->end_fetches());
    }

    HubWorld world;
    Terminal home;
    Terminal counter;
    RecordId jansen;
    RecordId visit;
};

}  // namespace

TEST_CASE("A teller finds another branch's customer at head office by few fields", "[hub][fetch]") {
    TwoBranches bank;
    const auto found = find(bank.world, bank.counter.device, "jans");
    REQUIRE(found.refusal.code.empty());
    REQUIRE(found.token == "token");
    REQUIRE(found.rows.size() == 1);
    CHECK(found.rows[0].id == bank.jansen);
    CHECK(found.rows[0].number == "K-7");
    CHECK(found.rows[0].name == "Jansen");
    CHECK_FALSE(found.rows[0].in_scope);
    CHECK(find(bank.world, bank.home.device, "jansen").rows.at(0).in_scope);
    CHECK(find(bank.world, bank.counter.device, "nobody").rows.empty());
}

TEST_CASE("A fetched customer comes whole, is worked with, and goes when its time is over",
          "[hub][fetch]") {
    TwoBranches bank;
    Terminal& counter = bank.counter;
    CHECK_FALSE(counter.has(RecordType::Customer, bank.jansen));
    const auto fetched = fetch(bank.world, counter.device, bank.jansen);
    REQUIRE(fetched.refusal.code.empty());
    CHECK(fetched.until_ms == bank.world.clock.now_ms + sync::kFetchForMs);
    counter.pull();
    REQUIRE(counter.has(RecordType::Customer, bank.jansen));
    REQUIRE(counter.has(RecordType::Interaction, bank.visit));
    REQUIRE_OK(bank.world.hub->verify());

    const RecordId noted =
        counter.create(RecordType::Interaction, {{"customer_id", bank.jansen.text()},
                                                 {"channel", "counter"s},
                                                 {"outcome", "held"s},
                                                 {"occurred_at", bank.world.clock.now_ms}});
    counter.edit(RecordType::Customer, bank.jansen, {{"note", "new card"s}});
    counter.sync();
    bank.home.sync();
    CHECK(bank.home.has(RecordType::Interaction, noted));
    CHECK(bank.home.note(bank.jansen) == "new card");
    bank.home.edit(RecordType::Customer, bank.jansen, {{"note", "came in person"s}});
    bank.home.sync();
    counter.sync();
    CHECK(counter.note(bank.jansen) == "came in person");

    bank.time_passes(sync::kFetchForMs - 1);
    counter.sync();
    REQUIRE(counter.has(RecordType::Customer, bank.jansen));
    bank.time_passes(1);
    counter.sync();
    CHECK_FALSE(counter.has(RecordType::Customer, bank.jansen));
    CHECK_FALSE(counter.has(RecordType::Interaction, bank.visit));
    CHECK_FALSE(counter.has(RecordType::Interaction, noted));
    CHECK(counter.count("SELECT count(*) FROM fetched") == 0);
    CHECK(bank.home.has(RecordType::Customer, bank.jansen));
    REQUIRE_OK(bank.world.hub->verify());
}

TEST_CASE("Two terminals of one branch differ by what one of them fetched", "[hub][fetch]") {
    TwoBranches bank;
    Terminal other(bank.world, "bea", "teller", "branch:34", 3);
    other.sync();
    bank.counter.pull();
    REQUIRE(other.everything() == bank.counter.everything());
    (void)fetch(bank.world, bank.counter.device, bank.jansen);
    // pull() compares the hub's digest with the terminal's.
    bank.counter.pull();
    other.pull();
    CHECK(bank.counter.has(RecordType::Customer, bank.jansen));
    CHECK_FALSE(other.has(RecordType::Customer, bank.jansen));
    (void)fetch(bank.world, other.device, bank.jansen);
    other.pull();
    bank.counter.pull();
    CHECK(other.everything() == bank.counter.everything());
    // Both go at once, in one commit.
    bank.time_passes(sync::kFetchForMs);
    other.pull();
    bank.counter.pull();
    CHECK(other.everything() == bank.counter.everything());
    CHECK_FALSE(other.has(RecordType::Customer, bank.jansen));
    REQUIRE_OK(bank.world.hub->verify());
}

TEST_CASE("A fetched customer that becomes one's own stays when the time is over", "[hub][fetch]") {
    TwoBranches bank;
    (void)fetch(bank.world, bank.counter.device, bank.jansen);
    bank.counter.pull();
    bank.home.edit(RecordType::Customer, bank.jansen, {{"branch", "34"s}});
    bank.home.sync();
    bank.counter.pull();
    REQUIRE(bank.counter.has(RecordType::Customer, bank.jansen));
    REQUIRE(bank.counter.has(RecordType::Interaction, bank.visit));
    REQUIRE_OK(bank.world.hub->verify());
    SECTION("and the fetch ends") {
        bank.time_passes(sync::kFetchForMs);
        bank.counter.pull();
        CHECK(bank.counter.has(RecordType::Customer, bank.jansen));
    }
    SECTION("and it is handed on: the fetch still holds it, until its time") {
        Terminal head(bank.world, "olga", "manager", "all", 9);
        head.pull();
        head.edit(RecordType::Customer, bank.jansen, {{"branch", "56"s}});
        head.sync();
        bank.counter.pull();
        CHECK(bank.counter.has(RecordType::Customer, bank.jansen));
        bank.time_passes(sync::kFetchForMs);
        bank.counter.pull();
        CHECK_FALSE(bank.counter.has(RecordType::Customer, bank.jansen));
    }
    REQUIRE_OK(bank.world.hub->verify());
}

TEST_CASE("Who fetched a customer neither takes it over nor deletes it: that is proposed",
          "[hub][fetch]") {
    TwoBranches bank;
    Terminal& counter = bank.counter;
    (void)fetch(bank.world, counter.device, bank.jansen);
    counter.pull();
    const RecordId own = counter.create(RecordType::Customer,
                                        {{"kind", "person"s}, {"name", "Own"s}, {"branch", "34"s}});
    counter.sync();
    SECTION("to one's own branch") {
        counter.edit(RecordType::Customer, bank.jansen, {{"branch", "34"s}});
    }
    SECTION("to oneself") {
        counter.edit(RecordType::Customer, bank.jansen, {{"owner", "bert"s}});
    }
    SECTION("away") {
        counter.edit(RecordType::Customer, bank.jansen, {{"deleted_at", bank.world.clock.now_ms}});
    }
    SECTION("a task of it to an own customer") {
        const RecordId task = bank.home.create(
            RecordType::Task, {{"customer_id", bank.jansen.text()}, {"subject", "Call"s}});
        bank.home.sync();
        counter.pull();
        counter.edit(RecordType::Task, task, {{"customer_id", own.text()}});
    }
    counter.sync();
    const auto aside = must(bank.world.hub->set_aside(10));
    REQUIRE(aside.size() == 1);
    CHECK(aside[0].code == "scope");
    bank.home.pull();
    CHECK(bank.home.count("SELECT count(*) FROM proposals WHERE state='open'") == 1);
    CHECK(bank.home.has(RecordType::Customer, bank.jansen));
    REQUIRE_OK(bank.world.hub->verify());
}

TEST_CASE("What was written on a fetched customer and comes too late is a proposal",
          "[hub][fetch]") {
    TwoBranches bank;
    (void)fetch(bank.world, bank.counter.device, bank.jansen);
    bank.counter.pull();
    bank.counter.edit(RecordType::Customer, bank.jansen, {{"note", "written offline"s}});
    bank.time_passes(sync::kFetchForMs);
    bank.counter.sync();
    CHECK_FALSE(bank.counter.has(RecordType::Customer, bank.jansen));
    bank.home.pull();
    CHECK(bank.home.count("SELECT count(*) FROM proposals WHERE state='open'") == 1);
}

TEST_CASE("The office sees who looked, who fetched whom and why, and it is in the hub's chain",
          "[hub][fetch]") {
    TwoBranches bank;
    Terminal head(bank.world, "olga", "manager", "all", 9);
    (void)find(bank.world, bank.counter.device, "jansen");
    bank.world.clock.now_ms += 1000;
    const auto fetched = fetch(bank.world, bank.counter.device, bank.jansen);
    head.pull();
    bank.counter.pull();
    CHECK(head.count("SELECT count(*) FROM audit_entries") == 2);
    CHECK(bank.counter.count("SELECT count(*) FROM audit_entries") == 0);
    const auto rows = must(bank.world.hub->audit(0, 10));
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].what == "fetch");
    CHECK(rows[0].who == "bert");
    CHECK(rows[0].device == "bert's laptop");
    CHECK(rows[0].customer == bank.jansen);
    CHECK(rows[0].customer_name == "Jansen");
    CHECK(rows[0].reason == "at_counter");
    CHECK(rows[0].note == "asks for a card");
    CHECK(rows[0].until_ms == fetched.until_ms);
    CHECK(rows[1].what == "find");
    CHECK(rows[1].note == "jansen");
    CHECK(must(bank.world.hub->audit(rows[0].at_ms, 10)).size() == 1);
    REQUIRE_OK(bank.world.hub->verify());
    // Nobody writes or mends it, not even an administrator of the office.
    HandDevice admin(bank.world, "dirk", "administrator", "all", 11);
    admin.write({"audit_entry",
                 admin.new_id(),
                 sync::Operation::Create,
                 {{"what", "find"s},
                  {"who", "bert"s},
                  {"device", bank.counter.enrolled.device.text()},
                  {"at", bank.world.clock.now_ms}},
                 {}});
    CHECK(admin.push_new().verdicts.at(0).code == "denied");
}

TEST_CASE("A question sent again is answered again and written down once", "[hub][fetch]") {
    TwoBranches bank;
    const auto first = fetch(bank.world, bank.counter.device, bank.jansen, "t1");
    bank.world.clock.now_ms += kHour;
    const auto again = fetch(bank.world, bank.counter.device, bank.jansen, "t1");
    CHECK(again == first);
    CHECK(must(bank.world.hub->audit(0, 10)).size() == 1);
    // Asked for anew it stays longer, with an entry of its own.
    const auto longer = fetch(bank.world, bank.counter.device, bank.jansen, "t2");
    CHECK(longer.until_ms == first.until_ms + kHour);
    CHECK(must(bank.world.hub->audit(0, 10)).size() == 2);
    bank.counter.pull();
    bank.time_passes(sync::kFetchForMs - kHour);
    bank.counter.pull();
    CHECK(bank.counter.has(RecordType::Customer, bank.jansen));
    // One's own needs no reason.
    CHECK(fetch(bank.world, bank.home.device, bank.jansen, "t3").until_ms == 0);
    CHECK(must(bank.world.hub->audit(0, 10)).size() == 2);
}

TEST_CASE("The hub refuses what a terminal may not ask, in words", "[hub][fetch]") {
    TwoBranches bank;
    HubWorld& world = bank.world;
    Terminal analyst(world, "aad", "analyst", "branch:34", 5);
    CHECK(find(world, analyst.device, "jansen").refusal.code == "denied");
    CHECK(find(world, analyst.device, "jansen").rows.empty());
    CHECK(fetch(world, analyst.device, bank.jansen).refusal.code == "denied");
    CHECK(find(world, bank.counter.device, "ja").refusal.code == "short");
    CHECK(find(world, bank.counter.device, "  j a  ").refusal.code == "short");
    CHECK(find(world, bank.counter.device, "").refusal.code == "short");
    CHECK(fetch(world, bank.counter.device, bank.jansen, "a", "curious").refusal.code == "invalid");
    CHECK(fetch(world, bank.counter.device, bank.jansen, "b", "other", "\0x"s).refusal.code ==
          "invalid");
    CHECK(fetch(world, bank.counter.device, bank.visit, "c").refusal.code == "not_found");
    bank.home.edit(RecordType::Customer, bank.jansen, {{"deleted_at", world.clock.now_ms}});
    bank.home.sync();
    CHECK(fetch(world, bank.counter.device, bank.jansen, "d").refusal.code == "not_found");
    CHECK(find(world, bank.counter.device, "jansen").rows.empty());
    REQUIRE_OK(world.hub->revoke(bank.counter.enrolled.device));
    CHECK(must_fail(world.hub->find_customers(bank.counter.device, {"t", "jansen"})).code ==
          ErrorCode::Denied);
    CHECK(must_fail(
              world.hub->fetch_customer(bank.counter.device, {"t", bank.jansen, "at_counter", ""}))
              .code == ErrorCode::Denied);
    REQUIRE_OK(world.hub->verify());
}

TEST_CASE("Whoever would copy the customer base through questions is stopped", "[hub][fetch]") {
    TwoBranches bank;
    HubWorld& world = bank.world;
    for (std::int64_t i = 0; i < sync::kFindsPerMinute; ++i) {
        REQUIRE(find(world, bank.counter.device, "jansen").refusal.code.empty());
    }
    CHECK(find(world, bank.counter.device, "jansen").refusal.code == "limit");
    world.reopen();  // a restart forgets nothing
    CHECK(find(world, bank.counter.device, "jansen").refusal.code == "limit");
    world.clock.now_ms += 60'000;
    CHECK(find(world, bank.counter.device, "jansen").refusal.code.empty());
    CHECK(find(world, bank.home.device, "jansen").refusal.code.empty());
}

TEST_CASE("A hub that was restored from a backup forgets a fetch, and the copy follows",
          "[hub][fetch]") {
    TwoBranches bank;
    Terminal& counter = bank.counter;
    bank.world.hub.reset();
    const auto backup = bank.world.folder / "backup.db";
    std::filesystem::copy_file(bank.world.path(), backup);
    bank.world.reopen();
    (void)fetch(bank.world, counter.device, bank.jansen);
    counter.pull();
    REQUIRE(counter.has(RecordType::Customer, bank.jansen));

    bank.world.hub.reset();
    std::filesystem::remove(bank.world.path() + "-wal");
    std::filesystem::remove(bank.world.path() + "-shm");
    std::filesystem::copy_file(backup, bank.world.path(),
                               std::filesystem::copy_options::overwrite_existing);
    bank.world.reopen_restored();
    sync::Hello hello = sync::hello_of(must(counter.replica->identity("test")), 0);
    const auto welcome = must(bank.world.hub->open_session(hello, counter.device));
    const auto resumed = must(counter.replica->prepare_resume(welcome, 0, true));
    REQUIRE(resumed.snapshot);
    counter.load();
    counter.pull();
    CHECK_FALSE(counter.has(RecordType::Customer, bank.jansen));
    CHECK(counter.count("SELECT count(*) FROM fetched") == 0);
    REQUIRE_OK(bank.world.hub->verify());
}

TEST_CASE("A snapshot holds what the device fetched, and no other device's", "[hub][fetch]") {
    TwoBranches bank;
    Terminal other(bank.world, "bea", "teller", "branch:34", 3);
    (void)fetch(bank.world, bank.counter.device, bank.jansen);
    bank.counter.pull();
    other.load(1'000);
    other.pull();
    CHECK_FALSE(other.has(RecordType::Customer, bank.jansen));
    (void)fetch(bank.world, other.device, bank.jansen, "t9");
    Terminal late(bank.world, "gus", "teller", "branch:56", 4);
    (void)fetch(bank.world, late.device, bank.jansen, "t10");
    late.load(1'000);
    late.pull();
    CHECK(late.has(RecordType::Customer, bank.jansen));
    CHECK(late.has(RecordType::Interaction, bank.visit));
}

TEST_CASE("A log that was compacted gives a device the same, its fetched customers included",
          "[hub][fetch]") {
    TwoBranches bank;
    (void)fetch(bank.world, bank.counter.device, bank.jansen);
    bank.time_passes(sync::kFetchForMs);
    (void)fetch(bank.world, bank.counter.device, bank.jansen, "again");
    sync::CompactRequest all;
    all.up_to = must(bank.world.hub->hub_seq());
    (void)must(bank.world.hub->compact(all));
    REQUIRE_OK(bank.world.hub->verify());
    Terminal late(bank.world, "gus", "teller", "branch:34", 4);
    late.load();
    late.pull();
    CHECK_FALSE(late.has(RecordType::Customer, bank.jansen));
    CHECK(fetch(bank.world, late.device, bank.jansen, "t1").refusal.code.empty());
    late.pull();
    CHECK(late.has(RecordType::Customer, bank.jansen));
}

TEST_CASE("Nobody is enrolled into another device's fetched customers", "[hub][fetch]") {
    TwoBranches bank;
    const std::string scope = "device:" + bank.counter.enrolled.device.text();
    CHECK(must_fail(bank.world.hub->make_enrol_code({.user = "eve",
                                                     .role = "teller",
                                                     .scope = scope,
                                                     .valid_ms = kHour,
                                                     .device_name = {}}))
              .code == ErrorCode::InvalidInput);
}

TEST_CASE("A hub of an earlier version learns the reasons for fetching", "[hub][fetch]") {
    HubWorld world;
    {
        auto& database = world.hub->store().writer();
        REQUIRE_OK(database.execute("UPDATE setting SET value='2' WHERE key='hub.record_schema'"));
    }
    world.reopen();
    auto& database = world.hub->store().writer();
    // They were there: none comes twice.
    CHECK(value_integer(
              must(database.scalar("SELECT count(*) FROM codes WHERE list='fetch_reason'"))) == 5);
    REQUIRE_OK(world.hub->verify());
}

}  // namespace balie::test
