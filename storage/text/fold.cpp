#include "storage/text/fold.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

namespace balie::text {
namespace {

struct Replacement {
    char32_t from;
    std::string_view to;
};
// What has no decomposition in Unicode, yet is typed without its stroke; and typographic marks.
constexpr std::array kReplacements{
    Replacement{U'ø', "o"},  Replacement{U'ł', "l"},  Replacement{U'ß', "ss"},
    Replacement{U'æ', "ae"}, Replacement{U'œ', "oe"}, Replacement{U'đ', "d"},
    Replacement{U'ð', "d"},  Replacement{U'þ', "th"}, Replacement{U'ħ', "h"},
    Replacement{U'ı', "i"},  Replacement{U'ŋ', "n"},  Replacement{U'ŧ', "t"},
    Replacement{U'ĸ', "k"},  Replacement{U'‘', "'"},  Replacement{U'’', "'"},
    Replacement{U'‛', "'"},  Replacement{U'ʼ', "'"},  Replacement{U'`', "'"},
    Replacement{U'´', "'"},  Replacement{U'“', "\""}, Replacement{U'”', "\""},
    Replacement{U'„', "\""}, Replacement{U'‐', "-"},  Replacement{U'‑', "-"},
    Replacement{U'‒', "-"},  Replacement{U'–', "-"},  Replacement{U'—', "-"},
    Replacement{U'−', "-"},
};

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_ascii_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0';
}

/// Appends unless it would begin the text with a blank or put two side by side.
void append_blank(std::string& out) {
    if (!out.empty() && out.back() != ' ') out += ' ';
}

std::string fold_ascii(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_ascii_blank(c)) {
            append_blank(out);
        } else if (c == '`') {
            out += '\'';
        } else if (c >= 'A' && c <= 'Z') {
            out += static_cast<char>(c - 'A' + 'a');
        } else {
            out += c;
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

void append_point(std::string& out, UChar32 point) {
    std::array<char, 4> bytes{};
    std::int32_t length = 0;
    U8_APPEND_UNSAFE(bytes.data(), length, point);
    out.append(bytes.data(), static_cast<std::size_t>(length));
}

void append_folded(std::string& out, UChar32 point) {
    if (u_isUWhiteSpace(point) || point == 0) {
        append_blank(out);
        return;
    }
    const auto kind = u_charType(point);
    const bool invisible =
        kind == U_NON_SPACING_MARK || kind == U_ENCLOSING_MARK || kind == U_FORMAT_CHAR;
    if (invisible) return;
    const auto known = std::find_if(
        kReplacements.begin(), kReplacements.end(),
        [&](const Replacement& each) { return each.from == static_cast<char32_t>(point); });
    if (known != kReplacements.end()) {
        out += known->to;
    } else {
        append_point(out, point);
    }
}

std::string fold_unicode(std::string_view text) {
    UErrorCode failed = U_ZERO_ERROR;
    const auto* fold = icu::Normalizer2::getNFKCCasefoldInstance(failed);
    const auto* decompose = icu::Normalizer2::getNFKDInstance(failed);
    const auto source = icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    icu::UnicodeString cased;
    icu::UnicodeString parts;
    if (U_SUCCESS(failed)) fold->normalize(source, cased, failed);
    if (U_SUCCESS(failed)) decompose->normalize(cased, parts, failed);
    const icu::UnicodeString& best = U_SUCCESS(failed) ? parts : source;

    std::string out;
    out.reserve(text.size());
    for (std::int32_t i = 0; i < best.length();) {
        const UChar32 point = best.char32At(i);
        append_folded(out, point);
        i += U16_LENGTH(point);
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

// One that stands alone before a surname.
constexpr std::array<std::string_view, 20> kArticles{"van", "de", "der", "den", "ten",  "ter", "te",
                                                     "'t",  "t",  "'s",  "s",   "het",  "von", "la",
                                                     "le",  "du", "des", "vd",  "v.d.", "v/d"};
// One that needs an article after it, as "op" or "in" may be a name by itself.
constexpr std::array<std::string_view, 9> kPrepositions{"aan",  "bij", "in",  "onder", "op",
                                                        "over", "tot", "uit", "voor"};

template <std::size_t Size>
bool one_of(const std::array<std::string_view, Size>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

std::string fold_for_search(std::string_view text) {
    return is_ascii(text) ? fold_ascii(text) : fold_unicode(text);
}

std::vector<std::string> words_of(std::string_view folded) {
    std::vector<std::string> words;
    std::string word;
    const auto points = icu::UnicodeString::fromUTF8(
        icu::StringPiece(folded.data(), static_cast<std::int32_t>(folded.size())));
    for (std::int32_t i = 0; i < points.length();) {
        const UChar32 point = points.char32At(i);
        i += U16_LENGTH(point);
        if (u_isalnum(point)) {
            append_point(word, point);
        } else if (!word.empty()) {
            words.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) words.push_back(std::move(word));
    return words;
}

SurnameParts split_name_prefix(std::string_view surname) {
    std::size_t begin = surname.find_first_not_of(' ');
    if (begin == std::string_view::npos) return {};
    surname = surname.substr(begin, surname.find_last_not_of(' ') + 1 - begin);
    std::size_t at = 0;
    std::size_t accepted = 0;
    bool preposition_waits = false;
    while (true) {
        const std::size_t blank = surname.find(' ', at);
        if (blank == std::string_view::npos) break;
        const std::string word = fold_for_search(surname.substr(at, blank - at));
        const bool article = one_of(kArticles, word);
        if (!article && (preposition_waits || !one_of(kPrepositions, word))) break;
        preposition_waits = !article;
        at = surname.find_first_not_of(' ', blank);
        if (article) accepted = at;
    }
    if (accepted == 0) return {{}, surname};
    const std::string_view prefix = surname.substr(0, accepted);
    return {prefix.substr(0, prefix.find_last_not_of(' ') + 1), surname.substr(accepted)};
}

std::string_view strip_name_prefix(std::string_view surname) {
    return split_name_prefix(surname).name;
}

bool is_name_prefix_word(std::string_view folded_word) {
    return one_of(kArticles, folded_word) || one_of(kPrepositions, folded_word);
}

}  // namespace balie::text
