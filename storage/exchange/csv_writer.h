// Writing CSV: RFC 4180 with CRLF, safe against formulas in spreadsheets.
// Invariant: reading back gives exactly the same cells, null and "" told apart (nothing, and a pair
// of quotes). The rule: a cell that starts with = + - @ tab or return, and is neither a number nor
// an E.164 telephone number, gets an apostrophe before it; so does one that already starts with
// apostrophes before such a character, so that taking one off is always right. Thread: any.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace balie::exchange {

/// Nothing is null.
using Cell = std::optional<std::string>;

[[nodiscard]] std::string protect_cell(std::string_view text);
/// The inverse; a cell that no rule of ours protected stays as it is.
[[nodiscard]] std::string unprotect_cell(std::string_view text);

/// One record with its line end. A record of one null cell is a blank line, which readers skip.
void append_csv_row(std::string& out, std::span<const Cell> cells, char delimiter = ',');

}  // namespace balie::exchange
