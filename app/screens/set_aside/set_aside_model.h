// A change that the office could not accept: what it would have written and why it was refused, to
// be mended and sent again, or put away. Works offline: sending again is a save like any other.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct SetAsideForm {
    std::vector<std::string> texts;  ///< one for each field that can be written anew
};

struct AsideFieldView {
    std::string id;  ///< of its widget
    std::string label;
    bool is_long{false};              ///< a note
    std::vector<ChoiceView> choices;  ///< of a code; empty: free text
};

struct SetAsideView {
    std::string title;
    std::string detail;  ///< why, and what a person can do
    std::vector<FactView> facts;
    std::vector<AsideFieldView> fields;
    std::string asked;  ///< who is to mend it, and by when
    bool known{false};
    bool gone{false};     ///< dealt with meanwhile
    bool foreign{false};  ///< waits by itself: there is nothing to do
    std::string problem;
    std::string problem_detail;
    bool busy{false};
    ActionView send;
    ActionView dismiss;
    ActionView ask;
};

struct SetAsideState {
    using View = SetAsideView;
    using Form = SetAsideForm;
    static constexpr ScreenId kId = ScreenId::SetAside;

    SetAsideForm form;
    std::string wanted;  ///< sync::change_id_text
    Waiting waiting;
    std::optional<sync::SetAsideEntry> entry;
    AsideNote note;
    Ticket saving{};
    Problem problem;
};

[[nodiscard]] std::span<const Action> set_aside_actions();
void start(SetAsideState& state, const OpenOverlay& with, const ScreenContext& context,
           Effects& effects);
void update(SetAsideState& state, const Event& event, const ScreenContext& context,
            Effects& effects);
void update(SetAsideState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool may_close(const SetAsideState& state);
[[nodiscard]] bool enabled(const SetAsideState& state, std::string_view action);
[[nodiscard]] SetAsideView view(const SetAsideState& state, const ScreenContext& context);

}  // namespace balie::app
