// Tells when this machine's network changes, so that a terminal connects again at once and not when
// its patience ends. Nothing is sent for it: on Linux the kernel tells (netlink), elsewhere the
// addresses are compared when somebody looks.
// Thread: any. Ownership: SystemNetworkWatch borrows its IoThread, which outlives it.
#pragma once

#include "sync/net/io_thread.h"

#include <functional>
#include <memory>
#include <string>

namespace balie::sync {

/// What the machine is connected to, as texts to be compared.
struct NetworkState {
    /// Every interface that runs, with its addresses, those of the machine itself (127.0.0.1)
    /// apart.
    std::string addresses;
    /// The networks they lie in: equal again when one comes back to the same place. Empty: none.
    std::string networks;

    [[nodiscard]] bool any() const { return !networks.empty(); }
    bool operator==(const NetworkState&) const = default;
};

/// As it is now; reads the interfaces, sends nothing. Empty where the system does not tell.
[[nodiscard]] NetworkState network_now();

/// The port that tests put a network of their own behind.
class NetworkWatch {
  public:
    NetworkWatch() = default;
    NetworkWatch(const NetworkWatch&) = delete;
    NetworkWatch& operator=(const NetworkWatch&) = delete;
    virtual ~NetworkWatch() = default;

    [[nodiscard]] virtual NetworkState now() = 0;
    /// `changed` is called on a thread of the watch's choice, once for each change; empty: no more,
    /// and after that call returns it does not run any more.
    virtual void listen(std::function<void()> changed) = 0;
};

class SystemNetworkWatch final : public NetworkWatch {
  public:
    explicit SystemNetworkWatch(IoThread& io);
    ~SystemNetworkWatch() override;

    [[nodiscard]] NetworkState now() override { return network_now(); }
    void listen(std::function<void()> changed) override;

  private:
    struct Core;
    IoThread* io_;
    std::shared_ptr<Core> core_;
};

}  // namespace balie::sync
