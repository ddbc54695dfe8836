// How dates, times, numbers and money are written in a language, through ICU.
// Dates come as YYYY-MM-DD, moments as UTC milliseconds with the offset of where it happened,
// decimals as their exact text: nothing goes through floating point.
// Invariant: what cannot be formatted is shown as it came, never as nothing. Thread: one at a time
// for an object; making one costs about a millisecond.
#pragma once

#include "storage/text/catalogue.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace balie::text {

class Formats {
  public:
    /// "en" is British English (day before month), "nl" Dutch; others as ICU has them.
    [[nodiscard]] static Formats make(std::string_view language);
    Formats(Formats&&) noexcept;
    Formats& operator=(Formats&&) noexcept;
    ~Formats();

    /// 14/03/2026; 14-03-2026
    [[nodiscard]] std::string date_short(std::string_view date) const;
    /// 14 March 2026; 14 maart 2026. A birthday without its year: 14 March.
    [[nodiscard]] std::string date_long(std::string_view date) const;
    /// Sat 14 Mar; za 14 mrt
    [[nodiscard]] std::string weekday_and_day(std::string_view date) const;
    /// 09:26
    [[nodiscard]] std::string time(std::int64_t wall_ms, int offset_min) const;
    /// date_short and time.
    [[nodiscard]] std::string date_time(std::int64_t wall_ms, int offset_min) const;
    /// By the keys day.today, day.tomorrow, day.yesterday, day.in (plural), day.ago (plural).
    [[nodiscard]] std::string relative_day(std::string_view date, std::string_view today,
                                           const Catalogue& texts) const;

    /// 45,211; 45.211
    [[nodiscard]] std::string number(std::int64_t value) const;
    /// Exact, with all its decimals: -1,234.50; -1.234,50
    [[nodiscard]] std::string decimal(std::string_view exact) const;
    /// Minor units and ISO 4217 code: €1,234.50; € 1.234,50
    [[nodiscard]] std::string money(std::int64_t minor_units, std::string_view currency) const;
    /// 4:21 (minutes and seconds), 1:02:03 from an hour.
    [[nodiscard]] static std::string duration(std::int64_t seconds);

  private:
    struct Parts;
    explicit Formats(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace balie::text
