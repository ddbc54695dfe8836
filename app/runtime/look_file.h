// How the window looks (language, theme, size), in the plain file `window` of the profile: it is
// needed before anybody has signed in, and tells nothing about people.
// Invariant: a file that is missing or damaged gives the standard look. Thread: store only, or
// before the threads start.
#pragma once

#include "app/runtime/commands.h"
#include "storage/base/result.h"

#include <filesystem>

namespace balie::app {

[[nodiscard]] Look read_look(const std::filesystem::path& folder, const Look& otherwise = {});
/// Errors: DiskFull, Io.
[[nodiscard]] Outcome write_look(const std::filesystem::path& folder, const Look& look);

}  // namespace balie::app
