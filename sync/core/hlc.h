// Hybrid logical clock as a value. Invariant: stamps of one device only grow, also when its wall
// clock is turned back; no other device's stamp moves it (I11). Thread: any.
#pragma once

#include "sync/core/change.h"

namespace balie::sync {

/// The stamp after `last` at wall time `wall_ms`: max(wall, last) with the counter as tie-break;
/// a full counter carries into the milliseconds. Times before 1970 count as 1970.
[[nodiscard]] Stamp next_stamp(Stamp last, std::int64_t wall_ms);

/// The stamp that orders: corrected by the offset measured at this connection (hub minus
/// terminal), and at most kStampAheadMaxMs after the hub's own time.
[[nodiscard]] Stamp effective_stamp(Stamp raw, std::int64_t clock_offset_ms,
                                    std::int64_t hub_now_ms);

}  // namespace balie::sync
