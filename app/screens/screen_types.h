// What models give and drawing takes, the same on every screen: buttons for actions, problems,
// choices, the question which records were sent.
// Invariant: a view holds ready strings; drawing looks nothing up. Thread: any. Ownership: values.
#pragma once

#include "app/model/action_registry.h"
#include "app/model/app_state.h"
#include "app/model/effects.h"
#include "app/model/intent.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::app {

/// A button that runs an action.
struct ActionView {
    std::string id;
    std::string label;
    std::string icon;
    std::string shortcut;
    bool enabled{true};
};
[[nodiscard]] ActionView action_view(const ScreenContext& context, std::string_view id,
                                     bool enabled = true);

/// One of a list of codes, with the words in the person's language.
struct ChoiceView {
    std::string code;
    std::string label;
    std::string icon;
};
[[nodiscard]] std::vector<ChoiceView> code_choices(const ScreenContext& context,
                                                   std::string_view list);

/// A label and its value.
struct FactView {
    std::string label;
    std::string value;
    std::string icon;
};

/// The icon that shows how a contact went: by the kind of its channel.
[[nodiscard]] std::string channel_icon(const ScreenContext& context, std::string_view channel);
/// "A", "B", "C" with its word: "Priority A".
[[nodiscard]] std::string level_text(const ScreenContext& context, std::string_view level);

/// A priority customer was not heard of for so long that somebody should be: 60 days, or never.
[[nodiscard]] bool is_long_ago(const ScreenContext& context,
                               const std::optional<std::int64_t>& last_contact_ms);

/// Done, with undo.
void complete_task(const repo::Task& task, const ScreenContext& context, Effects& effects);

[[nodiscard]] inline bool contains(const std::vector<RecordId>& ids, const RecordId& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// A draft is written this long after the first key that is not kept yet.
inline constexpr std::int64_t kDraftDelayMs = 700;

/// Answers that a state waits for: the ticket of its last question, and whether it came.
struct Waiting {
    Ticket ticket{};
    bool known{false};

    /// True when `event` is the answer; it is taken.
    [[nodiscard]] bool take(Ticket answered) {
        if (ticket == 0 || answered != ticket) return false;
        ticket = 0;
        known = true;
        return true;
    }
};

/// The answer of type T in `event`, when it is the one `waiting` asked for.
template <typename T>
[[nodiscard]] const T* answer_in(const Event& event, Waiting& waiting) {
    const auto* done = std::get_if<QueryDone>(&event);
    if (done == nullptr) return nullptr;
    const T* answer = std::get_if<T>(&done->answer);
    return answer != nullptr && waiting.take(done->ticket) ? answer : nullptr;
}

/// The failure of the question or command with that ticket.
[[nodiscard]] const Error* failure_in(const Event& event, Ticket ticket);
[[nodiscard]] const Saved* saved_in(const Event& event, Ticket ticket);
/// What is on screen has to be asked for again.
[[nodiscard]] bool is_stale(const Event& event);

/// What head office refused, in the language of the window: what, and how to mend it.
[[nodiscard]] Problem describe_refusal(const Error& error, const Texts& texts);

[[nodiscard]] bool is_action(const Intent& intent, std::string_view id);

}  // namespace balie::app
