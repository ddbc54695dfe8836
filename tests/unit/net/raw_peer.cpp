#include "tests/unit/net/raw_peer.h"

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace balie::test {

namespace {

constexpr int kWaitSeconds = 10;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

int bounded_socket() {
    const int handle = ::socket(AF_INET, SOCK_STREAM, 0);
    const timeval wait{kWaitSeconds, 0};
    ::setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ::setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    return handle;
}

/// OpenSSL writes without MSG_NOSIGNAL; when the other end was quicker and has gone, that is an
/// answer and not the end of the test program. Both programs do the same.
void ignore_broken_pipes() {
    std::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

RawSocket::RawSocket(RawSocket&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}

RawSocket& RawSocket::operator=(RawSocket&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
}

RawSocket::~RawSocket() {
    close();
}

void RawSocket::close() {
    if (handle_ >= 0) ::close(std::exchange(handle_, -1));
}

RawSocket RawSocket::connect_to(std::uint16_t port) {
    RawSocket out(bounded_socket());
    const auto address = loopback(port);
    if (::connect(out.handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        out.close();
    }
    return out;
}

RawSocket RawSocket::listen() {
    RawSocket out(bounded_socket());
    const auto address = loopback(0);
    constexpr int kBacklog = 16;
    if (::bind(out.handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(out.handle_, kBacklog) != 0) {
        out.close();
    }
    return out;
}

RawSocket RawSocket::accept() const {
    RawSocket out(::accept(handle_, nullptr, nullptr));
    const timeval wait{kWaitSeconds, 0};
    ::setsockopt(out.handle_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    return out;
}

std::uint16_t RawSocket::port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(handle_, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

bool RawSocket::send(const std::string& bytes) const {
    return ::send(handle_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
}

std::string RawSocket::receive() const {
    std::array<char, 16384> bytes{};
    const auto got = ::recv(handle_, bytes.data(), bytes.size(), 0);
    return got > 0 ? std::string(bytes.data(), static_cast<std::size_t>(got)) : std::string();
}

bool RawSocket::ends() const {
    std::array<char, 16384> bytes{};
    ssize_t got = 1;
    while (got > 0) got = ::recv(handle_, bytes.data(), bytes.size(), 0);
    return got == 0 || errno == ECONNRESET;
}

RawTls::RawTls(RawSocket socket, int version_max)
    : socket_(std::move(socket)),
      context_(SSL_CTX_new(TLS_client_method())),
      ssl_(nullptr),
      server_(false) {
    ignore_broken_pipes();
    SSL_CTX_set_max_proto_version(context_, version_max);
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, socket_.handle());
}

RawTls::RawTls(RawSocket socket, int version_max, const std::string& folder)
    : socket_(std::move(socket)),
      context_(SSL_CTX_new(TLS_server_method())),
      ssl_(nullptr),
      server_(true) {
    ignore_broken_pipes();
    SSL_CTX_set_max_proto_version(context_, version_max);
    SSL_CTX_use_certificate_chain_file(context_, (folder + "/hub.crt").c_str());
    SSL_CTX_use_PrivateKey_file(context_, (folder + "/hub.key").c_str(), SSL_FILETYPE_PEM);
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, socket_.handle());
}

RawTls::~RawTls() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
}

bool RawTls::handshake() {
    return (server_ ? SSL_accept(ssl_) : SSL_connect(ssl_)) == 1;
}

bool RawTls::send(const std::string& bytes) {
    return SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) ==
           static_cast<int>(bytes.size());
}

std::string RawTls::receive() {
    std::array<char, 16384> bytes{};
    const int got = SSL_read(ssl_, bytes.data(), static_cast<int>(bytes.size()));
    return got > 0 ? std::string(bytes.data(), static_cast<std::size_t>(got)) : std::string();
}

bool RawTls::ends() {
    while (!receive().empty()) {
    }
    return socket_.ends();
}

std::string RawTls::upgrade(const std::string& path, const std::string& subprotocol) {
    std::string request = "GET " + path +
                          " HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                          "Sec-WebSocket-Version: 13\r\n";
    if (!subprotocol.empty()) request += "Sec-WebSocket-Protocol: " + subprotocol + "\r\n";
    send(request + "\r\n");
    std::string head;
    while (head.find("\r\n\r\n") == std::string::npos) {
        const auto more = receive();
        if (more.empty()) break;
        head += more;
    }
    return head;
}

}  // namespace balie::test
