#include "tests/e2e/faulty_proxy.h"

#include "tests/e2e/loopback.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <deque>
#include <fcntl.h>
#include <poll.h>
#include <stdexcept>
#include <string_view>
#include <sys/eventfd.h>
#include <utility>
#include <vector>

namespace balie::test {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kHeldMax = 64 * 1024;  ///< bytes taken from one end and not yet passed on
constexpr std::size_t kPieceMax = 8 * 1024;
constexpr std::size_t kConnectionsMax = 64;
constexpr int kTickMs = 10;  ///< how often a slow or late line looks what may pass by now

constexpr std::string_view kPortalPage =
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 46\r\n\r\n"
    "<html><body>Welcome to our Wi-Fi</body></html>";
constexpr std::string_view kPortalMoved =
    "HTTP/1.1 302 Found\r\nLocation: http://portal.example/login\r\nContent-Length: 0\r\n\r\n";

bool is_portal(LineFault fault) {
    return fault == LineFault::PortalPage || fault == LineFault::PortalMoved;
}

int tcp_socket() {
    return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

bool bind_to(int socket, std::uint16_t port) {
    // The holder and the listener share the port: allowed as the holder never listens.
    const int yes = 1;
    (void)::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    auto address = loopback(port);
    return ::bind(socket, general(address), sizeof address) == 0;
}

}  // namespace

/// One direction of a connection.
class FaultyProxy::Way {
  public:
    [[nodiscard]] bool has_room() const { return held_ < kHeldMax && !ended_; }
    [[nodiscard]] bool is_due(Clock::time_point now) const {
        return !pieces_.empty() && pieces_.front().due <= now;
    }
    [[nodiscard]] bool waits_for_time(Clock::time_point now) const {
        return !pieces_.empty() && !is_due(now);
    }
    [[nodiscard]] bool done() const { return ended_ && pieces_.empty(); }

    /// False: the end broke off.
    bool take(int from, std::chrono::milliseconds late) {
        std::string bytes(kPieceMax, '\0');
        const ssize_t got = ::recv(from, bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (got < 0) return errno == EAGAIN || errno == EINTR;
        if (got == 0) {
            ended_ = true;
            return true;
        }
        bytes.resize(static_cast<std::size_t>(got));
        held_ += bytes.size();
        pieces_.push_back({std::move(bytes), Clock::now() + late});
        return true;
    }

    /// How many bytes went on, at most so many; -1: the end broke off.
    std::int64_t pass(int to, std::int64_t most) {
        std::int64_t passed = 0;
        while (is_due(Clock::now()) && passed < most) {
            std::string& front = pieces_.front().bytes;
            const auto size = std::min(front.size(), static_cast<std::size_t>(most - passed));
            const ssize_t sent = ::send(to, front.data(), size, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0 && (errno == EAGAIN || errno == EINTR)) break;
            if (sent < 0) return -1;
            passed += sent;
            held_ -= static_cast<std::size_t>(sent);
            front.erase(0, static_cast<std::size_t>(sent));
            if (front.empty()) pieces_.pop_front();
        }
        return passed;
    }

    /// What a line of so many bytes a second lets through by now.
    std::int64_t allowance(std::int64_t bytes_per_second) {
        const auto now = Clock::now();
        const std::chrono::duration<double> since = now - counted_;
        counted_ = now;
        const auto rate = static_cast<double>(bytes_per_second);
        allowed_ = std::min(allowed_ + rate * since.count(), rate);
        return static_cast<std::int64_t>(allowed_);
    }
    void spend(std::int64_t bytes) { allowed_ -= static_cast<double>(bytes); }

  private:
    struct Piece {
        std::string bytes;
        Clock::time_point due;
    };

    std::deque<Piece> pieces_;
    std::size_t held_{0};
    bool ended_{false};
    double allowed_{0};
    Clock::time_point counted_{Clock::now()};
};

const char* name_of(LineFault fault) {
    constexpr std::array kNames{"calm line",       "cut",    "black hole", "only up",
                                "only down",       "slow",   "delay",      "portal HTTP 200",
                                "portal HTTP 302", "refused"};
    return kNames.at(static_cast<std::size_t>(fault));
}

/// Both ends of one connection, or of one that a portal answers.
class FaultyProxy::Connection {
  public:
    Connection(int client, int hub) : client_(client), hub_(hub) {}
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() {
        for (const int each : {client_, hub_}) {
            if (each < 0) continue;
            if (broken_) {
                reset(each);
            } else {
                ::close(each);
            }
        }
    }

    void break_off() { broken_ = true; }
    [[nodiscard]] bool over() const { return broken_ || up_.done() || down_.done(); }

    /// True when something passes by itself in a while.
    [[nodiscard]] bool waits_for_time(const Line& line) const {
        if (line.fault == LineFault::Slow) return true;
        const auto now = Clock::now();
        return up_.waits_for_time(now) || down_.waits_for_time(now);
    }

    /// What to wait for at both ends under this line; -1 as a socket is passed over.
    [[nodiscard]] std::array<pollfd, 2> watched(const Line& line) const {
        if (line.fault == LineFault::BlackHole) return {{{-1, 0, 0}, {-1, 0, 0}}};
        const auto now = Clock::now();
        const bool paced = line.fault == LineFault::Slow;
        const auto wanted = [&](bool may_read, const Way& in, bool may_write, const Way& out) {
            const int read = may_read && in.has_room() ? POLLIN : 0;
            const int write = may_write && !paced && out.is_due(now) ? POLLOUT : 0;
            return static_cast<short>(read | write);
        };
        const bool up = line.fault != LineFault::OnlyDown;
        const bool down = line.fault != LineFault::OnlyUp;
        const short at_client = hub_ < 0 ? short{POLLIN} : wanted(up, up_, down, down_);
        const short at_hub = wanted(down, down_, up, up_);
        return {{{at_client == 0 ? -1 : client_, at_client, 0},
                 {at_hub == 0 || hub_ < 0 ? -1 : hub_, at_hub, 0}}};
    }

    /// Carries what came and may pass. Answers the bytes.
    std::int64_t carry(const std::array<pollfd, 2>& seen, const Line& line) {
        if (line.fault == LineFault::BlackHole || hub_ < 0) return 0;
        std::int64_t passed = 0;
        if (line.fault != LineFault::OnlyDown) passed += carry(up_, seen[0], client_, hub_, line);
        if (line.fault != LineFault::OnlyUp && !broken_) {
            passed += carry(down_, seen[1], hub_, client_, line);
        }
        return passed;
    }

    /// The terminal asked: it is told something else. False until it asked.
    bool answer_as_portal(const pollfd& seen, LineFault fault) {
        if (hub_ >= 0 || seen.revents == 0) return false;
        std::array<char, kPieceMax> buffer{};
        if (::recv(client_, buffer.data(), buffer.size(), MSG_DONTWAIT) <= 0) {
            broken_ = true;
            return false;
        }
        if (std::exchange(answered_, true)) return false;
        const auto text = fault == LineFault::PortalMoved ? kPortalMoved : kPortalPage;
        (void)::send(client_, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        ::shutdown(client_, SHUT_WR);
        return true;
    }

    /// True when so many bytes have passed here since the line is bad.
    [[nodiscard]] bool passed_since_fault(std::int64_t bytes, std::int64_t limit) {
        since_fault_ += bytes;
        return since_fault_ >= limit;
    }
    void new_line() { since_fault_ = 0; }
    [[nodiscard]] std::int64_t left_of(std::int64_t limit) const {
        return std::max<std::int64_t>(limit - since_fault_, 0);
    }

  private:
    std::int64_t carry(Way& way, const pollfd& at_source, int from, int to, const Line& line) {
        const auto late = line.fault == LineFault::Delay ? line.by : std::chrono::milliseconds(0);
        if ((at_source.revents & (POLLIN | POLLHUP | POLLERR)) != 0 && way.has_room() &&
            !way.take(from, late)) {
            broken_ = true;
            return 0;
        }
        std::int64_t most = static_cast<std::int64_t>(kHeldMax);
        if (line.fault == LineFault::Slow) most = std::min(most, way.allowance(line.bytes));
        if (line.fault == LineFault::Cut) most = std::min(most, left_of(line.bytes));
        const std::int64_t passed = way.pass(to, most);
        if (passed < 0) {
            broken_ = true;
            return 0;
        }
        if (line.fault == LineFault::Slow) way.spend(passed);
        return passed;
    }

    int client_;
    int hub_;  ///< -1: a portal answers
    Way up_;
    Way down_;
    bool broken_{false};
    bool answered_{false};
    std::int64_t since_fault_{0};
};

FaultyProxy::FaultyProxy(std::uint16_t target_port) : target_(target_port) {
    holder_ = tcp_socket();
    wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    auto address = loopback(0);
    socklen_t size = sizeof address;
    if (holder_ < 0 || wake_ < 0 || !bind_to(holder_, 0) ||
        ::getsockname(holder_, general(address), &size) != 0) {
        throw std::runtime_error("the proxy cannot listen");
    }
    port_ = ntohs(address.sin_port);
    listen_if(true);
    thread_ = std::thread([this] { serve(); });
}

FaultyProxy::~FaultyProxy() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake();
    thread_.join();
    if (listener_ >= 0) ::close(listener_);
    ::close(holder_);
    ::close(wake_);
}

void FaultyProxy::wake() const {
    const std::uint64_t one = 1;
    (void)!::write(wake_, &one, sizeof one);
}

void FaultyProxy::set(const Line& line) {
    {
        const std::lock_guard lock(mutex_);
        line_ = line;
    }
    wake();
}

void FaultyProxy::drop() {
    {
        const std::lock_guard lock(mutex_);
        drop_ = true;
    }
    wake();
}

void FaultyProxy::listen_if(bool wanted) {
    if (wanted == (listener_ >= 0)) return;
    if (!wanted) {
        ::close(std::exchange(listener_, -1));
        return;
    }
    listener_ = tcp_socket();
    if (listener_ < 0 || !bind_to(listener_, port_) || ::listen(listener_, 16) != 0) {
        throw std::runtime_error("the proxy cannot listen on its own port");
    }
}

void FaultyProxy::accept_one(Connections& connections, const Line& line) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (client < 0) return;
    int hub = -1;
    if (!is_portal(line.fault)) {
        // A hub that is stopped would let a blocking connect hang.
        hub = tcp_socket();
        auto address = loopback(target_);
        if (hub < 0 ||
            (::connect(hub, general(address), sizeof address) != 0 && errno != EINPROGRESS)) {
            reset(client);
            if (hub >= 0) ::close(hub);
            return;
        }
    }
    connections.emplace_back(client, hub);
    if (connections.size() > kConnectionsMax) connections.pop_front();
}

bool FaultyProxy::take_orders(Connections& connections, Line& line) {
    const LineFault before = line.fault;
    bool drop = false;
    {
        const std::lock_guard lock(mutex_);
        if (stop_) return false;
        line = line_;
        drop = std::exchange(drop_, false);
    }
    std::uint64_t count = 0;
    (void)!::read(wake_, &count, sizeof count);
    if (line.fault != before) {
        for (Connection& each : connections) each.new_line();
        // Whoever stands in the line now, or has gone from it, knows nothing of what there was.
        drop = drop || is_portal(line.fault) || is_portal(before);
    }
    if (drop || line.fault == LineFault::Refused) {
        for (Connection& each : connections) each.break_off();
        connections.clear();
    }
    listen_if(line.fault != LineFault::Refused);
    return true;
}

void FaultyProxy::wait_for_bytes(Connections& connections, const Line& line) {
    std::vector<pollfd> all{{wake_, POLLIN, 0}, {listener_, POLLIN, 0}};
    bool by_time = false;
    for (const Connection& each : connections) {
        for (const pollfd& one : each.watched(line)) all.push_back(one);
        by_time = by_time || each.waits_for_time(line);
    }
    if (::poll(all.data(), all.size(), by_time ? kTickMs : -1) < 0) return;
    std::size_t next = 2;
    for (auto each = connections.begin(); each != connections.end();) {
        const std::array<pollfd, 2> seen{all[next], all[next + 1]};
        next += 2;
        const std::int64_t passed = each->carry(seen, line);
        bytes_ += passed;
        if (each->answer_as_portal(seen[0], line.fault)) ++portal_answers_;
        if (line.fault == LineFault::Cut && each->passed_since_fault(passed, line.bytes)) {
            each->break_off();
            ++cuts_;
        }
        each = each->over() ? connections.erase(each) : std::next(each);
    }
    if (all[1].revents != 0) accept_one(connections, line);
}

void FaultyProxy::serve() {
    Connections connections;
    Line line;
    while (take_orders(connections, line)) wait_for_bytes(connections, line);
}

}  // namespace balie::test
