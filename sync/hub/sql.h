// Two shapes of query that every file here uses. Thread: store only.
#pragma once

#include "storage/base/result.h"
#include "storage/sqlite/database.h"

#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace balie::sync {

/// Binds the arguments from 1 on; an optional without value binds null.
template <typename T>
void bind_one(sqlite::Statement& statement, int position, const T& value) {
    if constexpr (std::is_convertible_v<const T&, std::string_view>) {
        statement.bind(position, std::string_view(value));
    } else if constexpr (std::is_integral_v<T>) {
        statement.bind(position, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_same_v<T, Value>) {
        statement.bind(position, value);
    } else {
        statement.bind(position, BytesView(value));
    }
}
template <typename T>
void bind_one(sqlite::Statement& statement, int position, const std::optional<T>& value) {
    if (value) {
        bind_one(statement, position, *value);
    } else {
        statement.bind_null(position);
    }
}

template <typename... Arguments>
[[nodiscard]] Result<sqlite::Statement*> prepared(sqlite::Database& database, std::string_view sql,
                                                  const Arguments&... arguments) {
    BALIE_ASSIGN(sqlite::Statement * statement, database.cached(sql));
    int position = 1;
    (bind_one(*statement, position++, arguments), ...);
    return statement;
}

/// Runs a statement without rows.
template <typename... Arguments>
[[nodiscard]] Outcome run_sql(sqlite::Database& database, std::string_view sql,
                              const Arguments&... arguments) {
    BALIE_ASSIGN(sqlite::Statement * statement, prepared(database, sql, arguments...));
    return statement->run();
}

/// Calls `row` for each row; the statement is reset when this returns. `row` must not run the same
/// statement again, and answers an Outcome.
template <typename Row, typename... Arguments>
[[nodiscard]] Outcome each_row(sqlite::Database& database, std::string_view sql, Row&& row,
                               const Arguments&... arguments) {
    BALIE_ASSIGN(sqlite::Statement * statement, prepared(database, sql, arguments...));
    while (true) {
        BALIE_ASSIGN(const bool more, statement->step());
        if (!more) return {};
        if (Outcome done = row(*statement); !done.ok()) {
            statement->reset();
            return done;
        }
    }
}

/// First column of the first row as an integer; nullopt when there is no row or it is null.
template <typename... Arguments>
[[nodiscard]] Result<std::optional<std::int64_t>> one_integer(sqlite::Database& database,
                                                              std::string_view sql,
                                                              const Arguments&... arguments) {
    BALIE_ASSIGN(sqlite::Statement * statement, prepared(database, sql, arguments...));
    BALIE_ASSIGN(const bool found, statement->step());
    std::optional<std::int64_t> value;
    if (found && !statement->is_null(0)) value = statement->integer(0);
    statement->reset();
    return value;
}

}  // namespace balie::sync
