#include "sync/protocol/compress.h"

#include "storage/base/check.h"

#include <zstd.h>

namespace balie::sync {

namespace {
constexpr int kLevel = 6;
}  // namespace

Bytes compressed(BytesView plain) {
    Bytes out(ZSTD_compressBound(plain.size()));
    const std::size_t size =
        ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), kLevel);
    BALIE_CHECK(ZSTD_isError(size) == 0);
    out.resize(size);
    return out;
}

Result<Bytes> uncompressed(BytesView packed, std::size_t bytes_max) {
    const Error wrong{ErrorCode::Protocol, "compressed bytes are not as they must be", "", ""};
    const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) return wrong;
    if (size > bytes_max) {
        return Error{ErrorCode::LimitExceeded, "compressed bytes are longer than allowed",
                     std::to_string(size) + " bytes", ""};
    }
    // One frame and nothing behind it.
    if (ZSTD_findFrameCompressedSize(packed.data(), packed.size()) != packed.size()) return wrong;
    Bytes out(static_cast<std::size_t>(size));
    const std::size_t done = ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size());
    if (ZSTD_isError(done) != 0 || done != out.size()) return wrong;
    return out;
}

}  // namespace balie::sync
