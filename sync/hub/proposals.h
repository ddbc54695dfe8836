// Proposals: what somebody saved on a customer that had left their scope is not applied, and not
// lost: it is set aside, and the hub makes a proposal of it, which goes to whoever has the customer
// now (SYNC 1.9). One for each transaction; its id follows from the transaction, so a hub that was
// restored makes the same one again. Thread: store only.
#pragma once

#include "sync/hub/hub_core.h"

namespace balie::sync {

/// Makes proposals of what was set aside for scope since it was last called; each transaction is
/// looked at once. In transactions of its own, so that an interruption leaves the rest for the next
/// call. Errors: DiskFull, Io, Busy.
[[nodiscard]] Outcome make_proposals(HubCore& core);

}  // namespace balie::sync
