// The hub at work: takes messages from the sockets, drives one HubLink a connection, and commits
// the pushes of all terminals in groups. Knows no socket: the wire is a set of functions.
// Invariant: the store is touched by its one thread alone; every queue is bounded, and who fills
// one is paused alone; an answer goes out only after the commit it speaks of. Thread: opened(),
// received(), drained() and closed() from the sockets' thread; the rest any. Ownership: owns the
// store and its thread; clock, entropy, metrics and log outlive it.
#pragma once

#include "storage/base/clock.h"
#include "storage/base/entropy.h"
#include "sync/core/limits.h"
#include "sync/hub/hub_metrics.h"
#include "sync/hub/hub_store.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace balie::sync {

/// A connection's number, as the sockets gave it.
using PeerId = std::uint64_t;

/// What the service needs of the sockets. The functions may be called from the store thread; pause
/// also from within received().
struct HubWire {
    std::function<Outcome(PeerId, std::string message)> send;
    std::function<void(PeerId, const std::string& reason)> close;
    std::function<void(PeerId)> pause;
    std::function<void(PeerId)> resume;
    /// Bytes waiting to be written to one. After it was above kWriteQueueLowBytes, drained()
    /// follows.
    std::function<std::size_t(PeerId)> queued_bytes;
    /// The same over all connections.
    std::function<std::size_t()> queued_bytes_of_all;
};

struct HubServiceOptions {
    /// Log entries older than this are compacted (compaction.h), a little at a time; 0: none is.
    std::int64_t keep_log_ms{0};
    /// How long a customer that a terminal fetched stays with it (fetching.h).
    std::int64_t fetch_for_ms{kFetchForMs};
};

class HubService {
  public:
    HubService(std::unique_ptr<HubStore> store, Clock& clock, Entropy& entropy, HubMetrics& metrics,
               std::shared_ptr<spdlog::logger> log, const HubServiceOptions& options = {});
    HubService(const HubService&) = delete;
    HubService& operator=(const HubService&) = delete;
    ~HubService();

    /// Starts the store thread.
    void start(HubWire wire);
    /// What was received before is worked on, then the thread ends. The sockets stop first.
    void stop();

    /// `address` is "IP:PORT" or "[IP]:PORT"; wrong codes are counted by IP.
    void opened(PeerId peer, const std::string& address);
    void received(PeerId peer, std::string_view message);
    void drained(PeerId peer);
    void closed(PeerId peer);

    /// The store is open and took the last write.
    [[nodiscard]] bool ready() const;
    /// The store thread ended by a fault of our own; the program should end too.
    [[nodiscard]] bool failed() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace balie::sync
