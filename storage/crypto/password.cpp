#include "storage/crypto/password.h"

#include <sodium.h>

namespace balie::crypto {

Salt make_salt(Entropy& entropy) {
    static_assert(kSaltBytes == crypto_pwhash_SALTBYTES);
    Salt salt{};
    entropy.fill(salt);
    return salt;
}

Result<SecretBytes> derive_key(BytesView password, const Salt& salt, const PasswordCost& cost,
                               std::size_t key_bytes) {
    const bool possible = cost.passes >= crypto_pwhash_OPSLIMIT_MIN &&
                          cost.passes <= kCostMax.passes &&
                          cost.memory_bytes >= crypto_pwhash_MEMLIMIT_MIN &&
                          cost.memory_bytes <= kCostMax.memory_bytes &&
                          key_bytes >= crypto_pwhash_BYTES_MIN && key_bytes <= 1024;
    if (!possible) {
        return Error{ErrorCode::InvalidInput, "the cost of the key derivation is out of bounds", "",
                     ""};
    }
    SecretBytes key(key_bytes);
    const int failed = crypto_pwhash(
        key.mutable_view().data(), key.size(), reinterpret_cast<const char*>(password.data()),
        password.size(), salt.data(), cost.passes, cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
    if (failed != 0) {
        return Error{ErrorCode::LimitExceeded, "not enough memory to check the password", "",
                     "Close other programs and try again"};
    }
    return key;
}

}  // namespace balie::crypto
