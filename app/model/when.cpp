#include "app/model/when.h"

#include "storage/base/date.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>
#include <vector>

namespace balie::app {

namespace {

constexpr int kDaysAWeek = 7;
constexpr int kOffsetDaysMax = 3660;

std::string plain(std::string_view text) {
    std::string out;
    for (const char letter : text) {
        if (letter != ' ') {
            out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(letter))));
        }
    }
    return out;
}

std::optional<int> number_of(std::string_view digits) {
    int number = 0;
    const auto [end, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || failed != std::errc{} || end != digits.data() + digits.size() ||
        number < 0) {
        return std::nullopt;
    }
    return number;
}

std::string two_digits(int number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

std::optional<std::string> date_from(int year, int month, int day) {
    if (year < 1000 || month > 99 || day > 99) return std::nullopt;
    std::string date = std::to_string(year) + "-" + two_digits(month) + "-" + two_digits(day);
    if (!is_date(date)) return std::nullopt;
    return date;
}

std::optional<std::string> shifted(std::string_view today, int days) {
    if (days > kOffsetDaysMax) return std::nullopt;
    auto date = add_days(today, days);
    if (!date.ok()) return std::nullopt;
    return std::move(date).value();
}

/// "7", "+7", "+7d", "2w", "1m" (a month is counted as the same day of the next one, or its last).
std::optional<std::string> offset(std::string_view text, std::string_view today) {
    if (text.starts_with('+')) text.remove_prefix(1);
    if (text.empty()) return std::nullopt;
    const char unit =
        std::isdigit(static_cast<unsigned char>(text.back())) != 0 ? 'd' : text.back();
    if (std::isdigit(static_cast<unsigned char>(text.back())) == 0) text.remove_suffix(1);
    const auto count = number_of(text);
    if (!count || *count > kOffsetDaysMax) return std::nullopt;
    if (unit == 'd') return shifted(today, *count);
    if (unit == 'w') return shifted(today, *count * kDaysAWeek);
    if (unit != 'm') return std::nullopt;
    const int months = *number_of(today.substr(5, 2)) - 1 + *count;
    const int year = *number_of(today.substr(0, 4)) + months / 12;
    for (int day = *number_of(today.substr(8, 2)); day > 0; --day) {
        if (auto date = date_from(year, months % 12 + 1, day)) return date;
    }
    return std::nullopt;
}

std::optional<std::string> by_word(std::string_view text, std::string_view today) {
    if (text == "today" || text == "vandaag") return std::string{today};
    if (text == "tomorrow" || text == "morgen") return shifted(today, 1);
    // Monday first (ISO 8601); Dutch days are two letters, English ones three.
    constexpr std::array<std::pair<std::string_view, std::string_view>, kDaysAWeek> kDays{
        {{"mon", "ma"},
         {"tue", "di"},
         {"wed", "wo"},
         {"thu", "do"},
         {"fri", "vr"},
         {"sat", "za"},
         {"sun", "zo"}}};
    const auto weekday = weekday_of(today);
    if (!weekday.ok()) return std::nullopt;
    for (int day = 0; day < kDaysAWeek; ++day) {
        const auto& [english, dutch] = kDays[static_cast<std::size_t>(day)];
        if (!text.starts_with(english) && text != dutch &&
            !(text.size() > 4 && text.starts_with(dutch) && text.ends_with("dag"))) {
            continue;
        }
        const int ahead = (day + 1 - *weekday + kDaysAWeek) % kDaysAWeek;
        return shifted(today, ahead == 0 ? kDaysAWeek : ahead);
    }
    return std::nullopt;
}

std::optional<std::string> calendar(std::string_view text, std::string_view today) {
    std::vector<int> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("-/."), text.size());
        const auto part = number_of(text.substr(0, end));
        if (!part) return std::nullopt;
        parts.push_back(*part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (parts.size() == 3) {
        if (parts[0] > 999) return date_from(parts[0], parts[1], parts[2]);
        const int year = parts[2] < 100 ? 2000 + parts[2] : parts[2];
        return date_from(year, parts[1], parts[0]);
    }
    if (parts.size() != 2) return std::nullopt;
    const int year = *number_of(today.substr(0, 4));
    auto date = date_from(year, parts[1], parts[0]);
    if (!date || *date < today) date = date_from(year + 1, parts[1], parts[0]);
    return date;
}

/// "7", "2w": so much before today.
std::optional<std::string> offset_back(std::string_view text, std::string_view today) {
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    const bool weeks = text.ends_with('w');
    if (weeks || text.ends_with('d')) text.remove_suffix(1);
    const auto count = number_of(text);
    if (!count || *count > kOffsetDaysMax) return std::nullopt;
    return shifted(today, -*count * (weeks ? kDaysAWeek : 1));
}

/// "2019" and "3-2019": the last day of it.
std::optional<std::string> end_of(std::string_view text) {
    const std::size_t dash = text.find_first_of("-/.");
    const auto year = number_of(dash == std::string_view::npos ? text : text.substr(dash + 1));
    if (!year || *year < 1900 || *year > 9999) return std::nullopt;
    const auto month =
        dash == std::string_view::npos ? std::optional{12} : number_of(text.substr(0, dash));
    if (!month) return std::nullopt;
    for (int day = 31; day > 27; --day) {
        if (auto date = date_from(*year, *month, day)) return date;
    }
    return std::nullopt;
}

std::optional<std::string> a_year_before(const std::string& date) {
    const int year = *number_of(std::string_view{date}.substr(0, 4)) - 1;
    const int month = *number_of(std::string_view{date}.substr(5, 2));
    for (int day = *number_of(std::string_view{date}.substr(8, 2)); day > 27; --day) {
        if (auto found = date_from(year, month, day)) return found;
    }
    return date_from(year, month, *number_of(std::string_view{date}.substr(8, 2)));
}

}  // namespace

std::optional<std::string> parse_when(std::string_view text, std::string_view today) {
    const std::string typed = plain(text);
    if (typed.empty() || !is_date(today)) return std::nullopt;
    if (auto date = by_word(typed, today)) return date;
    if (typed.find_first_of("-/.") != std::string::npos) return calendar(typed, today);
    return offset(typed, today);
}

std::optional<std::string> parse_when_back(std::string_view text, std::string_view today) {
    const std::string typed = plain(text);
    if (typed.empty() || !is_date(today)) return std::nullopt;
    if (typed == "yesterday" || typed == "gisteren") return shifted(today, -1);
    if (typed == "today" || typed == "vandaag") return std::string{today};
    if (typed == "tomorrow" || typed == "morgen") return std::nullopt;
    if (auto date = by_word(typed, today)) return shifted(*date, -kDaysAWeek);
    if (auto date = end_of(typed)) return date;
    if (typed.find_first_of("-/.", 1) == std::string::npos) return offset_back(typed, today);
    auto date = calendar(typed, today);
    if (date && *date > today) date = a_year_before(*date);
    return date;
}

std::optional<std::string> parse_yearly(std::string_view text) {
    if (is_date_or_yearless(text)) return std::string{text};
    std::array<std::string, 3> parts;
    std::size_t part = 0;
    for (const char letter : text) {
        if (letter == '-' || letter == '/' || letter == '.' || letter == ' ') {
            if (++part > 2) return std::nullopt;
        } else {
            parts[part].push_back(letter);
        }
    }
    for (std::string& each : parts) {
        if (each.size() == 1) each.insert(each.begin(), '0');
    }
    std::string date = (parts[2].empty() ? "-" : parts[2]) + "-" + parts[1] + "-" + parts[0];
    if (!is_date_or_yearless(date)) return std::nullopt;
    return date;
}

}  // namespace balie::app
