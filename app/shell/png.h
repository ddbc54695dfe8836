#pragma once
// Pixels to a PNG file, so that the program can make its own pictures.
//
// Invariant: the file is written completely or not at all (a temporary name, then a rename).
// Thread: any. Ownership: values.

#include "storage/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace balie::shell {

struct Picture {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb;  // rows from the top, three bytes a pixel
};

[[nodiscard]] std::vector<std::uint8_t> encode_png(const Picture& picture);
Result<void> save_png(const Picture& picture, const std::string& file);

}  // namespace balie::shell
