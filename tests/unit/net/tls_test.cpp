// The hub's certificate and who is believed to be the hub.
#include "sync/net/tls.h"

#include "tests/support/catch.h"
#include "tests/unit/net/net_world.h"
#include "tests/unit/net/raw_peer.h"

#include <sys/stat.h>
#include <thread>

namespace balie::test {

using Catch::Matchers::ContainsSubstring;
using sync::CertificateTime;
using sync::IoThread;

TEST_CASE("The hub's key is readable by its owner alone and is never overwritten", "[net][tls]") {
    const TempFolder folder;
    const auto pin = make_certificate(folder.path().string());
    struct stat key {};
    REQUIRE(::stat(((folder / "hub.key").string()).c_str(), &key) == 0);
    CHECK((key.st_mode & 0777) == 0600);
    CHECK(must(sync::pin_of_certificate_file((folder / "hub.crt").string())) == pin);
    sync::CertificateSpec again;
    again.names = {"hub.example.org"};
    REQUIRE_ERROR(sync::make_self_signed_certificate(folder.path().string(), again),
                  ErrorCode::AlreadyExists);
    CHECK(must(sync::pin_of_certificate_file((folder / "hub.crt").string())) == pin);
}

TEST_CASE("A pin reads back as it was written, and nothing else is a pin", "[net][tls]") {
    const TempFolder folder;
    const auto pin = make_certificate(folder.path().string());
    CHECK(must(sync::parse_pin(sync::pin_text(pin))) == pin);
    REQUIRE_ERROR(sync::parse_pin(""), ErrorCode::InvalidInput);
    REQUIRE_ERROR(sync::parse_pin("00ff"), ErrorCode::InvalidInput);
    REQUIRE_ERROR(sync::parse_pin(std::string(64, 'g')), ErrorCode::InvalidInput);
}

TEST_CASE("A certificate with another one's key is refused when the hub starts", "[net][tls]") {
    const TempFolder one;
    const TempFolder two;
    CHECK(make_certificate(one.path().string()) != make_certificate(two.path().string()));
    REQUIRE_ERROR(
        sync::TlsServerContext::load({(one / "hub.crt").string(), (two / "hub.key").string()}),
        ErrorCode::Corrupt);
    REQUIRE_ERROR(
        sync::TlsServerContext::load({(one / "none.crt").string(), (one / "hub.key").string()}),
        ErrorCode::NotFound);
}

TEST_CASE("Host names that could smuggle something into the certificate are refused",
          "[net][tls]") {
    const TempFolder folder;
    sync::CertificateSpec spec;
    spec.names = {"hub.example.org,DNS:other.example.org"};
    REQUIRE_ERROR(sync::make_self_signed_certificate(folder.path().string(), spec),
                  ErrorCode::InvalidInput);
}

TEST_CASE("A hub with another key is not trusted", "[net][tls]") {
    IoThread io;
    EchoHub hub(io);
    const TempFolder other;
    Terminal terminal(io);
    must(terminal.connect(hub.url(), make_certificate(other.path().string())));
    const auto why = terminal.end();
    REQUIRE(why);
    CHECK(why->code == ErrorCode::Untrusted);
    CHECK_THAT(why->text(), ContainsSubstring("not the head office's hub"));
    CHECK(hub.watched.read(hub.opened).empty());
}

TEST_CASE("A wrong clock does not cut a terminal off: the pin counts, the dates are reported",
          "[net][tls]") {
    IoThread io;
    const auto [dates, expected] = GENERATE(std::pair{Dates{-60, -30}, CertificateTime::Expired},
                                            std::pair{Dates{30, 60}, CertificateTime::NotYetValid},
                                            std::pair{Dates{-1, 30}, CertificateTime::Valid});
    EchoHub hub(io, {}, dates);
    Terminal terminal(io);
    REQUIRE(terminal.opens(hub));
    CHECK(terminal.watched.read(terminal.time) == expected);
    must(terminal.client.send("hello"));
    CHECK(terminal.receives(1));
}

TEST_CASE("An expired certificate with another key stays refused", "[net][tls]") {
    IoThread io;
    EchoHub hub(io, {}, Dates{-60, -30});
    const TempFolder other;
    Terminal terminal(io);
    must(terminal.connect(hub.url(), make_certificate(other.path().string())));
    const auto why = terminal.end();
    REQUIRE(why);
    CHECK(why->code == ErrorCode::Untrusted);
}

TEST_CASE("The hub speaks TLS 1.3 and nothing older", "[net][tls]") {
    IoThread io;
    EchoHub hub(io);
    RawTls older(RawSocket::connect_to(hub.server().port()), TLS1_2_VERSION);
    CHECK_FALSE(older.handshake());
    RawTls newer(RawSocket::connect_to(hub.server().port()), TLS1_3_VERSION);
    CHECK(newer.handshake());
}

TEST_CASE("A terminal does not go down to TLS 1.2, even for the right key", "[net][tls]") {
    IoThread io;
    const TempFolder folder;
    const auto pin = make_certificate(folder.path().string());
    const auto listener = RawSocket::listen();
    std::thread downgraded([&] {
        RawTls peer(listener.accept(), TLS1_2_VERSION, folder.path().string());
        peer.handshake();
    });
    Terminal terminal(io);
    must(terminal.connect("wss://127.0.0.1:" + std::to_string(listener.port()), pin));
    const auto why = terminal.end();
    downgraded.join();
    REQUIRE(why);
    CHECK(why->code == ErrorCode::Untrusted);
    CHECK_THAT(why->text(), ContainsSubstring("TLS 1.3"));
}

TEST_CASE("A network that answers with a certificate of its own is called a sign-in page",
          "[net][tls]") {
    IoThread io;
    const TempFolder own;
    const TempFolder other;
    const auto pin = make_certificate(own.path().string());
    const std::string name = GENERATE("portal.example", "192.0.2.7");
    (void)make_certificate(other.path().string(), {}, {name});
    const auto listener = RawSocket::listen();
    std::thread portal([&] {
        RawTls page(listener.accept(), TLS1_3_VERSION, other.path().string());
        CHECK_FALSE((page.handshake() && page.send("HTTP/1.1 200 OK") && !page.ends()));
    });
    Terminal terminal(io);
    must(terminal.connect("wss://127.0.0.1:" + std::to_string(listener.port()), pin));
    const auto why = terminal.end();
    portal.join();
    REQUIRE(why);
    CHECK(why->code == ErrorCode::SignInPage);
    CHECK_THAT(why->what, ContainsSubstring("this network answers in place of head office") &&
                              ContainsSubstring(name));
    CHECK_THAT(why->mend, ContainsSubstring("browser"));
}

TEST_CASE("A sign-in page that answers without encryption is called by its name", "[net][tls]") {
    IoThread io;
    const TempFolder folder;
    const auto pin = make_certificate(folder.path().string());
    const auto listener = RawSocket::listen();
    std::thread portal([&] {
        const auto guest = listener.accept();
        CHECK_FALSE(guest.receive().empty());
        guest.send("HTTP/1.1 302 Found\r\nLocation: http://hotel.example/\r\n\r\n");
        CHECK(guest.ends());
    });
    Terminal terminal(io);
    must(terminal.connect("wss://127.0.0.1:" + std::to_string(listener.port()), pin));
    const auto why = terminal.end();
    portal.join();
    REQUIRE(why);
    CHECK(why->code == ErrorCode::SignInPage);
    CHECK_THAT(why->text(), ContainsSubstring("this network answers in place of head office"));
    CHECK_THAT(why->text(), ContainsSubstring("sign-in page"));
}

TEST_CASE("A web page in place of the hub is called by its name", "[net][tls]") {
    IoThread io;
    const TempFolder folder;
    const auto pin = make_certificate(folder.path().string());
    const auto listener = RawSocket::listen();
    const std::string status = GENERATE("200 OK", "302 Found");
    std::thread portal([&] {
        RawTls page(listener.accept(), TLS1_3_VERSION, folder.path().string());
        CHECK(page.handshake());
        CHECK_FALSE(page.receive().empty());
        page.send("HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n\r\nhi");
        CHECK(page.ends());
    });
    Terminal terminal(io);
    must(terminal.connect("wss://127.0.0.1:" + std::to_string(listener.port()), pin));
    const auto why = terminal.end();
    portal.join();
    REQUIRE(why);
    CHECK(why->code == ErrorCode::SignInPage);
    CHECK_THAT(why->text(), ContainsSubstring("sign-in page"));
}

}  // namespace balie::test
