#include "app/screens/help/help_model.h"

#include <algorithm>

namespace balie::app {

namespace {

void add(HelpView& out, const ScreenContext& context, const Action& action) {
    const std::string id = "help." + std::string{screen_name(action.scope)};
    auto group = std::find_if(out.groups.begin(), out.groups.end(),
                              [&id](const HelpGroup& each) { return each.id == id; });
    if (group == out.groups.end()) {
        const auto title = Texts::find("screen." + std::string{screen_name(action.scope)});
        out.groups.push_back({id, std::string{context.texts(title.value_or(Text::ScreenAny))}, {}});
        group = out.groups.end() - 1;
    }
    std::string keys{action.shortcut};
    const std::string what{context.texts(action.label)};
    for (HelpKey& there : group->keys) {
        if (there.what == what) {
            there.keys += " " + keys;
            return;
        }
    }
    group->keys.push_back({std::move(keys), what});
}

}  // namespace

std::span<const Action> help_actions() {
    return {};
}

void enter(HelpState& /*state*/, const Place& /*place*/, const ScreenContext& /*context*/,
           Effects& /*effects*/) {}

void update(HelpState& /*state*/, const Event& /*event*/, const ScreenContext& /*context*/,
            Effects& /*effects*/) {}

void update(HelpState& /*state*/, const Intent& /*intent*/, const ScreenContext& /*context*/,
            Effects& /*effects*/) {}

bool enabled(const HelpState& /*state*/, std::string_view /*action*/) {
    return true;
}

HelpView view(const HelpState& /*state*/, const ScreenContext& context) {
    HelpView out;
    for (const Action& action : context.registry.all()) {
        if (!action.shortcut.empty()) add(out, context, action);
    }
    return out;
}

}  // namespace balie::app
