#include "storage/crypto/seal.h"

#include <sodium.h>

#include <span>

namespace balie::crypto {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kSealOverheadBytes == kNonceBytes + kTagBytes);
static_assert(kSealKeyBytes == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

Error wrong_key_length() {
    return {ErrorCode::InvalidInput, "a sealing key must have 32 bytes", "", ""};
}

}  // namespace

Result<Bytes> seal(BytesView key, BytesView plain, BytesView associated, Entropy& entropy) {
    if (key.size() != kSealKeyBytes) return wrong_key_length();
    Bytes out(kSealOverheadBytes + plain.size());
    entropy.fill(std::span(out).first(kNonceBytes));
    crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + kNonceBytes, nullptr, plain.data(),
                                               plain.size(), associated.data(), associated.size(),
                                               nullptr, out.data(), key.data());
    return out;
}

Result<SecretBytes> open(BytesView key, BytesView sealed, BytesView associated) {
    if (key.size() != kSealKeyBytes) return wrong_key_length();
    const Error damaged{ErrorCode::Corrupt, "sealed bytes are damaged or the key is not theirs", "",
                        ""};
    if (sealed.size() < kSealOverheadBytes) return damaged;
    SecretBytes plain(sealed.size() - kSealOverheadBytes);
    const BytesView body = sealed.subspan(kNonceBytes);
    const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain.mutable_view().data(), nullptr, nullptr, body.data(), body.size(), associated.data(),
        associated.size(), sealed.data(), key.data());
    if (failed != 0) return damaged;
    return plain;
}

}  // namespace balie::crypto
