// Walks a device's own log: no number missing, every commitment and hash as it was made.
// Thread: that of the Database.
#pragma once

#include "storage/base/result.h"
#include "storage/sqlite/database.h"

#include <string>

namespace balie::sync {

struct ChainReport {
    std::int64_t changes{};
    std::string fault;  ///< the first fault and where; empty: none
};

[[nodiscard]] Result<ChainReport> check_own_chain(sqlite::Database& database);

}  // namespace balie::sync
