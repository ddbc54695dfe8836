// The priority list: who is a priority customer, why, until when, and who has waited longest.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct PriorityForm {
    int selected{0};
    std::size_t level{0};  ///< 0 all, 1 A, 2 B, 3 C
};

struct PriorityListRow {
    std::string key;
    std::string name;
    std::string number;
    std::string level;
    std::string reason;
    std::string since;
    std::string until;
    bool ends_soon{false};
    std::string last_contact;
    bool long_ago{false};
};

struct PriorityView {
    std::vector<PriorityListRow> rows;
    std::array<std::string, 4> levels;
    std::string summary;
    bool known{false};
    std::string problem;
    std::string problem_detail;
    ActionView log;
    ActionView unflag;
    ActionView find;
};

struct PriorityState {
    using View = PriorityView;
    using Form = PriorityForm;
    static constexpr ScreenId kId = ScreenId::Priority;

    PriorityForm form;
    Waiting waiting;
    std::vector<repo::PriorityRow> rows;
    Problem problem;
};

[[nodiscard]] std::span<const Action> priority_actions();
void enter(PriorityState& state, const Place& place, const ScreenContext& context,
           Effects& effects);
void update(PriorityState& state, const Event& event, const ScreenContext& context,
            Effects& effects);
void update(PriorityState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool enabled(const PriorityState& state, std::string_view action);
[[nodiscard]] PriorityView view(const PriorityState& state, const ScreenContext& context);

}  // namespace balie::app
