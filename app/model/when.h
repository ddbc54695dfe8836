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

}  // namespace balie::app
