#include "sync/core/enrolment_code.h"

#include "storage/crypto/encoding.h"

#include <algorithm>

namespace balie::sync {

namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

Error bad_code(std::string what) {
    return {ErrorCode::InvalidInput, std::move(what), "",
            "Take it over again from the head office, both parts and the dot between them"};
}

}  // namespace

std::string join_enrolment_code(const EnrolmentCode& code) {
    return code.secret + "." + crypto::code_encode(code.pin);
}

Result<EnrolmentCode> split_enrolment_code(std::string_view text) {
    text = trimmed(text);
    const auto dot = text.find('.');
    if (dot == std::string_view::npos || dot == 0) {
        return bad_code("this is no enrolment code: it has two parts with a dot between them");
    }
    EnrolmentCode out;
    const auto pin = crypto::code_decode(trimmed(text.substr(dot + 1)), out.pin.size());
    if (!pin.ok())
        return bad_code("the part of the enrolment code after the dot has a typing error");
    out.secret = std::string(trimmed(text.substr(0, dot)));
    std::copy(pin->begin(), pin->end(), out.pin.begin());
    return out;
}

}  // namespace balie::sync
