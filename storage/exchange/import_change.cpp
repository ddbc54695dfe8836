// What the map does with the text of one cell.
#include "storage/exchange/import_source.h"
#include "storage/exchange/trim.h"
#include "storage/text/phone.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace balie::exchange {
namespace {

using Text = std::optional<std::string>;

Error refused(std::string what) {
    return {ErrorCode::InvalidInput, std::move(what), "", ""};
}

std::string shown(std::string_view text) {
    return "'" + std::string(text.substr(0, 60)) + (text.size() > 60 ? "…'" : "'");
}

Result<Text> translate(const Translate& rule, const std::string& text) {
    const auto found = rule.table.find(text);
    if (found != rule.table.end()) return found->second;
    if (rule.otherwise == Otherwise::Keep) return Text(text);
    if (rule.otherwise == Otherwise::Constant) return rule.constant;
    return refused(shown(text) + " is not in the table of translations");
}

Result<std::string> plain_number(const NumberFormat& format, const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        if (!format.group.empty() && text.compare(i, format.group.size(), format.group) == 0) {
            i += format.group.size();
            continue;
        }
        if (text[i] == format.decimal) {
            out += '.';
        } else if (!(i == 0 && text[i] == '+')) {
            out += text[i] == '.' ? '?' : text[i];  // a point that is no decimal mark is refused
        }
        ++i;
    }
    if (!domain::is_decimal(out)) return refused(shown(text) + " is not a number");
    return out;
}

Result<std::string> plain_boolean(const Changes& changes, const std::string& text) {
    std::string word = text;
    std::transform(word.begin(), word.end(), word.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const auto found = changes.booleans.find(word);
    if (found == changes.booleans.end()) {
        return refused(shown(text) + " is neither one of the words for true nor for false");
    }
    return std::string(found->second ? "true" : "false");
}

/// Takes `most` digits at most and `least` at least; -1 when they are not there.
int take_digits(std::string_view& rest, std::size_t least, std::size_t most) {
    std::size_t count = 0;
    int value = 0;
    while (count < most && count < rest.size() && rest[count] >= '0' && rest[count] <= '9') {
        value = value * 10 + (rest[count] - '0');
        ++count;
    }
    if (count < least) return -1;
    rest.remove_prefix(count);
    return value;
}

std::string padded(int value, int width) {
    std::string digits = std::to_string(value);
    while (digits.size() < static_cast<std::size_t>(width)) digits.insert(digits.begin(), '0');
    return digits;
}

/// By a pattern of YYYY, M, MM, D, DD, h, hh, m, mm, ss and what stands between them.
Result<std::string> plain_date(const std::string& pattern, const std::string& text) {
    struct Part {
        char letter{};
        int value{-1};
    };
    std::array<Part, 6> parts{Part{'Y'}, Part{'M'}, Part{'D'}, Part{'h'}, Part{'m'}, Part{'s'}};
    const Error bad = refused(shown(text) + " is not a date written as " + pattern);
    std::string_view rest = text;
    for (std::size_t i = 0; i < pattern.size();) {
        const auto part = std::find_if(parts.begin(), parts.end(),
                                       [&](const Part& each) { return each.letter == pattern[i]; });
        if (part == parts.end()) {
            if (rest.empty() || rest.front() != pattern[i]) return bad;
            rest.remove_prefix(1);
            ++i;
            continue;
        }
        const std::size_t end = std::min(pattern.find_first_not_of(pattern[i], i), pattern.size());
        const std::size_t width = end - i;
        part->value = take_digits(rest, width, std::max<std::size_t>(width, 2));
        if (part->value < 0) return bad;
        i = end;
    }
    if (!rest.empty()) return bad;
    std::string out = padded(parts[0].value, 4) + "-" + padded(parts[1].value, 2) + "-" +
                      padded(parts[2].value, 2);
    if (parts[3].value >= 0) {
        out += "T" + padded(parts[3].value, 2) + ":" + padded(std::max(parts[4].value, 0), 2) +
               ":" + padded(std::max(parts[5].value, 0), 2);
    }
    return out;
}

Result<std::string> plain_duration(DurationFormat format, const std::string& text) {
    const Error bad = refused(shown(text) + " is not a length of time");
    std::int64_t total = 0;
    std::size_t parts = 0;
    std::string_view rest = text;
    while (true) {
        const std::size_t colon = rest.find(':');
        const std::string_view word = rest.substr(0, colon);
        std::int64_t value = 0;
        const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), value);
        const bool later_part = parts > 0;
        if (failed != std::errc{} || end != word.data() + word.size() || value < 0 ||
            value > 100'000'000 || (later_part && value > 59)) {
            return bad;
        }
        total = total * 60 + value;
        ++parts;
        if (colon == std::string_view::npos) break;
        rest.remove_prefix(colon + 1);
    }
    const bool clock = format == DurationFormat::Clock;
    if (clock ? (parts != 2 && parts != 3) : parts != 1) return bad;
    if (format == DurationFormat::Minutes) total *= 60;
    if (format == DurationFormat::Hours) total *= 3600;
    return std::to_string(total);
}

Result<std::string> formatted(const Changes& changes, std::string text) {
    if (changes.number) {
        BALIE_ASSIGN(text, plain_number(*changes.number, text));
    }
    if (!changes.booleans.empty()) {
        BALIE_ASSIGN(text, plain_boolean(changes, text));
    }
    if (!changes.date_pattern.empty()) {
        BALIE_ASSIGN(text, plain_date(changes.date_pattern, text));
    }
    if (changes.duration) {
        BALIE_ASSIGN(text, plain_duration(*changes.duration, text));
    }
    if (!changes.phone_region.empty()) {
        auto number = text::phone_e164(text, changes.phone_region);
        if (!number) return refused(shown(text) + " is not a telephone number");
        text = std::move(*number);
    }
    return text;
}

}  // namespace

Result<std::optional<std::string>> change_text(const Changes& changes, std::string text) {
    if (changes.trim) text = trimmed(text);
    if (std::find(changes.nulls.begin(), changes.nulls.end(), text) != changes.nulls.end()) {
        return changes.otherwise;
    }
    if (changes.translate) {
        BALIE_ASSIGN(Text found, translate(*changes.translate, text));
        if (!found) return changes.otherwise;
        text = std::move(*found);
    }
    BALIE_ASSIGN(text, formatted(changes, std::move(text)));
    return Text(std::move(text));
}

}  // namespace balie::exchange
