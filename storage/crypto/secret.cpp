#include "storage/crypto/secret.h"

#include <sodium.h>

#include <string>
#include <utility>

namespace balie::crypto {

void wipe(std::span<std::uint8_t> bytes) {
    if (!bytes.empty()) sodium_memzero(bytes.data(), bytes.size());
}

void wipe(std::string& text) {
    if (!text.empty()) sodium_memzero(text.data(), text.size());
    text.clear();
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept : bytes_(std::move(other.bytes_)) {
    other.bytes_.clear();
}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
        wipe(bytes_);
        bytes_ = std::move(other.bytes_);
        other.bytes_.clear();
    }
    return *this;
}

SecretBytes::~SecretBytes() {
    wipe(bytes_);
}

SecretBytes SecretBytes::random(std::size_t size, Entropy& entropy) {
    SecretBytes out(size);
    entropy.fill(out.bytes_);
    return out;
}

SecretBytes SecretBytes::from_text(std::string_view text) {
    return SecretBytes(as_bytes(text));
}

bool constant_time_equal(BytesView left, BytesView right) {
    if (left.size() != right.size()) return false;
    if (left.empty()) return true;
    return sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace balie::crypto
