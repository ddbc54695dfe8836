// The machine's network changes: heard of at once, and only when something really is different.
#include "sync/net/network_watch.h"

#include "tests/support/catch.h"
#include "tests/unit/net/net_world.h"

#include <net/if.h>
#include <sched.h>

#include <arpa/inet.h>
#include <cstring>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace balie::test {

using sync::IoThread;
using sync::NetworkState;
using sync::SystemNetworkWatch;

namespace {

/// A network of this thread's own, in which one may change what one likes. False: the machine does
/// not allow it.
bool alone_with_a_network() {
    return ::unshare(CLONE_NEWNET) == 0;
}

ifreq about(const char* name) {
    ifreq request{};
    std::strncpy(request.ifr_name, name, sizeof request.ifr_name - 1);
    return request;
}

/// Gives the only interface there is an address, or takes it away again (0.0.0.0).
bool set_address(const char* address) {
    const int handle = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq up = about("lo");
    up.ifr_flags = IFF_UP | IFF_RUNNING;
    ifreq change = about("lo:1");
    sockaddr_in wanted{};
    wanted.sin_family = AF_INET;
    ::inet_pton(AF_INET, address, &wanted.sin_addr);
    std::memcpy(&change.ifr_addr, &wanted, sizeof wanted);
    const bool done =
        ::ioctl(handle, SIOCSIFFLAGS, &up) == 0 && ::ioctl(handle, SIOCSIFADDR, &change) == 0;
    ::close(handle);
    return done;
}

}  // namespace

TEST_CASE("A change of this machine's addresses is told without asking anybody", "[net][watch]") {
    IoThread io;
    bool allowed = false;
    io.call([&] { allowed = alone_with_a_network(); });
    Watched watched;
    int told = 0;
    SystemNetworkWatch watch(io);
    NetworkState before;
    io.call([&] { before = sync::network_now(); });
    watch.listen([&] { watched.change([&] { ++told; }); });
    if (allowed) {
        CHECK_FALSE(before.any());
        bool changed = false;
        io.call([&] { changed = set_address("192.0.2.7"); });
        REQUIRE(changed);
        CHECK(watched.wait([&] { return told == 1; }));
        NetworkState after;
        io.call([&] { after = sync::network_now(); });
        CHECK(after.any());
        CHECK_FALSE(after == before);
        io.call([&] { changed = set_address("0.0.0.0"); });
        REQUIRE(changed);
        CHECK(watched.wait([&] { return told == 2; }));
        io.call([&] { after = sync::network_now(); });
        CHECK(after == before);
    }
    // Nothing is told any more to who does not want to hear it, change or not.
    watch.listen({});
    const int until_now = watched.read(told);
    if (allowed) io.call([&] { (void)set_address("192.0.2.8"); });
    io.call([] {});
    CHECK(watched.read(told) == until_now);
    CHECK(until_now == (allowed ? 2 : 0));
}

TEST_CASE("A machine that stays where it is has the same network each time one looks",
          "[net][watch]") {
    const NetworkState now = sync::network_now();
    CHECK(sync::network_now() == now);
    CHECK(now.addresses.find("7f000001") == std::string::npos);
}

}  // namespace balie::test
