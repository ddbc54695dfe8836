// What the window does with documents: what is quick on the store thread, what reads or writes a
// person's own file on the thread for files (AppService::work_on_file), so that a slow stick makes
// nobody wait. Thread: store only. Owns nothing.
#pragma once

#include "app/runtime/app_service.h"

#include <filesystem>
#include <optional>

namespace balie::app {

/// Removing, taking back, asking for; nothing when the command is another.
[[nodiscard]] std::optional<Result<Saved>> carry_out_document(const Session& session,
                                                              const Command& command);

/// As a person typed it: blanks and quotes around it go, "~/" is their home.
[[nodiscard]] std::filesystem::path typed_path(std::string_view text);

}  // namespace balie::app
