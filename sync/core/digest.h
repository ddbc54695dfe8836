// Digest of a scope: the sum modulo 2^128 of one hash per record and per edited field. Cheap to
// keep up, independent of order; equal digests mean equal state (I4). Thread: any (value).
#pragma once

#include "storage/base/ids.h"
#include "sync/core/merge.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace balie::sync {

struct Digest {
    std::array<std::uint8_t, 16> bytes{};  ///< little endian

    Digest& operator+=(const Digest& other);
    Digest& operator-=(const Digest& other);
    [[nodiscard]] bool is_zero() const { return bytes == std::array<std::uint8_t, 16>{}; }
    auto operator<=>(const Digest&) const = default;
};

/// What a record's existence adds: BLAKE2b-128 of (type, id, "", version of its creation).
[[nodiscard]] Digest birth_digest(std::string_view type, const RecordId& id, const ChangeId& birth,
                                  Stamp effective);
/// What a field adds whose state differs from the record's creation: (type, id, field, its heads).
[[nodiscard]] Digest field_digest(std::string_view type, const RecordId& id, std::string_view field,
                                  const FieldState& state);

}  // namespace balie::sync
