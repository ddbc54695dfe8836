// Moving files and folders so that a power cut leaves them in the old place or the new one.
// Thread: any. Private to sync/hub.
#pragma once

#include "storage/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace balie::sync {

/// A restored hub, whole, on its way in: whoever finds it goes on moving.
inline constexpr std::string_view kRestoreReady = "restore.ready";

[[nodiscard]] Error file_error(std::string what, const std::filesystem::path& where, int number);
[[nodiscard]] Outcome sync_folder(const std::filesystem::path& folder);
/// Renames, and both folders are on disk afterwards. Replaces a file of that name.
[[nodiscard]] Outcome move_file(const std::filesystem::path& from, const std::filesystem::path& to);
[[nodiscard]] Outcome remove_folder(const std::filesystem::path& folder);

}  // namespace balie::sync
