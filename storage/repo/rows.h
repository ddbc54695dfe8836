// Reading rows into structs: small helpers of this folder's .cpp files.
// Invariant: the statement is reset when reading ends, whichever way it ends. Thread: any.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/sqlite/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace balie::repo {

/// All rows of a bound statement; `read` makes a struct of the current one.
template <typename T, typename Read>
[[nodiscard]] Result<std::vector<T>> read_rows(sqlite::Statement& statement, Read read) {
    std::vector<T> rows;
    while (true) {
        BALIE_ASSIGN(const bool more, statement.step());
        if (!more) return rows;
        rows.push_back(read(statement));
    }
}

/// The first row, if there is one.
template <typename T, typename Read>
[[nodiscard]] Result<std::optional<T>> read_row(sqlite::Statement& statement, Read read) {
    BALIE_ASSIGN(const bool there, statement.step());
    if (!there) return std::optional<T>{};
    std::optional<T> row = read(statement);
    statement.reset();
    return row;
}

[[nodiscard]] inline std::string text_at(const sqlite::Statement& row, int column) {
    return std::string(row.text(column));
}
[[nodiscard]] inline std::optional<std::int64_t> integer_at(const sqlite::Statement& row,
                                                            int column) {
    if (row.is_null(column)) return {};
    return row.integer(column);
}
/// A reference column holds the id's text.
[[nodiscard]] inline std::optional<RecordId> reference_at(const sqlite::Statement& row,
                                                          int column) {
    auto parsed = RecordId::parse(row.text(column));
    if (!parsed.ok()) return {};
    return *parsed;
}
[[nodiscard]] inline RecordId id_at(const sqlite::Statement& row, int column) {
    return RecordId{row.id(column)};
}
/// SQL that makes the id blob of a reference column, to join on.
[[nodiscard]] inline std::string id_of_reference(std::string_view column) {
    return "unhex(replace(" + std::string(column) + ",'-',''))";
}

/// SQL that spells the id of a record, as reference columns hold it.
[[nodiscard]] inline std::string spelled_id(std::string_view column) {
    const std::string hex = "hex(" + std::string(column) + ")";
    return "lower(substr(" + hex + ",1,8)||'-'||substr(" + hex + ",9,4)||'-'||substr(" + hex +
           ",13,4)||'-'||substr(" + hex + ",17,4)||'-'||substr(" + hex + ",21))";
}

[[nodiscard]] inline int clamp_rows(int limit, int rows_max) {
    return limit < 1 ? 1 : (limit > rows_max ? rows_max : limit);
}

}  // namespace balie::repo
