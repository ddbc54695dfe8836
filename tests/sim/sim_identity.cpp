// Backups brought back and machines copied: of the hub, and of terminals.
#include "tests/sim/sim_disk.h"
#include "tests/sim/sim_world.h"

#include <algorithm>
#include <utility>

namespace balie::sim {

namespace {

constexpr int kNewcomers = 20;

}  // namespace

void SimWorld::identity_fault() {
    constexpr int kBackupPercent = 15;
    if (plan_.hub_restore_percent > 0) {
        const bool first = last_backup_ms_ == 0;
        if (first || random_.chance(kBackupPercent)) {
            last_backup_ms_ = time_.now_ms;
            note("the hub is backed up");
            hub_->back_up();
        } else if (random_.chance(plan_.hub_restore_percent)) {
            note("the hub is restored");
            hub_->restore();
            cursors_.clear();  // they were of another log
            last_before_restore_ = last_connection_;
        }
    }
    for (std::size_t i = 0, count = terminals_.size(); i < count; ++i) {
        SimTerminal& terminal = *terminals_[i];
        if (plan_.terminal_restore_percent > 0 && random_.chance(kBackupPercent)) {
            terminal.back_up();
        } else if (!terminal.backup().empty() && random_.chance(plan_.terminal_restore_percent)) {
            restore(terminal);
        }
        if (terminals_.size() < 6 && random_.chance(plan_.clone_percent)) clone(terminal);
    }
}

/// The hub puts away what lies below some entry, however far behind devices are.
void SimWorld::compact() {
    sync::HubStore& hub = hub_->store();
    const std::int64_t last = must(hub.hub_seq(), "read hub_seq");
    sync::CompactRequest request;
    request.up_to = random_.below(last + 1);
    must(hub.store().writer().execute("INSERT INTO kept_log SELECT * FROM hub_log WHERE hub_seq<=" +
                                      std::to_string(*request.up_to) +
                                      " AND hub_seq NOT IN (SELECT hub_seq FROM kept_log)"),
         "keep for the oracle what is put away");
    const auto done = must(hub.compact(request), "compact the log");
    note("the hub's log is compacted up to " + std::to_string(done.floor) + " of " +
         std::to_string(last));
}

/// Somebody is enrolled in the middle of it all, and loads everything over this network.
void SimWorld::newcomer() {
    const Person& person = terminals_.front()->person();
    const auto code =
        must(hub_->store().make_enrol_code({person.user, person.role, person.scope, 3'600'000, ""}),
             "make a code");
    const int number = kNewcomers + static_cast<int>(terminals_.size());
    terminals_.push_back(std::make_unique<SimTerminal>(
        number, person, net_, time_, random_, folder_.file("new" + std::to_string(number))));
    SimTerminal& terminal = *terminals_.back();
    terminal.power = &power_;
    terminal.old_program = random_.chance(30) && plan_.compaction_percent == 0;
    note(person.user + " gets another terminal");
    terminal.create();
    const Faults faults = std::exchange(net_.faults, Faults{});
    const HubFaults hub_faults = std::exchange(hub_->faults, HubFaults{});
    const int power_percent = std::exchange(power_.percent, 0);
    connect(terminal, terminal.enrol(code.secret));
    constexpr int kTries = 20;
    for (int tries = 0; tries < kTries && terminal.sessions() > 0; ++tries) {
        run_for(100);
        if (sync::ChangeLog::tail(terminal.store().writer()).ok()) break;
    }
    (void)must(sync::ChangeLog::tail(terminal.store().writer()), "enrol a newcomer");
    net_.faults = faults;
    hub_->faults = hub_faults;
    power_.percent = power_percent;
}

/// Its sum says that the copy is not the hub's.
void SimWorld::damage(SimTerminal& terminal) {
    // Not again before it is mended: it would try only twice.
    const auto repairs = must(terminal.store().setting(sync::setting::kRepairs), "repairs");
    if (repairs.value_or("0") != "0" || terminal.damages > terminal.repairs) return;
    note(terminal.person().user + "'s digest is spoilt");
    ++terminal.damages;
    must(terminal.store().set_setting(sync::setting::kDigest, std::string(32, '5')), "spoil");
}

/// What was neither sent nor in the backup is gone with the old files, and nobody can bring it
/// back.
void SimWorld::restore(SimTerminal& terminal) {
    const auto tail = must(sync::ChangeLog::tail(terminal.store().writer()), "who am I");
    terminal.restore();
    std::set<std::string> left;
    const auto add = [&left](sqlite::Database& database, const std::string& table) {
        left.merge(contents_of(database, table));
    };
    add(hub_->store().store().writer(), "whole_log");
    add(hub_->store().store().writer(), "hub_set_aside");
    for (auto& each : terminals_) add(each->store().writer(), "change_log");
    std::size_t gone = 0;
    for (auto& [origin, changes] : saved_) {
        if (origin.device != tail.origin.device) continue;
        gone += std::erase_if(
            changes, [&](const SavedChange& change) { return !left.contains(change.content); });
    }
    const auto now = must(sync::ChangeLog::tail(terminal.store().writer()), "who am I");
    note(terminal.person().user + "/" + std::to_string(terminal.number()) +
         " is restored from a backup, from change " + std::to_string(tail.seq) + " of " +
         tail.origin.incarnation.text().substr(0, 4) + " to " + std::to_string(now.seq) + " of " +
         now.origin.incarnation.text().substr(0, 4) + "; gone with it: " + std::to_string(gone));
}

void SimWorld::clone(const SimTerminal& terminal) {
    note(terminal.person().user + "'s terminal is copied");
    const std::string file = folder_.file("copy" + std::to_string(terminals_.size()));
    auto copy = std::make_unique<SimTerminal>(terminal.number(), terminal.person(), net_, time_,
                                              random_, file);
    disk::copy_database(terminal.path(), file + ".0.db");
    copy->blobs().files = terminal.files();
    copy->power = &power_;
    copy->open(file + ".0.db");
    terminals_.push_back(std::move(copy));
}

}  // namespace balie::sim
