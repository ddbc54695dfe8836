// The hub of a simulated world: the real store and links, a wire that is none, group commits that
// come a little later, and crashes between commit and answer. Thread: one at a time.
#pragma once

#include "sync/hub/hub_link.h"
#include "tests/sim/sim_net.h"
#include "tests/support/memory_blobs.h"

#include <limits>
#include <memory>
#include <set>

namespace balie::sim {

struct HubFaults {
    int crash_after_commit_percent{0};
    int lose_acknowledged_percent{0};  ///< the positive control: a change vanishes
};

class SimHub {
  public:
    SimHub(SimNet& net, SimTime& time, SimRandom& random, std::string folder_file);

    /// A new database, or the one at `path`.
    void create();
    void open(const std::string& path);
    void open_restored(const std::string& path);
    /// kill -9: goes on from what the files hold.
    void crash();
    /// What a power cut leaves: what was synced, and some of the rest.
    void lose_power();
    /// What the files hold at this moment is kept aside; restore() goes on from there, as a new
    /// epoch.
    void back_up();
    void restore();
    /// Closed in good order, the file being all there is.
    void shut_down();

    void accept(SimNet::ConnectionId id);
    void received(SimNet::ConnectionId id, const std::string& bytes);
    void closed(SimNet::ConnectionId id);

    [[nodiscard]] std::int64_t next_due() const;
    /// Ticks and the group commit, when due.
    void work();

    [[nodiscard]] sync::HubStore& store() { return *store_; }
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::size_t batches_waiting() const { return batches_.size(); }
    [[nodiscard]] static Bytes raw_key() { return Bytes(32, 0x42); }

    /// Where attachments lie, in worlds that have some. Set before open().
    std::shared_ptr<test::MemoryBlobs> blobs;
    /// How long a fetched customer stays; 0: as the hub has it.
    void fetch_for(std::int64_t ms);
    /// When the next one goes; the largest number when there is none.
    [[nodiscard]] std::int64_t next_fetch_end_ms() const { return fetch_end_ms_; }

    HubFaults faults;
    SimPower* power{nullptr};
    int crashes{0};
    int restores{0};

  private:
    /// The machine is gone, and a copy of this file takes its place. Returns the copy.
    std::string replaced_by(const std::string& from);
    void use_blobs();
    [[nodiscard]] std::string next_file();
    void let_go();
    struct Peer {
        std::unique_ptr<sync::HubLink> link;
        bool told_to_close{false};
    };
    struct Batch {
        SimNet::ConnectionId id{};
        sync::IngestRequest request;
    };
    void commit_group();
    void tell_growth();
    void drop_closed();
    void look_at_fetches();

    SimNet* net_;
    SimTime* time_;
    SimRandom* random_;
    SimClock clock_;
    std::string folder_file_;
    std::string path_;
    int generation_{0};
    std::unique_ptr<sync::HubStore> store_;
    std::map<SimNet::ConnectionId, Peer> peers_;
    std::map<std::string, Bytes> files_of_backup_;
    std::vector<Batch> batches_;
    std::int64_t commit_at_{0};
    std::int64_t told_seq_{0};
    std::int64_t fetch_for_ms_{0};
    std::int64_t fetch_end_ms_{kNoFetch};
    static constexpr std::int64_t kNoFetch = std::numeric_limits<std::int64_t>::max();
};

/// The value, or a broken world.
template <typename T>
[[nodiscard]] T must(Result<T> result, const char* doing) {
    if (!result.ok()) throw Broken("world", std::string(doing) + ": " + result.error().text());
    return std::move(result).value();
}
inline void must(const Outcome& outcome, const char* doing) {
    if (!outcome.ok()) throw Broken("world", std::string(doing) + ": " + outcome.error().text());
}

}  // namespace balie::sim
