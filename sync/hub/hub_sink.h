// The hub's own writes: the hub is a device whose id is hub_id and whose incarnation is hub_epoch,
// with a chain of its own. What it writes through a UnitOfWork is logged and confirmed at once.
// Invariant: a unit of work is one transaction in the hub's log. Thread: store only.
#pragma once

#include "sync/hub/hub_transaction.h"
#include "sync/log/change_log.h"

#include <optional>

namespace balie::sync {

class HubSink final : public ChangeLog {
  public:
    explicit HubSink(HubCore& core) : ChangeLog(*core.clock, *core.entropy), core_(&core) {}

    [[nodiscard]] Outcome before_commit(sqlite::Database& database) override;
    void rolled_back() override;
    /// With what was written in the present transaction (HubTransaction::add_fetched).
    void add_fetched(const RecordId& customer, ScopeNumber before) {
        if (work_) work_->add_fetched(customer, before);
    }

  protected:
    [[nodiscard]] Result<Tail> load_tail(sqlite::Database& database) override;
    [[nodiscard]] Outcome append(const Change& change, const ChangeBody& body,
                                 const store::RecordEdit& edit,
                                 sqlite::Database& database) override;

  private:
    HubCore* core_;
    std::optional<HubTransaction> work_;
    ChainTail tail_;
};

}  // namespace balie::sync
