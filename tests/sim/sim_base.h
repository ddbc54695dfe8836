// Chance, time and files of a simulated world. Invariant: everything follows from the seed; nothing
// here looks at the machine's clock. Thread: one at a time.
#pragma once

#include "storage/base/clock.h"
#include "storage/base/entropy.h"

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace balie::sim {

/// splitmix64.
class SimRandom final : public Entropy {
  public:
    explicit SimRandom(std::uint64_t seed) : state_(seed * 0x2545F4914F6CDD1DULL + 0x9E37ULL) {}

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBULL;
        return mixed ^ (mixed >> 31U);
    }
    /// 0 … bound-1; 0 for a bound of 0.
    std::int64_t below(std::int64_t bound) {
        return bound <= 0 ? 0
                          : static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(bound));
    }
    bool chance(int percent) { return below(100) < percent; }
    template <typename T>
    const T& pick(const std::vector<T>& from) {
        return from[static_cast<std::size_t>(below(static_cast<std::int64_t>(from.size())))];
    }
    void fill(std::span<std::uint8_t> out) override {
        for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(next() & 0xFFU);
    }

  private:
    std::uint64_t state_;
};

struct SimTime {
    std::int64_t now_ms{10'000};
};

/// Power that goes in the middle of a write. Drawn apart from all else, so that a world that has
/// none of it does what it did without.
struct SimPower {
    explicit SimPower(std::uint64_t seed) : chance(seed) {}
    SimRandom chance;
    int percent{0};
    int cuts{0};
};

inline constexpr std::int64_t kSimStartMs = 1'760'000'000'000;

/// One machine's clock: true time plus what it is wrong.
class SimClock final : public Clock {
  public:
    explicit SimClock(const SimTime& time) : time_(&time) {}
    [[nodiscard]] std::int64_t wall_ms() const override {
        return kSimStartMs + time_->now_ms + skew_ms;
    }
    [[nodiscard]] std::int64_t steady_ms() const override { return time_->now_ms; }
    [[nodiscard]] int zone_offset_min(std::int64_t /*wall_ms*/) const override { return 60; }

    std::int64_t skew_ms{0};

  private:
    const SimTime* time_;
};

/// A broken invariant: its name and what was seen.
struct Broken : std::runtime_error {
    Broken(std::string name, const std::string& what)
        : std::runtime_error(name + ": " + what), invariant(std::move(name)) {}
    std::string invariant;
};

inline void require(bool holds, const char* invariant, const std::string& what) {
    if (!holds) throw Broken(invariant, what);
}

/// Names for files on simulated disks (sim_disk.h), which are gone afterwards.
class SimFolder {
  public:
    SimFolder();
    SimFolder(const SimFolder&) = delete;
    SimFolder& operator=(const SimFolder&) = delete;
    ~SimFolder();
    [[nodiscard]] std::string file(const std::string& name) const { return path_ + name; }

  private:
    std::string path_;
};

}  // namespace balie::sim
