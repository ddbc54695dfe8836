// WsServer: the hub's door. TLS 1.3 on one port; plain HTTPS questions go to a handler, /sync
// becomes a WebSocket with subprotocol balie.v1. Invariant: a slow, broken or hostile peer costs
// its own connection and bounded memory, nothing else; each on_open is followed by one on_closed.
// Callbacks run on the io thread and must not wait. Thread: any, callbacks apart. Ownership: owns
// its connections; the IoThread must outlive it.
#pragma once

#include "storage/base/result.h"
#include "sync/net/io_thread.h"
#include "sync/net/tls.h"
#include "sync/net/ws_types.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace balie::sync {

/// Never used again within one server.
enum class ConnectionId : std::uint64_t {};

struct WsServerEvents {
    std::function<void(ConnectionId, const std::string& peer_address)> on_open;
    std::function<void(ConnectionId, std::string message)> on_message;
    /// The queue to this peer has fallen below limits.write_queue_low_bytes after it was above.
    std::function<void(ConnectionId)> on_drained;
    std::function<void(ConnectionId, const Error& why)> on_closed;
    HttpHandler http;
};

struct WsServerConfig {
    std::string address{"127.0.0.1"};  ///< an IP address; 0.0.0.0 or :: for all
    std::uint16_t port{0};             ///< 0: any free one
    WsLimits limits{};
};

class WsServer {
  public:
    /// Listens from the moment it returns. Errors: InvalidInput (address), Busy (port taken),
    /// Denied, Io.
    [[nodiscard]] static Result<std::unique_ptr<WsServer>> start(IoThread& io, TlsServerContext tls,
                                                                 const WsServerConfig& config,
                                                                 WsServerEvents events);
    WsServer(const WsServer&) = delete;
    WsServer& operator=(const WsServer&) = delete;
    ~WsServer();

    [[nodiscard]] std::uint16_t port() const;
    /// "127.0.0.1:8443", "[::1]:8443".
    [[nodiscard]] std::string address() const;

    /// Errors: NotFound (closed), LimitExceeded (message too large), Busy (queue full; on_drained
    /// follows).
    [[nodiscard]] Outcome send(ConnectionId id, std::string message);
    /// 0 for a connection that is closed.
    [[nodiscard]] std::size_t queued_bytes(ConnectionId id) const;
    /// Reads no further message; one that is being read may still come. From a callback at once.
    void pause_reading(ConnectionId id);
    void resume_reading(ConnectionId id);
    /// What is queued is sent first; bounded in time.
    void close(ConnectionId id, const std::string& reason);

    /// WebSockets that are open.
    [[nodiscard]] std::size_t open_count() const;
    [[nodiscard]] const WsTraffic& traffic() const;

    /// Accepts no more, closes all with `reason`, waits for them, bounded by limits.close_ms; then
    /// no callback runs any more. Not from a callback.
    void stop(const std::string& reason = "the hub stops");

  private:
    struct Core;
    explicit WsServer(std::shared_ptr<Core> core);
    std::shared_ptr<Core> core_;
};

}  // namespace balie::sync
