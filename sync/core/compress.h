// zstd (RFC 8878): messages on a connection, bundles. Invariant: what is unpacked is as long as was
// said and no longer than the caller allows, whatever the bytes say of themselves; each piece
// stands alone, so that nothing of one shows in the length of another. Thread: any; each thread
// that compresses keeps what it works with (some 1 MiB) to its end.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/result.h"

#include <cstdint>

namespace balie::sync {

/// Quick is for what a peer waits for, Small for what lies in a file.
enum class Effort : std::uint8_t { Quick, Small };

/// One zstd frame that says how long its content is.
[[nodiscard]] Bytes compressed(BytesView plain, Effort effort);
/// Errors: Protocol (no such frame), LimitExceeded.
[[nodiscard]] Result<Bytes> uncompressed(BytesView packed, std::size_t bytes_max);

}  // namespace balie::sync
