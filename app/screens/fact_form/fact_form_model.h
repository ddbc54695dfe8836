// A fact about a customer: what it is, in a few words, and a day where it has one. A new one, or
// one that is there. Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct FactForm {
    std::string kind;
    std::string text;
    std::string on;  ///< as typed: 14-03-1980, 14-03

    bool operator==(const FactForm&) const = default;
};

struct FactFormView {
    std::string title;
    std::string on_understood;
    std::vector<ChoiceView> kinds;
    std::size_t text_max{0};
    bool no_codes{false};
    std::map<std::string, std::string, std::less<>> errors;
    std::string problem;
    std::string problem_detail;
    bool busy{false};
    ActionView save;

    [[nodiscard]] std::string_view error(std::string_view field) const;
};

struct FactFormState {
    using View = FactFormView;
    using Form = FactForm;
    static constexpr ScreenId kId = ScreenId::FactForm;

    FactForm form;
    FactForm before;  ///< of the one that is there
    RecordId customer;
    std::string customer_name;
    std::optional<RecordId> edited;
    Ticket saving{};
    std::map<std::string, std::string, std::less<>> errors;
    Problem problem;
};

[[nodiscard]] std::span<const Action> fact_form_actions();
void start(FactFormState& state, const OpenOverlay& with, const ScreenContext& context,
           Effects& effects);
void update(FactFormState& state, const Event& event, const ScreenContext& context,
            Effects& effects);
void update(FactFormState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool may_close(const FactFormState& state);
[[nodiscard]] bool enabled(const FactFormState& state, std::string_view action);
[[nodiscard]] FactFormView view(const FactFormState& state, const ScreenContext& context);

}  // namespace balie::app
