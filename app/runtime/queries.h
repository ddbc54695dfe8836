// What each query reads. Invariant: every list has a limit; nothing is written.
// Thread: that of the Database. Ownership: none.
#pragma once

#include "app/runtime/events.h"
#include "storage/base/clock.h"
#include "storage/sqlite/database.h"

#include <string>

namespace balie::app {

inline constexpr int kTodayRowsMax = 30;
inline constexpr int kTodayRecentDays = 14;

struct QueryContext {
    Clock* clock{};
    std::string user;  ///< login of who is at work
};

[[nodiscard]] Result<QueryAnswer> run_query(const Query& query, sqlite::Database& database,
                                            const QueryContext& context);

/// Today where this machine stands.
[[nodiscard]] std::string today_of(const Clock& clock);

}  // namespace balie::app
