// What a new hub begins with: code lists and roles, in English and Dutch. An organisation changes
// them afterwards; nothing in the program depends on a code, only on its kind.
// Thread: store only.
#pragma once

#include "storage/store/store.h"

namespace balie::sync {

[[nodiscard]] Outcome seed_lists(store::UnitOfWork& unit);

}  // namespace balie::sync
