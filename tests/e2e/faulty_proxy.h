// A line between a terminal and the hub that is bad in every way a line can be: a TCP proxy on
// 127.0.0.1 that carries any number of connections at once.
// Invariant: bytes that pass are unchanged and in order; the port is kept for this object also
// while nothing listens on it. Thread: its own; the functions here may be called from any.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace balie::test {

enum class LineFault {
    None,
    Cut,          ///< each connection is reset after so many bytes, as long as this lasts
    BlackHole,    ///< half-open: connections are accepted and stay, nothing passes
    OnlyUp,       ///< what the terminal sends arrives, what the hub sends does not
    OnlyDown,     ///< the other way round
    Slow,         ///< so many bytes per second each way
    Delay,        ///< every byte arrives so much later
    PortalPage,   ///< somebody else answers: HTTP 200 with a page
    PortalMoved,  ///< the same with HTTP 302
    Refused,      ///< nobody listens
};

[[nodiscard]] const char* name_of(LineFault fault);

struct Line {
    LineFault fault{LineFault::None};
    std::int64_t bytes{0};            ///< of Cut, and a second of Slow
    std::chrono::milliseconds by{0};  ///< of Delay
};

class FaultyProxy {
  public:
    /// Listens on a free port and passes on to `target_port` of this machine.
    explicit FaultyProxy(std::uint16_t target_port);
    FaultyProxy(const FaultyProxy&) = delete;
    FaultyProxy& operator=(const FaultyProxy&) = delete;
    ~FaultyProxy();

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string address() const { return "wss://127.0.0.1:" + std::to_string(port_); }
    /// From now on the line is like this. What was held back by a black hole passes when it ends.
    void set(const Line& line);
    /// Every connection is reset, now.
    void drop();
    [[nodiscard]] std::int64_t bytes() const { return bytes_; }
    [[nodiscard]] std::int64_t cuts() const { return cuts_; }
    [[nodiscard]] std::int64_t portal_answers() const { return portal_answers_; }

  private:
    class Way;
    class Connection;
    using Connections = std::list<Connection>;

    void serve();
    void wake() const;
    [[nodiscard]] bool take_orders(Connections& connections, Line& line);
    void wait_for_bytes(Connections& connections, const Line& line);
    /// Opens or closes the listening socket as the line has it.
    void listen_if(bool wanted);
    void accept_one(Connections& connections, const Line& line);

    std::uint16_t target_;
    std::uint16_t port_{};
    int holder_{-1};    ///< bound and never listening: keeps the port
    int listener_{-1};  ///< -1 while refused; its thread's own after construction
    int wake_{-1};
    std::atomic<std::int64_t> bytes_{0};
    std::atomic<std::int64_t> cuts_{0};
    std::atomic<std::int64_t> portal_answers_{0};
    std::mutex mutex_;  ///< guards the three below
    Line line_;
    bool drop_{false};
    bool stop_{false};
    std::thread thread_;
};

}  // namespace balie::test
