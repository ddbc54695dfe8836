// Fetch: a customer of others is brought here for a while, with a reason that head office keeps.
// Invariant: it closes when the customer is here; on a refusal everything typed is still there.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct FetchForm {
    std::string reason;
    std::string note;
};

struct FetchView {
    std::string title;
    std::string detail;
    std::vector<ChoiceView> reasons;
    std::map<std::string, std::string, std::less<>> errors;
    std::string problem;
    std::string problem_detail;
    std::string progress;  ///< while it is under way
    bool busy{false};
    ActionView save;

    [[nodiscard]] std::string_view error(std::string_view field) const;
};

struct FetchState {
    using View = FetchView;
    using Form = FetchForm;
    static constexpr ScreenId kId = ScreenId::Fetch;

    FetchForm form;
    RecordId customer;
    std::string customer_name;
    Ticket saving{};
    std::map<std::string, std::string, std::less<>> errors;
    Problem problem;
};

[[nodiscard]] std::span<const Action> fetch_actions();
void start(FetchState& state, const OpenOverlay& with, const ScreenContext& context,
           Effects& effects);
void update(FetchState& state, const Event& event, const ScreenContext& context, Effects& effects);
void update(FetchState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool may_close(const FetchState& state);
[[nodiscard]] bool enabled(const FetchState& state, std::string_view action);
[[nodiscard]] FetchView view(const FetchState& state, const ScreenContext& context);

}  // namespace balie::app
