#include "storage/base/result.h"

namespace balie {

std::string_view to_string(ErrorCode code) {
    switch (code) {
        case ErrorCode::InvalidInput:
            return "invalid_input";
        case ErrorCode::NotFound:
            return "not_found";
        case ErrorCode::AlreadyExists:
            return "already_exists";
        case ErrorCode::Denied:
            return "denied";
        case ErrorCode::WrongPassword:
            return "wrong_password";
        case ErrorCode::Expired:
            return "expired";
        case ErrorCode::Offline:
            return "offline";
        case ErrorCode::Busy:
            return "busy";
        case ErrorCode::NewerVersion:
            return "newer_version";
        case ErrorCode::Corrupt:
            return "corrupt";
        case ErrorCode::DiskFull:
            return "disk_full";
        case ErrorCode::Io:
            return "io";
        case ErrorCode::SignInPage:
            return "sign_in_page";
        case ErrorCode::Untrusted:
            return "untrusted";
        case ErrorCode::Protocol:
            return "protocol";
        case ErrorCode::Conflict:
            return "conflict";
        case ErrorCode::LimitExceeded:
            return "limit_exceeded";
        case ErrorCode::Cancelled:
            return "cancelled";
        case ErrorCode::Internal:
            return "internal";
    }
    return "internal";
}

std::string Error::text() const {
    std::string out = what;
    if (!where.empty()) out += " (" + where + ")";
    if (!mend.empty()) out += ". " + mend;
    return out;
}

}  // namespace balie
