// A relation between this customer and another: who, what they are to this one, since and until
// when. A new one, or the dates and the note of one that is there. Thread: any (one owner).
// Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct RelationForm {
    std::string query;
    int hit{0};
    std::string kind;
    std::string since;  ///< as typed
    std::string until;
    std::string note;
};

struct RelationHit {
    std::string key;
    std::string name;
    std::string detail;
};

struct RelationFormView {
    std::string title;
    bool edits{false};
    bool has_other{false};
    std::string other;
    std::vector<RelationHit> hits;
    bool no_hits{false};
    std::vector<ChoiceView> kinds;
    std::string kind_label;
    bool no_codes{false};
    std::string since_understood;
    std::string until_understood;
    std::map<std::string, std::string, std::less<>> errors;
    std::string problem;
    std::string problem_detail;
    bool busy{false};
    ActionView save;

    [[nodiscard]] std::string_view error(std::string_view field) const;
};

struct RelationFormState {
    using View = RelationFormView;
    using Form = RelationForm;
    static constexpr ScreenId kId = ScreenId::RelationForm;

    RelationForm form;
    RelationForm before;  ///< of the one that is there
    RecordId customer;
    std::string customer_name;
    std::optional<RecordId> other;
    std::string other_name;
    std::optional<RecordId> edited;
    Waiting waiting;
    std::vector<repo::SearchHit> hits;
    bool choose_first{false};  ///< Enter came before the answer
    Ticket saving{};
    std::map<std::string, std::string, std::less<>> errors;
    Problem problem;
};

[[nodiscard]] std::span<const Action> relation_form_actions();
void start(RelationFormState& state, const OpenOverlay& with, const ScreenContext& context,
           Effects& effects);
void update(RelationFormState& state, const Event& event, const ScreenContext& context,
            Effects& effects);
void update(RelationFormState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool may_close(const RelationFormState& state);
[[nodiscard]] bool enabled(const RelationFormState& state, std::string_view action);
[[nodiscard]] RelationFormView view(const RelationFormState& state, const ScreenContext& context);

}  // namespace balie::app
