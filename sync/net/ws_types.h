// What the server and the client of sync/net have in common: limits, counters, HTTP questions.
// Thread: any (values; WsTraffic is atomic).
#pragma once

#include "sync/core/limits.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace balie::sync {

inline constexpr std::string_view kWsSubprotocol = "balie.v1";
/// The same where messages may come compressed too (PROTOCOL.md 1).
inline constexpr std::string_view kWsPackedSubprotocol = "balie.v1.zstd";
inline constexpr std::string_view kWsPath = "/sync";

/// The numbers of limits.h, as an argument so that a test need not wait for them.
struct WsLimits {
    std::size_t message_bytes_max = kMessageBytesMax;
    std::size_t write_queue_bytes_max = kWriteQueueBytesMax;
    std::size_t write_queue_low_bytes = kWriteQueueLowBytes;
    std::size_t connections_max = kConnectionsMax;
    bool compress = true;  ///< where the other side can
    std::size_t handshakes_per_address_max = kHandshakesPerAddressMax;
    std::int64_t connect_ms = kConnectLimitMs;
    std::int64_t handshake_ms = kUpgradeLimitMs;
    std::int64_t ping_ms = kPingIntervalMs;
    std::int64_t silence_ms = kSilenceLimitMs;
    std::int64_t write_stall_ms = kWriteStallMs;
    std::int64_t close_ms = kCloseLimitMs;
};

/// Totals since the start; bytes are those of messages as they went over the connection, compressed
/// or not, without TLS and frames, unless said.
struct WsTraffic {
    std::atomic<std::uint64_t> bytes_in{0};
    std::atomic<std::uint64_t> bytes_out{0};
    /// As TLS put them on the wire and took them from it, handshakes included: what a line costs,
    /// without the headers of TCP and IP. Of a client only.
    std::atomic<std::uint64_t> wire_in{0};
    std::atomic<std::uint64_t> wire_out{0};
    std::atomic<std::uint64_t> messages_in{0};
    std::atomic<std::uint64_t> messages_out{0};
    /// Waiting to be written now, over all connections.
    std::atomic<std::uint64_t> queued_bytes{0};
    std::atomic<std::uint64_t> opened{0};
    /// Connections that never opened: no TLS 1.3, garbage, too slow, too many.
    std::atomic<std::uint64_t> refused{0};
};

struct HttpRequest {
    std::string method;
    std::string path;
    std::string query;  ///< without the question mark; not decoded
};

struct HttpResponse {
    unsigned status{200};
    std::string content_type{"text/plain; charset=utf-8"};
    std::string body;
};

/// Runs on the io thread: it answers from memory, at once.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

}  // namespace balie::sync
