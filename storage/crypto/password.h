// Argon2id (RFC 9106): a key out of a password, slowly on purpose.
// Invariant: the same password, salt and parameters give the same key on every machine; the
// parameters are stored beside the salt, so they can be raised later. Thread: any; takes long
// (about 0.4 s as kModerate) and as much memory as the parameters say: never on the UI thread.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/entropy.h"
#include "storage/base/result.h"
#include "storage/crypto/secret.h"

#include <array>
#include <cstdint>

namespace balie::crypto {

inline constexpr std::size_t kSaltBytes = 16;
using Salt = std::array<std::uint8_t, kSaltBytes>;

struct PasswordCost {
    std::uint32_t passes{};
    std::uint64_t memory_bytes{};

    bool operator==(const PasswordCost&) const = default;
};
/// What a profile gets: a little under libsodium's "moderate", as laptops of 4 GiB must bear it.
inline constexpr PasswordCost kModerate{3, 128ULL * 1024 * 1024};
/// For tests and simulations alone: no protection whatever.
inline constexpr PasswordCost kCheapForTests{1, 64ULL * 1024};
/// Nobody may make us work longer than this by handing us a file.
inline constexpr PasswordCost kCostMax{16, 1024ULL * 1024 * 1024};

[[nodiscard]] Salt make_salt(Entropy& entropy);
/// Errors: InvalidInput for a cost outside the bounds, LimitExceeded when memory does not suffice.
[[nodiscard]] Result<SecretBytes> derive_key(BytesView password, const Salt& salt,
                                             const PasswordCost& cost, std::size_t key_bytes = 32);

}  // namespace balie::crypto
