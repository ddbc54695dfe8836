// Dates as people type them: "7" or "+7d" (from today), "+2w", "+1m", "today", "tomorrow",
// "fri"/"vr" (the next one), "3-12" or "3/12" (the next one), "3-12-2026", "2026-12-03".
// Invariant: the same text on the same day means the same date. Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace balie::app {

/// YYYY-MM-DD; nothing when it is no date. `today` is YYYY-MM-DD. Day before month. English and
/// Dutch words are both understood.
[[nodiscard]] std::optional<std::string> parse_when(std::string_view text, std::string_view today);

/// The same looking back: "7" is a week ago, "fri" the last one, "3-12" the last 3 December;
/// besides a year ("2019": its last day) and a month ("3-2019": its last day).
[[nodiscard]] std::optional<std::string> parse_when_back(std::string_view text,
                                                         std::string_view today);

/// A birthday as people type it: "14-03-1980", "14-03" (without the year), "1980-03-14"; answers
/// YYYY-MM-DD or --MM-DD.
[[nodiscard]] std::optional<std::string> parse_yearly(std::string_view text);

}  // namespace balie::app
