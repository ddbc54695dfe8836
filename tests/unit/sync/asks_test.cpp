// A terminal asks head office beside pushing and pulling, and is answered or told why not.
#include "tests/unit/sync/client_terminal.h"

namespace balie::sync {

namespace {

Terminal an_idle_terminal() {
    Terminal terminal = a_syncing_terminal(0);
    terminal.step(OutboxLoaded{0, {}, {}});
    REQUIRE(find<CompareDigest>(terminal.receive(checkpoint_at(0))));
    terminal.step(DigestCompared{true});
    REQUIRE(terminal.session.idle());
    return terminal;
}

Find a_find(const std::string& token = "f1") {
    return {token, "smit utrecht"};
}
Fetch a_fetch(const std::string& token = "f2") {
    return {token, sample_id<RecordId>(8), "at_counter", ""};
}

Refusal refusal_of(const std::vector<ClientOutput>& outputs) {
    const auto answered = find<HubAnswered>(outputs);
    REQUIRE(answered);
    return refusal_in(answered->answer);
}

}  // namespace

TEST_CASE("A question goes to the hub at once and its answer to whoever asked", "[sync][client]") {
    Terminal terminal = an_idle_terminal();
    CHECK(sent<Find>(terminal.step(AskHub{a_find()})) == a_find());
    CHECK(sent<Fetch>(terminal.step(AskHub{a_fetch()})) == a_fetch());
    const Fetched granted{"f2", {}, sample_id<RecordId>(8), kWall + 1};
    auto outputs = terminal.receive(granted);
    REQUIRE(find<HubAnswered>(outputs));
    CHECK(std::get<Fetched>(find<HubAnswered>(outputs)->answer) == granted);
    CHECK(std::get<Fetch>(find<HubAnswered>(outputs)->question) == a_fetch());
    const Found found{"f1", {}, {{sample_id<RecordId>(8), "K-1", "Smit", "Utrecht", false}}, false};
    outputs = terminal.receive(found);
    REQUIRE(find<HubAnswered>(outputs));
    CHECK(std::get<Found>(find<HubAnswered>(outputs)->answer) == found);
    // Said twice, or never asked: nobody waits for it.
    CHECK_FALSE(find<HubAnswered>(terminal.receive(found)));
    CHECK_FALSE(find<HubAnswered>(terminal.receive(Found{"other", {}, {}, false})));
    CHECK(terminal.session.state() == ClientState::Live);
}

TEST_CASE("A question asked while connecting is sent when the hub has welcomed", "[sync][client]") {
    Terminal terminal{ClientSession(an_identity(), 1000)};
    CHECK_FALSE(sent<Find>(terminal.step(AskHub{a_find()})));
    terminal.receive(a_challenge());
    terminal.step(Signed{{1}});
    terminal.receive(a_welcome());
    CHECK(sent<Find>(terminal.step(Resumed{0, 0})));
}

TEST_CASE("An old hub does not know the question, and the connection goes on", "[sync][client]") {
    Terminal terminal = an_idle_terminal();
    terminal.step(AskHub{a_find()});
    const auto outputs =
        terminal.receive(PeerError{ErrorLevel::Frame, "unknown_message", "not known", -1, 0});
    CHECK(refusal_of(outputs).code == kAskOldHub);
    CHECK_FALSE(find<Disconnect>(outputs));
    CHECK(terminal.session.state() == ClientState::Live);
}

TEST_CASE("A hub that never answers is not waited for", "[sync][client]") {
    Terminal terminal = an_idle_terminal();
    terminal.step(AskHub{a_find()});
    CHECK(terminal.session.wait_until_ms() <= terminal.now + kAskLimitMs);
    const auto outputs = terminal.after(kAskLimitMs);
    CHECK(refusal_of(outputs).code == kAskOffline);
    CHECK_FALSE(find<HubAnswered>(terminal.receive(Found{"f1", {}, {}, false})));
}

TEST_CASE("Who only came to ask stays until the answer is there", "[sync][client]") {
    Terminal terminal = an_idle_terminal();
    terminal.step(AskHub{a_find()});
    CHECK_FALSE(sent<Bye>(terminal.step(FinishWhenIdle{})));
    const auto outputs = terminal.receive(Found{"f1", {}, {}, false});
    CHECK(find<HubAnswered>(outputs));
    CHECK(sent<Bye>(outputs));
}

TEST_CASE("More questions than a person asks are refused here", "[sync][client]") {
    Terminal terminal = an_idle_terminal();
    for (std::size_t i = 0; i < kAsksMax; ++i) {
        CHECK(sent<Find>(terminal.step(AskHub{a_find(std::to_string(i))})));
    }
    const auto outputs = terminal.step(AskHub{a_find("more")});
    CHECK_FALSE(sent<Find>(outputs));
    CHECK(refusal_of(outputs).code == "busy");
}

}  // namespace balie::sync
