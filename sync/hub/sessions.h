// What a device is told when it says HELLO: how far its log is at the hub, from where to pull, and
// whether its history still fits. Invariant: a hub restored from a backup says so by its epoch, and
// devices then pull from where the restored log begins to differ. Thread: store only.
#pragma once

#include "sync/hub/hub_core.h"

namespace balie::sync {

/// Reads the epoch and its base; nothing is written. Errors: NotFound in a file without one.
[[nodiscard]] Result<HubEpoch> current_epoch(sqlite::Database& database);
/// Inside a write transaction: from now on this epoch, whose log is the former one's up to
/// `base_seq`.
[[nodiscard]] Outcome write_epoch(sqlite::Database& database, const HubEpoch& epoch,
                                  std::int64_t base_seq, std::int64_t now_ms);

/// Inside a write transaction: a verified backup holds the log up to here.
[[nodiscard]] Outcome note_backed_up(sqlite::Database& database, std::int64_t hub_seq);

/// How HELLO came here. One that was carried may be weeks old: that the hub has more of the log
/// than it says is no sign of a copy, as long as what it names is a part of that log.
enum class HelloWay : std::uint8_t { Wire, Carried };

/// Errors: Denied (revoked). Writes nothing.
[[nodiscard]] Result<Welcome> welcome_device(HubCore& core, const Hello& hello,
                                             const DeviceRecord& device,
                                             HelloWay way = HelloWay::Wire);

}  // namespace balie::sync
