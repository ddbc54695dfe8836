// A hub service with a wire in memory, and terminals that talk to it, each on the test's own
// thread. Invariant: every wait ends, with nothing after twenty seconds. Thread: as each says.
#pragma once

#include "storage/crypto/signing.h"
#include "storage/crypto/system_entropy.h"
#include "sync/hub/hub_folder.h"
#include "sync/hub/hub_service.h"
#include "sync/log/terminal_link.h"
#include "sync/log/terminal_replica.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

#include <spdlog/logger.h>

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace balie::test {

/// Thread: any.
class ServiceWorld {
  public:
    ServiceWorld();
    ServiceWorld(const ServiceWorld&) = delete;
    ServiceWorld& operator=(const ServiceWorld&) = delete;
    ~ServiceWorld();

    /// A code made in another process, as far as SQLite knows.
    [[nodiscard]] std::string code(const std::string& user);
    /// A new connection.
    [[nodiscard]] sync::PeerId enter(const std::string& address = "192.0.2.1:5000");
    void leave(sync::PeerId peer) { service->closed(peer); }
    void say(sync::PeerId peer, std::string bytes) { service->received(peer, std::move(bytes)); }
    /// The next message of the hub; nothing when it closed the connection.
    [[nodiscard]] std::optional<std::string> hear(sync::PeerId peer);
    /// Until the hub closed it; the reason.
    [[nodiscard]] std::optional<std::string> closing(sync::PeerId peer);
    /// The next message as a struct.
    [[nodiscard]] sync::Message hear_message(sync::PeerId peer);
    /// Ends the service and starts it anew, with these options.
    void restart(const sync::HubServiceOptions& options);
    /// Ends the service and opens its store.
    [[nodiscard]] std::unique_ptr<sync::HubStore> store_after();
    /// The number of a metric without labels; -1 when it is not there.
    [[nodiscard]] double metric(const std::string& name);
    /// Sees it at `least` or above within twenty seconds.
    [[nodiscard]] bool reaches(const std::string& name, double least);

    TempFolder folder;
    SystemClock clock;
    crypto::SystemEntropy entropy;
    sync::HubMetrics metrics;
    std::unique_ptr<sync::HubService> service;

  private:
    struct Line {
        std::deque<std::string> messages;
        std::optional<std::string> closed;
    };
    [[nodiscard]] sync::HubWire wire();

    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<sync::PeerId, Line> lines_;
    sync::PeerId last_{0};
};

/// A terminal with its own encrypted store. Thread: one at a time.
class ServiceTerminal {
  public:
    explicit ServiceTerminal(ServiceWorld& world);

    /// Enrols with a code and takes in what the hub has for it.
    void enrol(const std::string& secret);
    /// Saves a customer, offline.
    void save_customer(const std::string& name);
    /// Connects, sends and receives until nothing is left.
    void synchronise();
    [[nodiscard]] sync::SyncStatus status() { return must(replica.status()); }
    [[nodiscard]] std::int64_t customers();

    std::optional<Error> trouble;  ///< what the last connection ended with

  private:
    void talk(sync::PeerId peer, sync::TerminalLink link);
    [[nodiscard]] sync::LinkCallbacks callbacks(sync::PeerId peer);

    ServiceWorld& world_;
    TempFolder folder_;
    SystemClock clock_;
    crypto::SystemEntropy entropy_;
    crypto::KeyPair key_;
    std::unique_ptr<store::Store> store_;
    sync::ChangeLog log_;

  public:
    sync::TerminalReplica replica;
};

}  // namespace balie::test
