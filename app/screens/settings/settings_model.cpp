#include "app/screens/settings/settings_model.h"

#include <array>
#include <cstdlib>

namespace balie::app {

namespace {

constexpr std::array kScales{100, 110, 125, 150, 175, 200};

void read(SettingsState& state, const Look& look) {
    state.form.language = look.language;
    state.form.theme = look.theme;
    state.form.scale = std::to_string(look.scale_percent);
}

}  // namespace

std::span<const Action> settings_actions() {
    return {};
}

void enter(SettingsState& state, const Place& /*place*/, const ScreenContext& context,
           Effects& effects) {
    read(state, context.app.look);
    effects.focus("settings.language");
}

void update(SettingsState& state, const Event& event, const ScreenContext& context,
            Effects& /*effects*/) {
    if (std::holds_alternative<CommandDone>(event)) read(state, context.app.look);
}

void update(SettingsState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    Look look = context.app.look;
    if (std::holds_alternative<FormChanged>(intent)) {
        look.language = state.form.language;
        look.theme = state.form.theme;
        look.scale_percent = static_cast<int>(std::strtol(state.form.scale.c_str(), nullptr, 10));
    }
    if (look == context.app.look) return;
    effects.look(look);
}

bool enabled(const SettingsState& /*state*/, std::string_view /*action*/) {
    return true;
}

SettingsView view(const SettingsState& /*state*/, const ScreenContext& context) {
    SettingsView out;
    const Texts& texts = context.texts;
    out.languages = {{"en", "English", {}}, {"nl", "Nederlands", {}}};
    out.themes = {{"light", std::string{texts(Text::ThemeLight)}, {}},
                  {"dark", std::string{texts(Text::ThemeDark)}, {}},
                  {"contrast", std::string{texts(Text::ThemeContrast)}, {}}};
    for (const int percent : kScales) {
        out.scales.push_back({std::to_string(percent), std::to_string(percent) + " %", {}});
    }
    const auto fact = [&](Text label, std::string value, const char* icon) {
        if (!value.empty())
            out.facts.push_back({std::string{texts(label)}, std::move(value), icon});
    };
    fact(Text::SyncFactUser, context.app.user.name, "Person");
    const auto role = Texts::find("role." + context.app.user.role);
    fact(Text::FieldRole, role ? std::string{texts(*role)} : context.app.user.role, "Key");
    fact(Text::FieldBranch, context.app.user.branch, "Store");
    fact(Text::SyncFactHub, context.app.sync.hub_address, "Server");
    return out;
}

}  // namespace balie::app
