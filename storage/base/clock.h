// The time, as an argument and never as a global. Thread: any.
#pragma once

#include <cstdint>

namespace balie {

class Clock {
  public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;

    /// Milliseconds since 1970-01-01T00:00:00Z as this machine believes it; may jump or be wrong.
    [[nodiscard]] virtual std::int64_t wall_ms() const = 0;
    /// Milliseconds that never go back; only differences mean anything.
    [[nodiscard]] virtual std::int64_t steady_ms() const = 0;
    /// Offset of local time from UTC at that moment, in minutes (east positive).
    [[nodiscard]] virtual int zone_offset_min(std::int64_t wall_ms) const = 0;
};

class SystemClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t wall_ms() const override;
    [[nodiscard]] std::int64_t steady_ms() const override;
    [[nodiscard]] int zone_offset_min(std::int64_t wall_ms) const override;
};

}  // namespace balie
