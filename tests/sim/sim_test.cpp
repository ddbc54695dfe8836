// The simulation (README.md). BALIE_SIM_SEED=N or --seed N replays one seed; BALIE_SIM_SEEDS=N runs
// N of them, from BALIE_SIM_FIRST or 1, BALIE_SIM_JOBS at once (tests/run --soak N: on all cores);
// BALIE_SIM_TRACE=1 prints what happened.
#include "sync/hub/blob_desk.h"
#include "tests/sim/sim_checks.h"
#include "tests/sim/sim_soak.h"
#include "tests/support/catch.h"

#include <catch2/catch_session.hpp>

#include <cstdlib>
#include <iostream>
#include <thread>

namespace balie::sim {

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t kSeedsDefault = 25;
#else
constexpr std::uint64_t kSeedsDefault = 200;
#endif

std::optional<std::uint64_t> number_in(const char* name) {
    const char* text = std::getenv(name);
    if (text == nullptr || *text == '\0') return std::nullopt;
    return std::strtoull(text, nullptr, 10);
}

std::string replay(const SimWorld& world, const Broken& broken) {
    std::string text = "seed " + std::to_string(world.plan().seed) + ": " + broken.what() +
                       "\nreplay: BALIE_SIM_SEED=" + std::to_string(world.plan().seed) + "\n";
    const auto& trace = world.trace();
    const bool all = number_in("BALIE_SIM_TRACE").has_value();
    const std::size_t from = all || trace.size() < 40 ? 0 : trace.size() - 40;
    for (std::size_t i = from; i < trace.size(); ++i) text += "  " + trace[i] + "\n";
    return text;
}

/// Empty when every invariant held.
std::string run_seed(Plan plan) {
    SimWorld world(std::move(plan));
    try {
        world.run();
    } catch (const Broken& broken) {
        return replay(world, broken);
    }
    return {};
}

Plan calm_plan(std::vector<int> terminals) {
    Plan plan;
    plan.seed = 4711;
    plan.terminals = std::move(terminals);
    return plan;
}

}  // namespace

TEST_CASE("Whatever happens on the way, every terminal ends with what the hub has",
          "[sync][sim][soak]") {
    if (const auto one = number_in("BALIE_SIM_SEED")) {
        const std::string broken = run_seed(plan_for(*one));
        std::cerr << broken;
        REQUIRE(broken.empty());
        return;
    }
    const auto soak_seeds = number_in("BALIE_SOAK");
    Soak soak;
    soak.first = number_in("BALIE_SIM_FIRST").value_or(1);
    soak.count = number_in("BALIE_SIM_SEEDS").value_or(soak_seeds.value_or(kSeedsDefault));
    // The default run has other tests beside it.
    const auto jobs = soak_seeds ? std::thread::hardware_concurrency() : 1U;
    soak.workers = static_cast<unsigned>(number_in("BALIE_SIM_JOBS").value_or(jobs));
    if (soak.workers > 1) {
        // Every worker has them from the beginning.
        (void)the_template(true);
        (void)the_template(false);
    }
    const auto run = [](std::uint64_t seed) { return run_seed(plan_for(seed)); };
    REQUIRE(run_soak(soak, run, std::cerr) == 0);
}

TEST_CASE("A change that was acknowledged and then dropped is found out", "[sync][sim]") {
    // The positive control: a hub that loses a change must break I1, or the checks are worth
    // nothing.
    int found = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Plan plan = calm_plan({0, 1});
        plan.seed = seed;
        plan.hub.lose_acknowledged_percent = 30;
        SimWorld world(plan);
        try {
            world.run_steps();
        } catch (const Broken& first) {
            // What a person sees (I8) may show it before the log is looked at.
            world.note(first.what());
        }
        try {
            check_all(world);
        } catch (const Broken& broken) {
            if (std::string_view(broken.what()).starts_with("I1:")) ++found;
        }
    }
    CHECK(found > 0);
}

TEST_CASE("A fetched customer comes and goes while everybody works", "[sync][sim]") {
    Plan plan = calm_plan({4, 5, 6});
    plan.fetch_percent = 60;
    plan.fetch_ms = 30'000;
    SimWorld world(plan);
    REQUIRE_NOTHROW(world.run());
    auto& database = world.hub().store().store().writer();
    const auto count = [&](const char* sql) {
        return value_integer(must(database.scalar(sql), "count"));
    };
    CHECK(count("SELECT count(*) FROM hub_log WHERE kind=1 AND reason='fetched'") > 0);
    CHECK(count("SELECT count(*) FROM hub_log WHERE kind=2 AND reason='fetched'") > 0);
    CHECK(count("SELECT count(*) FROM hub_fetch") == 0);
    int answers = 0;
    for (auto& terminal : world.terminals()) answers += terminal->answers;
    CHECK(answers > 0);
}

TEST_CASE("One bad change delays the others by less than a round trip", "[sync][sim]") {
    const auto time_to_send = [](bool with_bad_one) {
        SimWorld world(calm_plan({0}));
        world.settle(60'000);
        world.net().faults.delay_max_ms = 1;
        SimTerminal& terminal = world.terminal(0);
        world.create_customer(terminal);
        world.settle(60'000);
        terminal.online = false;
        terminal.crash();  // nothing under way
        if (with_bad_one) world.save_bad_change(terminal);
        for (int i = 0; i < 5; ++i) world.create_customer(terminal);
        terminal.online = true;
        terminal.network_changed();
        const std::int64_t start = world.time().now_ms;
        while (must(terminal.replica().status(), "status").pending > 0) world.run_for(1);
        require(must(terminal.replica().set_aside(10), "list").size() == (with_bad_one ? 1U : 0U),
                "I12", "the bad change was not set aside");
        return world.time().now_ms - start;
    };
    const std::int64_t without = time_to_send(false);
    const std::int64_t with = time_to_send(true);
    constexpr std::int64_t kRoundTripMs = 2 * 5;
    constexpr std::int64_t kGroupMs = 20;
    CHECK(with - without < kRoundTripMs + kGroupMs);
}

TEST_CASE("What was saved is there when the power went in the middle of a write", "[sync][sim]") {
    int cuts = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Plan plan = calm_plan({0, 4, 5});
        plan.seed = seed;
        plan.power_percent = 30;
        SimWorld world(plan);
        INFO("seed " << seed);
        REQUIRE_NOTHROW(world.run());
        cuts += world.power_cuts();
    }
    constexpr int kCutsLeast = 100;
    CHECK(cuts > kCutsLeast);
}

TEST_CASE("A terminal that did not wait for its disk would be found out by a power cut",
          "[sync][sim]") {
    const auto lost_of = [](const std::string& pragma) {
        int lost = 0;
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            Plan plan = calm_plan({0});
            plan.seed = seed;
            SimWorld world(plan);
            world.settle(60'000);
            SimTerminal& terminal = world.terminal(0);
            must(terminal.store().writer().execute(pragma), "how it waits");
            const RecordId id = world.create_customer(terminal);
            terminal.lose_power();
            store::RecordTables tables(terminal.store().writer());
            if (!must(tables.exists(domain::RecordType::Customer, id), "look")) ++lost;
        }
        return lost;
    };
    CHECK(lost_of("PRAGMA synchronous=FULL") == 0);
    CHECK(lost_of("PRAGMA synchronous=NORMAL") > 0);
}

TEST_CASE("An idle copy of a terminal learns that the other one worked, also when it was set aside",
          "[sync][sim]") {
    SimWorld world(calm_plan({0}));
    world.settle(60'000);
    world.create_customer(world.terminal(0));
    world.settle(60'000);
    world.clone(world.terminal(0));
    world.settle(60'000);
    const auto life = [&](std::size_t which) {
        return must(sync::ChangeLog::tail(world.terminal(which).store().writer()), "tail").origin;
    };
    REQUIRE(life(0) == life(1));
    // Nothing comes of it in the log, and nobody has anything else to do.
    const std::int64_t head = must(world.hub().store().hub_seq(), "read hub_seq");
    world.save_bad_change(world.terminal(0));
    constexpr std::int64_t kTenSeconds = 10'000;
    world.run_for(kTenSeconds);
    CHECK(must(world.hub().store().hub_seq(), "read hub_seq") == head);
    CHECK(life(0) != life(1));
    REQUIRE_NOTHROW(world.settle(60'000));
    for (auto& terminal : world.terminals()) terminal->forget_troubles();  // it was told so
    REQUIRE_NOTHROW(check_all(world));
}

TEST_CASE(
    "Of two sessions of one terminal the other does not wait for ever when one reads all anew",
    "[sync][sim]") {
    // Only when both have what is new, and then one compares first: in some of these worlds.
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Plan plan = calm_plan({0, 1});
        plan.seed = seed;
        SimWorld world(plan);
        world.settle(60'000);
        world.net().faults.delay_max_ms = 150;
        SimTerminal& terminal = world.terminal(0);
        world.connect(terminal, terminal.connect());
        world.run_for(5'000);
        REQUIRE(terminal.sessions() == 2);
        must(terminal.store().set_setting(sync::setting::kDigest, std::string(32, '5')), "spoil");
        world.create_customer(world.terminal(1));
        constexpr std::int64_t kFiveMinutes = 300'000;
        REQUIRE_NOTHROW(world.settle(kFiveMinutes));
        const auto status = must(terminal.replica().status(), "status");
        CHECK_FALSE(status.digest_differs);
        CHECK(status.cursor == must(world.hub().store().hub_seq(), "read hub_seq"));
    }
}

TEST_CASE("Where there is no network, files that are carried bring everything everywhere",
          "[sync][sim]") {
    std::int64_t taken_in = 0;
    std::int64_t verdicts = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Plan plan =
            calm_plan(seed % 2 == 0 ? std::vector<int>{0, 1, 2} : std::vector<int>{0, 4, 5});
        plan.seed = seed;
        plan.stick_percent = 20;
        plan.crash_percent = 3;
        plan.bad_change_percent = 5;
        SimWorld world(plan);
        for (auto& terminal : world.terminals()) {
            terminal->online = false;
            terminal->crash();  // nothing under way
        }
        INFO("seed " << seed);
        REQUIRE_NOTHROW(world.run_steps());
        taken_in += world.carried().first;
        verdicts += world.carried().second;
        // Twice, so that whoever came first hears of whoever came last.
        for (int round = 0; round < 2; ++round) {
            for (auto& terminal : world.terminals()) world.carry_by_hand(*terminal);
        }
        const std::int64_t head = must(world.hub().store().hub_seq(), "read hub_seq");
        for (auto& terminal : world.terminals()) {
            const auto status = must(terminal->replica().status(), "status");
            CHECK(status.pending == 0);
            CHECK(status.cursor == head);
            CHECK_FALSE(status.digest_differs);
        }
        REQUIRE_NOTHROW(check_all(world));
    }
    CHECK(taken_in > 0);
    CHECK(verdicts > 0);
}

TEST_CASE("Files that people attach reach everybody over bad lines, and a lost one is found out",
          "[sync][sim]") {
    Plan plan = calm_plan({0, 1, 4});
    plan.seed = 11;
    plan.paper_percent = 60;
    plan.network.cut_percent = 6;
    plan.crash_percent = 3;
    SimWorld world(plan);
    world.run();
    CHECK(must(must(world.hub().store().blobs(), "attachments")->counts(), "count").here >= 3);
    // The positive control: what is checked at the end is there to be found.
    world.hub().blobs->files.clear();
    CHECK_THROWS_AS(check_papers(world), Broken);
}

TEST_CASE("The same seed tells the same story", "[sync][sim]") {
    const auto story = [](std::uint64_t seed) {
        SimWorld world(plan_for(seed));
        world.run();
        return std::pair(world.trace().size(), world.net().delivered);
    };
    CHECK(story(3) == story(3));
}

}  // namespace balie::sim

int main(int argc, char** argv) {
    Catch::Session session;
    std::string seed;
    session.cli(session.cli() |
                Catch::Clara::Opt(seed, "seed")["--seed"]("run this seed of the simulation alone"));
    if (const int wrong = session.applyCommandLine(argc, argv); wrong != 0) return wrong;
    if (!seed.empty()) ::setenv("BALIE_SIM_SEED", seed.c_str(), 1);
    return session.run();
}
