// Help: every key there is, from the registry, by screen. Thread: any. Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct HelpForm {};

struct HelpKey {
    std::string keys;
    std::string what;
};
struct HelpGroup {
    std::string id;
    std::string title;
    std::vector<HelpKey> keys;
};
struct HelpView {
    std::vector<HelpGroup> groups;
};

struct HelpState {
    using View = HelpView;
    using Form = HelpForm;
    static constexpr ScreenId kId = ScreenId::Help;

    HelpForm form;
};

[[nodiscard]] std::span<const Action> help_actions();
void enter(HelpState& state, const Place& place, const ScreenContext& context, Effects& effects);
void update(HelpState& state, const Event& event, const ScreenContext& context, Effects& effects);
void update(HelpState& state, const Intent& intent, const ScreenContext& context, Effects& effects);
[[nodiscard]] bool enabled(const HelpState& state, std::string_view action);
[[nodiscard]] HelpView view(const HelpState& state, const ScreenContext& context);

}  // namespace balie::app
