// Beyond one's scope, with a reason: a terminal looks for a customer of others, and has one that it
// chose brought to it for a while. Everything here is written into the audit (record audit_entry)
// in the transaction that does it, and nothing is answered before that is durable.
// Invariant: hub_fetch, the scopes' digests and ENTER and LEAVE in the log change together, so what
// a device sees is a function of the log, as with any move; a fetch that a restored hub forgot is
// one that never was. Limits are counted from the audit: a restart forgets none.
// Thread: store only. Owns nothing.
#pragma once

#include "sync/core/limits.h"
#include "sync/hub/hub_core.h"
#include "sync/hub/hub_sink.h"

#include <optional>
#include <string>
#include <string_view>

namespace balie::sync {

/// Roles that meet customers. An analyst looks at figures, and needs nobody's address for it.
[[nodiscard]] bool may_fetch(std::string_view role);

class Fetching {
  public:
    Fetching(HubCore& core, HubSink& sink) : core_(&core), sink_(&sink) {}

    void set_fetch_for(std::int64_t ms) { fetch_for_ms_ = ms; }

    /// `device` as it is now, and not revoked. What the device may not have is a refusal in the
    /// answer; an error is the store's.
    [[nodiscard]] Result<Found> find(const DeviceRecord& device, const Find& question);
    [[nodiscard]] Result<Fetched> fetch(const DeviceRecord& device, const Fetch& question);
    /// Up to kFetchEndsPerCommit of those whose time is over, by the hub's clock.
    [[nodiscard]] Outcome end_due();

  private:
    using Refused = std::optional<Refusal>;
    [[nodiscard]] Result<Refused> too_often(const DeviceRecord& device, std::string_view what);
    [[nodiscard]] Result<Refused> unfit(const DeviceRecord& device, const Fetch& question);
    [[nodiscard]] Result<bool> is_reason(const std::string& code);
    [[nodiscard]] Outcome read_hits(const DeviceRecord& device, const Find& question,
                                    Found& answer);
    [[nodiscard]] Outcome grant(const DeviceRecord& device, const Fetch& question,
                                const RecordId& entry, std::int64_t until_ms);
    [[nodiscard]] Outcome end(const std::vector<std::pair<RecordId, DeviceId>>& over);

    HubCore* core_;
    HubSink* sink_;
    std::int64_t fetch_for_ms_{kFetchForMs};
};

}  // namespace balie::sync
