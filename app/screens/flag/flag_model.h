// Flag: makes a customer a priority customer, with level, reason and end; or ends that, with a
// reason. Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct FlagForm {
    std::string level{"A"};
    std::string reason;
    std::string until;
    std::string note;
};

struct FlagView {
    bool ends{false};
    std::string title;
    std::vector<ChoiceView> levels;
    std::vector<ChoiceView> reasons;
    std::string until_understood;
    std::map<std::string, std::string, std::less<>> errors;
    std::string problem;
    std::string problem_detail;
    bool busy{false};
    ActionView save;

    [[nodiscard]] std::string_view error(std::string_view field) const;
};

struct FlagState {
    using View = FlagView;
    using Form = FlagForm;
    static constexpr ScreenId kId = ScreenId::Flag;

    FlagForm form;
    RecordId customer;
    std::string customer_name;
    bool ends{false};
    Ticket saving{};
    std::map<std::string, std::string, std::less<>> errors;
    Problem problem;
};

[[nodiscard]] std::span<const Action> flag_actions();
void start(FlagState& state, const OpenOverlay& with, const ScreenContext& context,
           Effects& effects);
void update(FlagState& state, const Event& event, const ScreenContext& context, Effects& effects);
void update(FlagState& state, const Intent& intent, const ScreenContext& context, Effects& effects);
[[nodiscard]] bool may_close(const FlagState& state);
[[nodiscard]] bool enabled(const FlagState& state, std::string_view action);
[[nodiscard]] FlagView view(const FlagState& state, const ScreenContext& context);

}  // namespace balie::app
