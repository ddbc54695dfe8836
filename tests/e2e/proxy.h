// A line between terminal and hub that a test can cut: a TCP proxy on 127.0.0.1.
// Invariant: bytes pass unchanged and in order until the line is cut; then both ends are reset.
// Thread: its own; the functions here may be called from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace balie::test {

class Proxy {
  public:
    /// Listens on a free port and passes on to `target_port` of this machine.
    explicit Proxy(std::uint16_t target_port);
    Proxy(const Proxy&) = delete;
    Proxy& operator=(const Proxy&) = delete;
    ~Proxy();

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// Once, as soon as this many bytes more have passed in both directions together, `action` is
    /// called on the proxy's thread, and the line is cut.
    void break_after(std::int64_t bytes, std::function<void()> action = {});
    /// No break any more. Answers whether one came since the last time.
    bool let_pass();
    [[nodiscard]] bool broke() const { return broke_; }
    [[nodiscard]] std::int64_t bytes() const { return bytes_; }

  private:
    void serve();
    void carry(int client);
    /// False: the line is cut, or an end closed it.
    [[nodiscard]] bool pass(int from, int to);

    std::uint16_t target_;
    std::uint16_t port_{};
    int listener_{-1};
    int stop_{-1};
    std::atomic<std::int64_t> left_{-1};
    std::atomic<std::int64_t> bytes_{0};
    std::atomic<bool> broke_{false};
    std::mutex mutex_;
    std::function<void()> action_;  ///< under mutex_
    std::thread thread_;
};

}  // namespace balie::test
