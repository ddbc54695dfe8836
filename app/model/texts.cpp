#include "app/model/texts.h"

#include "app/model/text_tables.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace balie::app {

namespace {

/// Every word 40 % longer; {placeholders} stay as they are.
std::string stretch(std::string_view words) {
    std::string out;
    std::size_t letters = 0;
    bool name = false;
    const auto end_word = [&] {
        out.append((letters * 2 + 4) / 5, 'o');
        letters = 0;
    };
    for (const char each : words) {
        name = each == '{' || (name && each != '}');
        if (each == ' ' || each == '{') end_word();
        out += each;
        const bool letter = (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z');
        letters += letter && !name ? 1 : 0;
    }
    end_word();
    return out;
}

const std::array<TextForms, kTextCount>& stretched() {
    static const auto kWords = [] {
        std::vector<std::string> words;
        words.reserve(kTextCount * 2);
        for (const TextForms& forms : kTextsEn) {
            words.push_back(stretch(forms.one));
            words.push_back(stretch(forms.other));
        }
        return words;
    }();
    static const auto kTable = [] {
        std::array<TextForms, kTextCount> table{};
        for (std::size_t at = 0; at < kTextCount; ++at) {
            table[at] = {kWords[at * 2], kWords[at * 2 + 1]};
        }
        return table;
    }();
    return kTable;
}

const std::array<TextForms, kTextCount>& table(Language language) {
    if (language == Language::Stretched) return stretched();
    return language == Language::Nl ? kTextsNl : kTextsEn;
}

text::Catalogue catalogue_of(Language language) {
    text::Catalogue::Texts texts;
    for (std::size_t at = 0; at < kTextCount; ++at) {
        const TextForms& forms = table(language)[at];
        const std::string key{kTextKeys[at]};
        if (forms.one == forms.other) {
            texts.emplace(key, forms.other);
        } else {
            texts.emplace(key + ".one", forms.one);
            texts.emplace(key + ".other", forms.other);
        }
    }
    return text::Catalogue::make(std::string{language_code(language)}, std::move(texts));
}

}  // namespace

std::string_view language_code(Language language) {
    if (language == Language::Stretched) return "stretched";
    return language == Language::Nl ? "nl" : "en";
}

std::optional<Language> parse_language(std::string_view code) {
    if (code == "en") return Language::En;
    if (code == "nl") return Language::Nl;
    if (code == "stretched") return Language::Stretched;
    return std::nullopt;
}

Texts::Texts(Language language)
    : language_(language),
      formats_(text::Formats::make(language == Language::Nl ? "nl" : "en")),
      catalogue_(catalogue_of(language)) {}

std::string_view Texts::operator()(Text key) const {
    return table(language_)[static_cast<std::size_t>(key)].other;
}

std::string Texts::operator()(Text key, std::initializer_list<text::Argument> args) const {
    return text::fill_placeholders((*this)(key), {args.begin(), args.size()});
}

std::string Texts::plural(Text key, std::int64_t count,
                          std::initializer_list<text::Argument> args) const {
    const TextForms& forms = table(language_)[static_cast<std::size_t>(key)];
    std::vector<text::Argument> all(args);
    all.push_back({"count", formats_.number(count)});
    return text::fill_placeholders(count == 1 ? forms.one : forms.other, all);
}

std::optional<Text> Texts::find(std::string_view key) {
    const auto found = std::find(kTextKeys.begin(), kTextKeys.end(), key);
    if (found == kTextKeys.end()) return std::nullopt;
    return static_cast<Text>(found - kTextKeys.begin());
}

std::string Texts::day(std::string_view date, std::string_view today) const {
    return formats_.relative_day(date, today, catalogue_);
}

std::string Texts::bytes(std::int64_t bytes) const {
    constexpr std::int64_t kKilo = 1'000;
    constexpr std::int64_t kMega = 1'000'000;
    constexpr std::int64_t kGiga = 1'000'000'000;
    constexpr std::int64_t kTen = 10;
    if (bytes < kKilo) return plural(Text::SizeBytes, bytes);
    const std::int64_t unit = bytes < kMega ? kKilo : bytes < kGiga ? kMega : kGiga;
    const Text text = bytes < kMega   ? Text::SizeKilobytes
                      : bytes < kGiga ? Text::SizeMegabytes
                                      : Text::SizeGigabytes;
    const std::int64_t tenths = bytes / (unit / kTen);
    const std::string number =
        tenths < kTen * kTen && tenths % kTen != 0
            ? formats_.decimal(std::to_string(tenths / kTen) + "." + std::to_string(tenths % kTen))
            : formats_.number(tenths / kTen);
    return (*this)(text, {{"count", number}});
}

std::string Texts::age(std::int64_t seconds) const {
    constexpr std::int64_t kMinute = 60;
    constexpr std::int64_t kHour = 60 * kMinute;
    constexpr std::int64_t kDay = 24 * kHour;
    if (seconds < kMinute) return std::string{(*this)(Text::AgeNow)};
    if (seconds < kHour) return plural(Text::AgeMinutes, seconds / kMinute);
    if (seconds < kDay) return plural(Text::AgeHours, seconds / kHour);
    return plural(Text::AgeDays, seconds / kDay);
}

}  // namespace balie::app
