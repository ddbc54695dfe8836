// The one way into the UI thread: a bounded queue of events and a function that wakes the window.
// Invariant: never blocks and never grows past kMailboxMax. What only matters in its latest form
// (SyncChanged, DataChanged) replaces its unread predecessor; of log lines the oldest go; answers
// are bounded by the requests under way, so there is room for them.
// Thread: push any, drain UI only. Ownership: owns what was not drained.
#pragma once

#include "app/runtime/events.h"

#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

namespace balie::app {

inline constexpr std::size_t kMailboxMax = 1024;

class Mailbox {
  public:
    /// `wake` may be called from any thread and does not block; nothing: nobody sleeps.
    explicit Mailbox(std::function<void()> wake = {}) : wake_(std::move(wake)) {}
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;
    ~Mailbox() = default;

    /// False when it was full and the event is lost (a log line; anything else is counted).
    bool push(Event event);
    /// All there is, in order; leaves it empty.
    [[nodiscard]] std::vector<Event> drain();
    [[nodiscard]] bool empty() const;
    void set_wake(std::function<void()> wake);

  private:
    mutable std::mutex mutex_;
    std::vector<Event> events_;
    std::function<void()> wake_;
};

}  // namespace balie::app
