// What the head office gives a person for a new terminal: the one-time secret and the hub's pin in
// one text, SECRET-PIN. Both parts are letters and digits for reading out and typing into a shell
// (storage/crypto/encoding.h), each with two check symbols; case, hyphens and blanks do not matter.
// Invariant: split(join(x)) == x. No error repeats the code. Thread: any (values).
#pragma once

#include "storage/base/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace balie::sync {

/// SHA-256 of the hub certificate's SubjectPublicKeyInfo (DER), as in RFC 7469 section 2.4: the one
/// key that a terminal takes for the hub's.
using Pin = std::array<std::uint8_t, 32>;

/// Bytes of the one-time secret.
inline constexpr std::size_t kSecretBytes = 10;

struct EnrolmentCode {
    std::string secret;  ///< goes into ENROL as it is
    Pin pin{};
    bool operator==(const EnrolmentCode&) const = default;
};

[[nodiscard]] std::string join_enrolment_code(const EnrolmentCode& code);
/// Errors: InvalidInput (not as long as a code, a typing error; it says in which half).
[[nodiscard]] Result<EnrolmentCode> split_enrolment_code(std::string_view text);

}  // namespace balie::sync
