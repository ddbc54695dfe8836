#include "sync/core/hlc.h"

#include "sync/core/limits.h"

#include <algorithm>

namespace balie::sync {

namespace {

constexpr std::int64_t kMsMax = (std::int64_t{1} << 47) - 1;
constexpr int kCounterMax = 0xFFFF;

}  // namespace

Stamp next_stamp(Stamp last, std::int64_t wall_ms) {
    const std::int64_t wall = std::clamp<std::int64_t>(wall_ms, 0, kMsMax);
    if (wall > last.ms()) return Stamp::of(wall, 0);
    if (last.counter() < kCounterMax) return Stamp::of(last.ms(), last.counter() + 1);
    return Stamp::of(last.ms() + 1, 0);
}

Stamp effective_stamp(Stamp raw, std::int64_t clock_offset_ms, std::int64_t hub_now_ms) {
    // An offset beyond ten thousand years is nonsense from a hostile peer; clamping first keeps
    // the addition from overflowing.
    const std::int64_t offset = std::clamp(clock_offset_ms, -kMsMax, kMsMax);
    const std::int64_t corrected = std::clamp<std::int64_t>(raw.ms() + offset, 0, kMsMax);
    const std::int64_t latest = std::clamp<std::int64_t>(hub_now_ms, 0, kMsMax) + kStampAheadMaxMs;
    if (corrected > latest) return Stamp::of(latest, 0);
    return Stamp::of(corrected, raw.counter());
}

}  // namespace balie::sync
