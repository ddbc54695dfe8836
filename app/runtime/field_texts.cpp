#include "app/runtime/field_texts.h"

#include "storage/exchange/columns.h"
#include "storage/store/record_tables.h"

namespace balie::app {

Result<FieldValues> parse_field_texts(sqlite::Database& database, const Clock& clock,
                                      domain::RecordType type, const FieldTexts& texts) {
    FieldValues values;
    if (texts.empty()) return values;
    BALIE_ASSIGN(const auto custom, store::RecordTables(database).custom_fields());
    const int zone = clock.zone_offset_min(clock.wall_ms());
    const domain::RecordSpec& record = domain::spec(type);
    for (const auto& [field, text] : texts) {
        if (!is_custom(field) && record.find(field) == nullptr) {
            return Error{ErrorCode::InvalidInput,
                         std::string(record.plural) + " have no field '" + field + "'",
                         {},
                         "Custom fields are written x.NAME=VALUE"};
        }
        if (text.empty()) {
            values[field] = Value{};
            continue;
        }
        const exchange::Column column = exchange::column_of(record, field, custom);
        BALIE_ASSIGN(values[field], exchange::parse_cell(column.kind, text, zone));
    }
    return values;
}

Result<std::string> field_text(sqlite::Database& database, const Clock& clock,
                               domain::RecordType type, std::string_view field,
                               const Value& value) {
    BALIE_ASSIGN(const auto custom, store::RecordTables(database).custom_fields());
    const exchange::Column column = exchange::column_of(domain::spec(type), field, custom);
    const int zone = clock.zone_offset_min(clock.wall_ms());
    return exchange::render_cell(column.kind, value, zone).value_or(std::string{});
}

}  // namespace balie::app
