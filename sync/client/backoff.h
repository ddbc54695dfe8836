// How long to wait before connecting again: 0.5 s, doubled each time up to 5 minutes, of which the
// second half is left to chance, so that a thousand terminals do not come back in one second.
// Invariant: never less than half the step and never more than the cap. Thread: any (value).
#pragma once

#include "sync/core/limits.h"

#include <cstdint>

namespace balie::sync {

class Backoff {
  public:
    /// Delay before the next try, in milliseconds. `random` is any 32 random bits. `cap_ms`: where
    /// something here is likely to end the trouble soon, waiting long would be stubborn.
    [[nodiscard]] std::int64_t next_ms(std::uint32_t random, std::int64_t cap_ms = kBackoffCapMs);
    /// A session got as far as WELCOME, or the network changed.
    void reset() { tries_ = 0; }
    [[nodiscard]] int tries() const { return tries_; }

  private:
    int tries_{0};
};

}  // namespace balie::sync
