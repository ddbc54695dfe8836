// balie-hub: the composition root of the hub, the one file that sees store, service and sockets.
#include "storage/crypto/system_entropy.h"
#include "sync/hub/cli_verbs.h"
#include "sync/hub/hub_folder.h"
#include "sync/hub/hub_service.h"
#include "sync/net/ws_server.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <sys/resource.h>

namespace balie::sync {

namespace {

constexpr unsigned kOk = 200;
constexpr unsigned kNotFound = 404;
constexpr unsigned kNotAllowed = 405;
constexpr unsigned kUnavailable = 503;

/// Terminals go by the key, so the dates are for people and for other programs.
constexpr std::int64_t kCertificateYears = 20;
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

HubPorts make_ports(const Clock& clock) {
    HubPorts ports;
    ports.make_certificate = [&clock](const std::string& folder,
                                      const std::vector<std::string>& names) {
        constexpr std::int64_t kDaysPerYear = 365;
        const auto now = clock.wall_ms();
        return make_self_signed_certificate(
            folder, {names, now - kDayMs, now + kCertificateYears * kDaysPerYear * kDayMs});
    };
    ports.pin_of_certificate = pin_of_certificate_file;
    return ports;
}

std::shared_ptr<spdlog::logger> make_log(const std::string& level) {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto log = std::make_shared<spdlog::logger>("balie-hub", std::move(sink));
    log->set_level(spdlog::level::from_str(level));
    log->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    return log;
}

/// A connection is an open file, and the usual limit of 1024 is for programs that serve nobody.
void raise_file_limit() {
    rlimit files{};
    if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    constexpr rlim_t kSpare = 256;  // the database, logs, half-closed sockets
    const auto wanted = std::min<rlim_t>(files.rlim_max, kConnectionsMax + kSpare);
    if (files.rlim_cur >= wanted) return;
    files.rlim_cur = wanted;
    (void)setrlimit(RLIMIT_NOFILE, &files);
}

/// Serves until a signal comes. The sockets and the service know of each other only here.
class Serving {
  public:
    Serving(const HubRequest& request, Clock& clock, Entropy& entropy)
        : request_(request),
          clock_(clock),
          log_(make_log(request.log_level)),
          folder_(request.data),
          entropy_(entropy) {}

    Outcome run() {
        raise_file_limit();
        BALIE_TRY(start());
        BALIE_TRY(announce());
        wait_for_signal();
        stop();
        if (!service_->failed()) return {};
        return Error{ErrorCode::Internal, "the hub met a fault of its own", request_.data,
                     "Start it again; the log on standard error says more"};
    }

  private:
    Outcome start() {
        BALIE_ASSIGN(auto opened, folder_.open(clock_, entropy_));
        lock_ = std::move(opened.lock);
        BALIE_ASSIGN(auto tls,
                     TlsServerContext::load(certificate_files_in(folder_.path().string())));
        HubServiceOptions options;
        options.keep_log_ms = parse_span_ms(request_.keep_log);
        options.fetch_for_ms = parse_span_ms(request_.fetch_for);
        service_ = std::make_unique<HubService>(std::move(opened.store), clock_, entropy_, metrics_,
                                                log_, options);
        service_->start(wire());
        metrics_.count_wire_with([this] { return counts(); });
        ListenAddress listen;
        if (!parse_listen(request_.listen, listen)) {
            return Error{ErrorCode::InvalidInput, "this is no address", request_.listen, ""};
        }
        WsServerConfig config;
        config.address = listen.address;
        config.port = listen.port;
        BALIE_ASSIGN(server_, WsServer::start(io_, std::move(tls), config, events()));
        server_ready_.set_value(server_.get());
        return {};
    }

    WsServerEvents events() {
        WsServerEvents out;
        out.on_open = [this](ConnectionId id, const std::string& address) {
            service_->opened(static_cast<PeerId>(id), address);
        };
        out.on_message = [this](ConnectionId id, std::string message) {
            service_->received(static_cast<PeerId>(id), message);
        };
        out.on_drained = [this](ConnectionId id) { service_->drained(static_cast<PeerId>(id)); };
        out.on_closed = [this](ConnectionId id, const Error& why) {
            log_->debug("connection {} closed: {}", static_cast<PeerId>(id), why.what);
            service_->closed(static_cast<PeerId>(id));
        };
        out.http = [this](const HttpRequest& request) { return answer(request); };
        return out;
    }

    // The first message may come before start() has the server in hand: server() waits for it.
    HubWire wire() {
        HubWire out;
        out.send = [this](PeerId id, std::string message) {
            return server().send(ConnectionId{id}, std::move(message));
        };
        out.close = [this](PeerId id, const std::string& reason) {
            server().close(ConnectionId{id}, reason);
        };
        out.pause = [this](PeerId id) { server().pause_reading(ConnectionId{id}); };
        out.resume = [this](PeerId id) { server().resume_reading(ConnectionId{id}); };
        out.queued_bytes = [this](PeerId id) { return server().queued_bytes(ConnectionId{id}); };
        out.queued_bytes_of_all = [this] {
            return static_cast<std::size_t>(server().traffic().queued_bytes);
        };
        return out;
    }

    [[nodiscard]] WsServer& server() const { return *ready_server_.get(); }

    [[nodiscard]] WireCounts counts() const {
        const auto& traffic = server().traffic();
        WireCounts out;
        out.connections = server().open_count();
        out.bytes_in = traffic.bytes_in;
        out.bytes_out = traffic.bytes_out;
        out.messages_in = traffic.messages_in;
        out.messages_out = traffic.messages_out;
        out.opened = traffic.opened;
        out.refused = traffic.refused;
        out.queued_bytes = traffic.queued_bytes;
        return out;
    }

    HttpResponse answer(const HttpRequest& request) {
        if (request.method != "GET" && request.method != "HEAD") {
            return {kNotAllowed, {}, "only GET and HEAD\n"};
        }
        if (request.path == "/healthz") {
            return service_->failed() ? HttpResponse{kUnavailable, {}, "failed\n"}
                                      : HttpResponse{kOk, {}, "ok\n"};
        }
        if (request.path == "/readyz") {
            return service_->ready()
                       ? HttpResponse{kOk, {}, "ready\n"}
                       : HttpResponse{kUnavailable, {}, "the store takes no writes\n"};
        }
        if (request.path == "/metrics") {
            return {kOk, "text/plain; version=0.0.4; charset=utf-8", metrics_.text()};
        }
        return {kNotFound, {}, "balie-hub: /healthz, /readyz, /metrics, and /sync for terminals\n"};
    }

    Outcome announce() {
        const auto port = server_->port();
        if (!request_.port_file.empty()) {
            // Beside and renamed: who waits for the file never reads half of it.
            const std::string aside = request_.port_file + ".new";
            std::ofstream(aside) << port << "\n";
            std::error_code failed;
            std::filesystem::rename(aside, request_.port_file, failed);
            if (failed) {
                stop();
                return Error{ErrorCode::Io, "the port file cannot be written: " + failed.message(),
                             request_.port_file, "Give another file"};
            }
        }
        const auto address = "wss://" + server_->address();
        if (request_.json) {
            std::cout << exchange::Json::object({{"listening", address}, {"port", port}}).print()
                      << std::endl;
        } else {
            std::cout << "balie-hub listens on " << address << std::endl;
        }
        log_->info("listening on {}", address);
        return {};
    }

    /// Blocked here and so in every thread made later; wait_for_signal() takes them.
    static sigset_t block_signals() {
        std::signal(SIGPIPE, SIG_IGN);
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGTERM);
        sigaddset(&signals, SIGINT);
        sigaddset(&signals, SIGHUP);
        pthread_sigmask(SIG_BLOCK, &signals, nullptr);
        return signals;
    }

    void wait_for_signal() {
        const timespec look_again{1, 0};
        while (!service_->failed()) {
            const int signal = sigtimedwait(&signals_, nullptr, &look_again);
            if (signal > 0) {
                log_->info("stopping: signal {}", signal);
                return;
            }
        }
    }

    void stop() {
        server_->stop();
        service_->stop();
        io_.stop();
        log_->info("stopped");
    }

    /// Before anything that has a thread: one that did not block them would be ended by them, and
    /// the whole program with it.
    const sigset_t signals_{block_signals()};
    const HubRequest& request_;
    Clock& clock_;
    std::shared_ptr<spdlog::logger> log_;
    HubFolder folder_;
    vault::FileLock lock_;
    Entropy& entropy_;
    HubMetrics metrics_;
    std::promise<WsServer*> server_ready_;
    std::shared_future<WsServer*> ready_server_{server_ready_.get_future()};
    std::unique_ptr<HubService> service_;
    IoThread io_;
    std::unique_ptr<WsServer> server_;
};

int run(int count, const char* const* arguments) {
    HubRequest request;
    const int parsed = parse_hub_request(count, arguments, request);
    if (parsed >= 0) return parsed;
    SystemClock clock;
    crypto::SystemEntropy entropy;
    const auto ports = make_ports(clock);
    HubCli cli(request, ports, clock, entropy);
    if (request.verb != HubVerb::Serve) return cli.run();
    const auto served = Serving(request, clock, entropy).run();
    return served.ok() ? kExitDone : cli.fail(served.error());
}

}  // namespace

}  // namespace balie::sync

int main(int count, char** arguments) {
    try {
        return balie::sync::run(count, arguments);
    } catch (const std::exception& fault) {
        std::cerr << "balie-hub: a fault of the program: " << fault.what() << std::endl;
        return balie::sync::kExitFailed;
    }
}
