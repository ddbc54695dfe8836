#include "tests/unit/net/net_world.h"

#include "tests/support/catch.h"

#include <chrono>
#include <random>

namespace balie::test {

namespace {

constexpr auto kPatience = std::chrono::seconds(20);

std::int64_t days_from_now_ms(int days) {
    constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count() + days * kDayMs;
}

}  // namespace

std::string noise(std::size_t size) {
    std::mt19937_64 chance(7);
    std::string text(size, ' ');
    for (char& letter : text) letter = static_cast<char>(' ' + chance() % 95);
    return text;
}

void Watched::change(const std::function<void()>& change) {
    const std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
}

bool Watched::wait(const std::function<bool()>& until) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, until);
}

sync::Pin make_certificate(const std::string& folder, Dates dates, std::vector<std::string> names) {
    sync::CertificateSpec spec;
    spec.names = std::move(names);
    spec.not_before_ms = days_from_now_ms(dates.from);
    spec.not_after_ms = days_from_now_ms(dates.to);
    return must(sync::make_self_signed_certificate(folder, spec));
}

EchoHub::EchoHub(sync::IoThread& io, const sync::WsLimits& limits, Dates dates)
    : pin_(make_certificate(folder.path().string(), dates)) {
    sync::WsServerEvents events;
    events.on_open = [this](sync::ConnectionId id, const std::string&) {
        watched.change([&] { opened.push_back(id); });
    };
    events.on_message = [this](sync::ConnectionId id, std::string message) {
        bool back = false;
        watched.change([&] {
            back = echo;
            after_stop += stopped ? 1 : 0;
            if (!back) messages.push_back(message);
        });
        if (back)
            ignore(server_->send(id, std::move(message)), "a reader that is too slow goes without");
    };
    events.on_drained = [this](sync::ConnectionId) { watched.change([&] { ++drained; }); };
    events.on_closed = [this](sync::ConnectionId id, const Error& why) {
        watched.change([&] {
            after_stop += stopped ? 1 : 0;
            closed.emplace(id, why);
        });
    };
    events.http = [](const sync::HttpRequest& request) {
        constexpr unsigned kOk = 200;
        constexpr unsigned kNotFound = 404;
        if (request.path == "/healthz") return sync::HttpResponse{kOk, "text/plain", "ok\n"};
        return sync::HttpResponse{kNotFound, "text/plain", request.method + " " + request.query};
    };
    sync::WsServerConfig config;
    config.limits = limits;
    auto tls =
        must(sync::TlsServerContext::load(sync::certificate_files_in(folder.path().string())));
    // Nobody knows the port before the constructor ends, so no callback comes before server_ is
    // set.
    auto started = must(sync::WsServer::start(io, std::move(tls), config, std::move(events)));
    watched.change([&] { server_ = std::move(started); });
}

EchoHub::~EchoHub() {
    server_->stop();
}

std::string EchoHub::url() const {
    return "wss://" + server_->address();
}

sync::ConnectionId EchoHub::first() {
    REQUIRE(watched.wait([&] { return !opened.empty(); }));
    return watched.read(opened).front();
}

Outcome Terminal::connect(const std::string& url, const sync::Pin& pin) {
    sync::WsClientEvents events;
    events.on_open = [this](sync::CertificateTime certificate_time) {
        watched.change([&] {
            open = true;
            time = certificate_time;
        });
    };
    events.on_message = [this](std::string message) {
        if (on_message) on_message(message);
        watched.change([&] { messages.push_back(std::move(message)); });
    };
    events.on_drained = [this] { watched.change([&] { ++drained; }); };
    events.on_closed = [this](const Error& why) {
        watched.change([&] {
            open = false;
            closed = why;
            ++closed_count;
        });
    };
    return client.connect(url, pin, std::move(events));
}

bool Terminal::opens(EchoHub& hub) {
    if (!connect(hub.url(), hub.pin()).ok()) return false;
    return watched.wait([&] { return open || closed; }) && watched.read(open);
}

std::optional<Error> Terminal::end() {
    if (!watched.wait([&] { return closed.has_value(); })) return std::nullopt;
    return watched.read(closed);
}

bool Terminal::receives(std::size_t count) {
    return watched.wait([&] { return messages.size() >= count || closed; }) &&
           watched.read(messages).size() >= count;
}

}  // namespace balie::test
