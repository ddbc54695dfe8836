// zstd (RFC 8878) for what is not read by people on the way. Invariant: what is unpacked is as long
// as was said and no longer than the caller allows, whatever the bytes say of themselves.
// Thread: any.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/result.h"

namespace balie::sync {

/// One zstd frame that says how long its content is.
[[nodiscard]] Bytes compressed(BytesView plain);
/// Errors: Protocol (no such frame), LimitExceeded.
[[nodiscard]] Result<Bytes> uncompressed(BytesView packed, std::size_t bytes_max);

}  // namespace balie::sync
