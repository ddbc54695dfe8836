// Numbered migrations, forward only; the number of the last one is PRAGMA user_version.
// Invariant: a migration once released is never altered; each runs wholly or not at all.
// Thread: store only.
#pragma once

#include "storage/base/result.h"
#include "storage/sqlite/database.h"

#include <string>

namespace balie::store {

/// Number of the newest migration this program has.
[[nodiscard]] int newest_migration();
/// Number a file is at; 0 for an empty one.
[[nodiscard]] Result<int> migration_of(sqlite::Database& database);

/// Brings the file up to date, at most to `up_to`. Errors: NewerVersion (left as it is), and those
/// of the database (left at the last migration that was whole).
[[nodiscard]] Outcome migrate(sqlite::Database& database, int up_to = newest_migration());

}  // namespace balie::store
