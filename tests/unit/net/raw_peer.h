// Peers made by hand from system sockets and OpenSSL, for what no decent peer would do.
// Invariant: every wait is bounded by ten seconds. Thread: the test's own. Owns its socket.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>

namespace balie::test {

class RawSocket {
  public:
    explicit RawSocket(int handle = -1) : handle_(handle) {}
    RawSocket(RawSocket&& other) noexcept;
    RawSocket& operator=(RawSocket&& other) noexcept;
    RawSocket(const RawSocket&) = delete;
    RawSocket& operator=(const RawSocket&) = delete;
    ~RawSocket();

    [[nodiscard]] static RawSocket connect_to(std::uint16_t port);
    [[nodiscard]] static RawSocket listen();
    [[nodiscard]] RawSocket accept() const;
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] int handle() const { return handle_; }
    /// False when the other side is gone, which most tests find out by what they receive.
    // NOLINTNEXTLINE(modernize-use-nodiscard)
    bool send(const std::string& bytes) const;
    /// What is there, after waiting for something; "" at the end or after ten seconds.
    [[nodiscard]] std::string receive() const;
    /// True when the other side closed or reset within ten seconds, whatever it sent before.
    [[nodiscard]] bool ends() const;
    void close();

  private:
    int handle_;
};

/// TLS over a RawSocket, with the versions a test asks for and no check of any certificate.
class RawTls {
  public:
    /// As a client. `version_max` is TLS1_2_VERSION or TLS1_3_VERSION.
    RawTls(RawSocket socket, int version_max);
    /// As a server with the certificate and key in `folder`.
    RawTls(RawSocket socket, int version_max, const std::string& folder);
    RawTls(const RawTls&) = delete;
    RawTls& operator=(const RawTls&) = delete;
    ~RawTls();

    /// False when the handshake was refused.
    bool handshake();
    bool send(const std::string& bytes);
    [[nodiscard]] std::string receive();
    [[nodiscard]] bool ends();
    /// Asks for the WebSocket; the answer's head. `subprotocol` may be empty.
    [[nodiscard]] std::string upgrade(const std::string& path, const std::string& subprotocol);

  private:
    RawSocket socket_;
    SSL_CTX* context_;
    SSL* ssl_;
    bool server_;
};

}  // namespace balie::test
