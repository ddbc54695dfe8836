#include "sync/protocol/json_reader.h"

#include "storage/crypto/encoding.h"
#include "sync/core/limits.h"

#include <charconv>

namespace balie::sync {

namespace {

/// Deepest nesting, found without parsing: the parser is only let loose on what is bounded.
std::size_t depth_of(std::string_view bytes) {
    std::size_t depth = 0;
    std::size_t deepest = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char c = bytes[i];
        if (in_string) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                in_string = false;
            }
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if ((c == '}' || c == ']') && depth > 0) {
            --depth;
        }
    }
    return deepest;
}

std::optional<std::int64_t> canonical_number(std::string_view text) {
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end) return std::nullopt;
    const std::string_view digits = text.front() == '-' ? text.substr(1) : text;
    if (digits.size() > 1 && digits.front() == '0') return std::nullopt;
    if (number == 0 && text.front() == '-') return std::nullopt;
    return number;
}

}  // namespace

Result<Json> parse_json(std::string_view bytes, std::size_t bytes_max) {
    if (bytes.size() > bytes_max) {
        return Error{ErrorCode::LimitExceeded, "A message is larger than allowed",
                     std::to_string(bytes.size()) + " bytes",
                     "At most " + std::to_string(bytes_max) + " bytes"};
    }
    if (depth_of(bytes) > kJsonDepthMax) {
        return Error{ErrorCode::LimitExceeded, "A message is nested deeper than allowed", "",
                     "At most " + std::to_string(kJsonDepthMax) + " levels"};
    }
    try {
        return Json::parse(bytes.begin(), bytes.end());
    } catch (const Json::parse_error& error) {
        return Error{ErrorCode::Protocol, "This is not JSON in UTF-8",
                     "byte " + std::to_string(error.byte), ""};
    } catch (const Json::exception&) {
        return Error{ErrorCode::Protocol, "A number in the message is out of range", "", ""};
    }
}

namespace {

/// A peer's own names may be as long as a message, and errors are sent back and kept: the beginning
/// of a name says enough.
std::string shown(std::string_view name) {
    constexpr std::size_t kShownBytesMax = 60;
    if (name.size() <= kShownBytesMax) return std::string(name);
    std::size_t end = kShownBytesMax;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
    return std::string(name.substr(0, end)) + "\u2026";
}

}  // namespace

std::string Node::path() const {
    if (parent_ == nullptr) return {};
    return parent_->path() + "/" + (name_.empty() ? std::to_string(index_) : shown(name_));
}

void Node::fault(std::string_view what) const {
    if (faults_->any()) return;
    const std::string where = path();
    faults_->first = Error{ErrorCode::Protocol, "A member of the message " + std::string(what),
                           where.empty() ? "/" : where, ""};
}

Json::object_t* Node::object() const {
    if (value_ == nullptr) return nullptr;
    auto* object = value_->get_ptr<Json::object_t*>();
    if (object == nullptr) fault("is not an object");
    return object;
}

Node Node::operator[](std::string_view name) const {
    auto* members = object();
    if (members != nullptr) {
        const auto found = members->find(name);
        if (found != members->end()) return {&found->second, *this, name, 0};
    }
    const Node missing(nullptr, *this, name, 0);
    missing.fault("is missing");
    return missing;
}

std::optional<Node> Node::find(std::string_view name) const {
    auto* members = object();
    if (members == nullptr) return std::nullopt;
    const auto found = members->find(name);
    if (found == members->end() || found->second.is_null()) return std::nullopt;
    return Node(&found->second, *this, name, 0);
}

std::size_t Node::size() const {
    if (value_ == nullptr) return 0;
    if (value_->is_array()) return value_->size();
    fault("is not an array");
    return 0;
}

Node Node::at(std::size_t index) const {
    if (value_ != nullptr && value_->is_array() && index < value_->size()) {
        return {&(*value_)[index], *this, {}, index};
    }
    const Node missing(nullptr, *this, {}, index);
    missing.fault("is missing");
    return missing;
}

std::string_view Node::peek_text() const {
    if (value_ == nullptr) return {};
    const auto* text = value_->get_ptr<const Json::string_t*>();
    if (text != nullptr) return *text;
    fault("is not a text");
    return {};
}

std::string Node::text(std::size_t bytes_max) const {
    if (peek_text().size() > bytes_max) fault("is longer than allowed");
    if (faults_->any() || value_ == nullptr) return {};
    return std::move(value_->get_ref<Json::string_t&>());
}

std::string Node::line(std::size_t bytes_max) const {
    std::string out = text(bytes_max);
    for (const char c : out) {
        if (static_cast<unsigned char>(c) < 0x20) fault("has a control character");
    }
    return out;
}

bool Node::boolean() const {
    if (value_ == nullptr) return false;
    if (value_->is_boolean()) return value_->get<bool>();
    fault("is not true or false");
    return false;
}

int Node::number(int lowest, int highest) const {
    if (value_ == nullptr) return lowest;
    if (!value_->is_number_integer()) {
        fault("is not a whole number");
        return lowest;
    }
    // An unsigned beyond 2^63 would turn negative in get<int64_t>.
    const bool huge = value_->is_number_unsigned() &&
                      value_->get<std::uint64_t>() > static_cast<std::uint64_t>(kInt64Max);
    const std::int64_t number = huge ? kInt64Max : value_->get<std::int64_t>();
    if (number >= lowest && number <= highest) return static_cast<int>(number);
    fault("is out of range");
    return lowest;
}

std::int64_t Node::number64(std::int64_t lowest, std::int64_t highest) const {
    const std::string_view text = peek_text();
    if (value_ == nullptr || faults_->any()) return lowest;
    const auto number = text.empty() ? std::nullopt : canonical_number(text);
    if (!number) {
        fault("is not a 64-bit number in decimal");
    } else if (*number < lowest || *number > highest) {
        fault("is out of range");
    } else {
        return *number;
    }
    return lowest;
}

Bytes Node::bytes(std::size_t bytes_max) const {
    const std::string_view text = peek_text();
    if (value_ == nullptr || faults_->any()) return {};
    if (text.size() > (bytes_max * 4 + 2) / 3) {
        fault("is longer than allowed");
        return {};
    }
    auto decoded = crypto::base64url_decode(text);
    if (decoded.ok()) return std::move(decoded).value();
    fault("is not base64url without padding");
    return {};
}

Value Node::value() const {
    if (value_ == nullptr || value_->is_null()) return {};
    if (auto* text = value_->get_ptr<Json::string_t*>(); text != nullptr) return std::move(*text);
    if (value_->is_number_unsigned()) {
        const auto number = value_->get<std::uint64_t>();
        if (number <= static_cast<std::uint64_t>(kExactIntegerMax)) {
            return static_cast<std::int64_t>(number);
        }
        fault("is out of range");
        return {};
    }
    if (value_->is_number_integer()) {
        const auto number = value_->get<std::int64_t>();
        if (number >= -kExactIntegerMax) return number;
        fault("is out of range");
        return {};
    }
    if (value_->is_object()) {
        if (value_->size() != 1) fault("is no value");
        return (*this)["int64"].number64(kInt64Min);
    }
    fault("is no value");
    return {};
}

}  // namespace balie::sync
