#include "storage/text/formats.h"

#include "storage/base/date.h"

#include <unicode/dtptngen.h>
#include <unicode/locid.h>
#include <unicode/numberformatter.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>
#include <unicode/ucurr.h>

#include <array>
#include <cstdlib>
#include <utility>

namespace balie::text {
namespace {

constexpr std::int64_t kMsPerMinute = 60'000;
constexpr std::int64_t kMsPerDay = 86'400'000;

std::string utf8(const icu::UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

using DateFormatPtr = std::unique_ptr<icu::SimpleDateFormat>;

DateFormatPtr pattern_format(const icu::Locale& locale, const icu::UnicodeString& pattern) {
    UErrorCode failed = U_ZERO_ERROR;
    auto out = std::make_unique<icu::SimpleDateFormat>(pattern, locale, failed);
    if (U_FAILURE(failed)) return nullptr;
    // Moments are shifted by their own offset before they get here.
    out->adoptTimeZone(icu::TimeZone::getGMT()->clone());
    return out;
}

/// The language's own order for these parts of a date.
DateFormatPtr skeleton_format(const icu::Locale& locale, const char* skeleton) {
    UErrorCode failed = U_ZERO_ERROR;
    const std::unique_ptr<icu::DateTimePatternGenerator> generator(
        icu::DateTimePatternGenerator::createInstance(locale, failed));
    if (U_FAILURE(failed)) return nullptr;
    return pattern_format(locale, generator->getBestPattern(skeleton, failed));
}

std::string format_ms(const DateFormatPtr& format, std::int64_t ms, std::string_view otherwise) {
    if (!format) return std::string(otherwise);
    icu::UnicodeString out;
    format->format(static_cast<UDate>(ms), out);
    return utf8(out);
}

std::string format_date(const DateFormatPtr& format, std::string_view date) {
    const auto days = days_since_epoch(date);
    if (!days.ok()) return std::string(date);
    return format_ms(format, *days * kMsPerDay, date);
}

}  // namespace

struct Formats::Parts {
    icu::Locale locale;
    DateFormatPtr date_short;
    DateFormatPtr date_long;
    DateFormatPtr day_and_month;
    DateFormatPtr weekday_and_day;
    DateFormatPtr time;
    icu::number::LocalizedNumberFormatter number;
};

Formats::Formats(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Formats::Formats(Formats&&) noexcept = default;
Formats& Formats::operator=(Formats&&) noexcept = default;
Formats::~Formats() = default;

Formats Formats::make(std::string_view language) {
    std::string name(language);
    if (name == "en") name = "en_GB";
    if (name == "nl") name = "nl_NL";
    auto parts = std::make_unique<Parts>();
    parts->locale = icu::Locale::createFromName(name.c_str());
    parts->date_short = skeleton_format(parts->locale, "ddMMyyyy");
    parts->date_long = skeleton_format(parts->locale, "dMMMMyyyy");
    parts->day_and_month = skeleton_format(parts->locale, "dMMMM");
    parts->weekday_and_day = skeleton_format(parts->locale, "EEEdMMM");
    // 24 hours in both languages, as banks and offices write it.
    parts->time = pattern_format(parts->locale, "HH:mm");
    parts->number = icu::number::NumberFormatter::withLocale(parts->locale);
    return Formats(std::move(parts));
}

std::string Formats::date_short(std::string_view date) const {
    return format_date(parts_->date_short, date);
}

std::string Formats::date_long(std::string_view date) const {
    if (date.substr(0, 2) == "--" && is_date_or_yearless(date)) {
        // 2000 has a 29 February too.
        return format_date(parts_->day_and_month, "2000-" + std::string(date.substr(2)));
    }
    return format_date(parts_->date_long, date);
}

std::string Formats::weekday_and_day(std::string_view date) const {
    return format_date(parts_->weekday_and_day, date);
}

std::string Formats::time(std::int64_t wall_ms, int offset_min) const {
    return format_ms(parts_->time, wall_ms + offset_min * kMsPerMinute, "");
}

std::string Formats::date_time(std::int64_t wall_ms, int offset_min) const {
    return date_short(date_of(wall_ms, offset_min)) + " " + time(wall_ms, offset_min);
}

std::string Formats::relative_day(std::string_view date, std::string_view today,
                                  const Catalogue& texts) const {
    const auto then = days_since_epoch(date);
    const auto now = days_since_epoch(today);
    if (!then.ok() || !now.ok()) return std::string(date);
    const std::int64_t days = *then - *now;
    if (days == 0) return texts.text("day.today");
    if (days == 1) return texts.text("day.tomorrow");
    if (days == -1) return texts.text("day.yesterday");
    return days > 0 ? texts.plural("day.in", days) : texts.plural("day.ago", -days);
}

std::string Formats::number(std::int64_t value) const {
    UErrorCode failed = U_ZERO_ERROR;
    const auto out = parts_->number.formatInt(value, failed).toString(failed);
    return U_SUCCESS(failed) ? utf8(out) : std::to_string(value);
}

std::string Formats::decimal(std::string_view exact) const {
    const std::size_t dot = exact.find('.');
    const std::size_t digits = dot == std::string_view::npos ? 0 : exact.size() - dot - 1;
    UErrorCode failed = U_ZERO_ERROR;
    const auto out =
        parts_->number
            .precision(icu::number::Precision::fixedFraction(static_cast<std::int32_t>(digits)))
            .formatDecimal(icu::StringPiece(exact.data(), static_cast<std::int32_t>(exact.size())),
                           failed)
            .toString(failed);
    return U_SUCCESS(failed) ? utf8(out) : std::string(exact);
}

std::string Formats::money(std::int64_t minor_units, std::string_view currency) const {
    UErrorCode failed = U_ZERO_ERROR;
    const icu::CurrencyUnit unit(
        icu::StringPiece(currency.data(), static_cast<std::int32_t>(currency.size())), failed);
    const std::int32_t digits =
        U_SUCCESS(failed) ? ucurr_getDefaultFractionDigits(unit.getISOCurrency(), &failed) : 0;
    std::string shown = std::to_string(minor_units) + " " + std::string(currency);
    if (U_FAILURE(failed)) return shown;
    // Shifted as text: 64 bits do not fit a double.
    const std::string exact = std::to_string(minor_units) + "E-" + std::to_string(digits);
    const auto out = parts_->number.unit(unit)
                         .precision(icu::number::Precision::fixedFraction(digits))
                         .formatDecimal(exact, failed)
                         .toString(failed);
    return U_SUCCESS(failed) ? utf8(out) : shown;
}

std::string Formats::duration(std::int64_t seconds) {
    const auto two = [](std::int64_t value) {
        return (value < 10 ? "0" : "") + std::to_string(value);
    };
    const std::string sign = seconds < 0 ? "-" : "";
    const std::int64_t all = seconds < 0 ? -seconds : seconds;
    const std::int64_t hours = all / 3600;
    const std::int64_t minutes = all / 60 % 60;
    if (hours > 0) return sign + std::to_string(hours) + ":" + two(minutes) + ":" + two(all % 60);
    return sign + std::to_string(minutes) + ":" + two(all % 60);
}

}  // namespace balie::text
