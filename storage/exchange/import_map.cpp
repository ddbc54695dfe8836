#include "storage/exchange/import_map.h"

#include "storage/base/date.h"
#include "storage/exchange/columns.h"
#include "storage/exchange/import_source.h"
#include "storage/exchange/json_reader.h"

#include <algorithm>
#include <array>
#include <utility>

namespace balie::exchange {
namespace {

void read_custom_field(const Json& json, const std::string& place, domain::RecordType type,
                       ImportMap& map, Problems& problems) {
    JsonReader reader(json, place, problems);
    domain::CustomField field;
    field.type = type;
    field.name = reader.require_text("name");
    if (!field.name.empty() && !domain::is_custom_name(field.name)) {
        reader.problem("name", "cannot be the name of a custom field: '" + field.name + "'");
    }
    const std::string datatype = reader.require_text("datatype");
    if (auto kind = domain::parse_datatype(datatype); kind.ok()) {
        field.kind = *kind;
    } else if (!datatype.empty()) {
        reader.problem("datatype", kind.error().text());
    }
    field.bytes_max = static_cast<std::int32_t>(std::clamp<std::int64_t>(
        reader.take_integer("text_bytes_max").value_or(0), 0, domain::kTextBytesMax));
    field.code_list = reader.take_text("code_list").value_or("");
    if (field.kind == domain::FieldKind::CodeOf && field.code_list.empty()) {
        reader.problem("code_list", "is missing: of which list are the codes?");
    }
    field.label_en = reader.take_text("en").value_or(field.name);
    field.label_nl = reader.take_text("nl").value_or(field.label_en);
    reader.finish();
    map.custom.push_back(std::move(field));
}

void read_custom(const Json& json, ImportMap& map, Problems& problems) {
    if (json.members() == nullptr) {
        problems.emplace_back("custom: must be an object of record types");
        return;
    }
    for (const auto& [type_name, list] : *json.members()) {
        const std::string place = "custom." + type_name;
        const domain::RecordSpec* record = domain::find_record(type_name);
        if (record == nullptr || !record->custom_fields) {
            problems.push_back(place + ": is no record type that takes custom fields");
            continue;
        }
        if (list.items() == nullptr) {
            problems.push_back(place + ": must be a list");
            continue;
        }
        for (std::size_t i = 0; i < list.items()->size(); ++i) {
            read_custom_field((*list.items())[i], place + "[" + std::to_string(i) + "]",
                              record->type, map, problems);
        }
    }
}

void read_condition(const Json& json, const std::string& place, RecordMap& record,
                    Problems& problems) {
    Condition condition;
    if (json.string() != nullptr) {
        condition.column = *json.string();
    } else {
        JsonReader reader(json, place, problems);
        condition.column = reader.require_text("column");
        condition.values = reader.take_texts("is");
        reader.finish();
    }
    record.only_if = std::move(condition);
}

void read_record(const Json& json, const std::string& place, ImportMap& map, Problems& problems) {
    JsonReader reader(json, place, problems);
    RecordMap record;
    const std::string type = reader.require_text("as");
    const domain::RecordSpec* spec = domain::find_record(type);
    if (spec == nullptr && !type.empty()) {
        reader.problem("as", "there is no record type '" + type + "'");
    }
    record.type = spec != nullptr ? std::string(spec->name) : type;
    record.name = reader.take_text("name").value_or(record.type);
    if (const Json* condition = reader.take("if")) {
        read_condition(*condition, reader.place_of("if"), record, problems);
    }
    const Json* fields = reader.take("fields");
    if (fields == nullptr || fields->members() == nullptr) {
        reader.problem("fields", "must be an object of fields and where they come from");
    } else {
        for (const auto& [field, source] : *fields->members()) {
            record.fields.emplace_back(
                field, parse_source(source, reader.place_of("fields." + field), problems));
        }
    }
    reader.finish();
    const auto twin = std::find_if(map.records.begin(), map.records.end(),
                                   [&](const RecordMap& each) { return each.name == record.name; });
    if (twin != map.records.end()) {
        reader.problem("name", "two records of a line are called '" + record.name + "'");
    }
    map.records.push_back(std::move(record));
}

void read_shape(JsonReader& reader, ImportMap& map) {
    if (const auto text = reader.take_text("delimiter")) {
        if (auto delimiter = parse_delimiter(*text); delimiter.ok()) {
            map.delimiter = *delimiter;
        } else {
            reader.problem("delimiter", delimiter.error().text());
        }
    }
    if (const auto text = reader.take_text("encoding")) {
        if (auto encoding = text::parse_encoding(*text); encoding.ok()) {
            map.encoding = *encoding;
        } else {
            reader.problem("encoding", encoding.error().text());
        }
    }
    map.header = reader.take_boolean("header").value_or(true);
    map.columns = reader.take_texts("columns");
    if (map.header && !map.columns.empty()) {
        reader.problem("columns",
                       "names the columns of a file without a header: say so with "
                       "\"header\": false");
    }
    if (const auto zone = reader.take_text("zone")) {
        if (auto moment = parse_moment("2000-01-01T00:00:00" + *zone, 0); moment.ok()) {
            map.zone_offset_min = moment->offset_min;
        } else {
            reader.problem("zone", "must be an offset from UTC as +01:00 or Z");
        }
    }
    if (reader.has("null")) map.nulls = reader.take_texts("null");
    map.unprotect = reader.take_boolean("apostrophe_rule").value_or(true);
}

Error problems_error(const Problems& problems) {
    std::string all;
    for (const std::string& each : problems) all += (all.empty() ? "" : "; ") + each;
    return {ErrorCode::InvalidInput, "the map is not right: " + all, "", "Mend the map"};
}

}  // namespace

CsvOptions ImportMap::csv_options() const {
    return {delimiter, encoding, header, columns};
}

Result<ImportMap> parse_import_map(std::string_view json) {
    BALIE_ASSIGN(const Json document, Json::parse(json));
    Problems problems;
    JsonReader reader(document, "", problems);
    ImportMap map;
    const std::int64_t version = reader.take_integer("version").value_or(kMapVersion);
    if (version > kMapVersion) {
        return Error{ErrorCode::NewerVersion, "the map is for a newer version of Balie", "version",
                     "Install that version, or newer"};
    }
    if (const Json* about = reader.take("about"); about != nullptr && about->string() == nullptr) {
        reader.problem("about", "must be a text");
    }
    read_shape(reader, map);
    if (const Json* custom = reader.take("custom")) read_custom(*custom, map, problems);
    const Json* records = reader.take("records");
    if (records == nullptr || records->items() == nullptr || records->items()->empty()) {
        reader.problem("records", "must be a list of at least one record");
    } else {
        for (std::size_t i = 0; i < records->items()->size(); ++i) {
            read_record((*records->items())[i], "records[" + std::to_string(i) + "]", map,
                        problems);
        }
    }
    reader.finish();
    if (!problems.empty()) return problems_error(problems);
    return map;
}

ImportMap automatic_map(const domain::RecordSpec& record, const std::vector<std::string>& header) {
    ImportMap map;
    RecordMap each;
    each.type = record.name;
    each.name = record.name;
    for (const std::string& column : header) {
        Source source;
        source.place = "column " + column;
        source.column = column;
        // An export is exact: blanks at the ends are part of the value.
        source.changes.trim = false;
        each.fields.emplace_back(column, std::move(source));
    }
    map.nulls.clear();
    map.records.push_back(std::move(each));
    return map;
}

}  // namespace balie::exchange
