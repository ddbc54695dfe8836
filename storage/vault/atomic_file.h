// A file that is always the old one or the new one, whatever is cut off and when.
// Invariant: temporary file in the same folder, fsync, rename, fsync of the folder. Thread: any.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace balie::vault {

enum class Existing : std::uint8_t { Replace, Keep };

/// Mode 0600. Errors: DiskFull, Io; AlreadyExists with Existing::Keep.
[[nodiscard]] Outcome write_private_file(const std::filesystem::path& path, BytesView bytes,
                                         Existing existing);
/// Errors: NotFound; LimitExceeded above `bytes_max`; Io.
[[nodiscard]] Result<std::string> read_small_file(const std::filesystem::path& path,
                                                  std::size_t bytes_max);
/// Makes the folder, mode 0700, with its parents. Errors: Io.
[[nodiscard]] Outcome make_private_folder(const std::filesystem::path& dir);

}  // namespace balie::vault
