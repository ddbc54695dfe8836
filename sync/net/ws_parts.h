// What a connection needs that is no template: its socket, and words for its end. Private to
// sync/net. Thread: any. Owns nothing.
#pragma once

#include "storage/base/result.h"
#include "sync/net/aliases.h"
#include "sync/net/ws_types.h"

#include <string>
#include <string_view>

namespace balie::sync {

void set_socket_options(tcp::socket& socket, const WsLimits& limits);
/// `doing` is what was under way ("sending"), `said` the other side's closing word.
[[nodiscard]] Error describe_broken(const boost::system::error_code& code, const char* doing,
                                    std::string_view said, const std::string& peer);

}  // namespace balie::sync
