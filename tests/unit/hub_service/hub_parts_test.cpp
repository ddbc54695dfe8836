// Small parts of the hub program: its inbox, its patience with wrong codes, its command line.
#include "storage/crypto/encoding.h"
#include "sync/core/enrolment_code.h"
#include "sync/core/limits.h"
#include "sync/hub/cli_request.h"
#include "sync/hub/code_guard.h"
#include "sync/hub/hub_inbox.h"
#include "sync/hub/hub_metrics.h"
#include "tests/support/catch.h"
#include "tests/support/seeded_entropy.h"

namespace balie::test {

using Catch::Matchers::ContainsSubstring;
using sync::HubEvent;

namespace {

struct Flow {
    Flow() {
        inbox.set_flow([this](std::uint64_t peer) { paused.push_back(peer); },
                       [this](std::uint64_t peer) { resumed.push_back(peer); });
    }
    void put(std::uint64_t peer, std::size_t bytes) {
        inbox.put({HubEvent::Kind::Received, peer, {}, bytes, nullptr});
    }
    sync::HubInbox inbox;
    std::vector<std::uint64_t> paused;
    std::vector<std::uint64_t> resumed;
};

int parse(const std::vector<const char*>& words, sync::HubRequest& out) {
    return sync::parse_hub_request(static_cast<int>(words.size()), words.data(), out);
}

}  // namespace

TEST_CASE("A terminal that sends faster than the hub works is paused alone, until there is room",
          "[hub]") {
    Flow flow;
    for (std::size_t i = 0; i < sync::kInboxPeerMessagesMax; ++i) flow.put(1, 10);
    flow.put(2, 10);
    CHECK(flow.paused == std::vector<std::uint64_t>{1});
    CHECK(flow.inbox.take(4, 0).size() == 4);
    CHECK(flow.resumed.empty());
    CHECK(flow.inbox.take(100, 0).size() == sync::kInboxPeerMessagesMax + 1 - 4);
    CHECK(flow.resumed == std::vector<std::uint64_t>{1});
    CHECK(flow.inbox.bytes() == 0);
}

TEST_CASE("Large messages pause a terminal sooner than many small ones", "[hub]") {
    Flow flow;
    flow.put(1, sync::kMessageBytesMax);
    CHECK(flow.paused.empty());
    flow.put(1, sync::kMessageBytesMax);
    CHECK(flow.paused.size() == 1);
}

TEST_CASE("All terminals together cannot fill the hub's memory", "[hub]") {
    Flow flow;
    const auto fit = sync::kInboxBytesMax / sync::kMessageBytesMax;
    for (std::uint64_t peer = 1; peer < fit; ++peer) flow.put(peer, sync::kMessageBytesMax);
    CHECK(flow.paused.empty());
    flow.put(1000, sync::kMessageBytesMax);
    flow.put(1001, 1);
    CHECK(flow.paused == std::vector<std::uint64_t>{1000, 1001});
    CHECK(flow.inbox.take(fit / 4, 0).size() == fit / 4);
    CHECK(flow.resumed.empty());
    CHECK(flow.inbox.take(fit, 0).size() == fit + 1 - fit / 4);
    CHECK(flow.resumed.size() == 2);
}

TEST_CASE("Who says hello is heard before what a thousand others pushed", "[hub]") {
    Flow flow;
    constexpr std::uint64_t kBusy = 1;
    constexpr std::uint64_t kNew = 2;
    flow.inbox.put({HubEvent::Kind::Opened, kBusy, "192.0.2.1:1", 0, nullptr});
    for (int i = 0; i < 10; ++i) flow.put(kBusy, 100);
    flow.inbox.put({HubEvent::Kind::Opened, kNew, "192.0.2.2:1", 0, nullptr});
    flow.put(kNew, 1);
    flow.put(kNew, 2);
    flow.put(kNew, 3);
    const auto first = flow.inbox.take(6, 0);
    REQUIRE(first.size() == 6);
    // Enrolment and hello of both; a third message waits for its turn.
    for (std::size_t i = 0; i < 3; ++i) CHECK(first[i].peer == kBusy);
    for (std::size_t i = 3; i < 6; ++i) CHECK(first[i].peer == kNew);
    CHECK(first[5].bytes == 2);
    const auto rest = flow.inbox.take(100, 0);
    REQUIRE(rest.size() == 9);
    CHECK(rest.back().peer == kNew);
    CHECK(rest.back().bytes == 3);
}

TEST_CASE("Who is gone right after hello is forgotten after it, not before", "[hub]") {
    Flow flow;
    flow.inbox.put({HubEvent::Kind::Opened, 1, "192.0.2.1:1", 0, nullptr});
    flow.put(1, 1);
    flow.inbox.put({HubEvent::Kind::Closed, 1, "", 0, nullptr});
    const auto events = flow.inbox.take(2, 0);
    REQUIRE(events.size() == 2);
    CHECK(events[1].kind == HubEvent::Kind::Received);
    const auto last = flow.inbox.take(2, 0);
    REQUIRE(last.size() == 1);
    CHECK(last[0].kind == HubEvent::Kind::Closed);
}

TEST_CASE("A hub that stops works off what it has and then ends", "[hub]") {
    Flow flow;
    flow.put(1, 10);
    flow.inbox.stop();
    CHECK_FALSE(flow.inbox.stopped());
    CHECK(flow.inbox.take(10, 60'000).size() == 1);
    CHECK(flow.inbox.take(10, 60'000).empty());
    CHECK(flow.inbox.stopped());
}

TEST_CASE("Wrong codes from one address have to wait a minute, others go on", "[hub]") {
    sync::CodeGuard guard;
    for (int i = 0; i < sync::kEnrolTriesPerMinute; ++i) {
        REQUIRE(guard.may_try("192.0.2.1", 1000));
        guard.was_wrong("192.0.2.1", 1000);
    }
    CHECK_FALSE(guard.may_try("192.0.2.1", 60'999));
    CHECK(guard.may_try("192.0.2.2", 1000));
    CHECK(guard.may_try("192.0.2.1", 61'000));
}

TEST_CASE("An enrolment code survives being read out, and a typing error is found", "[hub]") {
    SeededEntropy entropy(9);
    sync::EnrolmentCode code{crypto::make_code(entropy, sync::kSecretBytes), {}};
    for (std::size_t i = 0; i < code.pin.size(); ++i)
        code.pin[i] = static_cast<std::uint8_t>(i * 7);
    const auto text = sync::join_enrolment_code(code);
    CHECK(text.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ-") == std::string::npos);
    CHECK(must(sync::split_enrolment_code("  " + text + "\n")) == code);
    std::string spoken;
    for (const char c : text) {
        if (c != '-') spoken += static_cast<char>(std::tolower(c));
        if (spoken.size() % 7 == 0) spoken += ' ';
    }
    CHECK(must(sync::split_enrolment_code(spoken)) == code);

    const auto mistyped = [&](std::size_t place) {
        std::string wrong = text;
        wrong[place] = wrong[place] == '2' ? '3' : '2';
        const Error refused = must_fail(sync::split_enrolment_code(wrong));
        CHECK(refused.code == ErrorCode::InvalidInput);
        CHECK_THAT(refused.text(), !ContainsSubstring(text.substr(0, 4)));
        return refused.text();
    };
    CHECK_THAT(mistyped(0), ContainsSubstring("in the first 18"));
    CHECK_THAT(mistyped(text.size() - 1), ContainsSubstring("after the first 18"));
    const Error half = must_fail(sync::split_enrolment_code(code.secret));
    CHECK_THAT(half.text(), ContainsSubstring("has 72 letters and digits, this one has 18"));
    REQUIRE_ERROR(sync::split_enrolment_code(""), ErrorCode::InvalidInput);
}

TEST_CASE("The data folder may stand before or after the verb", "[hub][cli]") {
    sync::HubRequest before;
    CHECK(parse({"balie-hub", "--data", "d", "user", "list", "--json"}, before) == -1);
    CHECK(before.data == "d");
    CHECK(before.json);
    CHECK(before.verb == sync::HubVerb::UserList);
    sync::HubRequest after;
    CHECK(parse({"balie-hub", "export", "interactions", "--format", "ndjson", "--out", "f",
                 "--data", "d", "--history"},
                after) == -1);
    CHECK(after.data == "d");
    CHECK(after.type == "interactions");
    CHECK(after.format == "ndjson");
    CHECK(after.history);
}

TEST_CASE("Wrong usage of the hub ends with exit code 2", "[hub][cli]") {
    sync::HubRequest out;
    CHECK(parse({"balie-hub"}, out) == 2);
    CHECK(parse({"balie-hub", "serve"}, out) == 2);
    CHECK(parse({"balie-hub", "dance", "--data", "d"}, out) == 2);
    CHECK(parse({"balie-hub", "status", "--data", "d", "--loud"}, out) == 2);
    CHECK(parse({"balie-hub", "serve", "--data", "d", "--listen", "here"}, out) == 2);
    CHECK(parse({"balie-hub", "enrol-code", "--data", "d", "--user", "u", "--role", "king",
                 "--scope", "all"},
                out) == 2);
    CHECK(parse({"balie-hub", "enrol-code", "--data", "d", "--user", "u", "--role", "teller",
                 "--scope", "everywhere"},
                out) == 2);
    CHECK(parse({"balie-hub", "enrol-code", "--data", "d", "--user", "u", "--role", "teller",
                 "--scope", "branch:12", "--valid", "soon"},
                out) == 2);
    CHECK(parse({"balie-hub", "enrol-code", "--data", "d", "--user", "u", "--role", "teller",
                 "--scope", "branch:12", "--valid", "30m"},
                out) == -1);
    CHECK(parse({"balie-hub", "--help"}, out) == 0);
}

TEST_CASE("Addresses to listen on and spans of time are read in full", "[hub][cli]") {
    sync::ListenAddress address;
    REQUIRE(sync::parse_listen("[::1]:0", address));
    CHECK(address.address == "::1");
    CHECK(address.port == 0);
    REQUIRE(sync::parse_listen(":8443", address));
    CHECK(address.address == "0.0.0.0");
    CHECK(address.port == 8443);
    CHECK_FALSE(sync::parse_listen("127.0.0.1", address));
    CHECK_FALSE(sync::parse_listen("127.0.0.1:70000", address));
    CHECK_FALSE(sync::parse_listen("::1:80", address));
    CHECK(sync::parse_span_ms("90s") == 90'000);
    CHECK(sync::parse_span_ms("24h") == 86'400'000);
    CHECK(sync::parse_span_ms("7d") == 7 * 86'400'000LL);
    for (const auto* wrong : {"", "h", "0h", "-1h", "5", "5 h", "5hh", "999999d"}) {
        CHECK(sync::parse_span_ms(wrong) == 0);
    }
}

TEST_CASE("The metrics count what was decided about each change", "[hub]") {
    sync::HubMetrics metrics;
    sync::Ack ack;
    sync::Verdict applied;
    applied.first = 1;
    applied.last = 3;
    sync::Verdict aside = applied;
    aside.first = aside.last = 4;
    aside.kind = sync::VerdictKind::SetAside;
    ack.verdicts = {applied, aside};
    metrics.acknowledged(ack);
    metrics.committed(2, 0.003);
    metrics.count_wire_with([] {
        sync::WireCounts counts;
        counts.connections = 5;
        counts.bytes_in = 1000;
        return counts;
    });
    const auto text = metrics.text();
    CHECK_THAT(text, ContainsSubstring("balie_hub_changes_total{verdict=\"applied\"} 3"));
    CHECK_THAT(text, ContainsSubstring("balie_hub_changes_total{verdict=\"set_aside\"} 1"));
    CHECK_THAT(text, ContainsSubstring("balie_hub_pushes_total 1"));
    CHECK_THAT(text, ContainsSubstring("balie_hub_connections 5"));
    CHECK_THAT(text, ContainsSubstring("balie_hub_received_bytes_total 1000"));
    CHECK_THAT(text, ContainsSubstring("balie_hub_commit_seconds_count 1"));
}

}  // namespace balie::test
