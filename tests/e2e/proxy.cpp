#include "tests/e2e/proxy.h"

#include "tests/e2e/loopback.h"

#include <algorithm>
#include <array>
#include <poll.h>
#include <stdexcept>
#include <sys/eventfd.h>

namespace balie::test {

namespace {

bool send_all(int socket, const char* bytes, std::size_t size) {
    while (size > 0) {
        const ssize_t sent = ::send(socket, bytes, size, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return true;
}

}  // namespace

Proxy::Proxy(std::uint16_t target_port) : target_(target_port) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    stop_ = ::eventfd(0, EFD_CLOEXEC);
    auto address = loopback(0);
    socklen_t size = sizeof address;
    if (listener_ < 0 || stop_ < 0 || ::bind(listener_, general(address), size) != 0 ||
        ::listen(listener_, 8) != 0 || ::getsockname(listener_, general(address), &size) != 0) {
        throw std::runtime_error("the proxy cannot listen");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

Proxy::~Proxy() {
    const std::uint64_t one = 1;
    if (::write(stop_, &one, sizeof one) == sizeof one) thread_.join();
    ::close(listener_);
    ::close(stop_);
}

void Proxy::serve() {
    for (;;) {
        std::array<pollfd, 2> watched{{{listener_, POLLIN, 0}, {stop_, POLLIN, 0}}};
        if (::poll(watched.data(), watched.size(), -1) < 0) continue;
        if (watched[1].revents != 0) return;
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client >= 0) carry(client);
    }
}

bool Proxy::pass(int from, int to) {
    std::array<char, 16384> buffer{};
    // Near its end the line takes only what is left, so that a cut falls within a message.
    const std::int64_t left = left_;
    const std::size_t most =
        left < 0 ? buffer.size()
                 : std::min<std::size_t>(buffer.size(), static_cast<std::size_t>(left) + 1);
    const ssize_t got = ::recv(from, buffer.data(), most, 0);
    if (got <= 0 || !send_all(to, buffer.data(), static_cast<std::size_t>(got))) return false;
    bytes_ += got;
    if (left < 0) return true;
    const std::int64_t now = left - got;
    left_ = std::max<std::int64_t>(now, 0);
    if (now > 0) return true;
    left_ = -1;
    const std::lock_guard lock(mutex_);
    if (action_) action_();
    action_ = {};
    broke_ = true;
    return false;
}

void Proxy::break_after(std::int64_t bytes, std::function<void()> action) {
    const std::lock_guard lock(mutex_);
    action_ = std::move(action);
    broke_ = false;
    left_ = bytes;
}

bool Proxy::let_pass() {
    left_ = -1;
    const std::lock_guard lock(mutex_);
    action_ = {};
    return broke_.exchange(false);
}

void Proxy::carry(int client) {
    const int hub = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(target_);
    if (::connect(hub, general(address), sizeof address) == 0) {
        for (bool whole = true; whole;) {
            std::array<pollfd, 3> watched{
                {{client, POLLIN, 0}, {hub, POLLIN, 0}, {stop_, POLLIN, 0}}};
            if (::poll(watched.data(), watched.size(), -1) < 0) continue;
            if (watched[2].revents != 0) break;
            if (watched[0].revents != 0) whole = pass(client, hub);
            if (whole && watched[1].revents != 0) whole = pass(hub, client);
        }
    }
    reset(client);
    reset(hub);
}

}  // namespace balie::test
