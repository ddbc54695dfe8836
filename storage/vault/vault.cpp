#include "storage/vault/vault.h"

#include "storage/crypto/seal.h"
#include "storage/vault/atomic_file.h"
#include "storage/vault/file_lock.h"
#include "storage/vault/keys_format.h"

#include <algorithm>
#include <utility>

namespace balie::vault {
namespace {

namespace fs = std::filesystem;

// What a wrapping is bound to: nobody can put one user's entry, or one secret, in another's place.
std::string purpose_of_user(std::string_view user) {
    return "balie database key of " + std::string(user);
}
std::string purpose_of_secret(std::string_view name) {
    return "balie secret " + std::string(name);
}

fs::path file_of(const fs::path& dir) {
    return dir / kFileName;
}

Result<Keys> load(const fs::path& dir) {
    auto text = read_small_file(file_of(dir), kKeysBytesMax);
    if (!text.ok()) {
        Error error = std::move(text).error();
        if (error.code == ErrorCode::NotFound) {
            error.what = "there is no profile here yet";
            error.mend = "Enrol this terminal first: balie enrol --hub … --code …";
        }
        return error;
    }
    auto keys = parse_keys(*text);
    if (!keys.ok()) {
        Error error = std::move(keys).error();
        error.where = file_of(dir).string() + (error.where.empty() ? "" : ": " + error.where);
        return error;
    }
    return keys;
}

/// Held from reading the file until it is written again.
Result<FileLock> lock(const fs::path& dir) {
    if (!vault::exists(dir)) return load(dir).error();
    return lock_keys(dir);
}

Outcome save(const fs::path& dir, const Keys& keys, Existing existing) {
    const std::string text = print_keys(keys);
    return write_private_file(file_of(dir), as_bytes(text), existing);
}

std::size_t code_points(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

Outcome check_password(std::string_view password) {
    if (code_points(password) < kPasswordPointsMin) {
        return Error{ErrorCode::InvalidInput, "the password is too short", "password",
                     "Choose at least " + std::to_string(kPasswordPointsMin) + " characters"};
    }
    if (password.size() > kPasswordBytesMax) {
        return Error{ErrorCode::LimitExceeded, "the password is too long", "password",
                     "Choose at most " + std::to_string(kPasswordBytesMax) + " bytes"};
    }
    return {};
}

Outcome check_user(std::string_view user) {
    if (is_user_name(user)) return {};
    return Error{ErrorCode::InvalidInput, "that cannot be the name of a user", "user",
                 "Use 1 to " + std::to_string(kUserBytesMax) +
                     " bytes, without control characters and without a blank at either end"};
}

Error no_such_user(std::string_view user) {
    return {ErrorCode::NotFound, "this profile has no user '" + std::string(user) + "'", "user",
            "Check the spelling of the name"};
}

Result<UserEntry> wrap(BytesView database_key, std::string_view user, std::string_view password,
                       Entropy& entropy, const crypto::PasswordCost& cost) {
    UserEntry entry;
    entry.cost = cost;
    entry.salt = crypto::make_salt(entropy);
    BALIE_ASSIGN(const crypto::SecretBytes key,
                 crypto::derive_key(as_bytes(password), entry.salt, cost, crypto::kSealKeyBytes));
    BALIE_ASSIGN(entry.wrapped_key,
                 crypto::seal(key.view(), database_key, as_bytes(purpose_of_user(user)), entropy));
    return entry;
}

Result<crypto::SecretBytes> unwrap(const UserEntry& entry, std::string_view user,
                                   std::string_view password) {
    BALIE_ASSIGN(
        const crypto::SecretBytes key,
        crypto::derive_key(as_bytes(password), entry.salt, entry.cost, crypto::kSealKeyBytes));
    auto opened = crypto::open(key.view(), entry.wrapped_key, as_bytes(purpose_of_user(user)));
    if (!opened.ok()) {
        // The file's checksum was right, so it is the password that is not.
        return Error{ErrorCode::WrongPassword, "the password is not right", "password",
                     "Check the Caps Lock key and the keyboard's language"};
    }
    if (opened->size() != kDatabaseKeyBytes) {
        return Error{ErrorCode::Corrupt, "the database key has a wrong length", "keys", ""};
    }
    return opened;
}

Result<crypto::SecretBytes> open_user(const Keys& keys, std::string_view user,
                                      std::string_view password) {
    const auto entry = keys.users.find(user);
    if (entry == keys.users.end()) return no_such_user(user);
    return unwrap(entry->second, user, password);
}

}  // namespace

Result<crypto::SecretBytes> Unlocked::secret(std::string_view name) const {
    const auto found = secrets.find(name);
    if (found == secrets.end()) {
        return Error{ErrorCode::NotFound, "this profile has no secret '" + std::string(name) + "'",
                     "keys", ""};
    }
    return found->second.clone();
}

bool exists(const fs::path& dir) {
    std::error_code failed;
    return fs::exists(file_of(dir), failed);
}

Result<Unlocked> create(const fs::path& dir, std::string_view user, std::string_view password,
                        Entropy& entropy, const crypto::PasswordCost& cost) {
    BALIE_TRY(check_user(user));
    BALIE_TRY(check_password(password));
    if (vault::exists(dir)) {
        return Error{ErrorCode::AlreadyExists, "this folder holds a profile already", dir.string(),
                     "Choose another folder"};
    }
    BALIE_TRY(make_private_folder(dir));
    BALIE_ASSIGN(const FileLock held, lock_keys(dir));
    Unlocked unlocked{
        std::string(user), crypto::SecretBytes::random(kDatabaseKeyBytes, entropy), {}};
    Keys keys;
    BALIE_ASSIGN(keys.users[unlocked.user],
                 wrap(unlocked.database_key.view(), user, password, entropy, cost));
    crypto::SecretBytes device = crypto::SecretBytes::random(32, entropy);
    const std::string name(kDeviceKeySecret);
    BALIE_ASSIGN(keys.secrets[name], crypto::seal(unlocked.database_key.view(), device.view(),
                                                  as_bytes(purpose_of_secret(name)), entropy));
    unlocked.secrets.emplace(name, std::move(device));
    BALIE_TRY(save(dir, keys, Existing::Keep));
    return unlocked;
}

Result<Unlocked> unlock(const fs::path& dir, std::string_view user, std::string_view password) {
    BALIE_ASSIGN(const Keys keys, load(dir));
    Unlocked unlocked;
    unlocked.user = user;
    BALIE_ASSIGN(unlocked.database_key, open_user(keys, user, password));
    for (const auto& [name, sealed] : keys.secrets) {
        auto secret =
            crypto::open(unlocked.database_key.view(), sealed, as_bytes(purpose_of_secret(name)));
        if (!secret.ok()) {
            return Error{ErrorCode::Corrupt, "the secret '" + name + "' is damaged",
                         file_of(dir).string(), "Put the file back from a backup"};
        }
        unlocked.secrets.emplace(name, std::move(*secret));
    }
    return unlocked;
}

Outcome add_user(const fs::path& dir, const Unlocked& unlocked, std::string_view user,
                 std::string_view password, Entropy& entropy, const crypto::PasswordCost& cost) {
    BALIE_TRY(check_user(user));
    BALIE_TRY(check_password(password));
    BALIE_ASSIGN(const FileLock held, lock(dir));
    BALIE_ASSIGN(Keys keys, load(dir));
    if (keys.users.contains(user)) {
        return Error{ErrorCode::AlreadyExists,
                     "this profile has a user '" + std::string(user) + "' already", "user",
                     "Choose another name"};
    }
    if (keys.users.size() >= kUsersMax) {
        return Error{ErrorCode::LimitExceeded, "this profile has as many users as it can hold",
                     "user", "Remove one first"};
    }
    BALIE_ASSIGN(keys.users[std::string(user)],
                 wrap(unlocked.database_key.view(), user, password, entropy, cost));
    return save(dir, keys, Existing::Replace);
}

Outcome change_password(const fs::path& dir, std::string_view user, std::string_view old_password,
                        std::string_view new_password, Entropy& entropy,
                        const crypto::PasswordCost& cost) {
    BALIE_TRY(check_password(new_password));
    BALIE_ASSIGN(const FileLock held, lock(dir));
    BALIE_ASSIGN(Keys keys, load(dir));
    BALIE_ASSIGN(const crypto::SecretBytes database_key, open_user(keys, user, old_password));
    BALIE_ASSIGN(keys.users[std::string(user)],
                 wrap(database_key.view(), user, new_password, entropy, cost));
    return save(dir, keys, Existing::Replace);
}

Outcome remove_user(const fs::path& dir, std::string_view user) {
    BALIE_ASSIGN(const FileLock held, lock(dir));
    BALIE_ASSIGN(Keys keys, load(dir));
    const auto entry = keys.users.find(user);
    if (entry == keys.users.end()) return no_such_user(user);
    if (keys.users.size() == 1) {
        return Error{ErrorCode::Denied, "this is the only user: nobody could open the profile",
                     "user", "Add another user first"};
    }
    keys.users.erase(entry);
    return save(dir, keys, Existing::Replace);
}

Result<std::vector<std::string>> list_users(const fs::path& dir) {
    BALIE_ASSIGN(const Keys keys, load(dir));
    std::vector<std::string> names;
    names.reserve(keys.users.size());
    for (const auto& [name, entry] : keys.users) names.push_back(name);
    return names;
}

Outcome put_secret(const fs::path& dir, Unlocked& unlocked, std::string_view name, BytesView secret,
                   Entropy& entropy) {
    if (!is_secret_name(name)) {
        return Error{ErrorCode::InvalidInput, "that cannot be the name of a secret", "keys", ""};
    }
    if (secret.size() > kSecretBytesMax) {
        return Error{ErrorCode::LimitExceeded, "the secret is too long", std::string(name), ""};
    }
    BALIE_ASSIGN(const FileLock held, lock(dir));
    BALIE_ASSIGN(Keys keys, load(dir));
    const std::string key(name);
    BALIE_ASSIGN(keys.secrets[key], crypto::seal(unlocked.database_key.view(), secret,
                                                 as_bytes(purpose_of_secret(name)), entropy));
    BALIE_TRY(save(dir, keys, Existing::Replace));
    unlocked.secrets.insert_or_assign(key, crypto::SecretBytes(secret));
    return {};
}

}  // namespace balie::vault
