// Terminals and hub over real sockets: what arrives, what is refused, how it ends.
#include "tests/support/catch.h"
#include "tests/unit/net/net_world.h"
#include "tests/unit/net/raw_peer.h"

#include <algorithm>
#include <random>

namespace balie::test {

using Catch::Matchers::ContainsSubstring;
using sync::IoThread;
using sync::WsLimits;

TEST_CASE("What a terminal sends comes back in order", "[net]") {
    IoThread io;
    EchoHub hub(io);
    Terminal terminal(io);
    REQUIRE(terminal.opens(hub));
    constexpr std::size_t kMessages = 500;
    for (std::size_t i = 0; i < kMessages; ++i)
        must(terminal.client.send("visit " + std::to_string(i)));
    REQUIRE(terminal.receives(kMessages));
    const auto got = terminal.watched.read(terminal.messages);
    for (std::size_t i = 0; i < kMessages; ++i) REQUIRE(got[i] == "visit " + std::to_string(i));
    terminal.client.close("done");
    const auto why = terminal.end();
    REQUIRE(why);
    CHECK(why->code == ErrorCode::Cancelled);
    CHECK(hub.watched.wait([&] { return hub.closed.size() == 1; }));
    CHECK_THAT(hub.watched.read(hub.closed).begin()->second.text(), ContainsSubstring("done"));
}

TEST_CASE("The last words before a close arrive", "[net]") {
    IoThread io;
    EchoHub hub(io);
    hub.echo = false;
    Terminal terminal(io);
    REQUIRE(terminal.opens(hub));
    const std::string long_text(200'000, 'x');
    must(terminal.client.send(long_text));
    must(terminal.client.send("bye"));
    terminal.client.close("end of the day");
    REQUIRE(hub.watched.wait([&] { return hub.messages.size() == 2; }));
    CHECK(hub.watched.read(hub.messages)[1] == "bye");
}

TEST_CASE("The largest message passes and a larger one is not even sent", "[net]") {
    IoThread io;
    EchoHub hub(io);
    Terminal terminal(io);
    REQUIRE(terminal.opens(hub));
    const std::string largest(sync::kMessageBytesMax, 'a');
    must(terminal.client.send(largest));
    REQUIRE_ERROR(terminal.client.send(largest + "a"), ErrorCode::LimitExceeded);
    REQUIRE(terminal.receives(1));
    CHECK(terminal.watched.read(terminal.messages)[0] == largest);
}

TEST_CASE("A peer that sends more than a message may hold loses its connection, others go on",
          "[net]") {
    IoThread io;
    EchoHub hub(io);
    WsLimits greedy;
    greedy.message_bytes_max = 2 * sync::kMessageBytesMax;
    Terminal hostile(io, greedy);
    Terminal good(io);
    REQUIRE(hostile.opens(hub));
    REQUIRE(good.opens(hub));
    must(hostile.client.send(std::string(sync::kMessageBytesMax + 1, 'a')));
    REQUIRE(hostile.end());
    REQUIRE(hub.watched.wait([&] { return hub.closed.size() == 1; }));
    CHECK(hub.watched.read(hub.closed).begin()->second.code == ErrorCode::Protocol);
    must(good.client.send("still here"));
    CHECK(good.receives(1));
}

TEST_CASE("A few bytes that unfold into more than a message may hold end their connection alone",
          "[net][hostile]") {
    IoThread io;
    EchoHub hub(io);
    WsLimits greedy;
    greedy.message_bytes_max = 64 * sync::kMessageBytesMax;
    greedy.write_queue_bytes_max = 2 * greedy.message_bytes_max;
    Terminal hostile(io, greedy);
    Terminal good(io);
    REQUIRE(hostile.opens(hub));
    REQUIRE(good.opens(hub));
    must(hostile.client.send(std::string(greedy.message_bytes_max, 'a')));
    REQUIRE(hostile.end());
    REQUIRE(hub.watched.wait([&] { return hub.closed.size() == 1; }));
    CHECK(hub.watched.read(hub.closed).begin()->second.code == ErrorCode::Protocol);
    CHECK(hub.watched.read(hub.messages).empty());
    CHECK(hub.server().traffic().bytes_in <= sync::kMessageBytesMax);
    must(good.client.send("still here"));
    CHECK(good.receives(1));
}

TEST_CASE("Messages are compressed where both ends can, and arrive as they were in any case",
          "[net]") {
    const bool hub_can = GENERATE(true, false);
    const bool terminal_can = GENERATE(true, false);
    WsLimits hub_limits;
    hub_limits.compress = hub_can;
    WsLimits terminal_limits;
    terminal_limits.compress = terminal_can;
    IoThread io;
    EchoHub hub(io, hub_limits);
    Terminal terminal(io, terminal_limits);
    REQUIRE(terminal.opens(hub));
    // Short and long ones, some over many frames, some that cannot be shortened.
    std::string visits;
    for (int i = 0; visits.size() < 200'000; ++i) visits += std::to_string(i) + ",visit,sale;";
    const std::vector<std::string> messages{"{}",
                                            visits.substr(0, 300),
                                            noise(100'000),
                                            visits,
                                            std::string(sync::kMessageBytesMax, 'a'),
                                            "last"};
    std::size_t bytes = 0;
    const std::uint64_t before = terminal.client.traffic().wire_out;
    for (const std::string& message : messages) {
        bytes += message.size();
        must(terminal.client.send(message));
    }
    REQUIRE(terminal.receives(messages.size()));
    CHECK((terminal.watched.read(terminal.messages) == messages));
    const std::uint64_t sent = terminal.client.traffic().wire_out - before;
    CAPTURE(bytes, sent);
    if (hub_can && terminal_can) {
        CHECK(sent < bytes / 3);
    } else {
        CHECK(sent > bytes);
    }
}

TEST_CASE("Two hundred terminals at once each get their own answers", "[net]") {
    IoThread hub_io("hub");
    IoThread io("terminals");
    EchoHub hub(hub_io);
    constexpr int kTerminals = 200;
    std::vector<std::unique_ptr<Terminal>> terminals;
    for (int i = 0; i < kTerminals; ++i) {
        terminals.push_back(std::make_unique<Terminal>(io));
        must(terminals.back()->connect(hub.url(), hub.pin()));
    }
    for (int i = 0; i < kTerminals; ++i) {
        auto& terminal = *terminals[static_cast<std::size_t>(i)];
        REQUIRE(terminal.watched.wait([&] { return terminal.open || terminal.closed; }));
        must(terminal.client.send("terminal " + std::to_string(i)));
    }
    for (int i = 0; i < kTerminals; ++i) {
        auto& terminal = *terminals[static_cast<std::size_t>(i)];
        REQUIRE(terminal.receives(1));
        CHECK(terminal.watched.read(terminal.messages)[0] == "terminal " + std::to_string(i));
    }
    CHECK(hub.server().open_count() == kTerminals);
    terminals.clear();
    CHECK(hub.watched.wait([&] { return hub.closed.size() == kTerminals; }));
    CHECK(hub.server().open_count() == 0);
}

TEST_CASE("A terminal that does not read slows only itself, and gets everything in the end",
          "[net]") {
    IoThread hub_io("hub");
    IoThread io("terminals");
    EchoHub hub(hub_io);
    Terminal slow(io);
    REQUIRE(slow.opens(hub));
    const auto slow_id = hub.first();
    Terminal quick(io);
    REQUIRE(quick.opens(hub));
    slow.client.pause_reading();
    // Until the hub's queue for it is full: memory stays bounded however long it goes on.
    constexpr std::size_t kMessage = 64 * 1024;
    constexpr std::size_t kFarTooMany = 100'000;
    std::size_t sent = 0;
    const std::string filling = "." + noise(kMessage);
    Outcome last;
    while (last.ok() && sent < kFarTooMany) {
        last = hub.server().send(slow_id, std::to_string(sent) + filling);
        if (last.ok()) ++sent;
        CHECK(hub.server().queued_bytes(slow_id) <= sync::kWriteQueueBytesMax);
    }
    REQUIRE_ERROR(last, ErrorCode::Busy);
    must(quick.client.send("quick"));
    CHECK(quick.receives(1));
    slow.client.resume_reading();
    REQUIRE(slow.receives(sent));
    const auto got = slow.watched.read(slow.messages);
    for (std::size_t i = 0; i < sent; ++i) {
        REQUIRE(got[i].substr(0, got[i].find('.')) == std::to_string(i));
    }
    CHECK(hub.watched.wait([&] { return hub.drained >= 1; }));
}

TEST_CASE("A hub that pauses reading holds back the sender, and loses nothing", "[net]") {
    IoThread hub_io("hub");
    IoThread io("terminals");
    EchoHub hub(hub_io);
    hub.echo = false;
    Terminal terminal(io);
    REQUIRE(terminal.opens(hub));
    hub.server().pause_reading(hub.first());
    constexpr std::size_t kMessage = 64 * 1024;
    constexpr std::size_t kFarTooMany = 100'000;
    std::size_t sent = 0;
    const std::string filling = "." + noise(kMessage);
    Outcome last;
    while (last.ok() && sent < kFarTooMany) {
        last = terminal.client.send(std::to_string(sent) + filling);
        if (last.ok()) ++sent;
    }
    REQUIRE_ERROR(last, ErrorCode::Busy);
    CHECK(hub.watched.read(hub.messages).size() < sent);
    hub.server().resume_reading(hub.first());
    CHECK(hub.watched.wait([&] { return hub.messages.size() == sent; }));
    CHECK(terminal.watched.wait([&] { return terminal.drained >= 1; }));
}

TEST_CASE("A connection can be closed and made again from its own callbacks", "[net]") {
    IoThread io;
    EchoHub hub(io);
    Terminal terminal(io);
    terminal.on_message = [&](const std::string&) { terminal.client.close("enough"); };
    REQUIRE(terminal.opens(hub));
    must(terminal.client.send("one"));
    REQUIRE(terminal.end());
    CHECK(terminal.watched.read(terminal.closed_count) == 1);
    terminal.watched.change([&] { terminal.closed.reset(); });
    REQUIRE(terminal.opens(hub));
    REQUIRE_ERROR(terminal.connect(hub.url(), hub.pin()), ErrorCode::Busy);
}

TEST_CASE("A connection dropped from its own callback is silent at once", "[net]") {
    IoThread io;
    EchoHub hub(io);
    Terminal terminal(io);
    terminal.on_message = [&](const std::string&) { terminal.client.close_now(); };
    REQUIRE(terminal.opens(hub));
    must(terminal.client.send("one"));
    ignore(terminal.client.send("two"), "the first may be back already");
    REQUIRE(hub.watched.wait([&] { return hub.closed.size() == 1; }));
    CHECK(terminal.watched.read(terminal.messages).size() == 1);
    CHECK(terminal.watched.read(terminal.closed_count) == 0);
}

TEST_CASE("The hub stops cleanly while everybody sends", "[net]") {
    IoThread hub_io("hub");
    IoThread io("terminals");
    EchoHub hub(hub_io);
    constexpr int kTerminals = 20;
    std::vector<std::unique_ptr<Terminal>> terminals;
    for (int i = 0; i < kTerminals; ++i) {
        terminals.push_back(std::make_unique<Terminal>(io));
        auto& terminal = *terminals.back();
        terminal.on_message = [&terminal](const std::string& message) {
            ignore(terminal.client.send(message), "the hub may have stopped");
            ignore(terminal.client.send(message), "as before");
        };
        REQUIRE(terminal.opens(hub));
        must(terminal.client.send(std::string(1000, 'x')));
    }
    REQUIRE(terminals.front()->receives(10));
    hub.server().stop("going home");
    hub.watched.change([&] { hub.stopped = true; });
    CHECK(hub.watched.read(hub.closed).size() == kTerminals);
    CHECK(hub.server().open_count() == 0);
    for (const auto& terminal : terminals) CHECK(terminal->end());
    CHECK(hub.watched.read(hub.after_stop) == 0);
    REQUIRE_ERROR(hub.server().send(hub.first(), "late"), ErrorCode::NotFound);
}

TEST_CASE("An address of a hub is read in full or refused with the way to write it", "[net]") {
    const auto plain = must(sync::parse_ws_url("wss://hub.example.org"));
    CHECK(plain.host == "hub.example.org");
    CHECK(plain.port == 443);
    CHECK(plain.path == "/sync");
    const auto v6 = must(sync::parse_ws_url("wss://[::1]:8443/other"));
    CHECK(v6.host == "::1");
    CHECK(v6.port == 8443);
    CHECK(v6.path == "/other");
    const std::string bad = GENERATE(
        "", "ws://hub:1", "https://hub", "wss://", "wss://:8443", "wss://hub:", "wss://hub:0",
        "wss://hub:99999", "wss://hub:80x", "wss://[::1", "wss://hub/a b", "wss://h\r\nX: y");
    INFO(bad);
    const auto refused = must_fail(sync::parse_ws_url(bad));
    CHECK(refused.code == ErrorCode::InvalidInput);
    CHECK_THAT(refused.mend, ContainsSubstring("wss://HOST:PORT"));
}

}  // namespace balie::test
