#include "storage/exchange/line_reader.h"

#include "storage/base/date.h"
#include "storage/exchange/import_source.h"
#include "storage/exchange/json.h"
#include "storage/exchange/trim.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace balie::exchange {
namespace {

using domain::FieldKind;

Error refused(std::string what) {
    return {ErrorCode::InvalidInput, std::move(what), "", ""};
}

std::string single_blanks(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
        out += c;
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::optional<int> small_number(std::string_view text) {
    int value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size() || value < 0 || value > 9999) {
        return std::nullopt;
    }
    return value;
}

std::string two(int value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
}

std::string four(int value) {
    std::string digits = std::to_string(value);
    return std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

}  // namespace

PlannedLine LineReader::read() {
    made_.resize(plan_.map_.records.size());
    for (std::size_t i = 0; i < plan_.map_.records.size(); ++i) {
        if (is_wanted(plan_.map_.records[i])) read_record(i);
    }
    if (!out_.errors.empty()) out_.records.clear();
    return std::move(out_);
}

bool LineReader::is_wanted(const RecordMap& record) const {
    if (!record.only_if) return true;
    const Text text = raw_cell(record.only_if->column, true);
    if (!text) return false;
    const auto& values = record.only_if->values;
    return values.empty() || std::find(values.begin(), values.end(), *text) != values.end();
}

void LineReader::wrong(std::size_t index, const std::string& field, const std::string& reason) {
    const std::string record = plan_.map_.records[index].name;
    out_.errors.push_back({line_.line, record + "." + field + ": " + reason});
}

void LineReader::read_record(std::size_t index) {
    const RecordMap& map = plan_.map_.records[index];
    const domain::RecordSpec& spec = *plan_.specs_[index];
    PlannedRecord record;
    record.type = spec.type;
    record.id = derive_record_id(plan_.file_, line_.line, index, spec.type);
    const std::size_t errors_before = out_.errors.size();
    for (std::size_t i = 0; i < map.fields.size(); ++i) read_field(index, i, record);
    if (out_.errors.size() == errors_before) {
        const bool edit = record.id_given && spec.merge == domain::MergeRule::PerField;
        const auto write = edit ? domain::Write::Edit : domain::Write::Create;
        const Outcome valid = domain::validate(spec, write, record.values, plan_.custom_);
        if (!valid.ok()) out_.errors.push_back({line_.line, map.name + ": " + valid.error().what});
    }
    made_[index] = out_.records.size();
    out_.records.push_back(std::move(record));
}

void LineReader::read_field(std::size_t index, std::size_t field, PlannedRecord& record) {
    const auto& [name, source] = plan_.map_.records[index].fields[field];
    auto text = text_of(source, record);
    if (!text.ok()) {
        wrong(index, name, text.error().what);
    } else if (*text) {
        put_value(plan_.targets_[index][field], **text, index, record);
    }
}

void LineReader::put_value(const Column& target, const std::string& text, std::size_t index,
                           PlannedRecord& record) {
    if (target.name == kIdColumn) {
        auto id = RecordId::parse(text);
        if (!id.ok()) {
            wrong(index, target.name, "'" + text.substr(0, 60) + "' is not a record id");
            return;
        }
        record.id = *id;
        record.id_given = true;
        return;
    }
    if (target.kind == FieldKind::Moment) {
        auto moment = parse_moment(text, plan_.map_.zone_offset_min);
        if (!moment.ok()) {
            wrong(index, target.name, moment.error().what);
            return;
        }
        record.values.insert_or_assign(target.name, Value(moment->wall_ms));
        const auto& fields = plan_.map_.records[index].fields;
        const bool zone_mapped = std::any_of(fields.begin(), fields.end(), [&](const auto& each) {
            return each.first == target.zone_column;
        });
        if (!target.zone_column.empty() && !zone_mapped) {
            record.values.insert_or_assign(target.zone_column,
                                           Value(std::int64_t{moment->offset_min}));
        }
        return;
    }
    auto value = parse_cell(target.kind, text, plan_.map_.zone_offset_min);
    if (!value.ok()) {
        wrong(index, target.name, value.error().what);
        return;
    }
    record.values.insert_or_assign(target.name, std::move(*value));
}

LineReader::Text LineReader::raw_cell(const std::string& column, bool trim) const {
    const std::size_t at = plan_.column_at_.at(column);
    const std::string& cell = line_.cells[at];
    if (cell.empty() && !line_.quoted[at]) return std::nullopt;
    std::string text = plan_.map_.unprotect ? unprotect_cell(cell) : cell;
    if (trim) text = trimmed(text);
    const auto& nulls = plan_.map_.nulls;
    if (std::find(nulls.begin(), nulls.end(), text) != nulls.end()) return std::nullopt;
    return text;
}

Result<LineReader::Text> LineReader::text_of(const Source& source, PlannedRecord& record) {
    switch (source.kind) {
        case SourceKind::Column: {
            Text text = raw_cell(source.column, source.changes.trim);
            if (!text) return source.changes.otherwise;
            return change_text(source.changes, std::move(*text));
        }
        case SourceKind::Constant:
            return Text(source.text);
        case SourceKind::Template: {
            BALIE_ASSIGN(Text text, template_text(source));
            if (!text) return source.changes.otherwise;
            return change_text(source.changes, std::move(*text));
        }
        case SourceKind::Date:
            return date_text(source);
        case SourceKind::Record:
            return link_text(source.text, record);
        case SourceKind::Object:
            return address_text(source, record);
    }
    return Text{};
}

Result<LineReader::Text> LineReader::template_text(const Source& source) const {
    const std::string_view pattern = source.text;
    std::string out;
    bool has_columns = false;
    bool has_value = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (pattern.substr(i, 2) == "{{" || pattern.substr(i, 2) == "}}") {
            out += c;
            ++i;
            continue;
        }
        const std::size_t end = c == '{' ? pattern.find('}', i) : std::string_view::npos;
        if (end == std::string_view::npos) {
            out += c;
            continue;
        }
        const std::string name(pattern.substr(i + 1, end - i - 1));
        i = end;
        if (name == "line" || name == "row") {
            out += std::to_string(name == "line" ? line_.line : line_.row);
            continue;
        }
        const Text text = raw_cell(name, source.changes.trim);
        has_columns = true;
        has_value = has_value || text.has_value();
        out += text.value_or("");
    }
    if (has_columns && !has_value) return Text{};
    return Text(source.changes.trim ? single_blanks(out) : out);
}

Result<int> LineReader::year_of(const Source& source, int month) {
    const YearRule& rule = source.date.year;
    if (rule.fixed > 0) return rule.fixed;
    if (rule.rolls_from > 0) {
        auto& roll = plan_.rolls_.try_emplace(source.place, ImportPlan::Roll{rule.rolls_from, 0})
                         .first->second;
        if (month < roll.month) ++roll.year;
        roll.month = month;
        return roll.year;
    }
    const Text text = raw_cell(rule.column, true);
    const auto year = text ? small_number(*text) : std::nullopt;
    if (!year || *year < 1) return refused("'" + text.value_or("") + "' is not a year");
    return *year;
}

Result<LineReader::Text> LineReader::date_text(const Source& source) {
    const DateParts& parts = source.date;
    const Text month_text = raw_cell(parts.month_column, true);
    const Text day_text = raw_cell(parts.day_column, true);
    if (!month_text && !day_text) return Text{};
    std::string key = month_text.value_or("");
    std::transform(key.begin(), key.end(), key.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const auto named = parts.months.find(key);
    const int month = named != parts.months.end() ? named->second : small_number(key).value_or(0);
    if (month < 1 || month > 12) return refused("'" + key + "' is not a month");
    const int day = day_text ? small_number(*day_text).value_or(0) : 0;
    if (day < 1 || day > 31) return refused("'" + day_text.value_or("") + "' is not a day");
    BALIE_ASSIGN(const int year, year_of(source, month));
    std::string date = four(year) + "-" + two(month) + "-" + two(day);
    if (!is_date(date)) return refused(date + " is a date that cannot be");
    std::string time = parts.time;
    if (!parts.time_column.empty()) time = raw_cell(parts.time_column, true).value_or("");
    if (!time.empty()) date += "T" + time;
    return Text(std::move(date));
}

Result<LineReader::Text> LineReader::address_text(const Source& source, PlannedRecord& record) {
    Json address;
    for (const Source& part : source.parts) {
        BALIE_ASSIGN(Text text, text_of(part, record));
        if (text && !text->empty()) address.set(part.name, Json(std::move(*text)));
    }
    if (address.is_null()) return Text{};
    return Text(address.print());
}

LineReader::Text LineReader::link_text(const std::string& name, PlannedRecord& record) const {
    const auto& records = plan_.map_.records;
    const auto found = std::find_if(records.begin(), records.end(),
                                    [&](const RecordMap& each) { return each.name == name; });
    const auto made = made_[static_cast<std::size_t>(found - records.begin())];
    if (!made) return std::nullopt;
    if (!record.parent) record.parent = *made;
    return out_.records[*made].id.text();
}

}  // namespace balie::exchange
