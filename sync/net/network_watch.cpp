#include "sync/net/network_watch.h"

#include "sync/net/io_thread_impl.h"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <ifaddrs.h>
#include <net/if.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <netinet/in.h>
#include <set>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#if defined(__linux__)
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#endif

namespace balie::sync {

namespace {

/// A change comes as a handful of messages: the interface, then each of its addresses.
constexpr std::int64_t kSettleMs = 300;

/// The bytes of an IPv4 or IPv6 address; nothing of another family.
std::string address_bytes(const sockaddr* address) {
    if (address == nullptr) return {};
    if (address->sa_family == AF_INET) {
        const auto& bytes = reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
        return {reinterpret_cast<const char*>(&bytes), sizeof bytes};
    }
    if (address->sa_family == AF_INET6) {
        const auto& bytes = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
        return {reinterpret_cast<const char*>(&bytes), sizeof bytes};
    }
    return {};
}

bool of_this_machine(const std::string& bytes) {
    constexpr char kLoopbackNet = 127;
    static const std::string kLoopback6(reinterpret_cast<const char*>(&in6addr_loopback),
                                        sizeof in6addr_loopback);
    return (bytes.size() == sizeof(in_addr) && bytes.front() == kLoopbackNet) ||
           bytes == kLoopback6;
}

/// An address that every machine gives itself on every wire says nothing about the network.
bool of_the_wire(const std::string& bytes) {
    constexpr unsigned char kFirst = 0xfe;
    constexpr unsigned char kSecondMask = 0xc0;
    constexpr unsigned char kSecond = 0x80;
    return bytes.size() == sizeof(in6_addr) && static_cast<unsigned char>(bytes[0]) == kFirst &&
           (static_cast<unsigned char>(bytes[1]) & kSecondMask) == kSecond;
}

std::string in_hex(const std::string& bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    constexpr unsigned kLowBits = 0x0f;
    constexpr unsigned kHalf = 4;
    std::string text;
    for (const char each : bytes) {
        const auto byte = static_cast<unsigned char>(each);
        text += kDigits[byte >> kHalf];
        text += kDigits[byte & kLowBits];
    }
    return text;
}

std::string masked(std::string bytes, const std::string& mask) {
    for (std::size_t i = 0; i < bytes.size() && i < mask.size(); ++i) {
        bytes[i] = static_cast<char>(bytes[i] & mask[i]);
    }
    return bytes;
}

std::string joined(const std::set<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

}  // namespace

NetworkState network_now() {
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) return {};
    std::set<std::string> addresses;
    std::set<std::string> networks;
    for (const ifaddrs* each = first; each != nullptr; each = each->ifa_next) {
        constexpr unsigned kRuns = IFF_UP | IFF_RUNNING;
        if ((each->ifa_flags & kRuns) != kRuns) continue;
        const std::string bytes = address_bytes(each->ifa_addr);
        if (bytes.empty() || of_this_machine(bytes)) continue;
        const std::string name(each->ifa_name);
        addresses.insert(name + " " + in_hex(bytes));
        if (of_the_wire(bytes)) continue;
        networks.insert(name + " " + in_hex(masked(bytes, address_bytes(each->ifa_netmask))));
    }
    ::freeifaddrs(first);
    return {joined(addresses), joined(networks)};
}

/// On the io thread, but for its making.
struct SystemNetworkWatch::Core : std::enable_shared_from_this<SystemNetworkWatch::Core> {
    explicit Core(IoThread& io) : descriptor(io.impl().context), settle(io.impl().context) {}

    void open();
    void read_next();
    void heard();
    void compare();
    void close() {
        changed = {};
        boost::system::error_code ignored;
        descriptor.close(ignored);
        settle.cancel();
    }

    net::posix::stream_descriptor descriptor;
    net::steady_timer settle;
    std::array<char, 8192> buffer{};
    std::function<void()> changed;
    NetworkState known;
    bool settling{false};
};

void SystemNetworkWatch::Core::open() {
#if defined(__linux__)
    const int handle = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (handle < 0) return;
    sockaddr_nl groups{};
    groups.nl_family = AF_NETLINK;
    groups.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
    if (::bind(handle, reinterpret_cast<const sockaddr*>(&groups), sizeof groups) != 0) {
        ::close(handle);
        return;
    }
    descriptor.assign(handle);
    read_next();
#endif
}

void SystemNetworkWatch::Core::read_next() {
    descriptor.async_read_some(
        net::buffer(buffer),
        [self = shared_from_this()](const boost::system::error_code& code, std::size_t) {
            // More came than the kernel keeps: what was missed is seen by comparing.
            const bool missed = code == net::error::no_buffer_space;
            if ((code && !missed) || !self->descriptor.is_open()) return;
            self->heard();
            self->read_next();
        });
}

void SystemNetworkWatch::Core::heard() {
    if (std::exchange(settling, true)) return;
    settle.expires_after(std::chrono::milliseconds(kSettleMs));
    settle.async_wait([self = shared_from_this()](const boost::system::error_code& code) {
        self->settling = false;
        if (!code) self->compare();
    });
}

/// Wireless drivers tell of every scan: only what makes a difference is passed on.
void SystemNetworkWatch::Core::compare() {
    NetworkState now = network_now();
    if (now == known) return;
    known = std::move(now);
    const auto told = changed;
    if (told) told();
}

SystemNetworkWatch::SystemNetworkWatch(IoThread& io)
    : io_(&io), core_(std::make_shared<Core>(io)) {}

SystemNetworkWatch::~SystemNetworkWatch() {
    io_->call([core = core_] { core->close(); });
}

void SystemNetworkWatch::listen(std::function<void()> changed) {
    io_->call([core = core_, &changed] {
        core->changed = std::move(changed);
        core->known = network_now();
        if (core->changed && !core->descriptor.is_open()) core->open();
    });
}

}  // namespace balie::sync
