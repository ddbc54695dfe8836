// What a session does on a line that is metered, slow, or not what it was.
#include "sync/client/backoff.h"
#include "sync/client/client_tuning.h"
#include "tests/unit/sync/client_terminal.h"

namespace balie::sync {

namespace {

/// Past WELCOME under these rules, with what the hub has and how far away it is.
struct Begun {
    Terminal terminal{ClientSession(an_identity(), 1000)};
    std::vector<ClientOutput> outputs;
};
Begun begun(const LinkRules& rules, std::int64_t hub_seq, std::int64_t trip_ms = 20,
            std::optional<SnapshotPlace> snapshot = {}) {
    Begun made;
    Terminal& terminal = made.terminal;
    terminal.step(RulesChanged{rules});
    terminal.receive(a_challenge());
    terminal.step(Signed{{1}});
    terminal.now += trip_ms;
    terminal.receive(a_welcome(hub_seq));
    made.outputs = terminal.step(Resumed{0, 0, std::move(snapshot)});
    return made;
}

LinkRules at_most(std::int64_t entries) {
    LinkRules rules;
    rules.pull_max = entries;
    return rules;
}

}  // namespace

TEST_CASE("On a metered line a first load waits for a person's word, and visits go meanwhile",
          "[sync][client][link]") {
    auto [terminal, outputs] = begun(at_most(100), 5'000, 20, SnapshotPlace{});
    CHECK_FALSE(sent<Pull>(outputs));
    const auto load = find<LoadOutbox>(outputs);
    REQUIRE(load);
    const auto changes = sample_changes(sample_origin(1), 1, 2);
    CHECK(sent<Push>(terminal.step(OutboxLoaded{0, {}, changes})));
    terminal.step(OutboxLoaded{changes.back().id.seq, {}, {}});
    terminal.receive(an_ack(changes, 5'001));
    outputs = terminal.step(AckSaved{changes.back().id.seq});
    outputs = terminal.step(OutboxLoaded{changes.back().id.seq, {}, {}});
    const auto idle = find<Idle>(outputs);
    REQUIRE(idle);
    CHECK(idle->held);
    CHECK_FALSE(sent<Pull>(outputs));
    // Nothing is under way: it is no dead end that a watchdog would have to break.
    const auto later = terminal.after(kPingIntervalMs);
    CHECK(sent<Ping>(later));
    CHECK_FALSE(find<Disconnect>(later));
    // The word: everything is asked for, from the snapshot's beginning.
    outputs = terminal.step(RulesChanged{LinkRules{}});
    const auto pull = sent<Pull>(outputs);
    REQUIRE(pull);
    CHECK(pull->snapshot == SnapshotPlace{});
}

TEST_CASE("The few changes of every day come by themselves on a metered line",
          "[sync][client][link]") {
    const auto made = begun(at_most(100), 100);
    CHECK(sent<Pull>(made.outputs));
    CHECK_FALSE(sent<Pull>(begun(at_most(100), 101).outputs));
}

TEST_CASE("Who ends when idle ends with a held-back rest too, and says so",
          "[sync][client][link]") {
    auto [terminal, outputs] = begun(at_most(0), 7);
    terminal.step(FinishWhenIdle{});
    outputs = terminal.step(OutboxLoaded{0, {}, {}, true});
    const auto idle = find<Idle>(outputs);
    REQUIRE(idle);
    CHECK(idle->held);
    CHECK(sent<Bye>(outputs));
    const auto end = find<Disconnect>(outputs);
    REQUIRE(end);
    CHECK_FALSE(end->error);
}

TEST_CASE("When the budget is used up in the middle no further credit is given",
          "[sync][client][link]") {
    auto [terminal, outputs] = begun(at_most(1'000), 60);
    REQUIRE(sent<Pull>(outputs));
    terminal.step(OutboxLoaded{0, {}, {}});
    terminal.receive(Changes{0, 10, {}});
    terminal.step(RulesChanged{at_most(0)});
    terminal.step(OutboxLoaded{0, {}, {}});
    // What came before the hub knew is taken in all the same: it is paid for.
    outputs = terminal.step(ChangesApplied{10});
    CHECK_FALSE(sent<Pull>(outputs));
    CHECK(sent<Applied>(outputs));
    terminal.receive(Changes{10, 20, {}});
    CHECK_FALSE(sent<Pull>(terminal.step(ChangesApplied{20})));
    CHECK(terminal.session.idle());
    // With a new day it goes on where it stopped.
    outputs = terminal.step(RulesChanged{LinkRules{}});
    const auto pull = sent<Pull>(outputs);
    REQUIRE(pull);
    CHECK(pull->cursor == 20);
}

TEST_CASE("Own changes after the last that may go are not loaded", "[sync][client][link]") {
    LinkRules rules;
    rules.push_to = 4;
    const auto made = begun(rules, 0);
    const auto load = find<LoadOutbox>(made.outputs);
    REQUIRE(load);
    CHECK(load->to_seq == 4);
}

TEST_CASE("A metered line has little under way towards it", "[sync][client][link]") {
    LinkRules rules;
    rules.credit_max = kFirstCreditBytes;
    auto [terminal, outputs] = begun(rules, 50);
    terminal.step(OutboxLoaded{0, {}, {}});
    std::int64_t cursor = 0;
    for (int i = 0; i < 5; ++i) {
        terminal.now += 10;
        terminal.receive(Changes{cursor, cursor + 1, {}});
        outputs = terminal.step(ChangesApplied{++cursor});
        const auto pull = sent<Pull>(outputs);
        REQUIRE(pull);
        CHECK(pull->credit_bytes == kFirstCreditBytes);
    }
}

TEST_CASE("On a slow line what was saved here goes before anything is asked for",
          "[sync][client][link]") {
    auto [terminal, outputs] = begun(LinkRules{}, 90, kSlowTripMs);
    CHECK_FALSE(sent<Pull>(outputs));
    const auto changes = sample_changes(sample_origin(1), 1, 2);
    outputs = terminal.step(OutboxLoaded{0, {}, changes});
    CHECK(sent<Push>(outputs));
    CHECK_FALSE(sent<Pull>(outputs));
    SECTION("and then it is") {
        terminal.step(OutboxLoaded{changes.back().id.seq, {}, {}});
        CHECK_FALSE(sent<Pull>(terminal.receive(an_ack(changes, 91))));
        terminal.step(AckSaved{changes.back().id.seq});
        CHECK(sent<Pull>(terminal.step(OutboxLoaded{changes.back().id.seq, {}, {}})));
    }
    SECTION("but not for ever: pushing that does not get on holds nothing up") {
        CHECK_FALSE(sent<Pull>(terminal.after(kPushFirstMs - 1)));
        CHECK(terminal.session.wait_until_ms() <= terminal.now + 1);
        CHECK(sent<Pull>(terminal.after(1)));
    }
}

TEST_CASE("On a fast line pushing and pulling begin together", "[sync][client][link]") {
    const auto made = begun(LinkRules{}, 90, kSlowTripMs - 1);
    CHECK(sent<Pull>(made.outputs));
    CHECK(find<LoadOutbox>(made.outputs));
}

TEST_CASE("After a change of the network an idle connection proves itself or is given up soon",
          "[sync][client][link]") {
    Terminal terminal = a_syncing_terminal(0);
    terminal.step(OutboxLoaded{0, {}, {}});
    terminal.receive(checkpoint_at(0));
    terminal.step(DigestCompared{true});
    REQUIRE(terminal.session.state() == ClientState::Live);
    terminal.now += 5'000;
    const auto ping = sent<Ping>(terminal.step(NetworkChanged{}));
    REQUIRE(ping);
    SECTION("it is still good") {
        terminal.receive(Pong{kWall, ping->wall_ms});
        CHECK_FALSE(find<Disconnect>(terminal.after(kProbeLimitMs)));
    }
    SECTION("nobody answers") {
        CHECK(terminal.session.wait_until_ms() <= terminal.now + kProbeLimitMs);
        const auto end = find<Disconnect>(terminal.after(kProbeLimitMs));
        REQUIRE(end);
        CHECK(end->retry_ms == 0);
        REQUIRE(end->error);
        CHECK(end->error->code == ErrorCode::Offline);
    }
}

TEST_CASE("A handshake over a network that is gone is not waited for", "[sync][client][link]") {
    Terminal terminal{ClientSession(an_identity(), 1000)};
    terminal.receive(a_challenge());
    const auto end = find<Disconnect>(terminal.step(NetworkChanged{}));
    REQUIRE(end);
    CHECK(end->retry_ms == 0);
}

TEST_CASE("Behind a sign-in page waiting stays short", "[sync][client][link]") {
    Backoff backoff;
    for (int i = 0; i < 30; ++i) CHECK(backoff.next_ms(0xFFFFFFFFU, kSignInCapMs) <= kSignInCapMs);
}

}  // namespace balie::sync
