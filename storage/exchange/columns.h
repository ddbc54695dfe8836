// Columns of an export, and what stands in their cells; and the exact inverse.
// Invariant: parse_row(render_row(x)) == x for every value that validation accepts, so an export is
// imported again without loss. Moments are ISO 8601 with the offset of their record, booleans true
// or false, everything else its text; null is no text at all. Thread: any.
#pragma once

#include "storage/base/result.h"
#include "storage/base/value.h"
#include "storage/domain/schema.h"
#include "storage/exchange/csv_writer.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace balie::exchange {

inline constexpr std::string_view kIdColumn = "id";

struct Column {
    std::string name;  ///< field name, "id" or "x.NAME"
    domain::FieldKind kind{domain::FieldKind::Text};
    std::string zone_column;  ///< moments: field that holds the offset in minutes, may be empty

    bool operator==(const Column&) const = default;
};

/// id, the fields in the order of the record-type list, custom fields by name (also those that are
/// no longer active, as values may be there).
[[nodiscard]] std::vector<Column> export_columns(const domain::RecordSpec& record,
                                                 std::span<const domain::CustomField> custom);
/// The column of one field; an unknown one counts as a text.
[[nodiscard]] Column column_of(const domain::RecordSpec& record, std::string_view field,
                               std::span<const domain::CustomField> custom);

/// `offset_min`: of the record, for moments.
[[nodiscard]] Cell render_cell(domain::FieldKind kind, const Value& value, int offset_min);
/// Strict: what render_cell writes, and for booleans 0 and 1 too.
/// `local_offset_min` counts for moments without a zone. Errors: InvalidInput.
[[nodiscard]] Result<Value> parse_cell(domain::FieldKind kind, const Cell& cell,
                                       int local_offset_min);

/// Cells in the order of the columns; a value that is missing counts as null.
[[nodiscard]] std::vector<Cell> render_row(std::span<const Column> columns,
                                           const FieldValues& values);
/// Nulls are left out. Errors: InvalidInput, with the column's name as `where`.
[[nodiscard]] Result<FieldValues> parse_row(std::span<const Column> columns,
                                            std::span<const Cell> cells);

}  // namespace balie::exchange
