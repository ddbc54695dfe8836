#include "storage/crypto/encoding.h"
#include "storage/crypto/hash.h"
#include "storage/crypto/password.h"
#include "storage/crypto/seal.h"
#include "storage/crypto/sealed_box.h"
#include "storage/crypto/secret.h"
#include "storage/crypto/signing.h"
#include "storage/crypto/system_entropy.h"
#include "tests/support/catch.h"
#include "tests/support/property.h"
#include "tests/support/seeded_entropy.h"

#include <algorithm>
#include <set>

using balie::as_bytes;
using balie::Bytes;
using balie::BytesView;
using balie::ErrorCode;
using balie::to_hex;
using balie::test::law;
using balie::test::must;
using balie::test::must_fail;
using balie::test::SeededEntropy;

namespace crypto = balie::crypto;

TEST_CASE("A digest is the one that BLAKE2b's reference gives", "[crypto]") {
    CHECK(to_hex(crypto::blake2b_256(as_bytes(""))) ==
          "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    CHECK(to_hex(crypto::blake2b_256(as_bytes("abc"))) ==
          "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST_CASE("A file hashed in pieces has the digest of the whole", "[crypto]") {
    law("pieces", [](const std::vector<Bytes>& pieces) {
        Bytes whole;
        crypto::Hasher hasher;
        for (const auto& piece : pieces) {
            hasher.update(piece);
            whole.insert(whole.end(), piece.begin(), piece.end());
        }
        RC_ASSERT(hasher.finish() == crypto::blake2b_256(whole));
    });
    CHECK(crypto::blake2b_256({as_bytes("a"), as_bytes("bc")}) ==
          crypto::blake2b_256(as_bytes("abc")));
}

TEST_CASE("A keyed digest depends on its key", "[crypto]") {
    const Bytes one(32, 1);
    const Bytes two(32, 2);
    CHECK(crypto::blake2b_256_keyed(one, as_bytes("x")) ==
          crypto::blake2b_256_keyed(one, as_bytes("x")));
    CHECK(crypto::blake2b_256_keyed(one, as_bytes("x")) !=
          crypto::blake2b_256_keyed(two, as_bytes("x")));
}

TEST_CASE("A device key signs as RFC 8032 says", "[crypto]") {
    // RFC 8032, 7.1, test 2.
    const Bytes seed =
        must(balie::from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
    const auto pair = must(crypto::KeyPair::from_seed(seed));
    CHECK(to_hex(pair.public_key()) ==
          "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    const Bytes message{0x72};
    const auto signature = pair.sign(message);
    CHECK(to_hex(signature) ==
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    CHECK(crypto::verify(pair.public_key(), message, signature));
}

TEST_CASE("A signature over anything else is refused", "[crypto]") {
    SeededEntropy entropy;
    const auto pair = crypto::KeyPair::make(entropy);
    const auto other = crypto::KeyPair::make(entropy);
    const auto signature = pair.sign(as_bytes("pay 10"));
    CHECK(crypto::verify(pair.public_key(), as_bytes("pay 10"), signature));
    CHECK_FALSE(crypto::verify(pair.public_key(), as_bytes("pay 11"), signature));
    CHECK_FALSE(crypto::verify(other.public_key(), as_bytes("pay 10"), signature));
    CHECK_FALSE(
        crypto::verify(pair.public_key(), as_bytes("pay 10"), BytesView(signature).first(63)));
    CHECK_FALSE(crypto::verify(as_bytes("short"), as_bytes("pay 10"), signature));
    CHECK(crypto::KeyPair::from_seed(as_bytes("short")).error().code == ErrorCode::InvalidInput);
}

TEST_CASE("The same seed gives the same keys, so a simulation can be replayed", "[crypto]") {
    SeededEntropy one(7);
    SeededEntropy two(7);
    CHECK(crypto::KeyPair::make(one).public_key() == crypto::KeyPair::make(two).public_key());
    CHECK(crypto::make_code(one) == crypto::make_code(two));
}

TEST_CASE("A password gives the same key again, and another salt another", "[crypto]") {
    SeededEntropy entropy;
    const auto salt = crypto::make_salt(entropy);
    const auto other = crypto::make_salt(entropy);
    const auto key =
        must(crypto::derive_key(as_bytes("correct horse"), salt, crypto::kCheapForTests));
    CHECK(crypto::constant_time_equal(
        key.view(),
        must(crypto::derive_key(as_bytes("correct horse"), salt, crypto::kCheapForTests)).view()));
    CHECK_FALSE(crypto::constant_time_equal(
        key.view(),
        must(crypto::derive_key(as_bytes("correct horse"), other, crypto::kCheapForTests)).view()));
    CHECK_FALSE(crypto::constant_time_equal(
        key.view(),
        must(crypto::derive_key(as_bytes("Correct horse"), salt, crypto::kCheapForTests)).view()));
}

TEST_CASE("A file cannot make us derive a key for an hour", "[crypto]") {
    const crypto::Salt salt{};
    const crypto::PasswordCost absurd{1'000'000, 64ULL << 40U};
    CHECK(must_fail(crypto::derive_key(as_bytes("x"), salt, absurd)).code ==
          ErrorCode::InvalidInput);
}

TEST_CASE("What was sealed opens with its key alone, unchanged", "[crypto]") {
    SeededEntropy entropy;
    const auto key = crypto::SecretBytes::random(32, entropy);
    const auto wrong = crypto::SecretBytes::random(32, entropy);
    const Bytes sealed =
        must(crypto::seal(key.view(), as_bytes("secret"), as_bytes("for"), entropy));
    CHECK(sealed.size() == 6 + crypto::kSealOverheadBytes);
    const auto opened = must(crypto::open(key.view(), sealed, as_bytes("for")));
    CHECK(crypto::constant_time_equal(opened.view(), as_bytes("secret")));
    REQUIRE_ERROR(crypto::open(wrong.view(), sealed, as_bytes("for")), ErrorCode::Corrupt);
    REQUIRE_ERROR(crypto::open(key.view(), sealed, as_bytes("four")), ErrorCode::Corrupt);
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        Bytes bent = sealed;
        bent[i] ^= 1U;
        REQUIRE_ERROR(crypto::open(key.view(), bent, as_bytes("for")), ErrorCode::Corrupt);
    }
    REQUIRE_ERROR(crypto::open(key.view(), as_bytes("short"), {}), ErrorCode::Corrupt);
    REQUIRE_ERROR(crypto::open(as_bytes("short"), sealed, {}), ErrorCode::InvalidInput);
}

TEST_CASE("An address in base64url has one spelling", "[crypto]") {
    law("base64url", [](const Bytes& bytes) {
        const auto back = crypto::base64url_decode(crypto::base64url_encode(bytes));
        RC_ASSERT(back.ok());
        RC_ASSERT(*back == bytes);
    });
    CHECK(crypto::base64url_encode(Bytes{0xFB, 0xFF}) == "-_8");
    const auto text = GENERATE("-_9", "-_8=", "+/8", "a", "-_ 8", "-\xC3\xA9", "\x8A\x8A\x8A\x8A");
    REQUIRE_ERROR(crypto::base64url_decode(text), ErrorCode::InvalidInput);
}

TEST_CASE("A one-time code survives being read out over the telephone", "[crypto]") {
    SeededEntropy entropy(3);
    const Bytes bytes{0xFF, 0x00, 0x10, 0x83, 0xA4, 0x11, 0x22, 0x33, 0x44, 0x55};
    const std::string code = crypto::code_encode(bytes);
    CHECK(code.size() == 18 + 4);
    CHECK(code.size() - 4 == crypto::code_symbols(10));
    // The vector of sync/PROTOCOL.md.
    CHECK(crypto::code_encode(Bytes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) == "000G-40R4-0M30-E209-FA");
    CHECK(must(crypto::code_decode(code, 10)) == bytes);

    std::string spoken = code;
    std::transform(spoken.begin(), spoken.end(), spoken.begin(), [](char c) {
        if (c == '0') return 'o';
        if (c == '1') return 'l';
        if (c == '-') return ' ';
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    });
    CHECK(must(crypto::code_decode(spoken, 10)) == bytes);
}

TEST_CASE("A code holds letters and digits alone, so that a shell takes it as it is", "[crypto]") {
    SeededEntropy entropy(5);
    const std::string allowed = "0123456789ABCDEFGHJKMNPQRSTVWXYZ-";
    for (int i = 0; i < 2000; ++i) {
        CHECK(crypto::make_code(entropy).find_first_not_of(allowed) == std::string::npos);
    }
}

TEST_CASE("A wrong symbol in a code is noticed, and two that changed places", "[crypto]") {
    SeededEntropy entropy(4);
    std::string code = crypto::make_code(entropy);
    std::erase(code, '-');
    const std::string symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    for (std::size_t i = 0; i < code.size(); ++i) {
        for (const char other : symbols) {
            if (other == code[i]) continue;
            std::string wrong = code;
            wrong[i] = other;
            REQUIRE_ERROR(crypto::code_decode(wrong, 10), ErrorCode::InvalidInput);
        }
        for (std::size_t j = i + 1; j < code.size(); ++j) {
            if (code[i] == code[j]) continue;
            std::string wrong = code;
            std::swap(wrong[i], wrong[j]);
            REQUIRE_ERROR(crypto::code_decode(wrong, 10), ErrorCode::InvalidInput);
        }
    }
    REQUIRE_ERROR(crypto::code_decode(code.substr(2), 10), ErrorCode::InvalidInput);
    REQUIRE_ERROR(crypto::code_decode(code + "0", 10), ErrorCode::InvalidInput);
    REQUIRE_ERROR(crypto::code_decode("", 10), ErrorCode::InvalidInput);
    CHECK(must_fail(crypto::code_decode("ABCD!", 10)).text().find("ABCD") == std::string::npos);
}

TEST_CASE("The system's random bytes do not repeat", "[crypto]") {
    crypto::SystemEntropy entropy;
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) {
        seen.insert(to_hex(crypto::SecretBytes::random(16, entropy).view()));
    }
    CHECK(seen.size() == 100);
}

TEST_CASE("A secret moves and leaves nothing behind", "[crypto]") {
    auto one = crypto::SecretBytes::from_text("hunter2hunter2");
    const auto two = std::move(one);
    CHECK(one.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
    CHECK(crypto::constant_time_equal(two.view(), as_bytes("hunter2hunter2")));
    CHECK_FALSE(crypto::constant_time_equal(two.view(), as_bytes("hunter2")));
    std::string text = "password";
    crypto::wipe(text);
    CHECK(text.empty());
}

TEST_CASE("What is sealed for somebody only that one opens, unaltered", "[crypto]") {
    law("sealed boxes", [](const Bytes& plain, std::uint64_t seed) {
        SeededEntropy entropy(seed);
        const auto recipient = crypto::KeyPair::make(entropy);
        const auto stranger = crypto::KeyPair::make(entropy);
        const Bytes sealed = must(crypto::seal_to(recipient.public_key(), plain, entropy));
        RC_ASSERT(sealed.size() == plain.size() + crypto::kSealedBoxOverheadBytes);
        const auto opened = must(crypto::open_sealed(recipient, sealed));
        RC_ASSERT(crypto::constant_time_equal(opened.view(), plain));
        RC_ASSERT(crypto::open_sealed(stranger, sealed).error().code == ErrorCode::Corrupt);
        Bytes bent = sealed;
        bent[seed % bent.size()] ^= 0x40U;
        RC_ASSERT_FALSE(crypto::open_sealed(recipient, bent).ok());
        RC_ASSERT_FALSE(crypto::open_sealed(recipient, BytesView(sealed).first(47)).ok());
    });
    SeededEntropy entropy(1);
    REQUIRE_ERROR(crypto::seal_to(Bytes(31, 1), Bytes{1}, entropy), ErrorCode::InvalidInput);
    // A point that is none, or of small order.
    REQUIRE_ERROR(crypto::seal_to(Bytes(32, 0), Bytes{1}, entropy), ErrorCode::InvalidInput);
}
