// Push batches into the hub: every byte of them is hostile until checked here.
// Invariant: a batch delivered n times leaves the log as if delivered once, and gets the same
// verdicts (I2); one hash per number, no gap (I3); a transaction is taken whole or set aside whole,
// and the rest goes on (I7, I12). Thread: store only, inside one write transaction.
#pragma once

#include "sync/hub/devices.h"
#include "sync/hub/hub_transaction.h"

#include <map>
#include <utility>
#include <vector>

namespace balie::sync {

/// A savepoint per transaction costs a quarter of the time: each makes the full-text index write
/// what it has gathered. So all is taken without, and when something has to be taken back after it
/// wrote, the caller rolls back everything and comes again with care.
enum class IngestMode : std::uint8_t { Quick, Careful };

class Ingest {
  public:
    Ingest(HubCore& core, Devices& devices, IngestMode mode);

    /// Why the last call failed: nothing is wrong, but it needs IngestMode::Careful.
    [[nodiscard]] bool wants_care() const { return wants_care_; }

    [[nodiscard]] Result<IngestAnswer> take(const IngestRequest& request);
    /// Tries again what waited for the records that came in; improves the answers given so far.
    [[nodiscard]] Outcome retry_waiting(std::vector<IngestAnswer>& answers);
    /// Tries again what was set aside with this code: after a newer program knows more.
    [[nodiscard]] Outcome retry_code(std::string_view code);

  private:
    struct Group {
        std::size_t begin{};
        std::size_t end{};  ///< one past
    };
    struct Taken {
        std::optional<AsideReason> reason;
        VerdictKind kind{VerdictKind::Applied};
        std::int64_t hub_seq{};
        std::vector<Stamp> effective;
    };
    using Refusal = std::optional<PeerError>;

    [[nodiscard]] Result<Refusal> check(const IngestRequest& request, const DeviceRecord& device,
                                        ChainTail& tail);
    [[nodiscard]] Result<Refusal> check_known(const Push& push, ChainTail& tail);
    [[nodiscard]] Result<Verdict> known_verdict(const Push& push, const Group& group,
                                                const ChainTail& tail);
    [[nodiscard]] Result<Verdict> new_verdict(const Push& push, const Group& group,
                                              const DeviceRecord& device, const ChainTail& tail);
    [[nodiscard]] Result<Taken> take_transaction(const std::vector<AsideChange>& changes,
                                                 const DeviceRecord& device, std::int64_t origin);
    [[nodiscard]] Outcome retry(const HubLog::AsideKey& key, std::vector<IngestAnswer>& answers);

    HubCore* core_;
    Devices* devices_;
    IngestMode mode_;
    std::int64_t now_ms_;
    bool wants_care_{false};
    bool anything_needed_{false};
    bool asked_{false};
    std::size_t retried_{};
    std::vector<RecordId> created_;
    /// Where the verdict of a transaction set aside in this call stands: (answer, verdict).
    std::map<std::pair<std::int64_t, std::int64_t>, std::pair<std::size_t, std::size_t>>
        aside_here_;
    std::size_t answers_{};
};

}  // namespace balie::sync
