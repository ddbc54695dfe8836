// The hub's log does not grow for ever: of entries up to the floor only the skeleton stays
// (numbers, stamps, hashes, commitments, verdicts), by which chains still verify, a batch that
// comes twice gets its old verdicts, and receipts can be looked up. What they said is in the
// records. A device whose cursor lies below the floor is given a snapshot. Invariant: the floor is
// the end of a transaction and only rises; it is raised before anything below it is taken away, so
// a power cut in between leaves what can be gone on with. Thread: store only. Private to sync/hub.
#pragma once

#include "sync/hub/hub_core.h"
#include "sync/hub/hub_store.h"

namespace balie::sync {

/// The entry up to which the log was compacted; 0: never.
[[nodiscard]] Result<std::int64_t> compaction_floor(sqlite::Database& database);

/// Error for a cursor below the floor: Expired.
[[nodiscard]] Outcome require_above_floor(sqlite::Database& database, std::int64_t cursor);

/// Raises the floor as far as HubStore::compact says and takes away what lies below it, some
/// thousand entries in a transaction, so that a hub that serves meanwhile is never held up. In one
/// step it looks so far ahead only that the step is short.
[[nodiscard]] Result<Compacted> compact_log(HubCore& core, const CompactRequest& request);

}  // namespace balie::sync
