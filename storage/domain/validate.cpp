// One set of rules for what a field may hold, on terminal and hub alike.
#include "storage/base/date.h"
#include "storage/base/ids.h"
#include "storage/domain/schema.h"

#include <algorithm>
#include <array>

namespace balie::domain {

namespace {

constexpr std::int64_t kMomentMin = -62'135'596'800'000;  // 0001-01-01
constexpr std::int64_t kMomentMax = 253'402'300'799'999;  // 9999-12-31
constexpr std::int64_t kZoneOffsetMax = 14 * 60;

Error invalid(std::string_view field, std::string what, std::string mend) {
    return {ErrorCode::InvalidInput, std::move(what), "field " + std::string(field),
            std::move(mend)};
}

bool is_utf8_without_nul(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead == 0) return false;
        std::size_t extra = 0;
        std::uint32_t point = lead;
        if (lead >= 0xF0) {
            extra = 3;
            point = lead & 0x07U;
        } else if (lead >= 0xE0) {
            extra = 2;
            point = lead & 0x0FU;
        } else if (lead >= 0xC0) {
            extra = 1;
            point = lead & 0x1FU;
        } else if (lead >= 0x80) {
            return false;
        }
        if (lead >= 0xF8 || i + extra >= text.size()) return false;
        for (std::size_t k = 1; k <= extra; ++k) {
            const auto next = static_cast<unsigned char>(text[i + k]);
            if ((next & 0xC0U) != 0x80U) return false;
            point = (point << 6U) | (next & 0x3FU);
        }
        constexpr std::array<std::uint32_t, 4> kSmallest{0, 0x80, 0x800, 0x10000};
        const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
        if (point < kSmallest[extra] || surrogate || point > 0x10FFFF) return false;
        i += extra + 1;
    }
    return true;
}

Outcome check_text(std::string_view name, std::int32_t bytes_max, const std::string& text) {
    const std::int32_t limit = bytes_max > 0 ? bytes_max : kTextBytesMax;
    if (text.size() > static_cast<std::size_t>(limit)) {
        return Error{ErrorCode::LimitExceeded,
                     std::string(name) + " is " + std::to_string(text.size()) +
                         " bytes long, at most " + std::to_string(limit) + " fit",
                     "field " + std::string(name), "Shorten the text"};
    }
    if (!is_utf8_without_nul(text)) {
        return invalid(name, std::string(name) + " is not valid UTF-8 text",
                       "Remove the bad bytes");
    }
    return {};
}

Outcome check_integer(std::string_view name, FieldKind kind, std::int64_t value) {
    const auto outside = [&](std::int64_t low, std::int64_t high) {
        return value < low || value > high;
    };
    if (kind == FieldKind::Boolean && outside(0, 1)) {
        return invalid(name, std::string(name) + " must be 0 or 1", {});
    }
    if (kind == FieldKind::Moment && outside(kMomentMin, kMomentMax)) {
        return invalid(name, std::string(name) + " is outside the years 1 to 9999", {});
    }
    if (kind == FieldKind::ZoneOffset && outside(-kZoneOffsetMax, kZoneOffsetMax)) {
        return invalid(name, std::string(name) + " is no offset from UTC, in minutes", {});
    }
    return {};
}

bool wants_integer(FieldKind kind) {
    return kind == FieldKind::Integer || kind == FieldKind::Boolean || kind == FieldKind::Moment ||
           kind == FieldKind::ZoneOffset;
}

Outcome check_spelling(std::string_view name, FieldKind kind,
                       std::span<const std::string_view> choices, const std::string& text) {
    const std::string shown = "'" + text.substr(0, 60) + "'";
    const std::string field(name);
    switch (kind) {
        case FieldKind::Date:
            if (!is_date(text)) {
                return invalid(name, field + " is not a date that exists: " + shown,
                               "Write it as YYYY-MM-DD");
            }
            return {};
        case FieldKind::Birthday:
            if (!is_date_or_yearless(text)) {
                return invalid(name, field + " is not a date that exists: " + shown,
                               "Write it as YYYY-MM-DD, or --MM-DD without the year");
            }
            return {};
        case FieldKind::Decimal:
            if (!is_decimal(text)) {
                return invalid(name, field + " is not a decimal number: " + shown,
                               "Write it as -12.50");
            }
            return {};
        case FieldKind::Reference:
            if (auto id = RecordId::parse(text); !id.ok()) {
                return invalid(name, field + " is not a record id: " + shown, id.error().mend);
            }
            return {};
        case FieldKind::Choice: {
            if (std::find(choices.begin(), choices.end(), text) != choices.end()) return {};
            std::string list;
            for (const std::string_view each : choices) {
                list += (list.empty() ? "" : ", ") + std::string(each);
            }
            return invalid(name, field + " cannot be " + shown, "Choose one of: " + list);
        }
        default:
            return {};
    }
}

const CustomField* find_custom(std::span<const CustomField> custom, RecordType type,
                               std::string_view name) {
    const auto found = std::find_if(custom.begin(), custom.end(), [&](const CustomField& each) {
        return each.type == type && each.name == name;
    });
    return found == custom.end() ? nullptr : &*found;
}

Outcome check_field(const RecordSpec& record, std::string_view name, const Value& value,
                    std::span<const CustomField> custom) {
    if (is_custom(name)) {
        const CustomField* definition =
            find_custom(custom, record.type, name.substr(kCustomPrefix.size()));
        if (definition == nullptr) {
            return invalid(name,
                           "no custom field " + std::string(name) + " is defined for " +
                               std::string(record.plural),
                           "Define it at the hub: balie-hub field load MAP.json");
        }
        return validate_value(name, definition->kind, definition->bytes_max, {}, value);
    }
    const Field* field = record.find(name);
    if (field == nullptr) {
        return invalid(name, std::string(record.plural) + " have no field " + std::string(name),
                       {});
    }
    if (field->required && is_null(value)) {
        return invalid(name, std::string(name) + " must be filled in", {});
    }
    return validate_value(name, field->kind, field->bytes_max, field->choices, value);
}

}  // namespace

bool is_decimal(std::string_view text) {
    if (!text.empty() && text.front() == '-') text.remove_prefix(1);
    const std::size_t dot = text.find('.');
    const std::string_view whole = text.substr(0, dot);
    const auto digits = [](std::string_view part) {
        return !part.empty() && part.size() <= 30 &&
               std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    return digits(whole) && (dot == std::string_view::npos || digits(text.substr(dot + 1)));
}

bool is_custom_name(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (name.empty() || name.size() > 40 || !letter(name.front())) return false;
    return std::all_of(name.begin(), name.end(), [&](char c) {
        return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.';
    });
}

Result<FieldKind> parse_datatype(std::string_view text) {
    if (text == "text") return FieldKind::Text;
    if (text == "integer") return FieldKind::Integer;
    if (text == "decimal") return FieldKind::Decimal;
    if (text == "boolean") return FieldKind::Boolean;
    if (text == "date") return FieldKind::Date;
    if (text == "code") return FieldKind::CodeOf;
    return Error{ErrorCode::InvalidInput,
                 "unknown datatype '" + std::string(text) + "'",
                 {},
                 "Choose one of: text, integer, decimal, boolean, date, code"};
}

std::string_view datatype_name(FieldKind kind) {
    switch (kind) {
        case FieldKind::Integer:
            return "integer";
        case FieldKind::Decimal:
            return "decimal";
        case FieldKind::Boolean:
            return "boolean";
        case FieldKind::Date:
            return "date";
        case FieldKind::CodeOf:
            return "code";
        default:
            return "text";
    }
}

Outcome validate_value(std::string_view name, FieldKind kind, std::int32_t bytes_max,
                       std::span<const std::string_view> choices, const Value& value) {
    if (is_null(value)) return {};
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        if (!wants_integer(kind)) {
            return invalid(name, std::string(name) + " must be a text, not a number", {});
        }
        return check_integer(name, kind, *integer);
    }
    if (wants_integer(kind)) {
        return invalid(name, std::string(name) + " must be a whole number", {});
    }
    const std::string& text = std::get<std::string>(value);
    const bool code = kind == FieldKind::CodeOf || kind == FieldKind::Key;
    BALIE_TRY(check_text(name, code ? kCodeBytesMax : bytes_max, text));
    return check_spelling(name, kind, choices, text);
}

Outcome validate(const RecordSpec& record, Write write, const FieldValues& values,
                 std::span<const CustomField> custom) {
    if (write == Write::Edit && record.merge == MergeRule::AppendOnly) {
        return Error{ErrorCode::Denied,
                     "an " + std::string(record.name) + " is never overwritten",
                     {},
                     "Add an amendment instead: balie amend ID …"};
    }
    for (const auto& [name, value] : values) {
        BALIE_TRY(check_field(record, name, value, custom));
    }
    if (write == Write::Edit) return {};
    for (const Field& field : record.fields) {
        const auto given = values.find(field.name);
        if (field.required && (given == values.end() || is_null(given->second))) {
            return invalid(field.name, std::string(field.name) + " must be filled in", {});
        }
    }
    return {};
}

}  // namespace balie::domain
