#include "storage/base/ids.h"

#include "storage/base/bytes.h"
#include "storage/base/check.h"

#include <algorithm>

namespace balie {

namespace {

constexpr std::array<std::size_t, 4> kDashes{8, 13, 18, 23};

}  // namespace

std::string id_to_text(const IdBytes& bytes) {
    std::string text = to_hex(bytes);
    for (const std::size_t position : kDashes) text.insert(position, 1, '-');
    return text;
}

Result<IdBytes> id_from_text(std::string_view text) {
    const Error bad{ErrorCode::InvalidInput,
                    "not an id: '" + std::string(text.substr(0, 60)) + "'",
                    {},
                    "An id looks like 0190f3c2-7a1b-7c3d-8e4f-0123456789ab"};
    if (text.size() != 36) return bad;
    std::string hex;
    hex.reserve(32);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool dash = std::find(kDashes.begin(), kDashes.end(), i) != kDashes.end();
        if (dash != (text[i] == '-')) return bad;
        if (!dash) hex.push_back(text[i]);
    }
    auto parsed = from_hex(hex);
    if (!parsed.ok()) return bad;
    IdBytes out{};
    std::copy(parsed->begin(), parsed->end(), out.begin());
    return out;
}

IdBytes make_uuid_v7(std::int64_t wall_ms, Entropy& entropy) {
    IdBytes id{};
    entropy.fill(id);
    const auto ms = static_cast<std::uint64_t>(wall_ms);
    for (std::size_t i = 0; i < 6; ++i) {
        id[i] = static_cast<std::uint8_t>((ms >> (40 - 8 * i)) & 0xFFU);
    }
    id[6] = static_cast<std::uint8_t>(0x70U | (id[6] & 0x0FU));
    id[8] = static_cast<std::uint8_t>(0x80U | (id[8] & 0x3FU));
    return id;
}

IdBytes make_uuid_v8(std::span<const std::uint8_t> digest) {
    BALIE_CHECK(digest.size() >= 16);
    IdBytes id{};
    std::copy_n(digest.begin(), id.size(), id.begin());
    id[6] = static_cast<std::uint8_t>(0x80U | (id[6] & 0x0FU));
    id[8] = static_cast<std::uint8_t>(0x80U | (id[8] & 0x3FU));
    return id;
}

}  // namespace balie
