#include "sync/hub/hub_sink.h"

namespace balie::sync {

Result<ChangeLog::Tail> HubSink::load_tail(sqlite::Database& /*database*/) {
    BALIE_TRY(core_->begin_write());
    BALIE_ASSIGN(tail_, core_->log.tail(core_->origin()));
    return Tail{tail_.origin, core_->origin(), tail_.last_seq, tail_.last_hash, tail_.last_stamp};
}

Outcome HubSink::append(const Change& change, const ChangeBody& body, const store::RecordEdit& edit,
                        sqlite::Database& /*database*/) {
    if (!work_) work_.emplace(*core_, Author{change.user, "administrator", {}, true});
    BALIE_TRY(work_->add_own(change, body, edit.before));
    tail_.last_seq = change.id.seq;
    tail_.last_hash = change.hash;
    tail_.last_stamp = change.raw;
    return {};
}

Outcome HubSink::before_commit(sqlite::Database& database) {
    if (work_) {
        BALIE_TRY(work_->finish(tail_.origin, core_->clock->wall_ms()));
        BALIE_TRY(core_->log.save_tail(tail_));
        BALIE_TRY(core_->before_commit());
        work_.reset();
    }
    return ChangeLog::before_commit(database);
}

void HubSink::rolled_back() {
    work_.reset();
    core_->forget();
    ChangeLog::rolled_back();
}

}  // namespace balie::sync
