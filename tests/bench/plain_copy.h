// The floor of a synchronisation: the same rows into the same tables with the same indexes, by
// plain SQLite. Read into memory first, so that only the writing is timed. Thread: one.
#pragma once

#include "storage/sqlite/database.h"

#include <string>
#include <vector>

namespace balie::test {

struct PlainCopy {
    std::int64_t rows{0};
    double seconds{0};               ///< of inserting and committing
    std::vector<double> commits_ms;  ///< each of them

    /// Copies `table` from one database to another that has it too, `batch` rows to a durable
    /// commit. `select` may narrow it: "WHERE …".
    void add(sqlite::Database& from, sqlite::Database& to, const std::string& table,
             const std::string& select = {}, std::int64_t batch = 400);
};

/// The full text of the customers that are in `to`: its rows from `from`, then both indexes at
/// once.
[[nodiscard]] PlainCopy copy_full_text(sqlite::Database& from, sqlite::Database& to);

/// Milliseconds that each of `count` messages of so many bytes takes through a socket of the
/// loopback and back.
[[nodiscard]] std::vector<double> loopback_trips_ms(std::size_t count, std::size_t bytes);

/// Seconds that so many bytes take through a socket of the loopback, in messages of `message`.
[[nodiscard]] double loopback_seconds(std::int64_t bytes, std::size_t message = 128 * 1024);

}  // namespace balie::test
