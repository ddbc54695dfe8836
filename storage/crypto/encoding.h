// Spellings of bytes for people and addresses: base64url, and one-time codes that survive being
// read out over the telephone. Invariant: decode(encode(x)) == x, and only one spelling decodes to
// it (codes forgive case, hyphens, blanks, and O for 0, I or L for 1). Thread: any.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/entropy.h"
#include "storage/base/result.h"

#include <string>
#include <string_view>

namespace balie::crypto {

/// RFC 4648 section 5 without padding.
[[nodiscard]] std::string base64url_encode(BytesView bytes);
/// Errors: InvalidInput for any other alphabet, padding, or leftover bits that are not 0.
[[nodiscard]] Result<Bytes> base64url_decode(std::string_view text);

/// Crockford's base 32 with two check symbols at the end, in groups of four: "7ZQ4-M0KX-…-T3". Only
/// 0-9 and A-Z without I L O U: nothing that a shell or a telephone line could take for something
/// else.
[[nodiscard]] std::string code_encode(BytesView bytes);
/// Symbols of a code of so many bytes, hyphens not counted.
[[nodiscard]] std::size_t code_symbols(std::size_t size);
/// Errors: InvalidInput for a wrong character, wrong check symbols or a wrong length. The error
/// never repeats the code.
[[nodiscard]] Result<Bytes> code_decode(std::string_view text, std::size_t size);
/// A fresh one-time code of `size` random bytes (10 = 80 bits = 16 symbols and 2 to check).
[[nodiscard]] std::string make_code(Entropy& entropy, std::size_t size = 10);

}  // namespace balie::crypto
