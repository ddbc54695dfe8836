// Where random bytes come from; a port, so that a simulation can be replayed from its seed.
// The real one is crypto::SystemEntropy. Thread: as the implementation says.
#pragma once

#include <cstdint>
#include <span>

namespace balie {

class Entropy {
  public:
    Entropy() = default;
    Entropy(const Entropy&) = delete;
    Entropy& operator=(const Entropy&) = delete;
    virtual ~Entropy() = default;

    virtual void fill(std::span<std::uint8_t> out) = 0;
};

}  // namespace balie
