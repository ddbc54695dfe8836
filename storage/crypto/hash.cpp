#include "storage/crypto/hash.h"

#include "storage/base/check.h"

#include <sodium.h>

namespace balie::crypto {
namespace {

static_assert(sizeof(crypto_generichash_state) <= 384);
static_assert(alignof(crypto_generichash_state) <= 64);

template <std::size_t Size>
crypto_generichash_state* state_of(std::array<std::uint8_t, Size>& bytes) {
    return reinterpret_cast<crypto_generichash_state*>(bytes.data());
}

}  // namespace

Hasher::Hasher() {
    BALIE_CHECK(crypto_generichash_init(state_of(state_), nullptr, 0, sizeof(Digest32)) == 0);
}

Hasher& Hasher::update(BytesView bytes) {
    BALIE_CHECK(!finished_);
    if (!bytes.empty()) {
        crypto_generichash_update(state_of(state_), bytes.data(), bytes.size());
    }
    return *this;
}

Digest32 Hasher::finish() {
    BALIE_CHECK(!finished_);
    finished_ = true;
    Digest32 out{};
    crypto_generichash_final(state_of(state_), out.data(), out.size());
    return out;
}

Digest32 blake2b_256(BytesView bytes) {
    Digest32 out{};
    crypto_generichash(out.data(), out.size(), bytes.data(), bytes.size(), nullptr, 0);
    return out;
}

Digest32 blake2b_256(std::initializer_list<BytesView> parts) {
    Hasher hasher;
    for (const BytesView part : parts) hasher.update(part);
    return hasher.finish();
}

Digest32 blake2b_256_keyed(BytesView key, BytesView bytes) {
    BALIE_CHECK(key.size() >= crypto_generichash_KEYBYTES_MIN &&
                key.size() <= crypto_generichash_KEYBYTES_MAX);
    Digest32 out{};
    crypto_generichash(out.data(), out.size(), bytes.data(), bytes.size(), key.data(), key.size());
    return out;
}

}  // namespace balie::crypto
