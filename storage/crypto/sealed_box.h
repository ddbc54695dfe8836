// Sealed boxes: bytes that only the holder of a signing key can read, by whoever knows its public
// half. Invariant: the Ed25519 keys are turned into X25519 ones (libsodium's crypto_sign_ed25519_*
// _to_curve25519), and what comes out is what crypto_box_seal makes: 32 bytes of a key made for
// this one box, then ciphertext and tag of XSalsa20-Poly1305 under the nonce BLAKE2b-192(that key +
// the recipient's). It does not say who sealed it: sign what it is a part of. Thread: any.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/entropy.h"
#include "storage/base/result.h"
#include "storage/crypto/signing.h"

namespace balie::crypto {

/// How much longer the sealed bytes are than the plain ones.
inline constexpr std::size_t kSealedBoxOverheadBytes = 32 + 16;

/// Errors: InvalidInput when `recipient` is no public key.
[[nodiscard]] Result<Bytes> seal_to(BytesView recipient, BytesView plain, Entropy& entropy);
/// Errors: Corrupt when it was sealed for another key, or a bit of it is not the one it was.
[[nodiscard]] Result<SecretBytes> open_sealed(const KeyPair& recipient, BytesView sealed);

}  // namespace balie::crypto
