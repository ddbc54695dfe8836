// Bytes that look random and are the same every time: for tests and the simulation.
// Source: splitmix64. Thread: one at a time.
#pragma once

#include "storage/base/entropy.h"

#include <cstdint>

namespace balie::test {

class SeededEntropy final : public Entropy {
  public:
    explicit SeededEntropy(std::uint64_t seed = 1) : state_(seed) {}

    void fill(std::span<std::uint8_t> out) override {
        for (std::uint8_t& byte : out) {
            state_ += 0x9E3779B97F4A7C15ULL;
            std::uint64_t mixed = state_;
            mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
            mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
            byte = static_cast<std::uint8_t>((mixed ^ (mixed >> 31U)) & 0xFFU);
        }
    }

  private:
    std::uint64_t state_;
};

}  // namespace balie::test
