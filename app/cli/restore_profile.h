// Puts a backup in the place of a profile's database. Invariant: the present files are kept beside
// it under another name, and a power cut leaves either the old or the new one in place.
// Thread: main only, with no other process in the profile.
#pragma once

#include "app/runtime/profile.h"
#include "storage/attach/copies.h"
#include "storage/base/result.h"

#include <filesystem>
#include <string_view>

namespace balie::app {

/// The database to `file`, and the bytes of attachments beside it, each checked by its hash.
/// Errors: AlreadyExists, DiskFull, Io.
[[nodiscard]] Result<attach::Copied> back_up_profile(Profile& profile,
                                                     const std::filesystem::path& file);
/// Answers where the former database is kept. Errors: WrongPassword, NotFound, Corrupt,
/// NewerVersion (of the backup), DiskFull, Io.
[[nodiscard]] Result<std::filesystem::path> restore_profile(const std::filesystem::path& dir,
                                                            std::string_view user,
                                                            std::string_view password,
                                                            const std::filesystem::path& backup);

}  // namespace balie::app
