#include "sync/client/backoff.h"

#include <algorithm>

namespace balie::sync {

std::int64_t Backoff::next_ms(std::uint32_t random, std::int64_t cap_ms) {
    // 2^10 first steps are above the cap: shifting further would overflow one day.
    constexpr int kDoublingsMax = 10;
    const std::int64_t step = std::min(kBackoffFirstMs << std::min(tries_, kDoublingsMax),
                                       std::min(cap_ms, kBackoffCapMs));
    ++tries_;
    const std::int64_t half = step / 2;
    return half + static_cast<std::int64_t>(random) % (step - half + 1);
}

}  // namespace balie::sync
