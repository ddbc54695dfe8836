// The text of the `keys` file: values in, text out, and back. No keys are opened here.
// Invariant: parse(print(x)) == x; whatever is not exactly so is refused. Thread: any.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/result.h"
#include "storage/crypto/password.h"

#include <map>
#include <string>
#include <string_view>

namespace balie::vault {

inline constexpr int kKeysVersion = 1;
inline constexpr std::size_t kKeysBytesMax = 4UL * 1024 * 1024;

struct UserEntry {
    crypto::PasswordCost cost;
    crypto::Salt salt{};
    Bytes wrapped_key;

    bool operator==(const UserEntry&) const = default;
};

struct Keys {
    std::map<std::string, UserEntry, std::less<>> users;
    std::map<std::string, Bytes, std::less<>> secrets;  ///< sealed

    bool operator==(const Keys&) const = default;
};

[[nodiscard]] std::string print_keys(const Keys& keys);
/// Errors: Corrupt, NewerVersion.
[[nodiscard]] Result<Keys> parse_keys(std::string_view text);

[[nodiscard]] bool is_secret_name(std::string_view name);
/// 1 to 100 bytes, no control characters and no blank at either end.
[[nodiscard]] bool is_user_name(std::string_view name);

}  // namespace balie::vault
