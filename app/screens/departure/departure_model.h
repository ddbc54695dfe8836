// Green to go offline? One line a question: how it stands, in words and with a light, and what to
// do about it. Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct DepartureForm {
    std::string days;
};

struct DepartureLineView {
    std::string id;  ///< "departure.disk"
    Light light{};
    std::string text;  ///< begins with the light's name: it is never told by colour alone
    std::string mend;
};
struct DepartureView {
    bool known{false};
    Light light{};
    std::string verdict;
    std::vector<DepartureLineView> lines;
    std::vector<ChoiceView> days;
    std::string problem;
    std::string problem_detail;
    ActionView again;
    ActionView now;
};

struct DepartureState {
    using View = DepartureView;
    using Form = DepartureForm;
    static constexpr ScreenId kId = ScreenId::Departure;

    DepartureForm form;
    Waiting waiting;
    DepartureReport report;
    Problem problem;
};

[[nodiscard]] std::span<const Action> departure_actions();
void enter(DepartureState& state, const Place& place, const ScreenContext& context,
           Effects& effects);
void update(DepartureState& state, const Event& event, const ScreenContext& context,
            Effects& effects);
void update(DepartureState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool enabled(const DepartureState& state, std::string_view action);
[[nodiscard]] DepartureView view(const DepartureState& state, const ScreenContext& context);

}  // namespace balie::app
