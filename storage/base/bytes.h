// Bytes and their spellings (hex). Thread: any.
#pragma once

#include "storage/base/result.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace balie {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

[[nodiscard]] inline BytesView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// As many as there are and fit; the rest of `to` stays as it is.
template <std::size_t N>
void copy_bytes(BytesView from, std::array<std::uint8_t, N>& to) {
    std::copy_n(from.begin(), std::min(from.size(), N), to.begin());
}

[[nodiscard]] std::string to_hex(BytesView bytes);
/// Errors: InvalidInput for an odd length or a character that is no hex digit.
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);

}  // namespace balie
