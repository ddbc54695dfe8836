#include "sync/net/ws_parts.h"

#include <boost/asio/detail/socket_option.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/websocket/error.hpp>

namespace balie::sync {

namespace websocket = boost::beast::websocket;
using ErrorCodeOf = boost::system::error_code;

namespace {

#if defined(__linux__)
using UserTimeout = net::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
using UnsentLow = net::detail::socket_option::integer<IPPROTO_TCP, TCP_NOTSENT_LOWAT>;
#endif

}  // namespace

void set_socket_options(tcp::socket& socket, const WsLimits& limits) {
    // Best effort, each: a socket without them is slower to notice a dead peer, nothing worse.
    ErrorCodeOf ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(net::socket_base::keep_alive(true), ignored);
#if defined(__linux__)
    // What lies unsent in the kernel delays a ping: on a slow line by minutes.
    socket.set_option(UnsentLow(static_cast<int>(2 * kFrameBytes)), ignored);
    socket.set_option(UserTimeout(static_cast<int>(limits.write_stall_ms)), ignored);
#else
    (void)limits;
#endif
}

Error describe_broken(const boost::system::error_code& code, const char* doing,
                      std::string_view said, const std::string& peer) {
    if (code == websocket::error::closed) {
        return {ErrorCode::Offline,
                "the other side closed the connection" +
                    (said.empty() ? std::string{} : ": " + std::string(said)),
                peer, "It is tried again by itself"};
    }
    if (code == websocket::error::message_too_big || code == websocket::error::buffer_overflow) {
        return {ErrorCode::Protocol, "a message was larger than allowed", peer,
                "The other side may be of another version"};
    }
    if (code == websocket::condition::protocol_violation ||
        code == websocket::error::bad_frame_payload) {
        return {ErrorCode::Protocol, "what came was no WebSocket message (" + code.message() + ")",
                peer, "A proxy may stand in between; it is tried again by itself"};
    }
    const bool cut = code == net::error::eof || code == net::error::connection_reset ||
                     code == net::error::broken_pipe || code == net::error::timed_out ||
                     code == net::ssl::error::stream_truncated;
    return {cut ? ErrorCode::Offline : ErrorCode::Io,
            std::string("the connection broke off while ") + doing + " (" + code.message() + ")",
            peer, "It is tried again by itself; check the network if it lasts"};
}

}  // namespace balie::sync
