// One hub, some terminals, people, faults and time: everything a run does follows from its seed.
// Thread: one at a time.
#pragma once

#include "tests/sim/sim_hostile.h"
#include "tests/sim/sim_hub.h"
#include "tests/sim/sim_terminal.h"

#include <functional>
#include <memory>

namespace balie::sim {

/// Databases of a hub and its enrolled terminals, made once of each kind and copied for every run.
struct Template {
    SimFolder folder;
    std::string hub;
    std::vector<std::string> terminals;  ///< by index in people()
};
[[nodiscard]] const std::vector<Person>& people();
[[nodiscard]] const Template& the_template(bool encrypted);

struct Plan {
    std::uint64_t seed{1};
    int steps{60};
    std::vector<int> terminals;  ///< indices in people()
    Faults network;
    HubFaults hub;
    int crash_percent{0};    ///< of a terminal or the hub, each step
    int skew_percent{0};     ///< a clock jumps, each step
    int double_percent{0};   ///< a second live session, each step
    int offline_percent{0};  ///< a terminal goes on or off the net, each step
    bool hostile{false};
    bool encrypted{true};             ///< pages on disk
    int metered_percent{0};           ///< a line becomes metered, or is no longer, or is another
    int full_disk_percent{0};         ///< a terminal's disk is full while it takes messages in
    int bad_change_percent{0};        ///< an action saves what no hub will take
    int hub_restore_percent{0};       ///< the hub is put back from a backup, each step
    int terminal_restore_percent{0};  ///< a terminal is, each step
    int clone_percent{0};             ///< a terminal is copied and both go on, each step
    int newcomer_percent{0};          ///< a new terminal is enrolled, each step
    int damage_percent{0};            ///< a terminal's digest is spoilt, each step
    int old_program_percent{0};       ///< of terminals: they know of no snapshots
    int compaction_percent{0};        ///< the hub's log is compacted, each step
    int paper_percent{0};             ///< somebody attaches a file, each step
    int power_percent{0};             ///< the power goes while something is being written
    int stick_percent{0};             ///< a terminal writes a file for the office, each step
    int fetch_percent{0};             ///< somebody asks head office, each step
    std::int64_t fetch_ms{0};         ///< how long a fetched customer stays
    [[nodiscard]] bool restores() const {
        return hub_restore_percent + terminal_restore_percent + clone_percent > 0;
    }
};
/// What a seed of the default run does.
[[nodiscard]] Plan plan_for(std::uint64_t seed);

/// How often people attach files in the world of this seed (sim_papers.cpp).
[[nodiscard]] int papers_of(std::uint64_t seed);

class SimWorld {
  public:
    /// Fresh: an empty hub, nobody enrolled; for making the template.
    struct Fresh {};
    SimWorld(Fresh fresh, std::uint64_t seed);
    explicit SimWorld(Plan plan);
    SimWorld(const SimWorld&) = delete;
    SimWorld& operator=(const SimWorld&) = delete;
    ~SimWorld();

    /// Faults and people for plan.steps steps, then healing, then all checks. Throws Broken.
    void run();
    void run_steps();
    void heal();
    /// A file that was refused because its record came late is tried again within minutes (I13).
    void let_files_go();
    void run_for(std::int64_t ms);
    /// Until everything is exchanged. Throws Broken("I13") after `limit_ms`.
    void settle(std::int64_t limit_ms);

    SimTerminal& add_terminal(int number);  ///< not opened
    [[nodiscard]] SimHub& hub() { return *hub_; }
    [[nodiscard]] SimNet& net() { return net_; }
    [[nodiscard]] SimRandom& random() { return random_; }
    [[nodiscard]] SimTime& time() { return time_; }
    [[nodiscard]] std::vector<std::unique_ptr<SimTerminal>>& terminals() { return terminals_; }
    [[nodiscard]] SimTerminal& terminal(std::size_t index) { return *terminals_.at(index); }
    [[nodiscard]] const std::map<sync::Origin, std::vector<SavedChange>>& saved() const {
        return saved_;
    }
    /// Highest acknowledged number of each device's log, as the hub said on the wire.
    [[nodiscard]] const std::map<DeviceId, std::int64_t>& acknowledged() const { return acked_; }
    [[nodiscard]] const std::set<std::int64_t>& cursors_given() const { return cursors_; }
    /// Below this cursor a device may be ahead of the log: a snapshot's records are as they were
    /// when their part was read.
    [[nodiscard]] std::int64_t ahead_until(const DeviceId& device) const {
        const auto found = ahead_.find(device);
        return found == ahead_.end() ? 0 : found->second;
    }
    void connect(SimTerminal& terminal, SimNet::ConnectionId id);

    /// To the office with what waits here, and back with its answer, by hand (sim_sticks.cpp).
    void carry_by_hand(SimTerminal& terminal);
    /// Times that the power went in the middle of a write.
    [[nodiscard]] int power_cuts() const { return power_.cuts; }
    /// A copy of its disk goes on beside it.
    void clone(const SimTerminal& terminal);
    /// Changes that the hub took in from files, and verdicts that terminals took from them.
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> carried() const { return carried_; }

    /// Somebody looks for, or fetches, any customer there is (sim_actions.cpp).
    void fetch_something(SimTerminal& terminal);
    [[nodiscard]] std::int64_t hub_wall_ms() const { return kSimStartMs + time_.now_ms; }

    /// One thing a person does at a terminal (sim_actions.cpp).
    void act(SimTerminal& terminal);
    /// Commits and tells the model. Answers what was saved.
    void save(SimTerminal& terminal, store::UnitOfWork unit, std::vector<SavedChange> changes);
    void save_bad_change(SimTerminal& terminal);
    RecordId create_customer(SimTerminal& terminal);
    /// Files (sim_papers.cpp).
    void handle_paper(SimTerminal& terminal);
    void attach_paper(SimTerminal& terminal);
    void remove_paper(SimTerminal& terminal);

    void note(const std::string& what);
    void note_message(const char* where, SimNet::ConnectionId id, const std::string& bytes);
    [[nodiscard]] const std::vector<std::string>& trace() const { return trace_; }
    [[nodiscard]] const Plan& plan() const { return plan_; }

  private:
    void wire();
    bool event_before(std::int64_t limit_ms);
    bool next_event(std::int64_t limit_ms);
    /// Whoever's power went meanwhile starts again.
    void restart_dead();
    /// Commits, or the power goes while it does. True: it is saved.
    bool commit(SimTerminal& terminal, store::UnitOfWork unit, std::int64_t changes);
    void fault();
    /// Backups, restores and clones (sim_identity.cpp).
    void identity_fault();
    void restore(SimTerminal& terminal);
    void newcomer();
    void compact();
    void damage(SimTerminal& terminal);
    /// A file on its way (sim_sticks.cpp).
    struct Stick {
        bool to_hub{};
        DeviceId device;
        Bytes file;
    };
    void carry_sticks();
    void write_stick(SimTerminal& terminal);
    void hand_in(const Stick& stick, bool spoilt);
    void answer_stick(const DeviceId& device);
    void take_stick(SimTerminal& terminal, const Stick& stick, bool spoilt);
    void watch(const std::string& bytes, SimNet::ConnectionId id);
    /// Whose connection it is. One that began by enrolling has no device at first.
    [[nodiscard]] std::optional<DeviceId> device_at(SimNet::ConnectionId id);
    [[nodiscard]] bool settled();
    [[nodiscard]] bool papers_settled();
    [[nodiscard]] std::string bent(const std::string& bytes);
    /// Until no fetched customer is about to go.
    void outlast_fetches();
    std::optional<RecordId> any(SimTerminal& terminal, domain::RecordType type);
    FieldValues new_customer(SimTerminal& terminal);
    void edit_something(SimTerminal& terminal, store::UnitOfWork& unit,
                        std::vector<SavedChange>& changes);
    void resolve_conflict(SimTerminal& terminal);
    void create_child(SimTerminal& terminal, store::UnitOfWork& unit,
                      std::vector<SavedChange>& changes, const RecordId& customer);

    Plan plan_;
    SimFolder folder_;
    SimTime time_;
    SimRandom random_;
    SimPower power_{plan_.seed ^ 0xD15C};
    SimNet net_;
    std::unique_ptr<SimHub> hub_;
    std::vector<std::unique_ptr<SimTerminal>> terminals_;
    std::unique_ptr<Mallory> mallory_;
    std::map<sync::Origin, std::vector<SavedChange>> saved_;
    std::map<domain::RecordType, std::vector<RecordId>> known_;
    std::map<DeviceId, std::int64_t> acked_;
    std::map<SimNet::ConnectionId, DeviceId> devices_;
    std::set<std::int64_t> cursors_;
    std::map<DeviceId, std::int64_t> ahead_;
    SimNet::ConnectionId last_connection_{};
    SimNet::ConnectionId last_before_restore_{-1};  ///< what it still brings is of another log
    std::string last_to_hub_;
    std::vector<Stick> sticks_;
    std::pair<std::int64_t, std::int64_t> carried_{0, 0};
    std::vector<std::string> trace_;
    int counter_{0};
    std::int64_t last_backup_ms_{0};
};

}  // namespace balie::sim
