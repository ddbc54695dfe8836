#include "storage/crypto/sealed_box.h"

#include <sodium.h>

#include <array>

namespace balie::crypto {
namespace {

static_assert(kSealedBoxOverheadBytes == crypto_box_SEALBYTES);

using CurveKey = std::array<std::uint8_t, crypto_box_PUBLICKEYBYTES>;

}  // namespace

Result<Bytes> seal_to(BytesView recipient, BytesView plain, Entropy& entropy) {
    CurveKey to{};
    if (recipient.size() != sizeof(PublicKey) ||
        crypto_sign_ed25519_pk_to_curve25519(to.data(), recipient.data()) != 0) {
        return Error{ErrorCode::InvalidInput, "this is no public key to seal for", "", ""};
    }
    // As crypto_box_seal does, but with a key from our own source of random bytes.
    const SecretBytes secret = SecretBytes::random(crypto_box_SECRETKEYBYTES, entropy);
    CurveKey once{};
    crypto_scalarmult_base(once.data(), secret.view().data());
    Bytes joined(once.begin(), once.end());
    joined.insert(joined.end(), to.begin(), to.end());
    std::array<std::uint8_t, crypto_box_NONCEBYTES> nonce{};
    crypto_generichash(nonce.data(), nonce.size(), joined.data(), joined.size(), nullptr, 0);
    Bytes sealed(kSealedBoxOverheadBytes + plain.size());
    std::copy(once.begin(), once.end(), sealed.begin());
    if (crypto_box_easy(sealed.data() + once.size(), plain.data(), plain.size(), nonce.data(),
                        to.data(), secret.view().data()) != 0) {
        return Error{ErrorCode::InvalidInput, "this is no public key to seal for", "", ""};
    }
    return sealed;
}

Result<SecretBytes> open_sealed(const KeyPair& recipient, BytesView sealed) {
    const Error damaged{ErrorCode::Corrupt, "sealed bytes are damaged or meant for another key", "",
                        ""};
    if (sealed.size() < kSealedBoxOverheadBytes) return damaged;
    PublicKey ignored{};
    SecretBytes signing(crypto_sign_SECRETKEYBYTES);
    crypto_sign_seed_keypair(ignored.data(), signing.mutable_view().data(),
                             recipient.seed().data());
    SecretBytes secret(crypto_box_SECRETKEYBYTES);
    crypto_sign_ed25519_sk_to_curve25519(secret.mutable_view().data(), signing.view().data());
    CurveKey own{};
    crypto_scalarmult_base(own.data(), secret.view().data());
    SecretBytes plain(sealed.size() - kSealedBoxOverheadBytes);
    const int failed = crypto_box_seal_open(plain.mutable_view().data(), sealed.data(),
                                            sealed.size(), own.data(), secret.view().data());
    if (failed != 0) return damaged;
    return plain;
}

}  // namespace balie::crypto
