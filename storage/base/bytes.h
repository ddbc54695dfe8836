// Bytes and their spellings (hex). Thread: any.
#pragma once

#include "storage/base/result.h"

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

[[nodiscard]] std::string to_hex(BytesView bytes);
/// Errors: InvalidInput for an odd length or a character that is no hex digit.
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);

}  // namespace balie
