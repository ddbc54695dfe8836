#include "storage/crypto/encoding.h"

#include "storage/base/check.h"
#include "storage/crypto/secret.h"

#include <sodium.h>

#include <algorithm>
#include <cctype>
#include <span>

namespace balie::crypto {
namespace {

constexpr std::string_view kSymbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kGroup = 4;
// Two check symbols make the whole, read as one number in base 32, leave 1 when divided by the
// largest prime below 32 * 32 (a pure system after ISO 7064): every single wrong symbol and every
// pair that changed places is found, in the check too, and 1020 of 1021 other errors.
constexpr unsigned kModulus = 1021;
constexpr std::size_t kCheckSymbols = 2;

int symbol_value(char letter) {
    const char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    if (upper == 'O') return 0;
    if (upper == 'I' || upper == 'L') return 1;
    const auto at = kSymbols.find(upper);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

/// The symbols' values, read as one number, by kModulus.
unsigned remainder_of(std::string_view values) {
    unsigned remainder = 0;
    for (const char value : values) {
        remainder = (remainder * 32U + static_cast<unsigned>(value)) % kModulus;
    }
    return remainder;
}

Error bad_code() {
    return {ErrorCode::InvalidInput, "the code is mistyped", "",
            "Compare it with the code you were given, symbol by symbol"};
}

Error bad_base64() {
    return {ErrorCode::InvalidInput, "the text is not base64url", "", ""};
}

}  // namespace

std::string base64url_encode(BytesView bytes) {
    constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string out(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
    sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), kVariant);
    out.pop_back();  // the closing NUL that C wants
    return out;
}

Result<Bytes> base64url_decode(std::string_view text) {
    // libsodium 1.0.18 takes some bytes beyond ASCII for letters.
    const bool ascii = std::all_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii) return bad_base64();
    Bytes out(text.size() / 4 * 3 + 3);
    std::size_t size = 0;
    const char* end = nullptr;
    const int failed = sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr,
                                         &size, &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    if (failed != 0 || end != text.data() + text.size()) return bad_base64();
    out.resize(size);
    return out;
}

std::string code_encode(BytesView bytes) {
    std::string values;
    unsigned bits = 0;
    int held = 0;
    for (const std::uint8_t byte : bytes) {
        bits = (bits << 8U) | byte;
        held += 8;
        while (held >= 5) {
            held -= 5;
            values += static_cast<char>((bits >> static_cast<unsigned>(held)) & 31U);
        }
        bits &= (1U << static_cast<unsigned>(held)) - 1U;
    }
    if (held > 0) values += static_cast<char>((bits << static_cast<unsigned>(5 - held)) & 31U);
    const unsigned body = remainder_of(values) * 1024U % kModulus;
    const unsigned check = (1U + kModulus - body) % kModulus;
    values += static_cast<char>(check / 32U);
    values += static_cast<char>(check % 32U);

    std::string out;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0 && i % kGroup == 0) out += '-';
        out += kSymbols[static_cast<std::size_t>(values[i])];
    }
    return out;
}

std::size_t code_symbols(std::size_t size) {
    return (size * 8 + 4) / 5 + kCheckSymbols;
}

Result<Bytes> code_decode(std::string_view text, std::size_t size) {
    std::string values;
    for (const char letter : text) {
        if (letter == '-' || letter == ' ') continue;
        const int value = symbol_value(letter);
        if (value < 0) return bad_code();
        values += static_cast<char>(value);
    }
    if (values.size() != code_symbols(size) || remainder_of(values) != 1U) return bad_code();
    const unsigned high = static_cast<unsigned char>(values[values.size() - 2]);
    const unsigned low = static_cast<unsigned char>(values.back());
    if (high * 32U + low >= kModulus) return bad_code();
    values.resize(values.size() - kCheckSymbols);

    Bytes out;
    unsigned bits = 0;
    int held = 0;
    for (const char value : values) {
        bits = (bits << 5U) | static_cast<unsigned char>(value);
        held += 5;
        if (held >= 8) {
            held -= 8;
            out.push_back(static_cast<std::uint8_t>((bits >> static_cast<unsigned>(held)) & 0xFFU));
            bits &= (1U << static_cast<unsigned>(held)) - 1U;
        }
    }
    if (bits != 0) return bad_code();
    return out;
}

std::string make_code(Entropy& entropy, std::size_t size) {
    const SecretBytes bytes = SecretBytes::random(size, entropy);
    return code_encode(bytes.view());
}

}  // namespace balie::crypto
