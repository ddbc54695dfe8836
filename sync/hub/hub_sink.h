// The hub's own writes: the hub is a device whose id is hub_id and whose incarnation is hub_epoch,
// with a chain of its own. What it writes through a UnitOfWork is logged and confirmed at once.
// Invariant: a unit of work is one transaction in the hub's log. Thread: store only.
#pragma once

#include "storage/store/change_sink.h"
#include "sync/hub/hub_transaction.h"

#include <optional>

namespace balie::sync {

class HubSink final : public store::ChangeSink {
  public:
    explicit HubSink(HubCore& core) : core_(&core) {}

    [[nodiscard]] Outcome record(const store::RecordEdit& edit, const store::Authorship& authorship,
                                 sqlite::Database& database) override;
    [[nodiscard]] Outcome before_commit(sqlite::Database& database) override;
    void rolled_back() override;

  private:
    [[nodiscard]] Outcome begin(const std::string& user);
    [[nodiscard]] Result<ChangeBody> body_of(const store::RecordEdit& edit);

    HubCore* core_;
    std::optional<HubTransaction> work_;
    ChainTail tail_;
    std::size_t changes_{};
    std::size_t bytes_{};
};

}  // namespace balie::sync
