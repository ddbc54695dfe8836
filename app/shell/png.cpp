#include "app/shell/png.h"

#include <zlib.h>

#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

namespace balie::shell {
namespace {

using Bytes = std::vector<std::uint8_t>;

void put_u32(Bytes& out, std::uint32_t value) {
    for (const int shift : {24, 16, 8, 0}) {
        out.push_back(static_cast<std::uint8_t>((value >> shift) & 0xFFU));
    }
}

void put_chunk(Bytes& out, std::string_view type, const Bytes& data) {
    put_u32(out, static_cast<std::uint32_t>(data.size()));
    const std::size_t start = out.size();
    out.insert(out.end(), type.begin(), type.end());
    out.insert(out.end(), data.begin(), data.end());
    const auto check = crc32(0, out.data() + start, static_cast<uInt>(out.size() - start));
    put_u32(out, static_cast<std::uint32_t>(check));
}

// Each row with the filter that suits drawn pictures: "up" turns flat areas into zeros.
Bytes filtered(const Picture& picture) {
    const auto row_bytes = static_cast<std::size_t>(picture.width) * 3;
    Bytes out;
    out.reserve((row_bytes + 1) * static_cast<std::size_t>(picture.height));
    for (std::size_t y = 0; y < static_cast<std::size_t>(picture.height); ++y) {
        const std::uint8_t* const row = picture.rgb.data() + y * row_bytes;
        const std::uint8_t* const above = y == 0 ? nullptr : row - row_bytes;
        out.push_back(2);
        for (std::size_t x = 0; x < row_bytes; ++x) {
            const int up = above == nullptr ? 0 : above[x];
            out.push_back(static_cast<std::uint8_t>(row[x] - up));
        }
    }
    return out;
}

}  // namespace

std::vector<std::uint8_t> encode_png(const Picture& picture) {
    Bytes out{0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    Bytes header;
    put_u32(header, static_cast<std::uint32_t>(picture.width));
    put_u32(header, static_cast<std::uint32_t>(picture.height));
    constexpr std::array<std::uint8_t, 5> kKind{8, 2, 0, 0, 0};  // 8 bits, RGB, no interlacing
    header.insert(header.end(), kKind.begin(), kKind.end());
    put_chunk(out, "IHDR", header);
    const Bytes raw = filtered(picture);
    uLongf packed_size = compressBound(static_cast<uLong>(raw.size()));
    Bytes packed(packed_size);
    compress2(packed.data(), &packed_size, raw.data(), static_cast<uLong>(raw.size()), 9);
    packed.resize(packed_size);
    put_chunk(out, "IDAT", packed);
    put_chunk(out, "IEND", {});
    return out;
}

Result<void> save_png(const Picture& picture, const std::string& file) {
    const Bytes bytes = encode_png(picture);
    const std::string part = file + ".part";
    {
        std::ofstream out(part, std::ios::binary | std::ios::trunc);
        for (const std::uint8_t byte : bytes) {
            out.put(static_cast<char>(byte));
        }
        out.flush();
        if (!out) {
            return Error{ErrorCode::Io, "the picture cannot be written", file,
                         "check that the folder exists and that there is room"};
        }
    }
    std::error_code failed;
    std::filesystem::rename(part, file, failed);
    if (failed) {
        return Error{ErrorCode::Io, "the picture cannot be put in its place", file,
                     "check that the name is free to be written"};
    }
    return {};
}

}  // namespace balie::shell
