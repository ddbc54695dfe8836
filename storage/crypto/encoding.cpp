#include "storage/crypto/encoding.h"

#include "storage/base/check.h"
#include "storage/crypto/secret.h"

#include <sodium.h>

#include <algorithm>
#include <cctype>
#include <span>

namespace balie::crypto {
namespace {

// The five after Z are check symbols only.
constexpr std::string_view kSymbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";
constexpr std::size_t kGroup = 4;

int symbol_value(char letter) {
    const char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
    if (upper == 'O') return 0;
    if (upper == 'I' || upper == 'L') return 1;
    const auto at = kSymbols.find(upper);
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

/// Remainder of the bytes, read as one big number, by 37.
unsigned check_of(BytesView bytes) {
    unsigned remainder = 0;
    for (const std::uint8_t byte : bytes) remainder = (remainder * 256U + byte) % 37U;
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
    std::string symbols;
    unsigned bits = 0;
    int held = 0;
    for (const std::uint8_t byte : bytes) {
        bits = (bits << 8U) | byte;
        held += 8;
        while (held >= 5) {
            held -= 5;
            symbols += kSymbols[(bits >> static_cast<unsigned>(held)) & 31U];
        }
        bits &= (1U << static_cast<unsigned>(held)) - 1U;
    }
    if (held > 0) symbols += kSymbols[(bits << static_cast<unsigned>(5 - held)) & 31U];
    symbols += kSymbols[check_of(bytes)];

    std::string out;
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        if (i > 0 && i % kGroup == 0) out += '-';
        out += symbols[i];
    }
    return out;
}

Result<Bytes> code_decode(std::string_view text, std::size_t size) {
    std::string values;
    for (const char letter : text) {
        if (letter == '-' || letter == ' ') continue;
        const int value = symbol_value(letter);
        if (value < 0) return bad_code();
        values += static_cast<char>(value);
    }
    if (values.size() != (size * 8 + 4) / 5 + 1) return bad_code();
    const auto check = static_cast<unsigned>(values.back());
    values.pop_back();

    Bytes out;
    unsigned bits = 0;
    int held = 0;
    for (const char value : values) {
        if (value > 31) return bad_code();
        bits = (bits << 5U) | static_cast<unsigned>(value);
        held += 5;
        if (held >= 8) {
            held -= 8;
            out.push_back(static_cast<std::uint8_t>((bits >> static_cast<unsigned>(held)) & 0xFFU));
            bits &= (1U << static_cast<unsigned>(held)) - 1U;
        }
    }
    if (bits != 0 || check_of(out) != check) return bad_code();
    return out;
}

std::string make_code(Entropy& entropy, std::size_t size) {
    const SecretBytes bytes = SecretBytes::random(size, entropy);
    return code_encode(bytes.view());
}

}  // namespace balie::crypto
