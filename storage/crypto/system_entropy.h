// The operating system's random bytes.
// Thread: any. Holds nothing.
#pragma once

#include "storage/base/entropy.h"

namespace balie::crypto {

class SystemEntropy final : public Entropy {
  public:
    void fill(std::span<std::uint8_t> out) override;
};

}  // namespace balie::crypto
