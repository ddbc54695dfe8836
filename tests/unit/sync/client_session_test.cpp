#include "sync/client/backoff.h"
#include "sync/core/limits.h"
#include "tests/unit/sync/client_terminal.h"

namespace balie::sync {

namespace {

/// As a_syncing_terminal(), with nothing here yet: it wants the state instead of the log.
Terminal a_loading_terminal() {
    Terminal terminal{ClientSession(an_identity(), 1000)};
    terminal.receive(a_challenge());
    terminal.step(Signed{{1}});
    terminal.receive(a_welcome(9));
    const auto outputs =
        terminal.step(Resumed{0, 0, SnapshotPlace{}, {{sample_origin(1).incarnation, 4}}});
    const auto pull = sent<Pull>(outputs);
    REQUIRE(pull);
    REQUIRE(pull->snapshot == SnapshotPlace{});
    REQUIRE(pull->own.size() == 1);
    return terminal;
}

Snapshot a_part(const std::string& after, const std::string& to, bool done = false) {
    return {9, after, to, done, {}, {}};
}

}  // namespace

TEST_CASE("A new terminal loads the state part by part, then the log from there",
          "[sync][client]") {
    Terminal terminal = a_loading_terminal();
    auto outputs = terminal.receive(a_part("", "customer/1"));
    REQUIRE(find<ApplySnapshot>(outputs));
    // The next may come before the first is applied; it waits its turn.
    CHECK_FALSE(find<ApplySnapshot>(terminal.receive(a_part("customer/1", "own/", true))));
    outputs = terminal.step(SnapshotApplied{{9, "customer/1"}, false, 0});
    REQUIRE(find<ApplySnapshot>(outputs));
    REQUIRE(sent<Pull>(outputs));
    CHECK(sent<Pull>(outputs)->snapshot == SnapshotPlace{9, "customer/1"});
    outputs = terminal.step(SnapshotApplied{{9, "own/"}, true, 9});
    REQUIRE(sent<Pull>(outputs));
    CHECK(sent<Pull>(outputs)->cursor == 9);
    CHECK_FALSE(sent<Pull>(outputs)->snapshot);
    REQUIRE(sent<Applied>(outputs));
    CHECK(find<CompareDigest>(terminal.receive(checkpoint_at(9))));
}

TEST_CASE("A hub that knows of no snapshots sends its log, and that is as good", "[sync][client]") {
    Terminal terminal = a_loading_terminal();
    REQUIRE(find<ApplyChanges>(terminal.receive(Changes{0, 9, {}})));
    const auto outputs = terminal.step(ChangesApplied{9});
    CHECK_FALSE(sent<Pull>(outputs)->snapshot);
}

TEST_CASE("A snapshot that does not follow on what is here ends the connection", "[sync][client]") {
    SECTION("unasked") {
        Terminal terminal = a_syncing_terminal(9);
        CHECK(find<Disconnect>(terminal.receive(a_part("", "customer/1"))));
    }
    SECTION("with a gap") {
        Terminal terminal = a_loading_terminal();
        CHECK(find<Disconnect>(terminal.receive(a_part("customer/1", "customer/2"))));
    }
    SECTION("of another moment") {
        Terminal terminal = a_loading_terminal();
        terminal.receive(a_part("", "customer/1"));
        Snapshot other = a_part("customer/1", "customer/2");
        other.hub_seq = 8;
        CHECK(find<Disconnect>(terminal.receive(other)));
    }
    SECTION("that stands still") {
        Terminal terminal = a_loading_terminal();
        CHECK(find<Disconnect>(terminal.receive(a_part("", ""))));
    }
    SECTION("with the log in between") {
        Terminal terminal = a_loading_terminal();
        terminal.receive(a_part("", "customer/1"));
        CHECK(find<Disconnect>(terminal.receive(Changes{0, 9, {}})));
    }
}

TEST_CASE("A copy that is not the hub's is read anew by the next connection, at once",
          "[sync][client]") {
    Terminal terminal = a_syncing_terminal(0);
    terminal.step(OutboxLoaded{0, {}, {}});
    REQUIRE(find<CompareDigest>(terminal.receive(checkpoint_at(0))));
    const auto outputs = terminal.step(DigestCompared{false, false, true});
    REQUIRE(find<Disconnect>(outputs));
    CHECK(find<Disconnect>(outputs)->retry_ms == 0);
    CHECK_FALSE(find<Disconnect>(outputs)->final);
}

TEST_CASE("A device says who it is before anything else", "[sync][client]") {
    Terminal terminal{ClientSession(an_identity(), 1000)};
    auto outputs = terminal.receive(a_challenge());
    REQUIRE(find<NeedSignature>(outputs).has_value());
    const std::string text = find<NeedSignature>(outputs)->text;
    CHECK_THAT(text, Catch::Matchers::StartsWith("balie.hello.v1\n"));
    outputs = terminal.step(Signed{{1, 2, 3}});
    const auto hello = sent<Hello>(outputs);
    REQUIRE(hello.has_value());
    CHECK(hello->signature == Bytes{1, 2, 3});
    CHECK(text == hello_text(a_challenge(), *hello));
    CHECK(terminal.session.state() == ClientState::AwaitWelcome);
}

TEST_CASE("A device does not speak to a hub that is not its own", "[sync][client]") {
    Terminal terminal{ClientSession(an_identity(), 1000)};
    Challenge other = a_challenge();
    other.hub = sample_id<HubId>(99);
    const auto outputs = terminal.receive(other);
    const auto end = find<Disconnect>(outputs);
    REQUIRE(end.has_value());
    CHECK(end->error->code == ErrorCode::Untrusted);
    CHECK(sent<Hello>(outputs) == std::nullopt);
}

TEST_CASE("A new device is enrolled and goes on over the same connection", "[sync][client]") {
    Terminal terminal{ClientSession(EnrolRequest{"7ZQ4", {1}, "van of Anna", "balie 0.1.0"}, 1000)};
    auto outputs = terminal.receive(a_challenge());
    REQUIRE(find<NeedSignature>(outputs).has_value());
    outputs = terminal.step(Signed{{5}});
    REQUIRE(sent<Enrol>(outputs).has_value());
    Enrolled enrolled;
    enrolled.device = sample_origin(1).device;
    outputs = terminal.receive(enrolled);
    REQUIRE(find<SaveEnrolment>(outputs).has_value());
    outputs = terminal.step(EnrolmentSaved{an_identity()});
    REQUIRE(find<NeedSignature>(outputs).has_value());
    outputs = terminal.step(Signed{{6}});
    CHECK(sent<Hello>(outputs).has_value());
}

TEST_CASE("A wrong enrolment code is final and says so", "[sync][client]") {
    Terminal terminal{ClientSession(EnrolRequest{"7ZQ4", {1}, "van", "balie 0.1.0"}, 1000)};
    terminal.receive(a_challenge());
    terminal.step(Signed{{5}});
    const auto outputs = terminal.receive(
        PeerError{ErrorLevel::Device, "wrong_code", "There is no such code", -1, 0});
    const auto end = find<Disconnect>(outputs);
    REQUIRE(end.has_value());
    CHECK(end->final);
    CHECK(end->error->code == ErrorCode::NotFound);
}

TEST_CASE("Four batches may be under way, not five", "[sync][client]") {
    Terminal terminal = a_syncing_terminal();
    const auto changes = sample_changes(sample_origin(1), 1, 8);
    std::vector<ClientOutput> outputs;
    for (std::int64_t seq = 1; seq <= 4; ++seq) {
        const auto index = static_cast<std::size_t>(seq - 1);
        outputs = terminal.step(OutboxLoaded{seq - 1, {}, {changes[index]}});
        REQUIRE(sent<Push>(outputs).has_value());
        CHECK((find<LoadOutbox>(outputs).has_value()) == (seq < 4));
    }
    SECTION("and an answer makes room for the next") {
        outputs = terminal.receive(an_ack({changes[0]}, 1));
        REQUIRE(find<SaveAck>(outputs).has_value());
        outputs = terminal.step(AckSaved{1});
        const auto load = find<LoadOutbox>(outputs);
        REQUIRE(load.has_value());
        CHECK(load->after_seq == 4);
    }
    SECTION("and a receipt that the hub did not sign ends it") {
        Ack forged = an_ack({changes[0]}, 1);
        forged.verdicts[0].hub_seq = 7;
        outputs = terminal.receive(forged);
        CHECK(find<SaveAck>(outputs) == std::nullopt);
        REQUIRE(find<Disconnect>(outputs).has_value());
    }
    SECTION("and verdicts on other changes end it") {
        outputs = terminal.receive(an_ack({changes[0], changes[1]}, 1));
        CHECK(find<SaveAck>(outputs) == std::nullopt);
        CHECK(find<Disconnect>(outputs).has_value());
    }
    SECTION("and after a gap it pushes from where the hub says, when all were answered") {
        const PeerError gap{ErrorLevel::Frame, "gap", "", -1, 1};
        for (int i = 0; i < 3; ++i) {
            outputs = terminal.receive(gap);
            CHECK(find<LoadOutbox>(outputs) == std::nullopt);
        }
        outputs = terminal.receive(gap);
        const auto load = find<LoadOutbox>(outputs);
        REQUIRE(load.has_value());
        CHECK(load->after_seq == 0);
    }
    SECTION("and after a fork the next WELCOME tells where the two logs part") {
        outputs = terminal.receive(PeerError{ErrorLevel::Session, "fork", "", -1, 0});
        CHECK_FALSE(find<NewIncarnationNeeded>(outputs).has_value());
        const auto end = find<Disconnect>(outputs);
        REQUIRE(end.has_value());
        CHECK_FALSE(end->final);
    }
}

TEST_CASE("Batches are applied one after another, in order", "[sync][client]") {
    Terminal terminal = a_syncing_terminal(9);
    auto outputs = terminal.receive(Changes{0, 4, {}});
    REQUIRE(find<ApplyChanges>(outputs).has_value());
    outputs = terminal.receive(Changes{4, 9, {}});
    CHECK(find<ApplyChanges>(outputs) == std::nullopt);
    outputs = terminal.receive(checkpoint_at(9));
    CHECK(find<CompareDigest>(outputs) == std::nullopt);
    outputs = terminal.step(ChangesApplied{4});
    REQUIRE(find<ApplyChanges>(outputs).has_value());
    CHECK(find<ApplyChanges>(outputs)->changes.to == 9);
    REQUIRE(sent<Applied>(outputs).has_value());
    CHECK(sent<Applied>(outputs)->cursor == 4);
    REQUIRE(sent<Pull>(outputs).has_value());
    CHECK(sent<Pull>(outputs)->cursor == 4);
    outputs = terminal.step(ChangesApplied{9});
    CHECK(find<CompareDigest>(outputs).has_value());
}

TEST_CASE("Who hears of own changes that are not here connects again, to be told what it is",
          "[sync][client]") {
    Terminal terminal = a_syncing_terminal(9);
    terminal.receive(Changes{0, 9, {}});
    auto checkpoint = checkpoint_at(9);
    checkpoint.own = Checkpoint::OwnEnd{7, {}};
    const auto asked = find<LookForOwn>(terminal.receive(checkpoint));
    REQUIRE(asked);
    CHECK(asked->own.seq == 7);
    SECTION("not when they are: another connection of its own brought them") {
        CHECK_FALSE(find<Disconnect>(terminal.step(OwnLooked{true})));
    }
    SECTION("at once") {
        const auto end = find<Disconnect>(terminal.step(OwnLooked{false}));
        REQUIRE(end);
        CHECK(end->retry_ms == 0);
        CHECK_FALSE(end->final);
    }
}

TEST_CASE("Changes that do not follow on are never applied", "[sync][client]") {
    Terminal terminal = a_syncing_terminal(9);
    const auto outputs = terminal.receive(Changes{3, 9, {}});
    CHECK(find<ApplyChanges>(outputs) == std::nullopt);
    CHECK(find<Disconnect>(outputs).has_value());
}

TEST_CASE("With everything exchanged it says so, and ends if that was asked", "[sync][client]") {
    Terminal terminal = a_syncing_terminal(0);
    terminal.step(OutboxLoaded{0, {}, {}});
    terminal.receive(checkpoint_at(0));
    const bool finish = GENERATE(true, false);
    if (finish) terminal.step(FinishWhenIdle{});
    const auto outputs = terminal.step(DigestCompared{true});
    REQUIRE(find<Idle>(outputs).has_value());
    CHECK((sent<Bye>(outputs).has_value()) == finish);
    CHECK((find<Disconnect>(outputs).has_value()) == finish);
    CHECK(terminal.session.state() == (finish ? ClientState::Closed : ClientState::Live));
}

TEST_CASE("A copy that differs is not called complete", "[sync][client]") {
    Terminal terminal = a_syncing_terminal(0);
    terminal.step(OutboxLoaded{0, {}, {}});
    terminal.step(FinishWhenIdle{});
    terminal.receive(checkpoint_at(0));
    const auto outputs = terminal.step(DigestCompared{false});
    CHECK(find<Idle>(outputs) == std::nullopt);
    REQUIRE(find<Disconnect>(outputs).has_value());
    CHECK(find<Disconnect>(outputs)->error->code == ErrorCode::Corrupt);
}

TEST_CASE("What was saved while the outbox was being read is sent too", "[sync][client]") {
    Terminal terminal = a_syncing_terminal();
    auto outputs = terminal.step(LocalChangesSaved{});
    CHECK(find<LoadOutbox>(outputs) == std::nullopt);  // one is under way already
    outputs = terminal.step(OutboxLoaded{0, {}, {}});
    CHECK(find<LoadOutbox>(outputs).has_value());
}

TEST_CASE("A hub that keeps silent is given up", "[sync][client]") {
    SECTION("before it welcomed") {
        Terminal terminal{ClientSession(an_identity(), 1000)};
        CHECK(find<Disconnect>(terminal.after(kHandshakeLimitMs - 1)) == std::nullopt);
        CHECK(find<Disconnect>(terminal.after(1)).has_value());
    }
    SECTION("later") {
        Terminal terminal = a_syncing_terminal();
        const auto outputs = terminal.after(kPingIntervalMs);
        CHECK(sent<Ping>(outputs).has_value());
        CHECK(find<Disconnect>(terminal.after(kSilenceLimitMs - kPingIntervalMs)).has_value());
    }
}

TEST_CASE("Answers to pings are no progress: work that does not get on is abandoned",
          "[sync][client]") {
    Terminal terminal = a_syncing_terminal(50);
    bool ended = false;
    for (int i = 0; i < 40 && !ended; ++i) {
        const auto outputs = terminal.after(10'000);
        if (const auto ping = sent<Ping>(outputs)) {
            terminal.receive(Pong{kWall + terminal.now, ping->wall_ms});
        }
        ended = find<Disconnect>(outputs) != std::nullopt;
    }
    CHECK(ended);
}

TEST_CASE("The clock's offset comes from the shortest round trip", "[sync][client]") {
    Terminal terminal{ClientSession(an_identity(), 1000)};
    terminal.skew = -3'600'000;  // the terminal is an hour slow
    terminal.receive(a_challenge());
    terminal.step(Signed{{1}});
    terminal.now += 2'000;
    Welcome welcome = a_welcome();
    welcome.wall_ms = kWall + terminal.now - 1'000;  // half way
    terminal.receive(welcome);
    CHECK(terminal.session.clock_offset_ms() == 3'600'000);
    terminal.step(Resumed{0, 0});
    SECTION("a longer one does not count") {
        const auto outputs = terminal.after(kPingIntervalMs);
        const auto ping = sent<Ping>(outputs);
        REQUIRE(ping.has_value());
        const std::int64_t echo = ping->wall_ms;
        terminal.now += 9'000;
        terminal.receive(Pong{kWall, echo});
        CHECK(terminal.session.clock_offset_ms() == 3'600'000);
    }
    SECTION("and it follows when the clock is put right in mid-session") {
        terminal.skew = 0;
        terminal.after(10);
        CHECK(terminal.session.clock_offset_ms() == 0);
    }
}

TEST_CASE("A message out of order ends the session and nothing is believed", "[sync][client]") {
    Terminal terminal{ClientSession(an_identity(), 1000)};
    const std::vector<Message> early{a_welcome(),    Message{Changes{}},  Message{checkpoint_at(0)},
                                     Message{Ack{}}, Message{Enrolled{}}, Message{Hello{}}};
    const auto message = GENERATE_COPY(from_range(early));
    const auto outputs = terminal.receive(message);
    REQUIRE(find<Disconnect>(outputs).has_value());
    CHECK(outputs.size() == 2);
    CHECK(terminal.step(TimePassed{}).empty());
}

TEST_CASE("A revoked device wipes when told so", "[sync][client]") {
    Terminal terminal{ClientSession(an_identity(), 1000)};
    terminal.receive(a_challenge());
    terminal.step(Signed{{1}});
    Welcome welcome = a_welcome();
    welcome.directive = Directive::Wipe;
    welcome.text = "lost";
    const auto outputs = terminal.receive(welcome);
    REQUIRE(find<WipeOrdered>(outputs).has_value());
    CHECK(find<Disconnect>(outputs)->final);
}

TEST_CASE("Waiting grows to five minutes, never less than half a step", "[sync][client]") {
    Backoff backoff;
    std::int64_t step = kBackoffFirstMs;
    for (int i = 0; i < 40; ++i) {
        Backoff least = backoff;
        CHECK(least.next_ms(0) == step / 2);
        const std::int64_t wait = backoff.next_ms(0xFFFFFFFFU - static_cast<std::uint32_t>(i));
        CHECK(wait >= step / 2);
        CHECK(wait <= step);
        step = std::min(step * 2, kBackoffCapMs);
    }
    backoff.reset();
    CHECK(backoff.next_ms(0) == kBackoffFirstMs / 2);
}

TEST_CASE("A hub that sends batches without entries on and on is left", "[sync][client]") {
    Terminal terminal = a_syncing_terminal();
    std::int64_t cursor = 0;
    // The store here is busy with the first of them.
    while (terminal.session.state() != ClientState::Closed && cursor < 100'000) {
        const auto outputs = terminal.receive(Changes{cursor, cursor + 1, {}});
        const auto refusal = sent<PeerError>(outputs);
        if (refusal) CHECK(refusal->code == "credit");
        ++cursor;
    }
    CHECK(terminal.session.state() == ClientState::Closed);
    CHECK(cursor < 5'000);
}

}  // namespace balie::sync
