// Settings: how the window looks, and what the line costs. Each takes effect at once and is kept.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct SettingsForm {
    std::string language;
    std::string theme;
    std::string scale;
    std::string metered;
    std::string budget_mb;
    std::string per;
};

struct SettingsView {
    std::vector<ChoiceView> languages;
    std::vector<ChoiceView> themes;
    std::vector<ChoiceView> scales;
    std::vector<ChoiceView> metered;
    std::vector<ChoiceView> budgets;
    std::vector<ChoiceView> pers;
    std::vector<FactView> facts;
};

struct SettingsState {
    using View = SettingsView;
    using Form = SettingsForm;
    static constexpr ScreenId kId = ScreenId::Settings;

    SettingsForm form;
    Ticket saving{};  ///< what is chosen is not kept yet: it is not read back over it
};

[[nodiscard]] std::span<const Action> settings_actions();
void enter(SettingsState& state, const Place& place, const ScreenContext& context,
           Effects& effects);
void update(SettingsState& state, const Event& event, const ScreenContext& context,
            Effects& effects);
void update(SettingsState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool enabled(const SettingsState& state, std::string_view action);
[[nodiscard]] SettingsView view(const SettingsState& state, const ScreenContext& context);

}  // namespace balie::app
