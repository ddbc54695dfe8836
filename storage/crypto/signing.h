// Ed25519 (RFC 8032): a device proves who it is, a hub signs what it acknowledges.
// Invariant: a key pair is made from its 32-byte seed alone, so storing the seed is enough.
// Thread: any. KeyPair owns its secret.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/entropy.h"
#include "storage/base/result.h"
#include "storage/crypto/secret.h"

#include <array>
#include <cstdint>

namespace balie::crypto {

inline constexpr std::size_t kSeedBytes = 32;
using PublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;

class KeyPair {
  public:
    [[nodiscard]] static KeyPair make(Entropy& entropy);
    /// Errors: InvalidInput when the seed is not 32 bytes long.
    [[nodiscard]] static Result<KeyPair> from_seed(BytesView seed);

    [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
    [[nodiscard]] BytesView seed() const { return seed_.view(); }
    [[nodiscard]] Signature sign(BytesView message) const;

  private:
    KeyPair(SecretBytes seed, SecretBytes secret, PublicKey public_key);

    SecretBytes seed_;
    SecretBytes secret_;
    PublicKey public_key_{};
};

/// False for a wrong signature and for keys or signatures of a wrong length alike.
[[nodiscard]] bool verify(BytesView public_key, BytesView message, BytesView signature);

}  // namespace balie::crypto
