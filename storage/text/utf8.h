// UTF-8: is it, how long is it, where may it be cut.
// Thread: any. Nothing is owned.
#pragma once

#include "storage/base/result.h"

#include <cstddef>
#include <string_view>

namespace balie::text {

enum class Nul : unsigned char { Allowed, Refused };

/// Position of the first byte that is not part of well-formed UTF-8 (Unicode 15, table 3-7), or
/// npos when all are.
[[nodiscard]] std::size_t first_bad_byte(std::string_view bytes);
/// Errors: InvalidInput; `where` says "byte 12" (counted from 1). A text field refuses NUL too.
[[nodiscard]] Outcome check_utf8(std::string_view bytes, Nul nul = Nul::Refused);

/// For well-formed text; of other bytes, the number of those that begin a code point.
[[nodiscard]] std::size_t count_code_points(std::string_view text);
/// The longest beginning of at most `bytes_max` bytes that ends at a code point's border.
[[nodiscard]] std::string_view truncate_bytes(std::string_view text, std::size_t bytes_max);
/// The same, counted in code points.
[[nodiscard]] std::string_view truncate_points(std::string_view text, std::size_t points_max);

}  // namespace balie::text
