// What the head office gives a person for a new terminal: the one-time secret and the hub's pin in
// one text, "SECRET.PIN". Both parts are in the alphabet for reading out
// (storage/crypto/encoding.h), each with its check symbol; case, hyphens and blanks do not matter.
// Invariant: split(join(x)) == x. No error repeats the code. Thread: any (values).
#pragma once

#include "storage/base/result.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace balie::sync {

/// SHA-256 of the hub certificate's SubjectPublicKeyInfo (DER), as in RFC 7469 section 2.4: the one
/// key that a terminal takes for the hub's.
using Pin = std::array<std::uint8_t, 32>;

struct EnrolmentCode {
    std::string secret;  ///< goes into ENROL as it is
    Pin pin{};
    bool operator==(const EnrolmentCode&) const = default;
};

[[nodiscard]] std::string join_enrolment_code(const EnrolmentCode& code);
/// Errors: InvalidInput (no dot, a typing error in the pin).
[[nodiscard]] Result<EnrolmentCode> split_enrolment_code(std::string_view text);

}  // namespace balie::sync
