#include "sync/core/enrolment_code.h"

#include "storage/crypto/encoding.h"

#include <algorithm>

namespace balie::sync {

namespace {

/// Only what counts: letters, digits, and whatever does not belong in a code.
std::string symbols_of(std::string_view text) {
    std::string symbols;
    for (const char letter : text) {
        if (std::string_view(" -\t\r\n").find(letter) == std::string_view::npos) symbols += letter;
    }
    return symbols;
}

Error bad_code(std::string what) {
    return {ErrorCode::InvalidInput, std::move(what), "",
            "Take it over again from the head office; capitals, blanks and hyphens do not matter"};
}

}  // namespace

std::string join_enrolment_code(const EnrolmentCode& code) {
    return code.secret + "-" + crypto::code_encode(code.pin);
}

Result<EnrolmentCode> split_enrolment_code(std::string_view text) {
    EnrolmentCode out;
    const std::string symbols = symbols_of(text);
    const std::size_t secret_size = crypto::code_symbols(kSecretBytes);
    const std::size_t size = secret_size + crypto::code_symbols(out.pin.size());
    if (symbols.size() != size) {
        return bad_code("an enrolment code has " + std::to_string(size) +
                        " letters and digits, this one has " + std::to_string(symbols.size()));
    }
    const std::string_view first = std::string_view(symbols).substr(0, secret_size);
    const auto secret = crypto::code_decode(first, kSecretBytes);
    const auto pin =
        crypto::code_decode(std::string_view(symbols).substr(secret_size), out.pin.size());
    const std::string groups = std::to_string(secret_size);
    if (!secret.ok()) {
        return bad_code("there is a typing error in the first " + groups +
                        " letters and digits of the enrolment code");
    }
    if (!pin.ok()) {
        return bad_code("there is a typing error after the first " + groups +
                        " letters and digits of the enrolment code");
    }
    out.secret = crypto::code_encode(*secret);
    std::copy(pin->begin(), pin->end(), out.pin.begin());
    return out;
}

}  // namespace balie::sync
