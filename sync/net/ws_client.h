// WsClient: a terminal's connection to the hub, one at a time. Retrying is its owner's.
// Invariant: every connect() that returned ok is followed by one on_closed, whose Error says why in
// words for a person; nothing is told after close_now() or the destructor. Callbacks run on the io
// thread and must not wait.
// Thread: any, callbacks apart. Ownership: the IoThread must outlive it.
#pragma once

#include "storage/base/result.h"
#include "sync/net/io_thread.h"
#include "sync/net/tls.h"
#include "sync/net/ws_types.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace balie::sync {

struct WsAddress {
    std::string host;
    std::uint16_t port{0};
    std::string path;
};

/// wss://HOST[:PORT][/PATH], with [..] around an IPv6 address; port 443 and path /sync if left out.
/// Errors: InvalidInput.
[[nodiscard]] Result<WsAddress> parse_ws_url(std::string_view url);

struct WsClientEvents {
    /// `time` is not Valid when the hub's certificate is out of its dates: one of the clocks is
    /// wrong.
    std::function<void(CertificateTime time)> on_open;
    std::function<void(std::string message)> on_message;
    std::function<void()> on_drained;
    /// Offline: no way there, or cut; SignInPage: this network answers itself; Untrusted: another
    /// key under the hub's name, or no TLS 1.3; Protocol: it does not speak balie.v1; Busy: the hub
    /// is full; Io: any other; Cancelled: this side closed.
    std::function<void(const Error& why)> on_closed;
};

class WsClient {
  public:
    explicit WsClient(IoThread& io, const WsLimits& limits = {});
    WsClient(const WsClient&) = delete;
    WsClient& operator=(const WsClient&) = delete;
    ~WsClient();

    /// Errors: InvalidInput (url), Busy (the connection before is not closed yet).
    [[nodiscard]] Outcome connect(std::string_view url, const Pin& pin, WsClientEvents events);
    /// Errors: Offline, LimitExceeded, Busy (queue full; on_drained follows).
    [[nodiscard]] Outcome send(std::string message);
    [[nodiscard]] std::size_t queued_bytes() const;
    void pause_reading();
    void resume_reading();
    /// Sends what is queued, then closes, bounded; on_closed follows.
    void close(const std::string& reason = "done");
    /// Drops the connection; no callback runs after it returns (unless called from one).
    void close_now();

    [[nodiscard]] const WsTraffic& traffic() const;

  private:
    struct Core;
    std::shared_ptr<Core> core_;
};

}  // namespace balie::sync
