#include "storage/crypto/signing.h"

#include "storage/base/check.h"

#include <sodium.h>

#include <utility>

namespace balie::crypto {

KeyPair::KeyPair(SecretBytes seed, SecretBytes secret, PublicKey public_key)
    : seed_(std::move(seed)), secret_(std::move(secret)), public_key_(public_key) {}

KeyPair KeyPair::make(Entropy& entropy) {
    const SecretBytes seed = SecretBytes::random(kSeedBytes, entropy);
    auto pair = from_seed(seed.view());
    BALIE_CHECK(pair.ok());
    return std::move(pair).value();
}

Result<KeyPair> KeyPair::from_seed(BytesView seed) {
    static_assert(kSeedBytes == crypto_sign_SEEDBYTES);
    static_assert(sizeof(PublicKey) == crypto_sign_PUBLICKEYBYTES);
    if (seed.size() != kSeedBytes) {
        return Error{ErrorCode::InvalidInput, "the seed of a signing key must have 32 bytes", "",
                     ""};
    }
    SecretBytes secret(crypto_sign_SECRETKEYBYTES);
    PublicKey public_key{};
    crypto_sign_seed_keypair(public_key.data(), secret.mutable_view().data(), seed.data());
    return KeyPair(SecretBytes(seed), std::move(secret), public_key);
}

Signature KeyPair::sign(BytesView message) const {
    static_assert(sizeof(Signature) == crypto_sign_BYTES);
    Signature out{};
    crypto_sign_detached(out.data(), nullptr, message.data(), message.size(),
                         secret_.view().data());
    return out;
}

bool verify(BytesView public_key, BytesView message, BytesView signature) {
    if (public_key.size() != sizeof(PublicKey) || signature.size() != sizeof(Signature)) {
        return false;
    }
    return crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                       public_key.data()) == 0;
}

}  // namespace balie::crypto
