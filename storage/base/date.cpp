#include "storage/base/date.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace balie {

namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

Error bad_date(std::string_view text) {
    return {ErrorCode::InvalidInput,
            "not a date: '" + std::string(text.substr(0, 40)) + "'",
            {},
            "Write a date that exists, as YYYY-MM-DD"};
}

Error bad_moment(std::string_view text) {
    return {ErrorCode::InvalidInput,
            "not a date and time: '" + std::string(text.substr(0, 40)) + "'",
            {},
            "Write it as 2026-03-14T09:26:00+01:00"};
}

/// Reads exactly `count` digits at the start of `text` and takes them off.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view& text, char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<year_month_day> take_date(std::string_view& text) {
    const auto y = take_digits(text, 4);
    if (!y || *y < 1 || !take(text, '-')) return std::nullopt;
    const auto m = take_digits(text, 2);
    if (!m || !take(text, '-')) return std::nullopt;
    const auto d = take_digits(text, 2);
    if (!d) return std::nullopt;
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)},
                              day{static_cast<unsigned>(*d)}};
    if (!date.ok()) return std::nullopt;
    return date;
}

std::string print_date(const year_month_day& date) {
    std::array<char, 32> out{};
    const int size = std::snprintf(out.data(), out.size(), "%04d-%02u-%02u", int{date.year()},
                                   unsigned{date.month()}, unsigned{date.day()});
    return {out.data(), static_cast<std::size_t>(size)};
}

/// "hh:mm", "hh:mm:ss" or "hh:mm:ss.mmm" as milliseconds of the day.
std::optional<std::int64_t> take_time(std::string_view& text) {
    const auto hour = take_digits(text, 2);
    if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
    const auto minute = take_digits(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    std::int64_t ms = (*hour * 60LL + *minute) * 60'000;
    if (!take(text, ':')) return ms;
    const auto second = take_digits(text, 2);
    if (!second || *second > 59) return std::nullopt;
    ms += *second * 1000LL;
    if (!take(text, '.')) return ms;
    std::int64_t scale = 100;
    std::size_t digits = 0;
    for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; ++digits) {
        ms += scale * (text.front() - '0');
        scale /= 10;
        text.remove_prefix(1);
    }
    if (digits == 0) return std::nullopt;
    return ms;
}

std::optional<int> take_zone(std::string_view& text, int local_offset_min) {
    if (text.empty()) return local_offset_min;
    if (take(text, 'Z')) return 0;
    const int sign = text.front() == '-' ? -1 : 1;
    if (!take(text, '+') && !take(text, '-')) return std::nullopt;
    const auto hours = take_digits(text, 2);
    if (!hours || *hours > 14) return std::nullopt;
    take(text, ':');
    const auto minutes = take_digits(text, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    return sign * (*hours * 60 + *minutes);
}

}  // namespace

bool is_date(std::string_view text) {
    const auto date = take_date(text);
    return date.has_value() && text.empty();
}

bool is_date_or_yearless(std::string_view text) {
    if (text.size() == 7 && text.substr(0, 2) == "--") {
        // A leap year stands in for the unknown one, so that 29 February is a birthday too.
        return is_date("2000-" + std::string(text.substr(2)));
    }
    return is_date(text);
}

std::string date_of(std::int64_t wall_ms, int offset_min) {
    const std::chrono::milliseconds local{wall_ms + offset_min * 60'000LL};
    return print_date(year_month_day{std::chrono::floor<std::chrono::days>(
        std::chrono::sys_time<std::chrono::milliseconds>{local})});
}

Result<std::int64_t> days_since_epoch(std::string_view date) {
    std::string_view rest = date;
    const auto parsed = take_date(rest);
    if (!parsed || !rest.empty()) return bad_date(date);
    return std::int64_t{sys_days{*parsed}.time_since_epoch().count()};
}

Result<std::string> add_days(std::string_view date, int days) {
    std::string_view rest = date;
    const auto parsed = take_date(rest);
    if (!parsed || !rest.empty()) return bad_date(date);
    const year_month_day moved{sys_days{*parsed} + std::chrono::days{days}};
    if (int{moved.year()} < 1 || int{moved.year()} > 9999) return bad_date(date);
    return print_date(moved);
}

Result<int> weekday_of(std::string_view date) {
    BALIE_ASSIGN(const std::int64_t days, days_since_epoch(date));
    const std::chrono::weekday weekday{sys_days{std::chrono::days{days}}};
    return static_cast<int>(weekday.iso_encoding());
}

Result<std::int64_t> start_of_day_ms(std::string_view date, int offset_min) {
    BALIE_ASSIGN(const std::int64_t days, days_since_epoch(date));
    return days * kDayMs - offset_min * 60'000LL;
}

std::string format_moment(std::int64_t wall_ms, int offset_min) {
    const std::int64_t local = wall_ms + offset_min * 60'000LL;
    std::int64_t of_day = local % kDayMs;
    if (of_day < 0) of_day += kDayMs;
    std::array<char, 64> out{};
    int size =
        std::snprintf(out.data(), out.size(), "%sT%02d:%02d:%02d",
                      date_of(wall_ms, offset_min).c_str(), static_cast<int>(of_day / 3'600'000),
                      static_cast<int>(of_day / 60'000 % 60), static_cast<int>(of_day / 1000 % 60));
    std::string text(out.data(), static_cast<std::size_t>(size));
    if (of_day % 1000 != 0) {
        size = std::snprintf(out.data(), out.size(), ".%03d", static_cast<int>(of_day % 1000));
        text.append(out.data(), static_cast<std::size_t>(size));
    }
    if (offset_min == 0) return text + "Z";
    const int minutes = offset_min < 0 ? -offset_min : offset_min;
    size = std::snprintf(out.data(), out.size(), "%c%02d:%02d", offset_min < 0 ? '-' : '+',
                         minutes / 60, minutes % 60);
    return text.append(out.data(), static_cast<std::size_t>(size));
}

Result<Moment> parse_moment(std::string_view text, int local_offset_min) {
    std::string_view rest = text;
    const auto date = take_date(rest);
    if (!date) return bad_moment(text);
    const std::int64_t day_ms = sys_days{*date}.time_since_epoch().count() * kDayMs;
    if (rest.empty()) return Moment{day_ms - local_offset_min * 60'000LL, local_offset_min};
    if (!take(rest, 'T') && !take(rest, ' ')) return bad_moment(text);
    const auto time = take_time(rest);
    if (!time) return bad_moment(text);
    const auto zone = take_zone(rest, local_offset_min);
    if (!zone || !rest.empty()) return bad_moment(text);
    return Moment{day_ms + *time - *zone * 60'000LL, *zone};
}

}  // namespace balie
