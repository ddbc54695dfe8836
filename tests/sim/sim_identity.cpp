// Backups brought back and machines copied: of the hub, and of terminals.
#include "tests/sim/sim_world.h"

#include <algorithm>

namespace balie::sim {

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

/// What was neither sent nor in the backup is gone with the old files, and nobody can bring it
/// back.
void SimWorld::restore(SimTerminal& terminal) {
    const auto tail = must(sync::ChangeLog::tail(terminal.store().writer()), "who am I");
    terminal.restore();
    std::set<std::string> left;
    const auto add = [&left](sqlite::Database& database, const std::string& table) {
        left.merge(contents_of(database, table));
    };
    add(hub_->store().store().writer(), "hub_log");
    add(hub_->store().store().writer(), "hub_set_aside");
    for (auto& each : terminals_) add(each->store().writer(), "change_log");
    std::size_t gone = 0;
    for (auto& [origin, changes] : saved_) {
        if (origin.device != tail.origin.device) continue;
        gone += std::erase_if(
            changes, [&](const SavedChange& change) { return !left.contains(change.content); });
    }
    note(terminal.person().user +
         " is restored from a backup; gone with it: " + std::to_string(gone));
}

void SimWorld::clone(const SimTerminal& terminal) {
    note(terminal.person().user + "'s terminal is copied");
    const std::string file = folder_.file("copy" + std::to_string(terminals_.size()));
    auto copy = std::make_unique<SimTerminal>(terminal.number(), terminal.person(), net_, time_,
                                              random_, file);
    copy_database(terminal.path(), file + ".0.db");
    copy->open(file + ".0.db");
    terminals_.push_back(std::move(copy));
}

}  // namespace balie::sim
