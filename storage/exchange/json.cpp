#include "storage/exchange/json.h"

#include "storage/text/utf8.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace balie::exchange {
namespace {

std::string place_of(std::string_view text, std::size_t at) {
    at = std::min(at, text.size());
    const auto line =
        1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    const std::size_t start = text.substr(0, at).rfind('\n');
    const std::size_t column = start == std::string_view::npos ? at : at - start - 1;
    return "line " + std::to_string(line) + ", column " + std::to_string(column + 1);
}

/// Builds a Json while nlohmann's parser reads: so members keep their order, and doubles are seen.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
  public:
    bool null() override { return add(Json()); }
    bool boolean(bool value) override { return add(Json(value)); }
    bool number_integer(number_integer_t value) override { return add(Json(value)); }
    bool number_unsigned(number_unsigned_t value) override {
        if (value > static_cast<number_unsigned_t>(INT64_MAX)) {
            return fail("a whole number is beyond 64 bits");
        }
        return add(Json(static_cast<std::int64_t>(value)));
    }
    bool number_float(number_float_t value, const string_t& written) override {
        // What looks like a whole number came here because it fits no 64 bits.
        if (written.find_first_of(".eE") == std::string::npos) {
            return fail("a whole number is beyond 64 bits");
        }
        return add(Json(value));
    }
    bool string(string_t& value) override { return add(Json(std::move(value))); }
    bool binary(binary_t& /*value*/) override { return fail("binary content"); }
    bool start_object(std::size_t /*size*/) override { return open(Json::object()); }
    bool start_array(std::size_t /*size*/) override { return open(Json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& value) override {
        if (levels_.back().value.find(value) != nullptr) {
            return fail("the member '" + value + "' stands there twice");
        }
        levels_.back().key = value;
        return true;
    }
    bool parse_error(std::size_t at, const std::string& /*token*/,
                     const nlohmann::detail::exception& /*exception*/) override {
        position = at > 0 ? at - 1 : 0;
        return false;
    }

    std::string problem;
    std::optional<std::size_t> position;
    Json result;

  private:
    struct Level {
        Json value;
        std::string key;
    };

    bool fail(std::string what) {
        problem = std::move(what);
        return false;
    }
    bool add(Json value) {
        if (levels_.empty()) {
            result = std::move(value);
        } else if (Level& level = levels_.back(); level.value.members() != nullptr) {
            level.value.set(level.key, std::move(value));
        } else {
            level.value.push(std::move(value));
        }
        return true;
    }
    bool open(Json value) {
        if (levels_.size() >= static_cast<std::size_t>(kJsonDepthMax)) {
            return fail("it is nested too deeply");
        }
        levels_.push_back({std::move(value), {}});
        return true;
    }
    bool close() {
        Json value = std::move(levels_.back().value);
        levels_.pop_back();
        return add(std::move(value));
    }

    std::vector<Level> levels_;
};

void append_escaped(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\r') {
            out += "\\r";
        } else if (byte < 0x20) {
            out += "\\u00";
            out += kHex[byte >> 4U];
            out += kHex[byte & 15U];
        } else {
            out += c;
        }
    }
}

std::string number_text(double value) {
    if (!std::isfinite(value)) return "null";
    std::array<char, 40> digits{};
    const auto done = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    std::string out(digits.data(), done.ptr);
    // A number with a fraction stays one when it is read again.
    if (out.find_first_of(".e") == std::string::npos) out += ".0";
    return out;
}

void new_line(std::string& out, int indent, int depth) {
    if (indent == 0) return;
    out += '\n';
    out.append(static_cast<std::size_t>(indent) * static_cast<std::size_t>(depth), ' ');
}

}  // namespace

Json Json::object(std::initializer_list<Member> members) {
    Json out;
    out.held_ = Object(members);
    return out;
}

Json Json::array(Array items) {
    Json out;
    out.held_ = std::move(items);
    return out;
}

const Json* Json::find(std::string_view name) const {
    const Object* object = members();
    if (object == nullptr) return nullptr;
    const auto found = std::find_if(object->begin(), object->end(),
                                    [&](const Member& each) { return each.first == name; });
    return found == object->end() ? nullptr : &found->second;
}

std::string_view Json::type_name() const {
    constexpr std::array<std::string_view, 7> kNames{"null",   "boolean", "integer", "number",
                                                     "string", "array",   "object"};
    return kNames.at(held_.index());
}

Json& Json::set(std::string name, Json value) {
    if (is_null()) held_ = Object{};
    auto& object = std::get<Object>(held_);
    const auto found = std::find_if(object.begin(), object.end(),
                                    [&](const Member& each) { return each.first == name; });
    if (found != object.end()) {
        found->second = std::move(value);
    } else {
        object.emplace_back(std::move(name), std::move(value));
    }
    return *this;
}

Json& Json::push(Json value) {
    if (is_null()) held_ = Array{};
    std::get<Array>(held_).push_back(std::move(value));
    return *this;
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (true) {
        const std::size_t bad = text::first_bad_byte(text);
        append_escaped(out, text.substr(0, bad));
        if (bad == std::string_view::npos) break;
        out += "\uFFFD";
        text.remove_prefix(bad + 1);
    }
    out += '"';
}

void Json::print_items(std::string& out, const Array& list, int indent, int depth) {
    out += '[';
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (i > 0) out += ',';
        new_line(out, indent, depth + 1);
        list[i].print_to(out, indent, depth + 1);
    }
    if (!list.empty()) new_line(out, indent, depth);
    out += ']';
}

void Json::print_members(std::string& out, const Object& object, int indent, int depth) {
    out += '{';
    for (std::size_t i = 0; i < object.size(); ++i) {
        if (i > 0) out += ',';
        new_line(out, indent, depth + 1);
        append_json_string(out, object[i].first);
        out += indent == 0 ? ":" : ": ";
        object[i].second.print_to(out, indent, depth + 1);
    }
    if (!object.empty()) new_line(out, indent, depth);
    out += '}';
}

void Json::print_to(std::string& out, int indent, int depth) const {
    if (const bool* truth = boolean()) {
        out += *truth ? "true" : "false";
    } else if (const auto* whole = integer()) {
        out += std::to_string(*whole);
    } else if (const double* real = number()) {
        out += number_text(*real);
    } else if (const auto* words = string()) {
        append_json_string(out, *words);
    } else if (const Array* list = items()) {
        print_items(out, *list, indent, depth);
    } else if (const Object* object = members()) {
        print_members(out, *object, indent, depth);
    } else {
        out += "null";
    }
}

std::string Json::print(int indent) const {
    std::string out;
    print_to(out, indent, 0);
    return out;
}

Result<Json> Json::parse(std::string_view text) {
    if (text.size() > kJsonBytesMax) {
        return Error{ErrorCode::LimitExceeded, "the JSON text is too long", "", ""};
    }
    if (const std::size_t bad = text::first_bad_byte(text); bad != std::string_view::npos) {
        return Error{ErrorCode::InvalidInput, "the JSON text is not valid UTF-8",
                     place_of(text, bad), "Save it as UTF-8"};
    }
    Builder builder;
    if (nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
        return std::move(builder.result);
    }
    if (!builder.problem.empty()) {
        return Error{ErrorCode::InvalidInput, "the JSON text is refused: " + builder.problem, "",
                     ""};
    }
    return Error{ErrorCode::InvalidInput, "the text is not valid JSON",
                 place_of(text, builder.position.value_or(0)), ""};
}

Result<std::map<std::string, std::string, std::less<>>> parse_string_map(std::string_view text) {
    BALIE_ASSIGN(const Json json, Json::parse(text));
    const auto* members = json.members();
    if (members == nullptr) {
        return Error{ErrorCode::InvalidInput, "the JSON text is not an object", "", ""};
    }
    std::map<std::string, std::string, std::less<>> out;
    for (const auto& [name, value] : *members) {
        if (value.string() == nullptr) {
            return Error{ErrorCode::InvalidInput, "a member is not a text", name,
                         "Every value must stand in quotes"};
        }
        out.emplace(name, *value.string());
    }
    return out;
}

}  // namespace balie::exchange
