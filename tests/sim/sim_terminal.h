// A terminal of a simulated world: the real store, log, replica and link; a person who saves things
// at it; crashes and clocks that are wrong. Invariant: what was saved is told to the model only
// when commit() has returned. Thread: one at a time.
#pragma once

#include "storage/crypto/signing.h"
#include "storage/store/store.h"
#include "sync/client/backoff.h"
#include "sync/log/change_log.h"
#include "sync/log/terminal_link.h"
#include "tests/sim/sim_hub.h"
#include "tests/sim/sim_model.h"
#include "tests/support/memory_blobs.h"

namespace balie::sim {

/// Whose terminal it is; the same in the template and in every world made from it.
struct Person {
    std::string user;
    std::string role;
    std::string branch;
    std::string territory;
    std::string scope;
};

class SimTerminal {
  public:
    SimTerminal(int number, Person person, SimNet& net, SimTime& time, SimRandom& random,
                std::string folder_file);

    void create();
    void open(const std::string& path);
    void crash();
    /// What a power cut leaves: what was synced, and some of the rest.
    void lose_power();
    /// The power went while messages were taken in: lose_power() is due.
    [[nodiscard]] bool power_is_out() const { return power_is_out_; }
    /// As crash(), going on from an older state of the files.
    void back_up();
    void restore();
    [[nodiscard]] const std::string& backup() const { return backup_; }
    void shut_down();

    /// Opens a connection: the world tells the hub of it.
    [[nodiscard]] SimNet::ConnectionId connect();
    [[nodiscard]] SimNet::ConnectionId enrol(const std::string& secret);
    void received(SimNet::ConnectionId id, const std::string& bytes);
    void closed(SimNet::ConnectionId id);
    [[nodiscard]] bool has(SimNet::ConnectionId id) const { return sessions_.contains(id); }
    [[nodiscard]] std::size_t sessions() const { return sessions_.size(); }
    /// As its window would say.
    [[nodiscard]] bool exchanging() const;
    [[nodiscard]] bool connect_due() const;
    [[nodiscard]] std::int64_t next_due() const;
    void work();
    void network_changed();
    /// The line becomes metered, with a budget of which some is used; or all may go over it again.
    void meter(bool metered);
    /// The machine has other addresses, which its sessions hear.
    void new_addresses();
    void hang_up();
    /// Over the first session there is. False: there is none.
    bool ask(sync::HubQuestion question);
    void saved();  ///< tells the sessions that there is work

    [[nodiscard]] const Person& person() const { return person_; }
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] SimClock& clock() { return clock_; }
    [[nodiscard]] store::Store& store() { return *store_; }
    [[nodiscard]] sync::ChangeLog& log() { return *log_; }
    [[nodiscard]] sync::TerminalReplica& replica() { return *replica_; }
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] test::MemoryBlobs& blobs() { return *blobs_; }
    [[nodiscard]] const std::map<std::string, Bytes>& files() const { return blobs_->files; }
    [[nodiscard]] const crypto::KeyPair& key() const { return key_; }
    [[nodiscard]] const std::vector<std::string>& troubles() const { return troubles_; }
    void forget_troubles() { troubles_.clear(); }

    bool online{true};
    bool old_program{false};  ///< knows of no snapshots: reads the log from the start
    int full_disk_percent{0};
    SimPower* power{nullptr};
    int idles{0};
    int answers{0};  ///< of head office, refusals too
    int crashes{0};
    int damages{0};  ///< times that its digest was spoilt
    int repairs{0};  ///< times that it found its copy unequal

  private:
    struct Session {
        std::unique_ptr<sync::TerminalLink> link;
        bool ended{false};
        bool exchanging{false};
        std::vector<std::string> inbox;  ///< come, and not yet taken in
        std::int64_t take_in_at{0};
    };
    void come_back(const std::string& from);
    void go_on_with(const std::string& copied);
    [[nodiscard]] std::string next_file();
    void take_in(Session& session);
    void limit_pages(std::int64_t pages);
    [[nodiscard]] sync::LinkCallbacks callbacks(SimNet::ConnectionId id);
    void drop_ended();
    void apply_rules();
    [[nodiscard]] static Bytes raw_key() { return Bytes(32, 0x24); }

    int number_;
    Person person_;
    SimNet* net_;
    SimTime* time_;
    SimRandom* random_;
    SimClock clock_;
    crypto::KeyPair key_;
    std::string folder_file_;
    std::string path_;
    std::string backup_;  ///< empty: none yet
    bool power_is_out_{false};
    int generation_{0};
    /// The folder outlives what a power cut takes.
    std::unique_ptr<test::MemoryBlobs> blobs_ = std::make_unique<test::MemoryBlobs>();
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<sync::ChangeLog> log_;
    std::unique_ptr<sync::TerminalReplica> replica_;
    std::map<SimNet::ConnectionId, Session> sessions_;
    sync::Backoff backoff_;
    std::int64_t connect_at_{0};
    std::vector<std::string>
        troubles_;  ///< sessions that ended for another reason than the network
};

[[nodiscard]] crypto::KeyPair key_of(int number);

}  // namespace balie::sim
