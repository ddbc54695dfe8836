#include "sync/net/ws_client.h"

#include "sync/net/io_thread_impl.h"
#include "sync/net/ws_connection.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <charconv>
#include <exception>
#include <mutex>
#include <vector>

namespace balie::sync {

namespace {

constexpr std::uint16_t kDefaultPort = 443;
constexpr std::string_view kScheme = "wss://";

Error bad_url(std::string what, std::string_view url) {
    return {ErrorCode::InvalidInput, std::move(what), std::string(url),
            "Write it as wss://HOST:PORT, for instance wss://hub.example.org:8443"};
}

bool good_host(std::string_view host) {
    constexpr std::size_t kHostMax = 253;
    return !host.empty() && host.size() <= kHostMax &&
           std::all_of(host.begin(), host.end(), [](unsigned char c) {
               return std::isalnum(c) != 0 || c == '.' || c == '-' || c == ':' || c == '_';
           });
}

}  // namespace

Result<WsAddress> parse_ws_url(std::string_view url) {
    if (url.substr(0, kScheme.size()) != kScheme) {
        return bad_url("the hub's address begins with wss://", url);
    }
    const auto rest = url.substr(kScheme.size());
    const auto slash = rest.find('/');
    const auto authority = rest.substr(0, slash);
    WsAddress out;
    out.path = slash == std::string_view::npos || rest.substr(slash) == "/"
                   ? std::string(kWsPath)
                   : std::string(rest.substr(slash));
    std::string_view port;
    if (!authority.empty() && authority.front() == '[') {
        const auto end = authority.find(']');
        if (end == std::string_view::npos) return bad_url("a bracket is not closed", url);
        out.host = authority.substr(1, end - 1);
        port = authority.substr(end + 1);
    } else {
        const auto colon = authority.find(':');
        out.host = authority.substr(0, colon);
        if (colon != std::string_view::npos) port = authority.substr(colon);
    }
    const bool plain_path =
        std::all_of(out.path.begin(), out.path.end(), [](char c) { return c > ' ' && c < '\x7f'; });
    if (!good_host(out.host) || !plain_path) return bad_url("this is no address of a hub", url);
    out.port = kDefaultPort;
    if (!port.empty()) {
        const char* end = port.data() + port.size();
        const auto parsed = std::from_chars(port.data() + 1, end, out.port);
        if (port.front() != ':' || parsed.ec != std::errc() || parsed.ptr != end || out.port == 0) {
            return bad_url("this is no port number", url);
        }
    }
    return out;
}

struct WsClient::Core : std::enable_shared_from_this<WsClient::Core> {
    Core(IoThread& io_thread, const WsLimits& ws_limits)
        : io(io_thread),
          limits(ws_limits),
          ticker(io.impl().context),
          resolver(io.impl().context) {}

    // Of one attempt; io thread only.
    void begin();
    void resolve();
    void connect(const std::vector<tcp::endpoint>& endpoints);
    void on_connected(tcp::socket connected);
    void tick();
    void fail(Error why);

    [[nodiscard]] std::shared_ptr<WsConnection> current() const {
        const std::lock_guard lock(mutex);
        return connection;
    }

    IoThread& io;
    WsLimits limits;
    std::shared_ptr<WsTraffic> traffic{std::make_shared<WsTraffic>()};
    WsAddress address;
    std::string peer;
    Pin pin{};
    std::shared_ptr<const WsClientEvents> events{std::make_shared<const WsClientEvents>()};
    net::steady_timer ticker;
    tcp::resolver resolver;
    std::optional<tcp::socket> socket;
    std::int64_t connect_deadline_ms{0};
    std::uint64_t attempt{0};  ///< an answer that belongs to an earlier attempt is passed over

    mutable std::mutex mutex;  ///< guards the two below
    std::shared_ptr<WsConnection> connection;
    bool busy{false};
};

void WsClient::Core::begin() {
    ++attempt;
    connect_deadline_ms = WsConnection::now_ms() + limits.connect_ms;
    tick();
    boost::system::error_code code;
    const auto literal = net::ip::make_address(address.host, code);
    if (!code) return connect({tcp::endpoint(literal, address.port)});
    resolve();
}

void WsClient::Core::resolve() {
    resolver.async_resolve(
        address.host, std::to_string(address.port),
        [self = shared_from_this(), mine = attempt](const boost::system::error_code& code,
                                                    const tcp::resolver::results_type& found) {
            if (mine != self->attempt) return;
            if (code) {
                return self->fail({ErrorCode::Offline, "the hub's name is not known here",
                                   self->peer,
                                   "Check the network; if it works, check the address"});
            }
            std::vector<tcp::endpoint> endpoints;
            for (const auto& entry : found) endpoints.push_back(entry.endpoint());
            self->connect(endpoints);
        });
}

void WsClient::Core::connect(const std::vector<tcp::endpoint>& endpoints) {
    socket.emplace(io.impl().context);
    net::async_connect(
        *socket, endpoints,
        [self = shared_from_this(), mine = attempt](const boost::system::error_code& code,
                                                    const tcp::endpoint&) {
            if (mine != self->attempt) return;
            if (code) {
                return self->fail(
                    {ErrorCode::Offline, "the hub cannot be reached (" + code.message() + ")",
                     self->peer, "Work goes on here; check the network, or whether the hub runs"});
            }
            tcp::socket connected = std::move(*self->socket);
            self->socket.reset();
            self->on_connected(std::move(connected));
        });
}

void WsClient::Core::on_connected(tcp::socket connected) {
    auto tls = TlsClientContext::make(pin, address.host);
    const auto self = shared_from_this();
    const auto mine = attempt;
    WsConnection::Events connection_events{
        [self, mine, tls] {
            const auto told = self->events;  // it may be let go of by what it calls
            if (mine == self->attempt && told->on_open) told->on_open(tls->time);
        },
        [self, mine](std::string message) {
            const auto told = self->events;
            if (mine == self->attempt && told->on_message) told->on_message(std::move(message));
        },
        [self, mine] {
            const auto told = self->events;
            if (mine == self->attempt && told->on_drained) told->on_drained();
        },
        [self, mine](const Error& why) {
            if (mine == self->attempt) self->fail(why);
        }};
    auto made =
        std::make_shared<WsConnection>(io.impl().context, std::move(connected), tls->context, tls,
                                       limits, traffic, peer, std::move(connection_events));
    {
        const std::lock_guard lock(mutex);
        connection = made;
    }
    made->handshake(address.host, address.path, std::move(tls));
}

void WsClient::Core::tick() {
    ticker.expires_after(std::chrono::milliseconds(WsConnection::tick_interval_ms(limits)));
    ticker.async_wait([self = shared_from_this(),
                       mine = attempt](const boost::system::error_code& code) {
        if (code || mine != self->attempt) return;
        const auto now = WsConnection::now_ms();
        if (const auto open = self->current()) {
            open->tick(now);
        } else if (now >= self->connect_deadline_ms) {
            return self->fail({ErrorCode::Offline, "the hub did not answer in time", self->peer,
                               "Work goes on here; check the network, or whether the hub runs"});
        }
        if (mine == self->attempt) self->tick();
    });
}

/// The end of an attempt, whatever ended it. A copy of the error: what holds it may go with the
/// connection.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
void WsClient::Core::fail(Error why) {
    ++attempt;
    ticker.cancel();
    resolver.cancel();
    socket.reset();
    const auto told = std::exchange(events, std::make_shared<const WsClientEvents>());
    {
        const std::lock_guard lock(mutex);
        connection.reset();
        busy = false;
    }
    if (told->on_closed) told->on_closed(why);
}

WsClient::WsClient(IoThread& io, const WsLimits& limits)
    : core_(std::make_shared<Core>(io, limits)) {}

WsClient::~WsClient() {
    try {
        close_now();
    } catch (const std::exception&) {
        // No memory to say so with: the connection ends with the io thread.
    }
}

Outcome WsClient::connect(std::string_view url, const Pin& pin, WsClientEvents events) {
    BALIE_ASSIGN(auto address, parse_ws_url(url));
    {
        const std::lock_guard lock(core_->mutex);
        if (core_->busy) {
            return Error{ErrorCode::Busy, "there is a connection already", std::string(url),
                         "Close it first"};
        }
        core_->busy = true;
    }
    core_->io.post([core = core_, address = std::move(address), peer = std::string(url), pin,
                    events = std::move(events)]() mutable {
        core->address = std::move(address);
        core->peer = std::move(peer);
        core->pin = pin;
        core->events = std::make_shared<const WsClientEvents>(std::move(events));
        core->begin();
    });
    return {};
}

Outcome WsClient::send(std::string message) {
    const auto connection = core_->current();
    if (!connection) {
        return Error{ErrorCode::Offline, "there is no connection", "",
                     "It is tried again by itself"};
    }
    return connection->send(std::move(message));
}

std::size_t WsClient::queued_bytes() const {
    const auto connection = core_->current();
    return connection ? connection->queued_bytes() : 0;
}

void WsClient::pause_reading() {
    if (const auto connection = core_->current()) {
        if (core_->io.on_thread()) return connection->pause_reading();
        core_->io.post([connection] { connection->pause_reading(); });
    }
}

void WsClient::resume_reading() {
    if (const auto connection = core_->current()) {
        core_->io.post([connection] { connection->resume_reading(); });
    }
}

void WsClient::close(const std::string& reason) {
    // Posted even from the io thread: a message sent just before is queued by then.
    core_->io.post([core = core_, reason] {
        if (const auto connection = core->current()) return connection->close(reason);
        const std::lock_guard lock(core->mutex);
        if (!core->busy) return;
        core->io.post([core] {
            core->fail(
                {ErrorCode::Cancelled, "closed by this side before it was open", core->peer, ""});
        });
    });
}

void WsClient::close_now() {
    core_->io.call([core = core_] {
        core->events = std::make_shared<const WsClientEvents>();
        const auto connection = core->current();
        if (connection)
            connection->abort({ErrorCode::Cancelled, "dropped by this side", core->peer, ""});
        core->fail({ErrorCode::Cancelled, "dropped by this side", core->peer, ""});
    });
}

const WsTraffic& WsClient::traffic() const {
    return *core_->traffic;
}

}  // namespace balie::sync
