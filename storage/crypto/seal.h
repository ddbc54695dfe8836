// Sealing: XChaCha20-Poly1305 with associated data (draft-irtf-cfrg-xchacha, the IETF variant).
// Invariant: what opens is exactly what was sealed, with the same key and the same associated
// data; anything else is refused. The random 24-byte nonce goes before the ciphertext. Thread: any.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/entropy.h"
#include "storage/base/result.h"
#include "storage/crypto/secret.h"

namespace balie::crypto {

inline constexpr std::size_t kSealKeyBytes = 32;
/// How much longer the sealed bytes are than the plain ones.
inline constexpr std::size_t kSealOverheadBytes = 24 + 16;

/// Errors: InvalidInput when the key is not 32 bytes long.
[[nodiscard]] Result<Bytes> seal(BytesView key, BytesView plain, BytesView associated,
                                 Entropy& entropy);
/// Errors: InvalidInput for a key of wrong length; Corrupt when the key, the associated data or a
/// single bit is not the one it was sealed with.
[[nodiscard]] Result<SecretBytes> open(BytesView key, BytesView sealed, BytesView associated);

}  // namespace balie::crypto
