// What became of changes that the hub took in, read back from its log: for whoever was not there
// when it was said. Thread: store only.
#pragma once

#include "sync/hub/hub_core.h"

namespace balie::sync {

/// Verdicts in order from the transaction that `first` is in, as many as one message takes and at
/// most up to `last`; not signed. None: the hub has none of these changes.
[[nodiscard]] Result<Ack> verdicts_in_log(HubCore& core, const Origin& origin, std::int64_t first,
                                          std::int64_t last);

}  // namespace balie::sync
