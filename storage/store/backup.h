// Rotating copies of the database, each an encrypted file under the same key, made while people
// work. Invariant: a copy is complete or not there (written aside, synced, renamed); the oldest
// goes only after the newest is there; restoring never overwrites a file. Thread: store only.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/result.h"
#include "storage/sqlite/database.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace balie::store {

inline constexpr int kBackupsKept = 7;

/// One copy to `file`, of one moment whatever is written meanwhile. `check` looks at the copy
/// before it has its name; what it refuses is not kept. Errors: AlreadyExists, DiskFull, Io,
/// check's own.
[[nodiscard]] Outcome back_up_to(
    sqlite::Database& database, BytesView raw_key, const std::filesystem::path& file,
    const std::function<Outcome(const std::filesystem::path& copy)>& check = {});
/// A copy named by its time in `folder`, of which the newest `keep` stay. Answers the new file.
[[nodiscard]] Result<std::filesystem::path> rotate_backup(sqlite::Database& database,
                                                          BytesView raw_key,
                                                          const std::filesystem::path& folder,
                                                          std::int64_t wall_ms,
                                                          int keep = kBackupsKept);
/// The newest first; empty when there is no such folder.
[[nodiscard]] Result<std::vector<std::filesystem::path>> list_backups(
    const std::filesystem::path& folder);
/// Checks the backup (key, integrity, format) and copies it to `to`, which must not exist.
/// Errors: NotFound, Corrupt, NewerVersion, AlreadyExists, DiskFull, Io.
[[nodiscard]] Outcome restore_backup(const std::filesystem::path& backup, BytesView raw_key,
                                     const std::filesystem::path& to);

}  // namespace balie::store
