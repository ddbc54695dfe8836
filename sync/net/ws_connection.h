// WsConnection: one TLS WebSocket, on either side: stream, deadlines and write queue.
// Invariant: one read and one write under way at most; the queue never holds more than its limit;
// on_closed is told once, after on_open or instead of it, and nothing is told after it.
// Thread: the io thread only, except send(), queued_bytes() and traffic. Private to sync/net.
// Ownership: shared; a pending operation holds it alive, so abort() or the owner's reset suffices.
#pragma once

#include "storage/base/result.h"
#include "sync/net/aliases.h"
#include "sync/net/tls_impl.h"
#include "sync/net/ws_types.h"

#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace balie::sync {

class WsConnection : public std::enable_shared_from_this<WsConnection> {
  public:
    struct Events {
        std::function<void()> on_open;
        std::function<void(std::string)> on_message;
        std::function<void()> on_drained;
        std::function<void(const Error&)> on_closed;
    };
    struct Stream;

    WsConnection(net::io_context& context, tcp::socket socket, net::ssl::context& tls,
                 std::shared_ptr<void> tls_owner, const WsLimits& limits,
                 std::shared_ptr<WsTraffic> traffic, std::string peer, Events events);
    WsConnection(const WsConnection&) = delete;
    WsConnection& operator=(const WsConnection&) = delete;
    ~WsConnection();

    /// Hub side: TLS, then either one HTTP answer or the WebSocket.
    void serve(HttpHandler http);
    /// Terminal side, on a connected socket.
    void handshake(const std::string& host, const std::string& path,
                   std::shared_ptr<TlsClientContext> tls);

    /// Thread: any. Errors: LimitExceeded (message too large), Busy (queue full; on_drained
    /// follows), Offline (closed).
    [[nodiscard]] Outcome send(std::string message);
    /// Thread: any.
    [[nodiscard]] std::size_t queued_bytes() const { return queued_bytes_; }

    void pause_reading();
    void resume_reading();
    /// Sends what is queued, then closes; bounded by limits.close_ms.
    void close(const std::string& reason);
    /// Closes the socket at once and tells on_closed.
    void abort(const Error& why) { finish(why); }
    /// Deadlines and pings; call it about every second, oftener when limits are shorter.
    void tick(std::int64_t now_ms);

    [[nodiscard]] bool is_open() const { return phase_ == Phase::Open || phase_ == Phase::Closing; }
    [[nodiscard]] static std::int64_t now_ms();
    /// How often tick() is wanted.
    [[nodiscard]] static std::int64_t tick_interval_ms(const WsLimits& limits);

  private:
    enum class Phase { Starting, HttpAnswer, Open, Closing, Closed };

    void read_request();
    void on_request();
    void answer(const HttpResponse& response);
    void accept_websocket();
    void opened();
    void enqueue(std::string message);
    void write_next();
    void pack_next();
    void on_written(std::size_t bytes);
    void read_next();
    void on_read(std::size_t bytes);
    void on_message(std::string message);
    void begin_close();
    void check_open(std::int64_t now_ms);
    void fail(const boost::system::error_code& code, const char* doing);
    void meter();
    void finish(const Error& why);

    net::io_context& context_;
    std::shared_ptr<void> tls_owner_;
    WsLimits limits_;
    std::shared_ptr<WsTraffic> traffic_;
    std::string peer_;
    // Shared, so that a callback may close the connection while it runs.
    std::shared_ptr<const Events> events_;
    std::unique_ptr<Stream> stream_;
    HttpHandler http_;
    std::shared_ptr<TlsClientContext> client_tls_;

    Phase phase_{Phase::Starting};
    struct Outgoing {
        std::string bytes;
        std::size_t counted{0};  ///< in queued_bytes_: as it was given, before it was compressed
        bool packed{false};
    };
    std::deque<Outgoing> queue_;
    std::size_t front_written_{0};
    std::atomic<std::size_t> queued_bytes_{0};
    std::atomic<bool> closed_{false};
    std::string close_reason_;
    Error closed_because_;
    std::int64_t deadline_ms_{0};  ///< of the phases before and after Open
    std::int64_t heard_ms_{0};
    std::int64_t wrote_ms_{0};
    std::int64_t pinged_ms_{0};
    bool packs_{false};  ///< both sides can compress
    bool writing_{false};
    bool reading_{false};
    bool paused_{false};
    bool pinging_{false};
    bool close_sent_{false};
    bool above_low_{false};
    std::uint64_t metered_in_{0};
    std::uint64_t metered_out_{0};
};

}  // namespace balie::sync
