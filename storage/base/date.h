// Calendar dates as YYYY-MM-DD and moments as UTC milliseconds: parsing, printing, adding days.
// Formula: proleptic Gregorian calendar through std::chrono. Thread: any.
#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace balie {

inline constexpr std::int64_t kMinuteMs = 60'000;
inline constexpr std::int64_t kHourMs = 60 * kMinuteMs;
inline constexpr std::int64_t kDayMs = 24 * kHourMs;  ///< a civil day without a clock change

/// True for a real day written YYYY-MM-DD (years 0001 to 9999).
[[nodiscard]] bool is_date(std::string_view text);
/// True for --MM-DD too: a birthday whose year is not known.
[[nodiscard]] bool is_date_or_yearless(std::string_view text);
/// The day, in local time at `offset_min`, in which `wall_ms` falls.
[[nodiscard]] std::string date_of(std::int64_t wall_ms, int offset_min);
/// Errors: InvalidInput for a date that cannot be.
[[nodiscard]] Result<std::string> add_days(std::string_view date, int days);
[[nodiscard]] Result<std::int64_t> days_since_epoch(std::string_view date);
/// 1 Monday … 7 Sunday (ISO 8601).
[[nodiscard]] Result<int> weekday_of(std::string_view date);
/// Midnight at the start of that day, at `offset_min` from UTC, as UTC milliseconds.
[[nodiscard]] Result<std::int64_t> start_of_day_ms(std::string_view date, int offset_min);

/// 2026-03-14T09:26:53.589+01:00; milliseconds are left out when they are 0.
[[nodiscard]] std::string format_moment(std::int64_t wall_ms, int offset_min);
struct Moment {
    std::int64_t wall_ms{};
    int offset_min{};
};
/// ISO 8601 date and time with a zone (Z or +hh:mm); without a zone `local_offset_min` counts.
/// A date alone is its midnight. Errors: InvalidInput.
[[nodiscard]] Result<Moment> parse_moment(std::string_view text, int local_offset_min);

}  // namespace balie
