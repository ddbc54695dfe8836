// The vault of a profile: the database key and named secrets, opened by a person's password.
// The file `keys` in the profile folder holds, per user, the random 32-byte database key wrapped
// under a key derived from the password (Argon2id), and each named secret (device_key…) wrapped
// under the database key. Format: README.md.
// Invariant: the file is replaced as a whole (temporary file, fsync, rename, fsync of the folder),
// so that it is always the old or the new one; mode 0600 in a folder of mode 0700. Changing a
// password changes a wrapping and never the database key; two processes that change one vault wait
// for each other (file_lock.h). Thread: any; every call that takes a password is slow on purpose:
// never on the UI thread.
#pragma once

#include "storage/base/entropy.h"
#include "storage/base/result.h"
#include "storage/crypto/password.h"
#include "storage/crypto/secret.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace balie::vault {

inline constexpr std::string_view kFileName = "keys";
inline constexpr std::size_t kDatabaseKeyBytes = 32;
inline constexpr std::size_t kPasswordPointsMin = 10;  ///< code points
inline constexpr std::size_t kPasswordBytesMax = 1024;
inline constexpr std::size_t kUserBytesMax = 100;
inline constexpr std::size_t kUsersMax = 200;
inline constexpr std::size_t kSecretBytesMax = 4096;
/// Names of secrets used by the program.
inline constexpr std::string_view kDeviceKeySecret = "device_key";  ///< Ed25519 seed, 32 bytes

/// What a password opens: the keys, in memory only. Owns them and wipes them when it goes.
struct Unlocked {
    std::string user;
    crypto::SecretBytes database_key;
    std::map<std::string, crypto::SecretBytes, std::less<>> secrets;

    /// Errors: NotFound.
    [[nodiscard]] Result<crypto::SecretBytes> secret(std::string_view name) const;
};

[[nodiscard]] bool exists(const std::filesystem::path& dir);

/// Makes the folder when there is none, a fresh database key, a first user, and the secret
/// device_key (a random Ed25519 seed).
/// Errors: AlreadyExists; InvalidInput for a password too short or a user name that cannot be; Io.
[[nodiscard]] Result<Unlocked> create(const std::filesystem::path& dir, std::string_view user,
                                      std::string_view password, Entropy& entropy,
                                      const crypto::PasswordCost& cost = crypto::kModerate);

/// Errors: WrongPassword; NotFound (no vault here, or no such user); Corrupt; NewerVersion; Io.
[[nodiscard]] Result<Unlocked> unlock(const std::filesystem::path& dir, std::string_view user,
                                      std::string_view password);

/// Errors, here and below: Busy when another process changes the vault and does not come to an end.
/// Errors: AlreadyExists; InvalidInput; LimitExceeded; and those of reading the file.
[[nodiscard]] Outcome add_user(const std::filesystem::path& dir, const Unlocked& unlocked,
                               std::string_view user, std::string_view password, Entropy& entropy,
                               const crypto::PasswordCost& cost = crypto::kModerate);
/// The database key stays: nothing else has to be written again.
/// Errors: WrongPassword for the old one; InvalidInput for the new one; those of reading.
[[nodiscard]] Outcome change_password(const std::filesystem::path& dir, std::string_view user,
                                      std::string_view old_password, std::string_view new_password,
                                      Entropy& entropy,
                                      const crypto::PasswordCost& cost = crypto::kModerate);
/// Errors: NotFound; Denied for the last user, as nobody could open the profile any more.
[[nodiscard]] Outcome remove_user(const std::filesystem::path& dir, std::string_view user);
/// In alphabetical order; needs no password. Errors: those of reading the file.
[[nodiscard]] Result<std::vector<std::string>> list_users(const std::filesystem::path& dir);

/// Adds or replaces a named secret, in the file and in `unlocked`.
/// Errors: InvalidInput for a name that is not [a-z0-9_.-]+; LimitExceeded; those of reading.
[[nodiscard]] Outcome put_secret(const std::filesystem::path& dir, Unlocked& unlocked,
                                 std::string_view name, BytesView secret, Entropy& entropy);

}  // namespace balie::vault
