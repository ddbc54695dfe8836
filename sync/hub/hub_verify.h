// Walks everything the hub promises to keep: the file, sequence, chains, each record against the
// log it came from, digests (I3, and I4's ground).
// Thread: store only; reads the whole log, so it takes a while on a large one.
#pragma once

#include "sync/hub/hub_core.h"

namespace balie::sync {

/// Errors: Corrupt, with the first fault and where it is.
[[nodiscard]] Outcome verify_hub(HubCore& core);

}  // namespace balie::sync
