#include "sync/net/ws_server.h"

#include "storage/base/check.h"
#include "sync/net/io_thread_impl.h"
#include "sync/net/ws_connection.h"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <condition_variable>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace balie::sync {

namespace {

struct Entry {
    std::shared_ptr<WsConnection> connection;
    std::string host;  ///< address without the port, for the handshake limit
    bool open{false};
};

std::string endpoint_text(const tcp::endpoint& endpoint) {
    const auto address = endpoint.address().to_string();
    const auto port = std::to_string(endpoint.port());
    return endpoint.address().is_v6() ? "[" + address + "]:" + port : address + ":" + port;
}

Error listen_error(const boost::system::error_code& code, const std::string& where) {
    if (code == net::error::address_in_use) {
        return {ErrorCode::Busy, "the port is taken", where,
                "Another hub may be running; stop it or take another port"};
    }
    if (code == net::error::access_denied) {
        return {ErrorCode::Denied, "this user may not listen there", where,
                "Take a port above 1023"};
    }
    return {ErrorCode::Io, "cannot listen: " + code.message(), where,
            "Take an address of this machine, or 0.0.0.0 for all"};
}

}  // namespace

struct WsServer::Core : std::enable_shared_from_this<WsServer::Core> {
    Core(IoThread& io_thread, TlsServerContext tls_context, const WsServerConfig& config,
         WsServerEvents server_events)
        : io(io_thread),
          tls(std::move(tls_context)),
          limits(config.limits),
          events(std::move(server_events)),
          acceptor(io.impl().context),
          ticker(io.impl().context),
          accept_pause(io.impl().context) {}

    Outcome listen(const WsServerConfig& config);
    void accept();
    void on_accepted(tcp::socket socket);
    void serve(tcp::socket socket, const std::string& peer, std::string host);
    void on_open(ConnectionId id, const std::string& peer);
    void on_closed(ConnectionId id, const Error& why);
    void handshake_ended(const std::string& host);
    void tick();
    void begin_stop(const std::string& reason);
    void end_stop();
    [[nodiscard]] std::shared_ptr<WsConnection> find(ConnectionId id) const;
    [[nodiscard]] std::vector<std::shared_ptr<WsConnection>> all() const;
    /// Runs `function` with the connection on the io thread: at once when already there.
    template <typename Function>
    void with(ConnectionId id, Function function) {
        auto connection = find(id);
        if (!connection) return;
        if (io.on_thread()) return function(*connection);
        io.post([connection, function] { function(*connection); });
    }

    IoThread& io;
    TlsServerContext tls;
    WsLimits limits;
    WsServerEvents events;  ///< io thread only
    tcp::acceptor acceptor;
    net::steady_timer ticker;
    net::steady_timer accept_pause;
    tcp::endpoint local;
    std::shared_ptr<WsTraffic> traffic{std::make_shared<WsTraffic>()};
    std::unordered_map<std::string, std::size_t> handshakes;  ///< io thread only
    std::uint64_t last_id{0};
    bool stopping{false};  ///< io thread only

    mutable std::mutex mutex;  ///< guards the two below
    std::unordered_map<std::uint64_t, Entry> connections;
    std::condition_variable all_closed;
    std::atomic<std::size_t> open{0};
    std::atomic<bool> stopped{false};
};

Outcome WsServer::Core::listen(const WsServerConfig& config) {
    boost::system::error_code code;
    const std::string where = config.address + ":" + std::to_string(config.port);
    const auto address = net::ip::make_address(config.address, code);
    if (code) {
        return Error{ErrorCode::InvalidInput, "this is no IP address", config.address,
                     "Give one such as 127.0.0.1, or 0.0.0.0 for all of this machine"};
    }
    const tcp::endpoint wanted(address, config.port);
    acceptor.open(wanted.protocol(), code);
    if (!code) acceptor.set_option(net::socket_base::reuse_address(true), code);
    if (!code) acceptor.bind(wanted, code);
    if (!code) acceptor.listen(net::socket_base::max_listen_connections, code);
    if (code) return listen_error(code, where);
    local = acceptor.local_endpoint(code);
    if (code) return listen_error(code, where);
    return {};
}

void WsServer::Core::accept() {
    acceptor.async_accept(
        [self = shared_from_this()](const boost::system::error_code& code, tcp::socket socket) {
            if (self->stopping) return;
            if (!code) {
                self->on_accepted(std::move(socket));
                return self->accept();
            }
            // No file left, or a peer that went away: wait a moment rather than spin.
            constexpr auto kPause = std::chrono::milliseconds(100);
            self->accept_pause.expires_after(kPause);
            self->accept_pause.async_wait([self](const boost::system::error_code& wait_code) {
                if (!wait_code && !self->stopping) self->accept();
            });
        });
}

void WsServer::Core::on_accepted(tcp::socket socket) {
    boost::system::error_code code;
    const auto remote = socket.remote_endpoint(code);
    if (code) return;  // gone already
    std::string host = remote.address().to_string();
    std::size_t count = 0;
    {
        const std::lock_guard lock(mutex);
        count = connections.size();
    }
    // Before TLS: a refusal costs us a socket for a moment and nothing more.
    if (count >= limits.connections_max || handshakes[host] >= limits.handshakes_per_address_max) {
        if (handshakes[host] == 0) handshakes.erase(host);
        ++traffic->refused;
        return;
    }
    serve(std::move(socket), endpoint_text(remote), std::move(host));
}

void WsServer::Core::serve(tcp::socket socket, const std::string& peer, std::string host) {
    const auto id = ConnectionId{++last_id};
    ++handshakes[host];
    const auto self = shared_from_this();
    WsConnection::Events connection_events{
        [self, id, peer] { self->on_open(id, peer); },
        [self, id](std::string message) {
            if (self->events.on_message) self->events.on_message(id, std::move(message));
        },
        [self, id] {
            if (self->events.on_drained) self->events.on_drained(id);
        },
        [self, id](const Error& why) { self->on_closed(id, why); }};
    auto connection = std::make_shared<WsConnection>(io.impl().context, std::move(socket),
                                                     tls.impl()->context, tls.impl(), limits,
                                                     traffic, peer, std::move(connection_events));
    {
        const std::lock_guard lock(mutex);
        connections.emplace(last_id, Entry{connection, std::move(host), false});
    }
    connection->serve(events.http);
}

void WsServer::Core::handshake_ended(const std::string& host) {
    const auto found = handshakes.find(host);
    if (found != handshakes.end() && --found->second == 0) handshakes.erase(found);
}

void WsServer::Core::on_open(ConnectionId id, const std::string& peer) {
    std::string host;
    {
        const std::lock_guard lock(mutex);
        auto& entry = connections.at(static_cast<std::uint64_t>(id));
        entry.open = true;
        host = entry.host;
    }
    handshake_ended(host);
    ++open;
    if (events.on_open) events.on_open(id, peer);
}

void WsServer::Core::on_closed(ConnectionId id, const Error& why) {
    Entry entry;
    {
        const std::lock_guard lock(mutex);
        const auto found = connections.find(static_cast<std::uint64_t>(id));
        if (found == connections.end()) return;
        entry = std::move(found->second);
        connections.erase(found);
    }
    if (!entry.open) {
        handshake_ended(entry.host);
    } else {
        --open;
        if (events.on_closed) events.on_closed(id, why);
    }
    const std::lock_guard lock(mutex);
    if (connections.empty()) all_closed.notify_all();
}

void WsServer::Core::tick() {
    ticker.expires_after(std::chrono::milliseconds(WsConnection::tick_interval_ms(limits)));
    ticker.async_wait([self = shared_from_this()](const boost::system::error_code& code) {
        if (code) return;
        const auto now = WsConnection::now_ms();
        for (const auto& connection : self->all()) connection->tick(now);
        self->tick();
    });
}

void WsServer::Core::begin_stop(const std::string& reason) {
    stopping = true;
    boost::system::error_code ignored;
    acceptor.close(ignored);
    accept_pause.cancel();
    for (const auto& connection : all()) connection->close(reason);
}

void WsServer::Core::end_stop() {
    ticker.cancel();
    for (const auto& connection : all()) {
        connection->abort({ErrorCode::Cancelled, "the server stopped", "", ""});
    }
    events = {};
}

std::shared_ptr<WsConnection> WsServer::Core::find(ConnectionId id) const {
    const std::lock_guard lock(mutex);
    const auto found = connections.find(static_cast<std::uint64_t>(id));
    return found == connections.end() ? nullptr : found->second.connection;
}

std::vector<std::shared_ptr<WsConnection>> WsServer::Core::all() const {
    const std::lock_guard lock(mutex);
    std::vector<std::shared_ptr<WsConnection>> out;
    out.reserve(connections.size());
    for (const auto& [id, entry] : connections) out.push_back(entry.connection);
    return out;
}

Result<std::unique_ptr<WsServer>> WsServer::start(IoThread& io, TlsServerContext tls,
                                                  const WsServerConfig& config,
                                                  WsServerEvents events) {
    auto core = std::make_shared<Core>(io, std::move(tls), config, std::move(events));
    BALIE_TRY(core->listen(config));
    io.post([core] {
        core->accept();
        core->tick();
    });
    return std::unique_ptr<WsServer>(new WsServer(std::move(core)));
}

WsServer::WsServer(std::shared_ptr<Core> core) : core_(std::move(core)) {}

WsServer::~WsServer() {
    stop();
}

std::uint16_t WsServer::port() const {
    return core_->local.port();
}
std::string WsServer::address() const {
    return endpoint_text(core_->local);
}
std::size_t WsServer::open_count() const {
    return core_->open;
}
const WsTraffic& WsServer::traffic() const {
    return *core_->traffic;
}

Outcome WsServer::send(ConnectionId id, std::string message) {
    const auto connection = core_->find(id);
    if (!connection) return Error{ErrorCode::NotFound, "the connection is closed", "", ""};
    return connection->send(std::move(message));
}

std::size_t WsServer::queued_bytes(ConnectionId id) const {
    const auto connection = core_->find(id);
    return connection ? connection->queued_bytes() : 0;
}

void WsServer::pause_reading(ConnectionId id) {
    core_->with(id, [](WsConnection& connection) { connection.pause_reading(); });
}

void WsServer::resume_reading(ConnectionId id) {
    core_->with(id, [](WsConnection& connection) { connection.resume_reading(); });
}

void WsServer::close(ConnectionId id, const std::string& reason) {
    // Posted even from the io thread: a message sent just before is queued by then.
    const auto connection = core_->find(id);
    if (!connection) return;
    core_->io.post([connection, reason] { connection->close(reason); });
}

void WsServer::stop(const std::string& reason) {
    BALIE_CHECK(!core_->io.on_thread());
    if (core_->stopped.exchange(true)) return;
    core_->io.call([this, &reason] { core_->begin_stop(reason); });
    {
        std::unique_lock lock(core_->mutex);
        // Twice the limit: the ticker that enforces it runs a little late under load.
        const auto limit = std::chrono::milliseconds(2 * core_->limits.close_ms);
        core_->all_closed.wait_for(lock, limit, [this] { return core_->connections.empty(); });
    }
    core_->io.call([this] { core_->end_stop(); });
}

}  // namespace balie::sync
