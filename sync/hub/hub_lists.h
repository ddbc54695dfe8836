// What people at the office look at: how the hub stands, what was set aside, the audit.
// Thread: store only.
#pragma once

#include "sync/hub/hub_core.h"
#include "sync/hub/hub_store.h"

#include <vector>

namespace balie::sync {

[[nodiscard]] Result<HubStatus> read_status(HubCore& core);
/// The latest first; without what came before (kCameBefore), with which nobody has to do.
[[nodiscard]] Result<std::vector<HubStore::HubSetAside>> read_set_aside(HubCore& core, int limit);
[[nodiscard]] Result<std::vector<HubStore::AuditRow>> read_audit(HubCore& core,
                                                                 std::int64_t since_ms, int limit);

}  // namespace balie::sync
