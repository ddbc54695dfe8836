// The hub's own tables, beside those it shares with every terminal: log, chains, scopes, digests,
// devices. Invariant: numbered, forward only; a file of a newer program is refused untouched.
// Thread: store only.
#pragma once

#include "storage/base/result.h"
#include "storage/sqlite/database.h"

namespace balie::sync {

/// Brings the hub's tables to this program's version, in one transaction of its own.
/// Errors: NewerVersion, and those of SQLite.
[[nodiscard]] Outcome migrate_hub_schema(sqlite::Database& database);

}  // namespace balie::sync
