// BLAKE2b-256: the digest of chains, commitments, files and pins.
// Invariant: hashing the parts one after another gives the digest of them joined. Thread: any.
// Source: RFC 7693, with a digest of 32 bytes and no key.
#pragma once

#include "storage/base/bytes.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace balie::crypto {

using Digest32 = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest32 blake2b_256(BytesView bytes);
/// The digest of the parts joined, without joining them.
[[nodiscard]] Digest32 blake2b_256(std::initializer_list<BytesView> parts);
/// Keyed (RFC 7693 section 2.9); `key` has 16 to 64 bytes.
[[nodiscard]] Digest32 blake2b_256_keyed(BytesView key, BytesView bytes);

/// Takes bytes as they come. After finish() it must not be used again.
class Hasher {
  public:
    Hasher();

    Hasher& update(BytesView bytes);
    Hasher& update(std::string_view text) { return update(as_bytes(text)); }
    [[nodiscard]] Digest32 finish();

  private:
    // libsodium's crypto_generichash_state: its size and alignment are checked in hash.cpp.
    static constexpr std::size_t kStateBytes = 384;
    alignas(64) std::array<std::uint8_t, kStateBytes> state_{};
    bool finished_{false};
};

}  // namespace balie::crypto
