// Json: a JSON document as a value: built by the command line, parsed strictly from files.
// Invariant: objects keep the order in which their members were added; integers stay 64-bit
// integers; parse(print(x)) == x. Strings that are not UTF-8 are printed with U+FFFD in place of
// the bad bytes. Thread: any. Owns what it holds.
#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace balie::exchange {

inline constexpr std::size_t kJsonBytesMax = 16UL * 1024 * 1024;
inline constexpr int kJsonDepthMax = 64;

class Json {
  public:
    using Array = std::vector<Json>;
    using Member = std::pair<std::string, Json>;
    using Object = std::vector<Member>;

    Json() = default;  ///< null
    // NOLINTBEGIN(google-explicit-constructor): {"pending", 3} is the point of the type
    Json(std::nullptr_t) {}
    template <typename T, std::enable_if_t<std::is_same_v<T, bool>, int> = 0>
    Json(T value) : held_(value) {}
    template <typename T,
              std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool>, int> = 0>
    Json(T value) : held_(static_cast<std::int64_t>(value)) {}
    Json(double value) : held_(value) {}
    Json(const char* text) : held_(std::string(text)) {}
    Json(std::string_view text) : held_(std::string(text)) {}
    Json(std::string text) : held_(std::move(text)) {}
    // NOLINTEND(google-explicit-constructor)

    [[nodiscard]] static Json object(std::initializer_list<Member> members = {});
    [[nodiscard]] static Json array(Array items = {});

    [[nodiscard]] bool is_null() const { return held_.index() == 0; }
    [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&held_); }
    [[nodiscard]] const std::int64_t* integer() const { return std::get_if<std::int64_t>(&held_); }
    [[nodiscard]] const double* number() const { return std::get_if<double>(&held_); }
    [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&held_); }
    [[nodiscard]] const Array* items() const { return std::get_if<Array>(&held_); }
    [[nodiscard]] const Object* members() const { return std::get_if<Object>(&held_); }
    /// Member of an object; nullptr when it is none or has none.
    [[nodiscard]] const Json* find(std::string_view name) const;
    /// "null", "boolean", "integer", "number", "string", "array", "object".
    [[nodiscard]] std::string_view type_name() const;

    /// Makes an object of null; replaces a member of that name. Returns *this, to be chained.
    Json& set(std::string name, Json value);
    /// Makes an array of null.
    Json& push(Json value);

    /// `indent` 0: in one line, as NDJSON wants it.
    [[nodiscard]] std::string print(int indent = 0) const;
    /// Refuses everything RFC 8259 refuses, and two members of one name, whole numbers beyond 64
    /// bits, nesting beyond kJsonDepthMax and texts beyond kJsonBytesMax.
    /// Errors: InvalidInput ("line 3, column 7"), LimitExceeded.
    [[nodiscard]] static Result<Json> parse(std::string_view text);

    bool operator==(const Json&) const = default;

  private:
    void print_to(std::string& out, int indent, int depth) const;
    static void print_items(std::string& out, const Array& list, int indent, int depth);
    static void print_members(std::string& out, const Object& object, int indent, int depth);

    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> held_;
};

/// Appends the text in quotes, escaped.
void append_json_string(std::string& out, std::string_view text);
/// An object whose values are all strings (texts of the program, themes).
/// Errors: InvalidInput naming the member that is not.
[[nodiscard]] Result<std::map<std::string, std::string, std::less<>>> parse_string_map(
    std::string_view text);

}  // namespace balie::exchange
