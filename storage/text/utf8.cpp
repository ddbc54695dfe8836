#include "storage/text/utf8.h"

#include <algorithm>
#include <cstdint>
#include <string>

namespace balie::text {
namespace {

bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Length of the well-formed code point that begins the text, 0 when there is none.
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    std::size_t length = 0;
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
        length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        length = 3;
        if (lead == 0xE0) low = 0xA0;
        if (lead == 0xED) high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4;
        if (lead == 0xF0) low = 0x90;
        if (lead == 0xF4) high = 0x8F;
    }
    if (length == 0 || text.size() < length || byte(1) < low || byte(1) > high) return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if (!continues(text[i])) return 0;
    }
    return length;
}

}  // namespace

std::size_t first_bad_byte(std::string_view bytes) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        const std::size_t length = sequence_length(bytes.substr(at));
        if (length == 0) return at;
        at += length;
    }
    return std::string_view::npos;
}

Outcome check_utf8(std::string_view bytes, Nul nul) {
    if (const std::size_t bad = first_bad_byte(bytes); bad != std::string_view::npos) {
        return Error{ErrorCode::InvalidInput, "the text is not valid UTF-8",
                     "byte " + std::to_string(bad + 1), "Save the file as UTF-8 and try again"};
    }
    if (nul == Nul::Refused) {
        if (const std::size_t at = bytes.find('\0'); at != std::string_view::npos) {
            return Error{ErrorCode::InvalidInput, "the text holds a NUL byte",
                         "byte " + std::to_string(at + 1), "Remove it"};
        }
    }
    return {};
}

std::size_t count_code_points(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

std::string_view truncate_bytes(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while (end > 0 && continues(text[end])) --end;
    return text.substr(0, end);
}

std::string_view truncate_points(std::string_view text, std::size_t points_max) {
    std::size_t seen = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (continues(text[i])) continue;
        if (seen == points_max) return text.substr(0, i);
        ++seen;
    }
    return text;
}

}  // namespace balie::text
