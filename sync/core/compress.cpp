#include "sync/core/compress.h"

#include "storage/base/check.h"

#include <zstd.h>

#include <memory>
#include <string>

namespace balie::sync {

namespace {

constexpr int kQuickLevel = 3;
constexpr int kSmallLevel = 6;

struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

// Made once: making them costs more than a small message.
ZSTD_CCtx* compressor() {
    thread_local const std::unique_ptr<ZSTD_CCtx, Free> kContext(ZSTD_createCCtx());
    BALIE_CHECK(kContext != nullptr);
    return kContext.get();
}

ZSTD_DCtx* decompressor() {
    thread_local const std::unique_ptr<ZSTD_DCtx, Free> kContext(ZSTD_createDCtx());
    BALIE_CHECK(kContext != nullptr);
    return kContext.get();
}

}  // namespace

Bytes compressed(BytesView plain, Effort effort) {
    Bytes out(ZSTD_compressBound(plain.size()));
    const int level = effort == Effort::Quick ? kQuickLevel : kSmallLevel;
    const std::size_t size =
        ZSTD_compressCCtx(compressor(), out.data(), out.size(), plain.data(), plain.size(), level);
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
    const std::size_t done =
        ZSTD_decompressDCtx(decompressor(), out.data(), out.size(), packed.data(), packed.size());
    if (ZSTD_isError(done) != 0 || done != out.size()) return wrong;
    return out;
}

}  // namespace balie::sync
