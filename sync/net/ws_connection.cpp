// The one file in which the WebSocket templates are instantiated: they take most of a minute.
#include "sync/net/ws_connection.h"

#include "storage/base/check.h"
#include "sync/core/compress.h"
#include "sync/net/ws_parts.h"

#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include <algorithm>
#include <chrono>

namespace balie::sync {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using ErrorCodeOf = boost::system::error_code;

/// TLS over TCP with an end of its own: once both close frames are through nothing is left to say,
/// and the usual end (TLS shutdown, then reading to the end) waits for a peer that may be dead.
class TlsStream : public beast::ssl_stream<beast::tcp_stream> {
  public:
    using beast::ssl_stream<beast::tcp_stream>::ssl_stream;
};

/// Found by Beast through the stream's namespace.
template <typename Handler>
void async_teardown(beast::role_type /*role*/, TlsStream& stream, Handler&& handler) {
    ErrorCodeOf ignored;
    beast::get_lowest_layer(stream).socket().shutdown(tcp::socket::shutdown_send, ignored);
    net::post(stream.get_executor(),
              beast::bind_front_handler(std::forward<Handler>(handler), ErrorCodeOf()));
}

struct WsConnection::Stream {
    Stream(tcp::socket socket, net::ssl::context& tls) : ws(std::move(socket), tls) {}

    websocket::stream<TlsStream> ws;
    beast::flat_buffer http_bytes;
    std::unique_ptr<http::request_parser<http::empty_body>> request;
    http::response<http::string_body> response;
    websocket::response_type upgrade_response;
    std::string incoming;
    std::size_t incoming_bytes{0};
    std::string host;
};

namespace {

constexpr std::size_t kReadStepMin = 1024;
constexpr std::size_t kReadStepMax = 16 * 1024;
beast::string_view as_beast(std::string_view text) {
    return {text.data(), text.size()};
}

bool offers_subprotocol(const http::request<http::empty_body>& request, std::string_view name) {
    http::token_list offered(request[http::field::sec_websocket_protocol]);
    return offered.exists(as_beast(name));
}

HttpRequest plain_request(const http::request<http::empty_body>& request) {
    HttpRequest out;
    out.method = std::string(request.method_string());
    const std::string target(request.target());
    const auto mark = target.find('?');
    out.path = target.substr(0, mark);
    if (mark != std::string::npos) out.query = target.substr(mark + 1);
    return out;
}

}  // namespace

WsConnection::WsConnection(net::io_context& context, tcp::socket socket, net::ssl::context& tls,
                           std::shared_ptr<void> tls_owner, const WsLimits& limits,
                           std::shared_ptr<WsTraffic> traffic, std::string peer, Events events)
    : context_(context),
      tls_owner_(std::move(tls_owner)),
      limits_(limits),
      traffic_(std::move(traffic)),
      peer_(std::move(peer)),
      events_(std::make_shared<const Events>(std::move(events))) {
    set_socket_options(socket, limits_);
    stream_ = std::make_unique<Stream>(std::move(socket), tls);
    // Time-outs are ours (tick): the stream's own know nothing of pauses and of slow lines.
    beast::get_lowest_layer(stream_->ws).expires_never();
    stream_->ws.read_message_max(limits_.message_bytes_max);
    stream_->ws.auto_fragment(false);
    stream_->ws.text(true);
    deadline_ms_ = now_ms() + limits_.handshake_ms;
}

WsConnection::~WsConnection() {
    traffic_->queued_bytes -= queued_bytes_;
}

std::int64_t WsConnection::now_ms() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

std::int64_t WsConnection::tick_interval_ms(const WsLimits& limits) {
    constexpr std::int64_t kTickMaxMs = 1000;
    constexpr std::int64_t kTickMinMs = 5;
    const auto shortest = std::min({limits.handshake_ms, limits.ping_ms, limits.silence_ms,
                                    limits.write_stall_ms, limits.close_ms, limits.connect_ms});
    return std::clamp(shortest / 4, kTickMinMs, kTickMaxMs);
}

// --- hub side ----------------------------------------------------------------------------------

void WsConnection::serve(HttpHandler http) {
    http_ = std::move(http);
    stream_->ws.next_layer().async_handshake(
        net::ssl::stream_base::server, [self = shared_from_this()](const ErrorCodeOf& code) {
            if (self->phase_ == Phase::Closed) return;
            if (code) return self->fail(code, "making the connection safe");
            self->read_request();
        });
}

void WsConnection::read_request() {
    stream_->request = std::make_unique<http::request_parser<http::empty_body>>();
    stream_->request->header_limit(static_cast<std::uint32_t>(kHttpHeaderBytesMax));
    http::async_read(stream_->ws.next_layer(), stream_->http_bytes, *stream_->request,
                     [self = shared_from_this()](const ErrorCodeOf& code, std::size_t) {
                         if (self->phase_ == Phase::Closed) return;
                         if (code) return self->fail(code, "reading the request");
                         self->on_request();
                     });
}

void WsConnection::on_request() {
    constexpr unsigned kBadRequest = 400;
    constexpr unsigned kNotFound = 404;
    const auto& request = stream_->request->get();
    const auto asked = plain_request(request);
    if (!websocket::is_upgrade(request)) {
        return answer(http_ ? http_(asked) : HttpResponse{kNotFound, {}, "not found\n"});
    }
    if (asked.path != kWsPath) return answer({kNotFound, {}, "the WebSocket is at /sync\n"});
    // A terminal may not send frames before it has our answer.
    packs_ = limits_.compress && offers_subprotocol(request, kWsPackedSubprotocol);
    const bool understood = packs_ || offers_subprotocol(request, kWsSubprotocol);
    if (!understood || stream_->http_bytes.size() != 0) {
        return answer({kBadRequest, {}, "the subprotocol is balie.v1\n"});
    }
    accept_websocket();
}

void WsConnection::answer(const HttpResponse& response) {
    constexpr unsigned kHttp11 = 11;
    phase_ = Phase::HttpAnswer;
    auto& out = stream_->response;
    out.result(response.status);
    out.version(kHttp11);
    out.keep_alive(false);
    out.set(http::field::content_type,
            response.content_type.empty() ? "text/plain; charset=utf-8" : response.content_type);
    out.set(http::field::cache_control, "no-store");
    out.set("X-Content-Type-Options", "nosniff");
    out.body() = response.body;
    out.prepare_payload();
    if (stream_->request->get().method() == http::verb::head) out.body().clear();
    http::async_write(stream_->ws.next_layer(), out,
                      [self = shared_from_this()](const ErrorCodeOf& code, std::size_t) {
                          if (self->phase_ == Phase::Closed) return;
                          if (code) return self->fail(code, "answering");
                          self->stream_->ws.next_layer().async_shutdown([self](const ErrorCodeOf&) {
                              self->finish({ErrorCode::Cancelled, "answered", self->peer_, ""});
                          });
                      });
}

void WsConnection::accept_websocket() {
    stream_->ws.set_option(
        websocket::stream_base::decorator([packs = packs_](websocket::response_type& response) {
            response.set(http::field::sec_websocket_protocol,
                         as_beast(packs ? kWsPackedSubprotocol : kWsSubprotocol));
        }));
    stream_->ws.async_accept(stream_->request->get(),
                             [self = shared_from_this()](const ErrorCodeOf& code) {
                                 if (self->phase_ == Phase::Closed) return;
                                 if (code) return self->fail(code, "opening the WebSocket");
                                 self->opened();
                             });
}

// --- terminal side -----------------------------------------------------------------------------

void WsConnection::handshake(const std::string& host, const std::string& path,
                             std::shared_ptr<TlsClientContext> tls) {
    client_tls_ = std::move(tls);
    stream_->host = host;
    ErrorCodeOf not_an_address;
    (void)net::ip::make_address(host, not_an_address);
    if (not_an_address) {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-cstyle-cast): OpenSSL's macro
        SSL_ctrl(stream_->ws.next_layer().native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME,
                 TLSEXT_NAMETYPE_host_name, stream_->host.data());
    }
    auto upgrade = [self = shared_from_this(), path](const ErrorCodeOf& code) {
        if (self->phase_ == Phase::Closed) return;
        if (code) {
            return self->finish(describe_tls_failure(code, *self->client_tls_, self->peer_));
        }
        auto& ws = self->stream_->ws;
        std::string offered(kWsSubprotocol);
        if (self->limits_.compress) offered = std::string(kWsPackedSubprotocol) + ", " + offered;
        ws.set_option(
            websocket::stream_base::decorator([offered](websocket::request_type& request) {
                request.set(http::field::sec_websocket_protocol, offered);
            }));
        ws.async_handshake(
            self->stream_->upgrade_response, self->stream_->host, path,
            [self](const ErrorCodeOf& result) {
                if (self->phase_ == Phase::Closed) return;
                const auto& response = self->stream_->upgrade_response;
                if (result == websocket::error::upgrade_declined) {
                    return self->finish(describe_declined(response.result_int(), self->peer_));
                }
                if (result) return self->fail(result, "opening the WebSocket");
                const auto chosen = response[http::field::sec_websocket_protocol];
                const std::string_view name(chosen.data(), chosen.size());
                self->packs_ = self->limits_.compress && name == kWsPackedSubprotocol;
                if (!self->packs_ && name != kWsSubprotocol) {
                    return self->finish({ErrorCode::Protocol,
                                         "the other side does not speak balie.v1", self->peer_,
                                         "Check the address and the port"});
                }
                self->opened();
            });
    };
    stream_->ws.next_layer().async_handshake(net::ssl::stream_base::client, std::move(upgrade));
}

// --- open ----------------------------------------------------------------------------------------

void WsConnection::opened() {
    phase_ = Phase::Open;
    deadline_ms_ = 0;
    heard_ms_ = wrote_ms_ = pinged_ms_ = now_ms();
    stream_->request.reset();
    stream_->http_bytes = {};
    stream_->response = {};
    stream_->upgrade_response = {};
    stream_->ws.control_callback(
        [self = weak_from_this()](websocket::frame_type, beast::string_view) {
            if (const auto connection = self.lock()) connection->heard_ms_ = now_ms();
        });
    ++traffic_->opened;
    const auto events = events_;
    if (events->on_open) events->on_open();
    read_next();
    write_next();
}

Outcome WsConnection::send(std::string message) {
    if (message.size() > limits_.message_bytes_max) {
        return Error{ErrorCode::LimitExceeded, "the message is too large to send", peer_, ""};
    }
    if (closed_) {
        return Error{ErrorCode::Offline, "the connection is closed", peer_,
                     "It is tried again by itself"};
    }
    std::size_t queued = queued_bytes_;
    do {
        if (queued + message.size() > limits_.write_queue_bytes_max) {
            return Error{ErrorCode::Busy, "the other side reads too slowly", peer_,
                         "More is sent when it has caught up"};
        }
    } while (!queued_bytes_.compare_exchange_weak(queued, queued + message.size()));
    traffic_->queued_bytes += message.size();
    net::post(context_, [self = shared_from_this(), message = std::move(message)]() mutable {
        self->enqueue(std::move(message));
    });
    return {};
}

void WsConnection::enqueue(std::string message) {
    if (phase_ == Phase::Closed || phase_ == Phase::Closing) return;
    const std::size_t size = message.size();
    queue_.push_back({std::move(message), size});
    if (queued_bytes_ > limits_.write_queue_low_bytes) above_low_ = true;
    write_next();
}

void WsConnection::write_next() {
    if (writing_ || !is_open() || close_sent_) return;
    if (queue_.empty()) {
        if (phase_ == Phase::Closing) begin_close();
        return;
    }
    writing_ = true;
    wrote_ms_ = now_ms();
    if (front_written_ == 0) pack_next();
    const std::string& message = queue_.front().bytes;
    const auto left = message.size() - front_written_;
    const auto bytes = std::min(left, kFrameBytes);
    stream_->ws.async_write_some(
        bytes == left, net::buffer(message.data() + front_written_, bytes),
        [self = shared_from_this(), bytes](const ErrorCodeOf& code, std::size_t) {
            self->writing_ = false;
            if (self->phase_ == Phase::Closed) return;
            if (code) return self->fail(code, "sending");
            self->on_written(bytes);
        });
}

/// Here and not when it was given: before the connection is open nobody knows what the other can.
void WsConnection::pack_next() {
    Outgoing& next = queue_.front();
    if (packs_ && next.bytes.size() >= kCompressFromBytes) {
        const Bytes packed = compressed(as_bytes(next.bytes), Effort::Quick);
        if (packed.size() < next.bytes.size()) {
            next.bytes.assign(packed.begin(), packed.end());
            next.packed = true;
        }
    }
    stream_->ws.binary(next.packed);
}

void WsConnection::on_written(std::size_t bytes) {
    wrote_ms_ = now_ms();
    traffic_->bytes_out += bytes;
    meter();
    front_written_ += bytes;
    if (front_written_ == queue_.front().bytes.size()) {
        ++traffic_->messages_out;
        queued_bytes_ -= queue_.front().counted;
        traffic_->queued_bytes -= queue_.front().counted;
        queue_.pop_front();
        front_written_ = 0;
    }
    write_next();
    if (above_low_ && queued_bytes_ <= limits_.write_queue_low_bytes) {
        above_low_ = false;
        const auto events = events_;
        if (phase_ == Phase::Open && events->on_drained) events->on_drained();
    }
}

void WsConnection::read_next() {
    if (reading_ || paused_ || phase_ != Phase::Open) return;
    reading_ = true;
    auto& incoming = stream_->incoming;
    const auto room = std::clamp(stream_->incoming_bytes, kReadStepMin, kReadStepMax);
    incoming.resize(stream_->incoming_bytes + room);
    stream_->ws.async_read_some(
        net::buffer(incoming.data() + stream_->incoming_bytes, room),
        [self = shared_from_this()](const ErrorCodeOf& code, std::size_t bytes) {
            self->reading_ = false;
            if (self->phase_ == Phase::Closed) return;
            // While closing, the closing handshake reads; its end is the end.
            if (self->phase_ == Phase::Closing && self->close_sent_) return;
            if (code) return self->fail(code, "receiving");
            self->on_read(bytes);
        });
}

void WsConnection::on_read(std::size_t bytes) {
    heard_ms_ = now_ms();
    traffic_->bytes_in += bytes;
    meter();
    stream_->incoming_bytes += bytes;
    if (stream_->ws.is_message_done()) {
        std::string message = std::exchange(stream_->incoming, {});
        message.resize(std::exchange(stream_->incoming_bytes, 0));
        on_message(std::move(message));
    }
    read_next();
}

void WsConnection::on_message(std::string message) {
    if (stream_->ws.got_binary()) {
        if (!packs_) {
            return abort({ErrorCode::Protocol, "a message that is no text came", peer_, ""});
        }
        auto plain = uncompressed(as_bytes(message), limits_.message_bytes_max);
        if (!plain.ok()) {
            Error error = std::move(plain).error();
            error.code = ErrorCode::Protocol;
            error.where = peer_;
            return abort(error);
        }
        message.assign(plain->begin(), plain->end());
    }
    ++traffic_->messages_in;
    const auto events = events_;
    if (phase_ == Phase::Open && events->on_message) events->on_message(std::move(message));
}

void WsConnection::pause_reading() {
    paused_ = true;
}

void WsConnection::resume_reading() {
    if (!std::exchange(paused_, false)) return;
    heard_ms_ = now_ms();
    read_next();
}

// --- the end -------------------------------------------------------------------------------------

void WsConnection::close(const std::string& reason) {
    if (phase_ == Phase::Closed || phase_ == Phase::Closing) return;
    const Error why{ErrorCode::Cancelled, "closed by this side: " + reason, peer_, ""};
    if (phase_ != Phase::Open) return abort(why);
    phase_ = Phase::Closing;
    closed_because_ = why;
    close_reason_ = reason;
    deadline_ms_ = now_ms() + limits_.close_ms;
    write_next();
}

/// OpenSSL counts what goes through its two ends. A terminal's connection alone: the hub's bytes
/// are nobody's budget.
void WsConnection::meter() {
    if (!client_tls_) return;
    SSL* ssl = stream_->ws.next_layer().native_handle();
    const std::uint64_t in = BIO_number_read(SSL_get_rbio(ssl));
    const std::uint64_t out = BIO_number_written(SSL_get_wbio(ssl));
    traffic_->wire_in += in - std::exchange(metered_in_, in);
    traffic_->wire_out += out - std::exchange(metered_out_, out);
}

void WsConnection::begin_close() {
    close_sent_ = true;
    websocket::close_reason reason(websocket::close_code::normal);
    reason.reason.assign(close_reason_.data(),
                         std::min<std::size_t>(close_reason_.size(), reason.reason.max_size()));
    stream_->ws.async_close(reason, [self = shared_from_this()](const ErrorCodeOf&) {
        self->finish(self->closed_because_);
    });
}

void WsConnection::tick(std::int64_t now_ms) {
    if (phase_ == Phase::Closed) return;
    if (deadline_ms_ != 0 && now_ms >= deadline_ms_) {
        if (phase_ == Phase::Closing) return finish(closed_because_);
        return finish({ErrorCode::Offline, "the other side did not answer in time", peer_,
                       "It is tried again by itself; check the network if it lasts"});
    }
    if (phase_ == Phase::Open) check_open(now_ms);
}

void WsConnection::check_open(std::int64_t now_ms) {
    // The stream is ending a conversation that the peer closed or broke: that is bounded too.
    if (!stream_->ws.is_open() && deadline_ms_ == 0) deadline_ms_ = now_ms + limits_.close_ms;
    if (writing_ && now_ms - wrote_ms_ >= limits_.write_stall_ms) {
        return finish({ErrorCode::Offline, "the other side stopped reading", peer_,
                       "It is tried again by itself"});
    }
    if (paused_) return;
    // Bytes that still go out are a sign of life too: TCP says that they arrive.
    const auto alive_ms = writing_ ? std::max(heard_ms_, wrote_ms_) : heard_ms_;
    if (now_ms - alive_ms >= limits_.silence_ms) {
        return finish({ErrorCode::Offline, "the other side fell silent", peer_,
                       "It is tried again by itself; check the network if it lasts"});
    }
    if (pinging_ || now_ms - std::max(heard_ms_, pinged_ms_) < limits_.ping_ms) return;
    pinging_ = true;
    pinged_ms_ = now_ms;
    stream_->ws.async_ping({}, [self = shared_from_this()](const ErrorCodeOf&) {
        self->pinging_ = false;  // a failure shows in the read or the write too
    });
}

void WsConnection::fail(const ErrorCodeOf& code, const char* doing) {
    const auto& said = stream_->ws.reason().reason;
    finish(describe_broken(code, doing, {said.data(), said.size()}, peer_));
}

void WsConnection::finish(const Error& why) {
    if (phase_ == Phase::Closed) return;
    if (!is_open() && phase_ != Phase::HttpAnswer) ++traffic_->refused;
    phase_ = Phase::Closed;
    closed_ = true;
    meter();
    beast::get_lowest_layer(stream_->ws).close();
    // The queue stays until the write that may point into it has ended: the stream goes with us.
    const auto events = std::exchange(events_, std::make_shared<const Events>());
    if (events->on_closed) events->on_closed(why);
}

}  // namespace balie::sync
