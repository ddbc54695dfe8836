#include "storage/exchange/columns.h"

#include "storage/base/date.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace balie::exchange {
namespace {

using domain::FieldKind;

bool is_whole(FieldKind kind) {
    return kind == FieldKind::Integer || kind == FieldKind::ZoneOffset;
}

/// The field that says at which offset a moment of this record was: NAME_offset_min for NAME_at.
std::string zone_column_of(const domain::RecordSpec& record, std::string_view field) {
    if (field.size() < 3 || field.substr(field.size() - 3) != "_at") return {};
    const std::string zone = std::string(field.substr(0, field.size() - 3)) + "_offset_min";
    return record.find(zone) != nullptr ? zone : std::string{};
}

Result<Value> parse_whole(const std::string& text) {
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed == std::errc::result_out_of_range) {
        return Error{ErrorCode::InvalidInput, "'" + text + "' is beyond 64 bits", "", ""};
    }
    if (failed != std::errc{} || end != text.data() + text.size() || text.empty()) {
        return Error{ErrorCode::InvalidInput, "'" + text.substr(0, 60) + "' is not a whole number",
                     "", ""};
    }
    return Value(value);
}

Result<Value> parse_boolean(const std::string& text) {
    if (text == "true" || text == "1") return Value(std::int64_t{1});
    if (text == "false" || text == "0") return Value(std::int64_t{0});
    return Error{ErrorCode::InvalidInput, "'" + text.substr(0, 60) + "' is not true or false", "",
                 ""};
}

int offset_of(const Column& column, const FieldValues& values) {
    if (column.zone_column.empty()) return 0;
    const auto found = values.find(column.zone_column);
    return found == values.end() ? 0 : static_cast<int>(value_integer(found->second));
}

}  // namespace

Column column_of(const domain::RecordSpec& record, std::string_view field,
                 std::span<const domain::CustomField> custom) {
    Column column{std::string(field), FieldKind::Text, {}};
    if (field == kIdColumn) {
        column.kind = FieldKind::Reference;
    } else if (is_custom(field)) {
        const std::string_view name = field.substr(kCustomPrefix.size());
        const auto found = std::find_if(custom.begin(), custom.end(), [&](const auto& each) {
            return each.type == record.type && each.name == name;
        });
        if (found != custom.end()) column.kind = found->kind;
    } else if (const domain::Field* known = record.find(field)) {
        column.kind = known->kind;
        if (known->kind == FieldKind::Moment) column.zone_column = zone_column_of(record, field);
    }
    return column;
}

std::vector<Column> export_columns(const domain::RecordSpec& record,
                                   std::span<const domain::CustomField> custom) {
    std::vector<Column> columns{column_of(record, kIdColumn, {})};
    for (const domain::Field& field : record.fields) {
        columns.push_back(column_of(record, field.name, {}));
    }
    const auto first_custom = static_cast<std::ptrdiff_t>(columns.size());
    for (const domain::CustomField& each : custom) {
        if (each.type != record.type) continue;
        columns.push_back({std::string(kCustomPrefix) + each.name, each.kind, {}});
    }
    std::sort(columns.begin() + first_custom, columns.end(),
              [](const Column& left, const Column& right) { return left.name < right.name; });
    return columns;
}

Cell render_cell(FieldKind kind, const Value& value, int offset_min) {
    if (is_null(value)) return std::nullopt;
    const auto* integer = std::get_if<std::int64_t>(&value);
    if (integer != nullptr && kind == FieldKind::Moment) return format_moment(*integer, offset_min);
    if (integer != nullptr && kind == FieldKind::Boolean && (*integer == 0 || *integer == 1)) {
        return *integer == 1 ? "true" : "false";
    }
    return value_text(value);
}

Result<Value> parse_cell(FieldKind kind, const Cell& cell, int local_offset_min) {
    if (!cell) return Value{};
    if (is_whole(kind)) return parse_whole(*cell);
    if (kind == FieldKind::Boolean) return parse_boolean(*cell);
    if (kind == FieldKind::Moment) {
        BALIE_ASSIGN(const Moment moment, parse_moment(*cell, local_offset_min));
        return Value(moment.wall_ms);
    }
    return Value(*cell);
}

std::vector<Cell> render_row(std::span<const Column> columns, const FieldValues& values) {
    std::vector<Cell> cells;
    cells.reserve(columns.size());
    for (const Column& column : columns) {
        const auto found = values.find(column.name);
        cells.push_back(found == values.end()
                            ? Cell{}
                            : render_cell(column.kind, found->second, offset_of(column, values)));
    }
    return cells;
}

Result<FieldValues> parse_row(std::span<const Column> columns, std::span<const Cell> cells) {
    FieldValues values;
    for (std::size_t i = 0; i < columns.size() && i < cells.size(); ++i) {
        auto value = parse_cell(columns[i].kind, cells[i], 0);
        if (!value.ok()) {
            Error error = std::move(value).error();
            error.where = columns[i].name;
            return error;
        }
        if (!is_null(*value)) values.emplace(columns[i].name, std::move(*value));
    }
    return values;
}

}  // namespace balie::exchange
