// Value: what a field holds, everywhere between the screen and the hub.
// A boolean is the integer 0 or 1, a date the text YYYY-MM-DD, a decimal its exact text, a moment
// 64-bit UTC milliseconds, an id its text. Thread: any.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace balie {

using Value = std::variant<std::monostate, std::int64_t, std::string>;

[[nodiscard]] inline bool is_null(const Value& value) {
    return std::holds_alternative<std::monostate>(value);
}
/// The text, or "" when it is null; an integer in decimal.
[[nodiscard]] std::string value_text(const Value& value);
[[nodiscard]] inline std::int64_t value_integer(const Value& value, std::int64_t otherwise = 0) {
    const auto* integer = std::get_if<std::int64_t>(&value);
    return integer != nullptr ? *integer : otherwise;
}

/// Field name → value, sorted by name. Custom fields are called "x.NAME".
using FieldValues = std::map<std::string, Value, std::less<>>;

inline constexpr std::string_view kCustomPrefix = "x.";
[[nodiscard]] inline bool is_custom(std::string_view field) {
    return field.substr(0, kCustomPrefix.size()) == kCustomPrefix;
}

}  // namespace balie
