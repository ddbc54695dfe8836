// What a new hub begins with: code lists and roles, in English and Dutch. An organisation changes
// them afterwards; nothing in the program depends on a code, only on its kind.
// Thread: store only.
#pragma once

#include "storage/store/store.h"
#include "sync/hub/hub_core.h"

namespace balie::sync {

[[nodiscard]] Outcome seed_lists(store::UnitOfWork& unit);
/// Lists that came with a later version, in a hub that was made before; what is there stays.
[[nodiscard]] Outcome seed_missing(HubCore& core);

}  // namespace balie::sync
