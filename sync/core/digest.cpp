#include "sync/core/digest.h"

#include "storage/crypto/hash.h"

#include <algorithm>

namespace balie::sync {

namespace {

void add_version(crypto::Hasher& hasher, const ChangeId& id, Stamp effective) {
    hasher.update(id.origin.device.bytes);
    hasher.update(id.origin.incarnation.bytes);
    hasher.update(as_bytes(std::to_string(id.seq) + ":" + std::to_string(effective.packed) + ";"));
}

Digest finish(crypto::Hasher& hasher) {
    const Hash hash = hasher.finish();
    Digest digest;
    std::copy_n(hash.begin(), digest.bytes.size(), digest.bytes.begin());
    return digest;
}

void begin(crypto::Hasher& hasher, std::string_view type, const RecordId& id,
           std::string_view field) {
    hasher.update(as_bytes(type));
    hasher.update(id.bytes);
    hasher.update(as_bytes(field));
    hasher.update(as_bytes(std::string_view("\n", 1)));
}

}  // namespace

Digest& Digest::operator+=(const Digest& other) {
    unsigned carry = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const unsigned sum = unsigned{bytes[i]} + other.bytes[i] + carry;
        bytes[i] = static_cast<std::uint8_t>(sum & 0xFFU);
        carry = sum >> 8U;
    }
    return *this;
}

Digest& Digest::operator-=(const Digest& other) {
    int borrow = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        int difference = int{bytes[i]} - int{other.bytes[i]} - borrow;
        borrow = difference < 0 ? 1 : 0;
        if (difference < 0) difference += 256;
        bytes[i] = static_cast<std::uint8_t>(difference);
    }
    return *this;
}

Digest birth_digest(std::string_view type, const RecordId& id, const ChangeId& birth,
                    Stamp effective) {
    crypto::Hasher hasher;
    begin(hasher, type, id, {});
    add_version(hasher, birth, effective);
    return finish(hasher);
}

Digest field_digest(std::string_view type, const RecordId& id, std::string_view field,
                    const FieldState& state) {
    crypto::Hasher hasher;
    begin(hasher, type, id, field);
    for (const Head& head : state.heads())
        add_version(hasher, head.version.id, head.version.effective);
    return finish(hasher);
}

}  // namespace balie::sync
