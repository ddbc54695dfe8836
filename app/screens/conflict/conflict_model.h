// Two people changed the same field, or one deleted what another changed: both values with whose
// they are and when, and the choice of what counts. Works offline: the choice is a change like any
// other, and it settles the conflict everywhere once it reached the office.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct ConflictForm {
    int selected{0};    ///< a version; behind the last: another value
    std::string other;  ///< that value
};

struct ConflictVersionView {
    std::string key;
    std::string value;
    std::string who;
    std::string when;
    bool mine{false};
    bool is_long{false};  ///< more than the column surely holds
};

struct ConflictView {
    std::string title;
    std::string detail;
    std::vector<ConflictVersionView> versions;
    bool known{false};
    bool gone{false};       ///< settled meanwhile, here or elsewhere
    bool may_write{false};  ///< another value may be typed
    bool writes{false};     ///< and that is what is chosen
    std::string other_label;
    std::string former;  ///< what both had seen; empty: not known here
    std::string asked;   ///< who is to settle it, and by when
    std::string problem;
    std::string problem_detail;
    bool busy{false};
    ActionView save;
    ActionView mine;
    ActionView theirs;
    ActionView other;
    ActionView ask;
    ActionView next;
};

struct ConflictState {
    using View = ConflictView;
    using Form = ConflictForm;
    static constexpr ScreenId kId = ScreenId::Conflict;

    ConflictForm form;
    std::string wanted;  ///< the conflict's id
    Waiting waiting;
    std::optional<sync::ConflictEntry> entry;
    ConflictNote note;
    std::string next;  ///< another that is open
    DeviceId device;   ///< this terminal
    Ticket saving{};
    Problem problem;
};

[[nodiscard]] std::span<const Action> conflict_actions();
void start(ConflictState& state, const OpenOverlay& with, const ScreenContext& context,
           Effects& effects);
void update(ConflictState& state, const Event& event, const ScreenContext& context,
            Effects& effects);
void update(ConflictState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool may_close(const ConflictState& state);
[[nodiscard]] bool enabled(const ConflictState& state, std::string_view action);
[[nodiscard]] ConflictView view(const ConflictState& state, const ScreenContext& context);

}  // namespace balie::app
