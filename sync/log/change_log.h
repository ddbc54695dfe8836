// A device's own log: gives every edit its sequence, stamp, bases and place in the chain, in the
// transaction that writes the rows. Used by terminals; the hub's own writes use the same with
// confirm-at-once (hub/hub_log). Invariant: sequence and clock are read inside the write
// transaction and never cached, so two processes on one profile cannot fork the log.
// Thread: store only.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "storage/base/clock.h"
#include "storage/base/entropy.h"
#include "storage/store/change_sink.h"
#include "sync/core/change.h"

namespace balie::sync {

class ChangeLog final : public store::ChangeSink {
public:
    ChangeLog(Clock& clock, Entropy& entropy) : clock_(&clock), entropy_(&entropy) {}

    /// Errors: Denied before enrolment (no origin), LimitExceeded (too many or too large).
    [[nodiscard]] Outcome record(const store::RecordEdit& edit, const store::Authorship& authorship,
                                 sqlite::Database& database) override;
    [[nodiscard]] Outcome before_commit(sqlite::Database& database) override;
    void rolled_back() override;

private:
    struct Tail {
        std::int64_t origin_number{};
        Origin origin;
        std::int64_t seq{};
        Hash hash{};
        Stamp stamp;
    };
    [[nodiscard]] Outcome load_tail(sqlite::Database& database);

    Clock* clock_;
    Entropy* entropy_;
    std::optional<Tail> tail_;  ///< of the transaction under way
    std::int64_t changes_{};
    std::size_t bytes_{};
};

}  // namespace balie::sync
