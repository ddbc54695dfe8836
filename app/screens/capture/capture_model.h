// Quick capture: one contact in six to eight keys from anywhere. Customer filled in or searched,
// channel, outcome, note, next action.
// Invariant: what is typed is kept as a draft until it is saved or cancelled; the overlay closes
// only when the save is durable; on an error everything typed is still there.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace balie::app {

struct CaptureForm {
    std::string query;
    int hit{0};
    std::string channel;
    std::string outcome;
    std::string reason;
    std::string note;
    std::string next;  ///< as typed: "7", "+2w", "fri"
    std::string next_subject;
    std::string why;   ///< by this channel all the same
    std::string fact;  ///< what was learnt of the customer
};

struct CaptureHit {
    std::string key;
    std::string name;
    std::string detail;
    std::string level;
};

struct CaptureView {
    std::string title;
    bool has_customer{false};
    std::string customer;
    bool searching{false};
    std::vector<CaptureHit> hits;
    bool no_hits{false};
    std::vector<ChoiceView> channels;
    std::vector<ChoiceView> outcomes;
    std::vector<ChoiceView> reasons;
    bool no_codes{false};  ///< the office's lists are not here yet
    std::string
        objection;  ///< the customer does not want this channel; empty: nothing is against it
    std::string objection_help;
    bool forbidden{false};
    bool may_learn{false};
    std::size_t fact_max{0};
    std::string wishes;  ///< when and in which language; empty: none
    std::string next_understood;
    bool has_next{false};
    std::size_t note_max{0};
    std::map<std::string, std::string, std::less<>> errors;
    std::string problem;
    std::string problem_detail;
    bool busy{false};
    bool restored{false};  ///< it was brought back from a draft
    ActionView save;

    [[nodiscard]] std::string_view error(std::string_view field) const;
};

struct CaptureState {
    using View = CaptureView;
    using Form = CaptureForm;
    static constexpr ScreenId kId = ScreenId::Capture;

    CaptureForm form;
    RecordId customer;
    std::string customer_name;
    bool walk_in{false};  ///< nobody known: saved without a customer
    Waiting waiting;
    std::vector<repo::SearchHit> hits;
    Waiting waiting_wishes;
    repo::ContactWishes contact_wishes;
    Ticket saving{};
    bool restored{false};
    bool choose_first{false};
    bool touched{false};
    std::int64_t draft_due_ms{0};  ///< wall clock; 0: nothing to keep
    std::map<std::string, std::string, std::less<>> errors;
    Problem problem;
};

inline constexpr std::string_view kCaptureDraft = "visit";

[[nodiscard]] std::span<const Action> capture_actions();
void start(CaptureState& state, const OpenOverlay& with, const ScreenContext& context,
           Effects& effects);
void update(CaptureState& state, const Event& event, const ScreenContext& context,
            Effects& effects);
void update(CaptureState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
/// Time passed: keeps the draft when it is due. Called at least once a second while it is open.
void tick(CaptureState& state, const ScreenContext& context, Effects& effects);
/// Esc: false while a save is under way.
[[nodiscard]] bool may_close(const CaptureState& state);
void closed(CaptureState& state, Effects& effects);
[[nodiscard]] bool enabled(const CaptureState& state, std::string_view action);
[[nodiscard]] CaptureView view(const CaptureState& state, const ScreenContext& context);

/// The draft of what is typed, and an opening that brings it back.
[[nodiscard]] Draft draft_of(const CaptureState& state);
[[nodiscard]] OpenOverlay from_draft(const Draft& draft);

}  // namespace balie::app
