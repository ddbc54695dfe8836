#include "storage/exchange/json_reader.h"

#include <utility>

namespace balie::exchange {

JsonReader::JsonReader(const Json& json, std::string place, Problems& problems)
    : json_(&json), place_(std::move(place)), problems_(&problems) {
    if (json.members() == nullptr) {
        problems_->push_back((place_.empty() ? "the map" : place_) + " must be an object, not " +
                             std::string(json.type_name()));
    }
}

std::string JsonReader::place_of(std::string_view member) const {
    if (place_.empty() || member.empty()) return place_ + std::string(member);
    return place_ + "." + std::string(member);
}

void JsonReader::problem(std::string_view member, std::string_view what) {
    const std::string place = place_of(member);
    problems_->push_back((place.empty() ? "" : place + ": ") + std::string(what));
}

void JsonReader::wrong_type(std::string_view name, std::string_view wanted, const Json& found) {
    problem(name, "must be " + std::string(wanted) + ", not " + std::string(found.type_name()));
}

const Json* JsonReader::take(std::string_view name) {
    const Json* found = json_->find(name);
    if (found != nullptr) taken_.emplace(name);
    return found;
}

std::optional<std::string> JsonReader::take_text(std::string_view name) {
    const Json* found = take(name);
    if (found == nullptr) return std::nullopt;
    if (found->string() != nullptr) return *found->string();
    wrong_type(name, "a text", *found);
    return std::nullopt;
}

std::optional<std::int64_t> JsonReader::take_integer(std::string_view name) {
    const Json* found = take(name);
    if (found == nullptr) return std::nullopt;
    if (found->integer() != nullptr) return *found->integer();
    wrong_type(name, "a whole number", *found);
    return std::nullopt;
}

std::optional<bool> JsonReader::take_boolean(std::string_view name) {
    const Json* found = take(name);
    if (found == nullptr) return std::nullopt;
    if (found->boolean() != nullptr) return *found->boolean();
    wrong_type(name, "true or false", *found);
    return std::nullopt;
}

std::vector<std::string> JsonReader::take_texts(std::string_view name) {
    std::vector<std::string> out;
    const Json* found = take(name);
    if (found == nullptr) return out;
    if (found->items() == nullptr) {
        wrong_type(name, "a list of texts", *found);
        return out;
    }
    for (const Json& each : *found->items()) {
        if (each.string() != nullptr) {
            out.push_back(*each.string());
        } else {
            wrong_type(name, "a list of texts", each);
        }
    }
    return out;
}

std::string JsonReader::require_text(std::string_view name) {
    if (!has(name)) {
        problem(name, "is missing");
        return {};
    }
    return take_text(name).value_or("");
}

void JsonReader::finish() {
    if (json_->members() == nullptr) return;
    for (const auto& [name, value] : *json_->members()) {
        if (!taken_.contains(name)) problem(name, "is not known; check its spelling");
    }
}

}  // namespace balie::exchange
