// A metered line and its budget, on a real terminal's log.
#include "storage/base/date.h"
#include "sync/core/compress.h"
#include "tests/unit/hub/hub_terminal.h"

namespace balie::test {

namespace {

using sync::BudgetPer;
using sync::LinkBook;
using sync::LinkSettings;
using sync::LinkUse;
using sync::Metered;

constexpr std::int64_t kMegabyte = 1'000'000;

struct Line {
    HubWorld world;
    Terminal anna{world, "anna", "representative", "all", 1};
    RecordId customer;

    Line() {
        anna.load();
        customer = anna.create(domain::RecordType::Customer,
                               {{"kind", Value{"person"}}, {"name", Value{"Jansen"}}});
        anna.sync();
        // As its session would have told it.
        must(anna.replica->note_contact(world.clock.now_ms, 0, anna.cursor));
    }
    [[nodiscard]] LinkBook book() { return anna.replica->link(); }
    void visit(const std::string& note = "spoke about the offer") {
        anna.create(domain::RecordType::Interaction, {{"customer_id", Value{customer.text()}},
                                                      {"channel", Value{"visit"}},
                                                      {"outcome", Value{"held"}},
                                                      {"occurred_at", Value{world.clock.now_ms}},
                                                      {"note", Value{note}}});
    }
    void task() {
        anna.create(domain::RecordType::Task, {{"customer_id", Value{customer.text()}},
                                               {"subject", Value{"Send the offer"}},
                                               {"due_on", Value{"2026-12-01"}}});
    }
    void flag() {
        anna.create(domain::RecordType::PriorityFlag, {{"customer_id", Value{customer.text()}},
                                                       {"level", Value{"A"}},
                                                       {"reason", Value{"at_risk"}},
                                                       {"state", Value{"approved"}},
                                                       {"since", Value{world.clock.now_ms}}});
    }
    void spend(std::int64_t bytes) { must(book().count({bytes / 2, bytes - bytes / 2})); }
    [[nodiscard]] std::size_t may_go() {
        const auto rules = must(book().state("here")).rules;
        return must(anna.replica->load_outbox(anna.acked, 100'000, rules.push_to)).changes.size();
    }
};

}  // namespace

TEST_CASE("A line that is not metered has no rules, whatever was used", "[link]") {
    Line line;
    must(line.book().set({Metered::Off, kMegabyte, BudgetPer::Day}));
    line.spend(5 * kMegabyte);
    line.task();
    const auto state = must(line.book().state("here"));
    CHECK_FALSE(state.metered);
    CHECK_FALSE(state.holds_back());
    CHECK(state.rules == sync::LinkRules{});
    CHECK(state.used.total() == 5 * kMegabyte);
}

TEST_CASE("A budget of a day begins anew the next day, that of a month does not", "[link]") {
    Line line;
    const auto per = GENERATE(BudgetPer::Day, BudgetPer::Month);
    line.world.clock.now_ms = 1'783'987'200'000;  // 14 July 2026
    must(line.book().set({Metered::On, kMegabyte, per}));
    line.spend(kMegabyte);
    CHECK(must(line.book().state("here")).exhausted);
    line.anna.reopen();
    CHECK(must(line.book().state("here")).exhausted);
    line.world.clock.now_ms += kDayMs;
    const auto tomorrow = must(line.book().state("here"));
    CHECK(tomorrow.exhausted == (per == BudgetPer::Month));
    line.world.clock.now_ms += 31 * kDayMs;
    CHECK(must(line.book().state("here")).used == LinkUse{});
    line.spend(10);
    line.world.clock.now_ms += 70 * kDayMs;
    line.spend(10);
    CHECK(line.anna.count("SELECT count(*) FROM setting WHERE key LIKE 'link.used.%'") == 1);
}

TEST_CASE("With a used-up budget flags and visits go, with what is before them in the log",
          "[link]") {
    Line line;
    must(line.book().set({Metered::On, kMegabyte, BudgetPer::Day}));
    line.spend(kMegabyte);
    CHECK(must(line.book().state("here")).pointless());
    line.task();
    auto state = must(line.book().state("here"));
    CHECK(state.held == 1);
    CHECK(state.pull_held);
    CHECK(state.pointless());
    CHECK(line.may_go() == 0);
    GENERATE(true, false) ? line.visit() : line.flag();
    line.task();
    line.task();
    state = must(line.book().state("here"));
    CHECK(state.held == 2);
    CHECK_FALSE(state.pointless());
    CHECK(line.may_go() == 2);
    CHECK(must(line.anna.replica->load_outbox(line.anna.acked, 100'000, state.rules.push_to))
              .held_back);
}

TEST_CASE("A visit behind more than a little of other work waits with it", "[link]") {
    Line line;
    must(line.book().set({Metered::On, kMegabyte, BudgetPer::Day}));
    line.spend(kMegabyte);
    for (int i = 0; i < 300; ++i) line.task();
    line.visit();
    CHECK(line.may_go() == 0);
    CHECK(must(line.book().state("here")).held == 301);
    CHECK(must(line.book().state("here")).pointless());
}

TEST_CASE("What still fits into the budget goes, in the order of the log", "[link]") {
    Line line;
    for (int i = 0; i < 40; ++i) line.task();
    const auto estimate = must(line.book().estimate());
    must(line.book().set({Metered::On, kMegabyte, BudgetPer::Day}));
    line.spend(kMegabyte - estimate.up_bytes / 2);
    const auto go = static_cast<std::int64_t>(line.may_go());
    CHECK(go >= 18);
    CHECK(go <= 20);
    CHECK(must(line.book().state("here")).held == 40 - go);
}

TEST_CASE("Sync now anyway lets everything go, for an hour at most", "[link]") {
    Line line;
    must(line.book().set({Metered::On, kMegabyte, BudgetPer::Day}));
    line.spend(2 * kMegabyte);
    line.task();
    REQUIRE(line.may_go() == 0);
    must(line.book().allow_all());
    CHECK(line.may_go() == 1);
    CHECK(must(line.book().state("here")).rules.push_first);
    SECTION("until it is done") {
        must(line.book().end_allowance());
        CHECK(line.may_go() == 0);
    }
    SECTION("an hour") {
        line.world.clock.now_ms += kHourMs;
        CHECK(line.may_go() == 0);
    }
    SECTION("also when the clock is put back by a year") {
        line.world.clock.now_ms -= 365 * kDayMs;
        CHECK_FALSE(must(line.book().state("here")).allowed);
    }
}

TEST_CASE("A network nobody spoke of is taken for metered, and what was said holds for that one",
          "[link]") {
    Line line;
    must(line.book().set({Metered::Ask, 0, BudgetPer::Day}));
    auto state = must(line.book().state("wlan0 home"));
    CHECK(state.asks);
    CHECK(state.metered);
    must(line.book().say("wlan0 home", false));
    state = must(line.book().state("wlan0 home"));
    CHECK_FALSE(state.asks);
    CHECK_FALSE(state.metered);
    state = must(line.book().state("usb0 phone"));
    CHECK(state.asks);
    CHECK(state.metered);
    must(line.book().say("usb0 phone", true));
    state = must(line.book().state("usb0 phone"));
    CHECK_FALSE(state.asks);
    CHECK(state.metered);
    // What the network is called is nobody's business.
    CHECK(line.anna.count("SELECT count(*) FROM setting WHERE value LIKE '%phone%'") == 0);
}

TEST_CASE("On a metered line much at once waits, the changes of a day do not", "[link]") {
    Line line;
    must(line.book().set({Metered::On, 0, BudgetPer::Day}));
    must(line.book().note_received(500'000, 1'000));  // 500 bytes each
    must(line.anna.replica->note_contact(line.world.clock.now_ms, 0, line.anna.cursor + 2'000));
    CHECK_FALSE(must(line.book().state("here")).pull_held);
    must(line.anna.replica->note_contact(line.world.clock.now_ms, 0, line.anna.cursor + 2'200));
    const auto state = must(line.book().state("here"));
    CHECK(state.pull_held);
    CHECK(state.behind == 2'200);
    CHECK(state.held == 0);
}

TEST_CASE("The office hears of a terminal once a day, whatever the budget", "[link]") {
    Line line;
    must(line.book().set({Metered::On, kMegabyte, BudgetPer::Month}));
    line.spend(2 * kMegabyte);
    CHECK(must(line.book().state("here")).pointless());
    line.world.clock.now_ms += kDayMs + 1;
    CHECK_FALSE(must(line.book().state("here")).pointless());
}

TEST_CASE("The estimate is what a push turns out to be", "[link]") {
    Line line;
    for (int i = 0; i < 30; ++i)
        line.visit("She said: \"call me\" \\ and left. Zoë € " + std::to_string(i));
    line.task();
    line.flag();
    const auto estimate = must(line.book().estimate());
    CHECK(estimate.up_changes == 32);
    REQUIRE(estimate.up.size() == 3);
    CHECK(estimate.up.front().type == "interaction");
    CHECK(estimate.up.front().changes == 30);
    const auto outbox = must(line.anna.replica->load_outbox(line.anna.acked, 1'000'000));
    sync::Push push;
    push.first = outbox.changes.front().id.seq;
    push.changes = outbox.changes;
    const auto bytes = static_cast<std::int64_t>(
        sync::compressed(as_bytes(sync::encode(push)), sync::Effort::Quick).size());
    CHECK(estimate.up_bytes <= bytes * 11 / 10);
    CHECK(estimate.up_bytes >= bytes * 9 / 10);
    CHECK_FALSE(estimate.seconds);
    must(line.book().note_speed(100'000, 2'000));
    CHECK(must(line.book().estimate()).bytes_per_second == 50'000);
    CHECK(must(line.book().estimate()).seconds == 1);
}

TEST_CASE("What is to be received is known once something was", "[link]") {
    Line line;
    must(line.anna.replica->note_contact(line.world.clock.now_ms, 0, line.anna.cursor + 100));
    CHECK(must(line.book().estimate()).down_changes == 100);
    CHECK_FALSE(must(line.book().estimate()).down_bytes);
    must(line.book().note_received(60'000, 100));
    CHECK(must(line.book().estimate()).down_bytes == 60'000);
}

}  // namespace balie::test
