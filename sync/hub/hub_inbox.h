// What terminals sent and the store thread has not yet worked on.
// Invariant: a peer that has too much in here is paused, and resumed when it has room again, so
// that memory stays within kInboxBytesMax plus one message a peer. What comes of one peer stays in
// its order; the first words of a new one go before what others pushed, or a thousand terminals
// that come back at once would give up waiting for WELCOME, come again, and never get on.
// Thread: any. Owns the messages.
#pragma once

#include "storage/base/result.h"
#include "sync/protocol/message.h"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace balie::sync {

struct HubEvent {
    enum class Kind : std::uint8_t { Opened, Received, Drained, Closed };
    Kind kind{};
    std::uint64_t peer{};
    std::string text;                          ///< the address
    std::size_t bytes{0};                      ///< of the message, as it came
    std::unique_ptr<Result<Message>> message;  ///< as it was read, on the network's thread
};

class HubInbox {
  public:
    using PeerFunction = std::function<void(std::uint64_t peer)>;

    /// Before the first put(). Both are called without the inbox's lock.
    void set_flow(PeerFunction pause, PeerFunction resume);

    void put(HubEvent event);
    /// Up to `count` events, those of greeting peers first; waits up to `wait_ms` for the first.
    [[nodiscard]] std::vector<HubEvent> take(std::size_t count, std::int64_t wait_ms);
    /// Ends waiting, for good.
    void stop();
    [[nodiscard]] bool stopped() const;
    [[nodiscard]] std::size_t bytes() const;

  private:
    struct Load {
        std::size_t messages{};
        std::size_t bytes{};
    };
    [[nodiscard]] bool over(const Load& load) const;
    /// Whether it goes before what others sent.
    [[nodiscard]] bool greets(const HubEvent& event);
    void move_some(std::deque<HubEvent>& from, std::size_t count, std::vector<HubEvent>& out);
    void unload(const HubEvent& event);
    [[nodiscard]] std::vector<std::uint64_t> resumable();

    PeerFunction pause_;
    PeerFunction resume_;
    mutable std::mutex mutex_;
    std::condition_variable filled_;
    std::deque<HubEvent> greetings_;  ///< empty before any of events_ is taken
    std::deque<HubEvent> events_;
    std::unordered_map<std::uint64_t, int> greeting_;  ///< messages of peers that are all greetings
    std::unordered_map<std::uint64_t, Load> loads_;    ///< peers with something in here
    std::set<std::uint64_t> paused_;
    std::size_t bytes_{0};
    bool stopped_{false};
};

}  // namespace balie::sync
