#include "app/model/screen_id.h"

#include <algorithm>
#include <array>

namespace balie::app {

namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(ScreenId::Count)> kNames{
    "any",      "sign_in",       "today",     "search",        "customer",  "priority",
    "sync",     "customer_form", "settings",  "help",          "departure", "tasks",
    "capture",  "flag",          "task_form", "document_form", "fact_form", "relation_form",
    "conflict", "set_aside",     "proposal",  "fetch",         "palette"};

}  // namespace

std::string_view screen_name(ScreenId id) {
    return kNames[static_cast<std::size_t>(id)];
}

std::optional<ScreenId> parse_screen(std::string_view name) {
    const auto found = std::find(kNames.begin() + 1, kNames.end(), name);
    if (found == kNames.end()) return std::nullopt;
    return static_cast<ScreenId>(found - kNames.begin());
}

bool is_overlay(ScreenId id) {
    return id >= ScreenId::Capture && id < ScreenId::Count;
}

}  // namespace balie::app
