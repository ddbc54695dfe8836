#include "storage/exchange/import_source.h"

#include <algorithm>
#include <array>
#include <utility>

namespace balie::exchange {
namespace {

constexpr std::array<std::string_view, 5> kAddressParts{"street", "number", "postal_code", "city",
                                                        "country"};
constexpr std::array<std::array<std::string_view, 5>, 12> kMonthNames{{
    {"jan", "january", "januari", "", ""},
    {"feb", "february", "februari", "", ""},
    {"mar", "march", "maart", "mrt", ""},
    {"apr", "april", "", "", ""},
    {"may", "mei", "", "", ""},
    {"jun", "june", "juni", "", ""},
    {"jul", "july", "juli", "", ""},
    {"aug", "august", "augustus", "", ""},
    {"sep", "september", "sept", "", ""},
    {"oct", "october", "okt", "oktober", ""},
    {"nov", "november", "", "", ""},
    {"dec", "december", "", "", ""},
}};

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

/// A constant as the text that a cell would hold.
std::optional<std::string> scalar_text(const Json& json) {
    if (json.string() != nullptr) return *json.string();
    if (json.integer() != nullptr) return std::to_string(*json.integer());
    if (json.boolean() != nullptr) return *json.boolean() ? "true" : "false";
    return std::nullopt;
}

class SourceReader {
  public:
    SourceReader(const Json& json, std::string place, Problems& problems)
        : reader_(json, place, problems), place_(std::move(place)), problems_(problems) {}

    Source read() {
        Source source;
        source.place = place_;
        read_kind(source);
        read_changes(source.changes);
        reader_.finish();
        return source;
    }

  private:
    void read_kind(Source& source) {
        constexpr std::array<std::string_view, 6> kKinds{"column", "value",  "template",
                                                         "date",   "record", "address"};
        const auto count = std::count_if(kKinds.begin(), kKinds.end(),
                                         [&](std::string_view kind) { return reader_.has(kind); });
        if (count != 1) {
            reader_.problem("",
                            "needs exactly one of column, value, template, date, record, "
                            "address");
        }
        if (auto column = reader_.take_text("column")) {
            source.kind = SourceKind::Column;
            source.column = std::move(*column);
        } else if (const Json* value = reader_.take("value")) {
            source.kind = SourceKind::Constant;
            const auto text = scalar_text(*value);
            if (!text) reader_.problem("value", "must be a text, a whole number, true or false");
            source.text = text.value_or("");
        } else if (auto pattern = reader_.take_text("template")) {
            source.kind = SourceKind::Template;
            source.text = std::move(*pattern);
        } else if (const Json* date = reader_.take("date")) {
            source.kind = SourceKind::Date;
            read_date(*date, source.date);
        } else if (auto record = reader_.take_text("record")) {
            source.kind = SourceKind::Record;
            source.text = std::move(*record);
        } else if (const Json* address = reader_.take("address")) {
            source.kind = SourceKind::Object;
            read_address(*address, source);
        }
    }

    void read_date(const Json& json, DateParts& date) {
        JsonReader reader(json, reader_.place_of("date"), problems_);
        date.month_column = reader.require_text("month");
        date.day_column = reader.require_text("day");
        const Json* year = reader.take("year");
        if (year == nullptr) {
            reader.problem("year", "is missing");
        } else {
            read_year(*year, reader.place_of("year"), date.year);
        }
        for (std::size_t month = 0; month < kMonthNames.size(); ++month) {
            for (const std::string_view name : kMonthNames[month]) {
                if (!name.empty()) date.months.emplace(name, static_cast<int>(month) + 1);
            }
        }
        if (const Json* months = reader.take("months")) {
            read_months(*months, reader.place_of("months"), date);
        }
        if (const Json* time = reader.take("time"); time != nullptr && time->string() != nullptr) {
            date.time = *time->string();
        } else if (time != nullptr) {
            JsonReader inner(*time, reader.place_of("time"), problems_);
            date.time_column = inner.require_text("column");
            inner.finish();
        }
        reader.finish();
    }

    void read_year(const Json& json, const std::string& place, YearRule& year) {
        if (json.string() != nullptr) {
            year.column = *json.string();
        } else if (json.integer() != nullptr) {
            year.fixed = static_cast<int>(std::clamp<std::int64_t>(*json.integer(), 1, 9999));
        } else {
            JsonReader reader(json, place, problems_);
            const auto start = reader.take_integer("start").value_or(0);
            if (start < 1 || start > 9999) reader.problem("start", "must be a year");
            year.rolls_from = static_cast<int>(std::clamp<std::int64_t>(start, 1, 9999));
            if (reader.require_text("roll") != "when the month falls") {
                reader.problem("roll", "must be \"when the month falls\"");
            }
            reader.finish();
        }
    }

    void read_months(const Json& json, const std::string& place, DateParts& date) {
        if (json.members() == nullptr) {
            problems_.push_back(place + ": must be an object of names and numbers");
            return;
        }
        date.months.clear();
        for (const auto& [name, number] : *json.members()) {
            const auto* month = number.integer();
            if (month == nullptr || *month < 1 || *month > 12) {
                std::string where = place;
                where.append(".").append(name);
                problems_.push_back(where + ": must be a number from 1 to 12");
            } else {
                date.months.insert_or_assign(lower(name), static_cast<int>(*month));
            }
        }
    }

    void read_address(const Json& json, Source& source) {
        const std::string place = reader_.place_of("address");
        JsonReader reader(json, place, problems_);
        // In the order in which addresses are kept, whatever the map's is.
        for (const std::string_view part : kAddressParts) {
            if (const Json* inner = reader.take(part)) {
                Source inner_source = parse_source(*inner, reader.place_of(part), problems_);
                inner_source.name = part;
                source.parts.push_back(std::move(inner_source));
            }
        }
        reader.finish();
    }

    void read_changes(Changes& changes) {
        changes.trim = reader_.take_boolean("trim").value_or(true);
        changes.nulls = reader_.take_texts("null");
        read_translate(changes);
        if (const Json* number = reader_.take("number")) read_number(*number, changes);
        if (const Json* words = reader_.take("boolean")) read_booleans(*words, changes);
        if (auto pattern = reader_.take_text("date_format")) {
            changes.date_pattern = std::move(*pattern);
            for (const std::string_view part : {"YYYY", "M", "D"}) {
                if (changes.date_pattern.find(part) == std::string::npos) {
                    reader_.problem("date_format", "must have YYYY, M or MM, and D or DD");
                    break;
                }
            }
        }
        if (auto unit = reader_.take_text("duration")) {
            if (*unit == "seconds") {
                changes.duration = DurationFormat::Seconds;
            } else if (*unit == "minutes") {
                changes.duration = DurationFormat::Minutes;
            } else if (*unit == "hours") {
                changes.duration = DurationFormat::Hours;
            } else if (*unit == "clock") {
                changes.duration = DurationFormat::Clock;
            } else {
                reader_.problem("duration", "must be seconds, minutes, hours or clock");
            }
        }
        changes.phone_region = reader_.take_text("phone").value_or("");
        if (const Json* value = reader_.take("default")) {
            changes.otherwise = scalar_text(*value);
            if (!changes.otherwise) reader_.problem("default", "must be a text or a number");
        }
    }

    void read_translate(Changes& changes) {
        const Json* table = reader_.take("translate");
        const Json* otherwise = reader_.take("else");
        if (table == nullptr) {
            if (otherwise != nullptr) reader_.problem("else", "only stands beside translate");
            return;
        }
        Translate translate;
        if (table->members() == nullptr) {
            reader_.problem("translate", "must be an object of texts");
            return;
        }
        for (const auto& [from, to] : *table->members()) {
            const auto text = scalar_text(to);
            if (!text && !to.is_null()) {
                reader_.problem("translate." + from, "must be a text, or null for no value");
            }
            translate.table.emplace(from, text);
        }
        if (otherwise != nullptr) read_else(*otherwise, translate);
        changes.translate = std::move(translate);
    }

    void read_else(const Json& json, Translate& translate) {
        if (json.string() != nullptr && *json.string() == "error") {
            translate.otherwise = Otherwise::Error;
        } else if (json.string() != nullptr && *json.string() == "keep") {
            translate.otherwise = Otherwise::Keep;
        } else if (json.members() != nullptr) {
            JsonReader reader(json, reader_.place_of("else"), problems_);
            const Json* value = reader.take("value");
            translate.otherwise = Otherwise::Constant;
            if (value != nullptr) translate.constant = scalar_text(*value);
            reader.finish();
        } else {
            reader_.problem("else", R"(must be "error", "keep" or {"value": …})");
        }
    }

    void read_number(const Json& json, Changes& changes) {
        JsonReader reader(json, reader_.place_of("number"), problems_);
        NumberFormat number;
        number.group = reader.take_text("group").value_or("");
        // Who groups by points writes decimals after a comma.
        const std::string decimal =
            reader.take_text("decimal").value_or(number.group == "." ? "," : ".");
        if (decimal.size() != 1) reader.problem("decimal", "must be one character");
        if (!decimal.empty()) number.decimal = decimal[0];
        if (number.group == decimal) reader.problem("group", "cannot be the decimal mark too");
        reader.finish();
        changes.number = number;
    }

    void read_booleans(const Json& json, Changes& changes) {
        JsonReader reader(json, reader_.place_of("boolean"), problems_);
        for (const std::string& word : reader.take_texts("true")) {
            changes.booleans.insert_or_assign(lower(word), true);
        }
        for (const std::string& word : reader.take_texts("false")) {
            if (!changes.booleans.emplace(lower(word), false).second) {
                reader.problem("false", "'" + word + "' stands under true as well");
            }
        }
        if (changes.booleans.empty()) reader.problem("", "needs words for true and false");
        reader.finish();
    }

    JsonReader reader_;
    std::string place_;
    Problems& problems_;
};

}  // namespace

Source parse_source(const Json& json, const std::string& place, Problems& problems) {
    if (json.string() != nullptr) {
        Source source;
        source.place = place;
        source.column = *json.string();
        return source;
    }
    if (json.members() == nullptr) {
        problems.push_back(place + ": must be the name of a column, or an object");
        return {};
    }
    return SourceReader(json, place, problems).read();
}

std::vector<std::string> template_columns(std::string_view pattern) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern.substr(i, 2) == "{{") {
            ++i;
            continue;
        }
        if (pattern[i] != '{') continue;
        const std::size_t end = pattern.find('}', i);
        if (end == std::string_view::npos) break;
        names.emplace_back(pattern.substr(i + 1, end - i - 1));
        i = end;
    }
    return names;
}

std::vector<std::string> columns_of(const Source& source) {
    std::vector<std::string> out;
    switch (source.kind) {
        case SourceKind::Column:
            out.push_back(source.column);
            break;
        case SourceKind::Template:
            for (auto& name : template_columns(source.text)) {
                if (name != "line" && name != "row") out.push_back(std::move(name));
            }
            break;
        case SourceKind::Date:
            for (const std::string& name : {source.date.year.column, source.date.month_column,
                                            source.date.day_column, source.date.time_column}) {
                if (!name.empty()) out.push_back(name);
            }
            break;
        case SourceKind::Object:
            for (const Source& part : source.parts) {
                for (auto& name : columns_of(part)) out.push_back(std::move(name));
            }
            break;
        default:
            break;
    }
    return out;
}

}  // namespace balie::exchange
