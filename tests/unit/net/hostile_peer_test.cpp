// Slow, broken and hostile peers: each hurts only itself, and never for long.
#include "sync/core/compress.h"
#include "tests/support/catch.h"
#include "tests/unit/net/net_world.h"
#include "tests/unit/net/raw_peer.h"

#include <random>
#include <sys/socket.h>

namespace balie::test {

using Catch::Matchers::ContainsSubstring;
using sync::IoThread;
using sync::WsLimits;

namespace {

constexpr std::string_view kSwitching = "HTTP/1.1 101";

/// Everybody else still gets answers.
void require_still_serving(IoThread& io, EchoHub& hub) {
    Terminal good(io);
    REQUIRE(good.opens(hub));
    must(good.client.send("still here"));
    REQUIRE(good.receives(1));
}

WsLimits impatient() {
    WsLimits limits;
    limits.handshake_ms = 300;
    limits.connect_ms = 300;
    limits.ping_ms = 100;
    limits.silence_ms = 300;
    limits.close_ms = 200;
    limits.write_stall_ms = 300;
    return limits;
}

}  // namespace

TEST_CASE("Garbage at the door is turned away", "[net][hostile]") {
    IoThread io;
    EchoHub hub(io);
    std::mt19937 random(7);
    for (const std::size_t size : {1U, 5U, 100U, 20'000U}) {
        std::string garbage(size, '\0');
        for (auto& c : garbage) c = static_cast<char>(random());
        const auto peer = RawSocket::connect_to(hub.server().port());
        peer.send(garbage);
        ::shutdown(peer.handle(), SHUT_WR);
        CHECK(peer.ends());
    }
    const auto web = RawSocket::connect_to(hub.server().port());
    web.send("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
    CHECK(web.ends());
    require_still_serving(io, hub);
}

TEST_CASE("A peer that trickles its handshake is cut off in time", "[net][hostile]") {
    IoThread io;
    EchoHub hub(io, impatient());
    const auto silent = RawSocket::connect_to(hub.server().port());
    CHECK(silent.ends());
    const auto half = RawSocket::connect_to(hub.server().port());
    half.send("\x16\x03\x01");
    CHECK(half.ends());
    RawTls slow_request(RawSocket::connect_to(hub.server().port()), TLS1_3_VERSION);
    REQUIRE(slow_request.handshake());
    slow_request.send("GET /sync HTTP/1.1\r\nHost:");
    CHECK(slow_request.ends());
    require_still_serving(io, hub);
    CHECK(hub.server().traffic().refused >= 3);
}

TEST_CASE("A request head without end is cut off", "[net][hostile]") {
    IoThread io;
    EchoHub hub(io);
    RawTls peer(RawSocket::connect_to(hub.server().port()), TLS1_3_VERSION);
    REQUIRE(peer.handshake());
    peer.send("GET /sync HTTP/1.1\r\nX-Long: " + std::string(2 * sync::kHttpHeaderBytesMax, 'x'));
    CHECK(peer.ends());
    require_still_serving(io, hub);
}

TEST_CASE("Only /sync with balie.v1 becomes a conversation", "[net][hostile]") {
    IoThread io;
    EchoHub hub(io);
    const auto port = hub.server().port();
    const auto answer = [port](const std::string& path, const std::string& subprotocol) {
        RawTls peer(RawSocket::connect_to(port), TLS1_3_VERSION);
        REQUIRE(peer.handshake());
        return peer.upgrade(path, subprotocol);
    };
    CHECK_THAT(answer("/sync", ""), ContainsSubstring("400"));
    CHECK_THAT(answer("/sync", "chat"), ContainsSubstring("400"));
    CHECK_THAT(answer("/other", "balie.v1"), ContainsSubstring("404"));
    CHECK_THAT(answer("/sync", "chat, balie.v1"), ContainsSubstring(std::string(kSwitching)));
    CHECK_THAT(answer("/sync", "balie.v1.zstd, balie.v1"), ContainsSubstring(": balie.v1.zstd"));
    CHECK_THAT(answer("/sync", "balie.v1, balie.v2"), !ContainsSubstring("zstd"));
}

TEST_CASE("Compressed bytes that lie about themselves end that conversation alone",
          "[net][hostile]") {
    IoThread io;
    EchoHub hub(io);
    const auto packed = [](std::size_t zeros) {
        const Bytes bytes = sync::compressed(Bytes(zeros), sync::Effort::Quick);
        return std::string(bytes.begin(), bytes.end());
    };
    const std::string honest = packed(sync::kMessageBytesMax);
    const std::string bomb = packed(sync::kMessageBytesMax + 1);
    const std::string two = packed(1) + packed(1);
    std::string torn = honest;
    torn.pop_back();
    constexpr std::size_t kFrameMax = 125;
    for (const auto& payload : {std::string("{}"), bomb, two, torn, std::string()}) {
        REQUIRE(payload.size() <= kFrameMax);
        RawTls peer(RawSocket::connect_to(hub.server().port()), TLS1_3_VERSION);
        REQUIRE(peer.handshake());
        REQUIRE_THAT(peer.upgrade("/sync", "balie.v1.zstd"),
                     ContainsSubstring(std::string(kSwitching)));
        const auto length = static_cast<char>(0x80U | payload.size());
        peer.send(std::string("\x82") + length + std::string(4, '\0') + payload);
        CHECK(peer.ends());
    }
    constexpr std::size_t kPeers = 5;
    REQUIRE(hub.watched.wait([&] { return hub.closed.size() == kPeers; }));
    for (const auto& [id, why] : hub.watched.read(hub.closed))
        CHECK(why.code == ErrorCode::Protocol);
    CHECK(hub.watched.read(hub.messages).empty());
    require_still_serving(io, hub);
}

TEST_CASE("Plain questions get plain answers over TLS", "[net]") {
    IoThread io;
    EchoHub hub(io);
    const auto ask = [&](const std::string& line) {
        RawTls peer(RawSocket::connect_to(hub.server().port()), TLS1_3_VERSION);
        REQUIRE(peer.handshake());
        peer.send(line + " HTTP/1.1\r\nHost: hub\r\n\r\n");
        std::string all;
        for (auto more = peer.receive(); !more.empty(); more = peer.receive()) all += more;
        return all;
    };
    CHECK_THAT(ask("GET /healthz"), ContainsSubstring("200 OK") && ContainsSubstring("ok\n"));
    CHECK_THAT(ask("GET /else?a=1"), ContainsSubstring("404") && ContainsSubstring("GET a=1"));
    CHECK_THAT(ask("HEAD /healthz"), ContainsSubstring("200 OK") && !ContainsSubstring("ok\n"));
}

TEST_CASE("Bytes that are no WebSocket frame end that conversation alone", "[net][hostile]") {
    IoThread io;
    EchoHub hub(io);
    const std::string masked_invalid_text("\x81\x82\0\0\0\0\xc3\x28", 8);
    const std::string unmasked("\x81\x02hi", 4);
    const std::string huge_length("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14);
    const std::string reserved_opcode("\x83\x80\0\0\0\0", 6);
    const std::string binary("\x82\x81\0\0\0\0x", 7);
    for (const auto& frame :
         {masked_invalid_text, unmasked, huge_length, reserved_opcode, binary}) {
        RawTls peer(RawSocket::connect_to(hub.server().port()), TLS1_3_VERSION);
        REQUIRE(peer.handshake());
        REQUIRE_THAT(peer.upgrade("/sync", "balie.v1"), ContainsSubstring(std::string(kSwitching)));
        peer.send(frame);
        CHECK(peer.ends());
    }
    constexpr std::size_t kPeers = 5;
    REQUIRE(hub.watched.wait([&] { return hub.closed.size() == kPeers; }));
    for (const auto& [id, why] : hub.watched.read(hub.closed))
        CHECK(why.code == ErrorCode::Protocol);
    require_still_serving(io, hub);
}

TEST_CASE("Random frames never bring the hub down", "[net][hostile]") {
    IoThread io;
    EchoHub hub(io, impatient());
    constexpr unsigned kPeers = 30;
    for (unsigned seed = 1; seed <= kPeers; ++seed) {
        INFO("seed " << seed);
        std::mt19937 random(seed);
        RawTls peer(RawSocket::connect_to(hub.server().port()), TLS1_3_VERSION);
        REQUIRE(peer.handshake());
        REQUIRE_THAT(peer.upgrade("/sync", "balie.v1"), ContainsSubstring(std::string(kSwitching)));
        std::string frames(1 + random() % 2000, '\0');
        for (auto& c : frames) c = static_cast<char>(random());
        peer.send(frames);
        CHECK(peer.ends());
    }
    require_still_serving(io, hub);
}

TEST_CASE("A connection whose other end is dead is given up", "[net][hostile]") {
    IoThread io;
    EchoHub hub(io, impatient());
    RawTls dead(RawSocket::connect_to(hub.server().port()), TLS1_3_VERSION);
    REQUIRE(dead.handshake());
    REQUIRE_THAT(dead.upgrade("/sync", "balie.v1"), ContainsSubstring(std::string(kSwitching)));
    REQUIRE(hub.watched.wait([&] { return hub.closed.size() == 1; }));
    const auto why = hub.watched.read(hub.closed).begin()->second;
    CHECK(why.code == ErrorCode::Offline);
    CHECK_THAT(why.text(), ContainsSubstring("silent"));
}

TEST_CASE("Two idle but living ends stay connected by their pings", "[net]") {
    IoThread hub_io("hub");
    IoThread io("terminals");
    EchoHub hub(hub_io, impatient());
    RawTls dead(RawSocket::connect_to(hub.server().port()), TLS1_3_VERSION);
    Terminal idle(io);
    REQUIRE(idle.opens(hub));
    const auto idle_id = hub.first();
    // A dead peer that comes later and is given up measures the time, without a clock in the test.
    REQUIRE(dead.handshake());
    REQUIRE_THAT(dead.upgrade("/sync", "balie.v1"), ContainsSubstring(std::string(kSwitching)));
    REQUIRE(hub.watched.wait([&] { return hub.closed.size() == 1; }));
    CHECK(hub.watched.read(hub.closed).count(idle_id) == 0);
    must(idle.client.send("awake"));
    CHECK(idle.receives(1));
}

TEST_CASE("Closing does not wait for a peer that never answers", "[net][hostile]") {
    IoThread io;
    auto limits = impatient();
    limits.silence_ms = limits.ping_ms = 60'000;
    EchoHub hub(io, limits);
    RawTls dead(RawSocket::connect_to(hub.server().port()), TLS1_3_VERSION);
    REQUIRE(dead.handshake());
    REQUIRE_THAT(dead.upgrade("/sync", "balie.v1"), ContainsSubstring(std::string(kSwitching)));
    hub.server().close(hub.first(), "enough");
    REQUIRE(hub.watched.wait([&] { return hub.closed.size() == 1; }));
    CHECK(hub.watched.read(hub.closed).begin()->second.code == ErrorCode::Cancelled);
}

TEST_CASE("A reader that stands still is given up, and what waited for it is freed",
          "[net][hostile]") {
    IoThread io;
    auto limits = impatient();
    limits.silence_ms = limits.ping_ms = 60'000;
    EchoHub hub(io, limits);
    RawTls stuck(RawSocket::connect_to(hub.server().port()), TLS1_3_VERSION);
    REQUIRE(stuck.handshake());
    REQUIRE_THAT(stuck.upgrade("/sync", "balie.v1"), ContainsSubstring(std::string(kSwitching)));
    const auto id = hub.first();
    const std::string message(sync::kMessageBytesMax, 'x');
    Outcome last;
    while (last.ok() || last.error().code == ErrorCode::Busy) last = hub.server().send(id, message);
    REQUIRE(hub.watched.wait([&] { return hub.closed.size() == 1; }));
    CHECK(hub.watched.read(hub.closed).begin()->second.code == ErrorCode::Offline);
    CHECK(hub.server().queued_bytes(id) == 0);
    require_still_serving(io, hub);
}

TEST_CASE("When the hub is full the next one is refused and those inside stay", "[net][hostile]") {
    IoThread io;
    WsLimits limits;
    limits.connections_max = 2;
    EchoHub hub(io, limits);
    Terminal one(io);
    Terminal two(io);
    REQUIRE(one.opens(hub));
    REQUIRE(two.opens(hub));
    Terminal three(io);
    CHECK_FALSE(three.opens(hub));
    CHECK(three.end()->code == ErrorCode::Offline);
    must(one.client.send("inside"));
    CHECK(one.receives(1));
    two.client.close();
    REQUIRE(hub.watched.wait([&] { return hub.closed.size() == 1; }));
    require_still_serving(io, hub);
}

TEST_CASE("One address cannot take every place with unfinished handshakes", "[net][hostile]") {
    IoThread io;
    WsLimits limits;
    limits.handshakes_per_address_max = 3;
    EchoHub hub(io, limits);
    std::vector<RawSocket> idle;
    idle.reserve(3);
    for (int i = 0; i < 3; ++i) idle.push_back(RawSocket::connect_to(hub.server().port()));
    const auto one_more = RawSocket::connect_to(hub.server().port());
    CHECK(one_more.ends());
    idle.clear();
}

TEST_CASE("A hub that is not there is said to be offline", "[net]") {
    IoThread io;
    std::uint16_t port = 0;
    {
        const auto nobody = RawSocket::listen();
        port = nobody.port();
    }
    Terminal terminal(io);
    const TempFolder folder;
    must(terminal.connect("wss://127.0.0.1:" + std::to_string(port),
                          make_certificate(folder.path().string())));
    const auto why = terminal.end();
    REQUIRE(why);
    CHECK(why->code == ErrorCode::Offline);
    CHECK_FALSE(why->mend.empty());
}

TEST_CASE("A hub that accepts and then says nothing is given up in time", "[net][hostile]") {
    IoThread io;
    const auto mute = RawSocket::listen();
    const TempFolder folder;
    Terminal terminal(io, impatient());
    must(terminal.connect("wss://127.0.0.1:" + std::to_string(mute.port()),
                          make_certificate(folder.path().string())));
    const auto why = terminal.end();
    REQUIRE(why);
    CHECK(why->code == ErrorCode::Offline);
    CHECK_THAT(why->text(), ContainsSubstring("in time"));
}

TEST_CASE("A port that is taken is said to be taken", "[net]") {
    IoThread io;
    EchoHub hub(io);
    sync::WsServerConfig config;
    config.port = hub.server().port();
    auto tls =
        must(sync::TlsServerContext::load(sync::certificate_files_in(hub.folder.path().string())));
    REQUIRE_ERROR(sync::WsServer::start(io, std::move(tls), config, {}), ErrorCode::Busy);
    auto again =
        must(sync::TlsServerContext::load(sync::certificate_files_in(hub.folder.path().string())));
    config.address = "not an address";
    REQUIRE_ERROR(sync::WsServer::start(io, std::move(again), config, {}), ErrorCode::InvalidInput);
}

}  // namespace balie::test
