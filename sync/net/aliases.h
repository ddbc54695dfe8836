// Short names for Boost, and the only place that makes them. Private to sync/net: no public header
// includes it. Thread: any (names only).
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/error.hpp>

namespace balie::sync {

namespace net = boost::asio;
namespace beast = boost::beast;
using tcp = boost::asio::ip::tcp;

}  // namespace balie::sync
