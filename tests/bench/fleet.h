// Many terminals of one process against a hub, and what became of them in figures.
// Invariant: at most kHandshakesAtOnce unfinished handshakes, since all come from one address and
// the hub gives one address so many. Thread: the bench's own; what is told comes from the fleet's
// io thread and is kept under a lock. Owns the io thread and the terminals.
#pragma once

#include "tests/bench/load_terminal.h"
#include "tests/support/seeded_entropy.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace balie::test {

/// Below the hub's own limit for one address, which stands for one machine.
inline constexpr std::size_t kHandshakesAtOnce = 400;

/// Enrols so many through the hub's own library, in the folder of a hub that does not run: ten
/// thousand by its program would take an hour. Each begins at the end of the hub's log, as a
/// terminal that was here before.
[[nodiscard]] std::vector<LoadDevice> enrol_in_folder(
    const std::filesystem::path& hub_data, std::size_t count,
    const std::function<std::string(std::size_t)>& user,
    const std::function<std::string(std::size_t)>& scope);

struct FleetFigures {
    std::size_t open{0};    ///< sessions that have been idle once since connect_all()
    std::size_t losses{0};  ///< connections that ended before they should
    std::string last_loss;
    std::int64_t acked{0};      ///< changes
    std::int64_t set_aside{0};  ///< transactions
    std::vector<double> ack_ms;
    std::vector<double> applied_s;  ///< when entries came, on the clock of now_s()
    double last_ack_s{0};
};

class Fleet final : private LoadWatcher {
  public:
    explicit Fleet(std::vector<LoadDevice> devices);
    ~Fleet() override;

    [[nodiscard]] std::size_t size() const { return terminals_.size(); }
    /// Before connect_all(), or within on_io().
    [[nodiscard]] LoadTerminal& at(std::size_t number) { return *terminals_[number]; }
    /// Every terminal begins to connect, and connects again when it is cut off.
    void connect_all(const std::string& url, const sync::Pin& pin);
    /// Runs it on the io thread and waits for it.
    void on_io(const std::function<void()>& function) { io_.call(function); }
    /// Waits until `reached` answers true; the test ends after `seconds`.
    void wait_until(const std::function<bool(const FleetFigures&)>& reached, double seconds);
    /// Lets time pass, with the sessions' watchdogs.
    void stay(double seconds);
    [[nodiscard]] FleetFigures figures() const;
    /// Forgets when entries came and what acknowledgements took.
    void begin_anew();
    /// Bytes of all messages, without TLS and frames.
    [[nodiscard]] std::int64_t bytes_up() const;
    [[nodiscard]] std::int64_t bytes_down() const;

  private:
    void handshake_over(LoadTerminal& terminal) override;
    void connection_lost(LoadTerminal& terminal, std::int64_t retry_ms,
                         const std::string& why) override;
    void acknowledged(LoadTerminal& terminal, const sync::Ack& ack, double after_ms) override;
    void applied(LoadTerminal& terminal, std::size_t entries) override;
    void idle(LoadTerminal& terminal) override;
    void connect_some();
    /// Every so often: time-outs, and terminals that are due to connect again.
    void tick();

    SystemClock clock_;
    sync::IoThread io_{"balie-fleet"};
    std::vector<std::unique_ptr<LoadTerminal>> terminals_;
    std::string url_;
    sync::Pin pin_{};
    // Of the io thread.
    std::deque<LoadTerminal*> to_connect_;
    std::vector<LoadTerminal*> waiting_;
    std::size_t shaking_{0};

    mutable std::mutex mutex_;
    std::condition_variable moved_;
    FleetFigures figures_;  ///< under mutex_
};

}  // namespace balie::test
