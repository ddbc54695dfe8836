// Numbers and small judgements of ClientSession. Thread: any. Private to sync/client.
#pragma once

#include "storage/base/result.h"
#include "sync/protocol/codec.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

namespace balie::sync {

/// The first batch and the first credit are small, so that a line of 10 kbit/s gets an answer
/// within the watchdogs; both grow while answers come fast.
inline constexpr std::size_t kFirstBatchBytes = 16 * 1024;
inline constexpr std::int64_t kFirstCreditBytes = 32 * 1024;
inline constexpr std::int64_t kFastAnswerMs = 3'000;
inline constexpr std::int64_t kSlowAnswerMs = 15'000;
/// The slowest line on which synchronising is still expected to get on.
inline constexpr std::int64_t kSlowestBytesPerSecond = 500;
/// A hub that is further away than this is on a line on which pushing and pulling are in each
/// other's way.
inline constexpr std::int64_t kSlowTripMs = 1'000;
/// On such a line pulling waits for pushing, as long as that makes progress.
inline constexpr std::int64_t kPushFirstMs = 20'000;
/// After a change of the network an idle connection has this long to prove itself.
inline constexpr std::int64_t kProbeLimitMs = 10'000;
/// An attachment that was refused is tried again on the same connection after this, then twice as
/// late each time, up to the second.
inline constexpr std::int64_t kBlobRetryFirstMs = 60'000;
inline constexpr std::int64_t kBlobRetryCapMs = 3'600'000;
inline constexpr int kGapsMax = 5;
inline constexpr std::size_t kMarksMax = 64;
inline constexpr std::int64_t kInt64Late = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kWallMsMax = std::int64_t{1} << 47;

/// Kind of error for a code of PeerError.
[[nodiscard]] inline ErrorCode enrol_error(std::string_view code) {
    if (code == "wrong_code" || code == "unknown_device") return ErrorCode::NotFound;
    if (code == "expired_code") return ErrorCode::Expired;
    if (code == "used_code") return ErrorCode::AlreadyExists;
    if (code == "revoked" || code == "denied" || code == "bad_signature") return ErrorCode::Denied;
    if (code == "busy") return ErrorCode::Busy;
    if (code == "version") return ErrorCode::NewerVersion;
    return ErrorCode::Protocol;
}

}  // namespace balie::sync
