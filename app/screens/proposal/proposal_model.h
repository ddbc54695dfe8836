// What somebody saved on a customer that had left their scope: each field as it is and as it would
// be, to accept or decline. Works offline: what is accepted is a save like any other.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct ProposalForm {
    int selected{0};
};

struct ProposalRow {
    std::string key;
    std::string label;
    std::string now;
    std::string proposed;
};

struct ProposalView {
    std::string title;
    std::string detail;
    std::vector<ProposalRow> rows;
    bool known{false};
    bool gone{false};
    std::string problem;
    std::string problem_detail;
    bool busy{false};
    ActionView accept;
    ActionView decline;
};

struct ProposalState {
    using View = ProposalView;
    using Form = ProposalForm;
    static constexpr ScreenId kId = ScreenId::Proposal;

    ProposalForm form;
    std::string wanted;  ///< the proposal's id
    Waiting waiting;
    std::optional<ProposalNote> note;
    Ticket saving{};
    Problem problem;
};

[[nodiscard]] std::span<const Action> proposal_actions();
void start(ProposalState& state, const OpenOverlay& with, const ScreenContext& context,
           Effects& effects);
void update(ProposalState& state, const Event& event, const ScreenContext& context,
            Effects& effects);
void update(ProposalState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool may_close(const ProposalState& state);
[[nodiscard]] bool enabled(const ProposalState& state, std::string_view action);
[[nodiscard]] ProposalView view(const ProposalState& state, const ScreenContext& context);

}  // namespace balie::app
