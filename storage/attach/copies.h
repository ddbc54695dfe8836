// Sealed files beside a copy of their database: a backup of FILE has them in FILE.attachments.
// Invariant: a file is copied whole and durable before it has its name there, and never altered: it
// is sealed under a key that only the database has. Thread: that of the Database.
#pragma once

#include "storage/attach/attachments.h"

#include <filesystem>

namespace balie::attach {

/// FILE.attachments
[[nodiscard]] std::filesystem::path beside(const std::filesystem::path& backup);

struct Copied {
    std::int64_t files{};    ///< that `to` has now
    std::int64_t missing{};  ///< the database names them, and they are not in `from`
    std::int64_t damaged{};  ///< their bytes are not those of their hash
};

enum class CopyCheck : std::uint8_t { ByHash, None };

/// Every file that the database names as whole, by a hard link where that can be; what is in `to`
/// already stays. `to` is made when there is something for it. Errors: DiskFull, Io.
[[nodiscard]] Result<Copied> copy_files(sqlite::Database& database, BlobFolder& from,
                                        const std::filesystem::path& to, CopyCheck check);

/// All files of a backup's folder, whatever names them; what is in `to` already stays. Fine when
/// there is no such folder.
[[nodiscard]] Outcome bring_files(const std::filesystem::path& from,
                                  const std::filesystem::path& to);

}  // namespace balie::attach
