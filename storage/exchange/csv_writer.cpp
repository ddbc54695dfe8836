#include "storage/exchange/csv_writer.h"

#include "storage/text/phone.h"

#include <algorithm>

namespace balie::exchange {
namespace {

constexpr std::string_view kTriggers = "=+-@\t\r";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t digits_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    return end - at;
}

/// Sign, digits, a fraction after a point or comma, an exponent.
bool is_number(std::string_view text) {
    std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    std::size_t digits = digits_at(text, at);
    at += digits;
    if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
        const std::size_t fraction = digits_at(text, at + 1);
        digits += fraction;
        at += 1 + fraction;
    }
    if (digits == 0) return false;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
        const std::size_t exponent = digits_at(text, at);
        if (exponent == 0) return false;
        at += exponent;
    }
    return at == text.size();
}

/// Apostrophes at the start when a character that begins a formula follows them; npos otherwise.
std::size_t apostrophes_before_trigger(std::string_view text) {
    const std::size_t count = std::min(text.find_first_not_of('\''), text.size());
    const bool trigger = count < text.size() && kTriggers.find(text[count]) != kTriggers.npos;
    return trigger ? count : std::string_view::npos;
}

bool needs_quotes(std::string_view text, char delimiter) {
    if (text.empty() || text.front() == ' ' || text.back() == ' ') return true;
    return std::any_of(text.begin(), text.end(), [&](char c) {
        return c == delimiter || c == '"' || c == '\n' || c == '\r';
    });
}

}  // namespace

std::string protect_cell(std::string_view text) {
    const std::size_t apostrophes = apostrophes_before_trigger(text);
    if (apostrophes == std::string_view::npos) return std::string(text);
    if (apostrophes == 0 && (is_number(text) || text::is_e164(text))) return std::string(text);
    return "'" + std::string(text);
}

std::string unprotect_cell(std::string_view text) {
    const std::size_t apostrophes = apostrophes_before_trigger(text);
    if (apostrophes == std::string_view::npos || apostrophes == 0) return std::string(text);
    return std::string(text.substr(1));
}

void append_csv_row(std::string& out, std::span<const Cell> cells, char delimiter) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) out += delimiter;
        if (!cells[i]) continue;
        const std::string text = protect_cell(*cells[i]);
        if (!needs_quotes(text, delimiter)) {
            out += text;
            continue;
        }
        out += '"';
        for (const char c : text) {
            if (c == '"') out += '"';
            out += c;
        }
        out += '"';
    }
    out += "\r\n";
}

}  // namespace balie::exchange
