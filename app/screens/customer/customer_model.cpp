#include "app/screens/customer/customer_model.h"

#include <array>
#include <map>

namespace balie::app {

namespace {

constexpr std::array kCustomerActions{
    Action{"customer.log", Text::ActionCustomerLog, "NoteAdd", "l", ScreenId::Customer},
    Action{"customer.flag", Text::ActionCustomerFlag, "Flag", "f", ScreenId::Customer},
    Action{"customer.unflag", Text::ActionCustomerUnflag, "FlagOutline", "u", ScreenId::Customer},
    Action{"customer.task", Text::ActionCustomerTask, "CalendarAdd", "t", ScreenId::Customer},
    Action{"customer.edit", Text::ActionCustomerEdit, "Edit", "e", ScreenId::Customer},
    Action{"customer.done", Text::ActionTaskDone, "Check", "d", ScreenId::Customer},
    Action{"customer.filter_next", Text::ActionFilterNext, "Filter", "]", ScreenId::Customer},
    Action{"customer.filter_before", Text::ActionFilterBefore, "Filter", "[", ScreenId::Customer},
    Action{"customer.older", Text::ActionOlder, "History", "m", ScreenId::Customer},
};

constexpr std::size_t kChannelsShownMax = 6;

void sort_channels(CustomerState& state) {
    std::map<std::string, int> uses;
    for (const repo::Interaction& line : state.lines) ++uses[line.channel];
    state.channels.clear();
    for (const auto& [channel, count] : uses) state.channels.push_back(channel);
    std::stable_sort(
        state.channels.begin(), state.channels.end(),
        [&](const std::string& one, const std::string& two) { return uses[one] > uses[two]; });
    if (state.channels.size() > kChannelsShownMax) state.channels.resize(kChannelsShownMax);
    if (state.form.filter > state.channels.size()) state.form.filter = 0;
}

const repo::Task* chosen_task(const CustomerState& state) {
    const auto& tasks = state.data.card.open_tasks;
    const int row = state.form.task;
    if (row < 0 || row >= static_cast<int>(tasks.size())) return nullptr;
    return &tasks[static_cast<std::size_t>(row)];
}

void take(CustomerState& state, const CustomerData& data) {
    state.data = data;
    state.problem = {};
    state.lines = data.card.timeline.lines;
    state.next = data.card.timeline.next;
    state.pending = data.pending;
    state.receipts = data.receipts;
    const int last = static_cast<int>(data.card.open_tasks.size()) - 1;
    state.form.task = std::min(std::max(state.form.task, 0), last);
    sort_channels(state);
}

void take_more(CustomerState& state, const TimelineData& more) {
    state.lines.insert(state.lines.end(), more.page.lines.begin(), more.page.lines.end());
    state.pending.insert(state.pending.end(), more.pending.begin(), more.pending.end());
    state.receipts.insert(more.receipts.begin(), more.receipts.end());
    state.next = more.page.next;
    sort_channels(state);
}

/// The contact in that row, as the filter has them.
RecordId shown_line(const CustomerState& state, int row) {
    const std::string wanted = wanted_channel(state);
    for (const repo::Interaction& line : state.lines) {
        if (!wanted.empty() && line.channel != wanted) continue;
        if (row-- == 0) return line.id;
    }
    return {};
}

void step_filter(CustomerState& state, int step) {
    const auto count = static_cast<int>(state.channels.size()) + 1;
    state.form.filter =
        static_cast<std::size_t>((static_cast<int>(state.form.filter) + step + count) % count);
}

void open(const CustomerState& state, ScreenId overlay, Effects& effects, FieldValues fields = {}) {
    effects.open({overlay, state.id, state.data.card.customer.display_name(), std::move(fields)});
}

}  // namespace

std::string wanted_channel(const CustomerState& state) {
    const std::size_t filter = state.form.filter;
    return filter > 0 && filter <= state.channels.size() ? state.channels[filter - 1]
                                                         : std::string{};
}

std::span<const Action> customer_actions() {
    return kCustomerActions;
}

void enter(CustomerState& state, const Place& place, const ScreenContext& /*context*/,
           Effects& effects) {
    state.id = place.subject;
    state.waiting.ticket = effects.ask(CustomerQuery{state.id});
}

void update(CustomerState& state, const Event& event, const ScreenContext& context,
            Effects& effects) {
    if (const auto* data = answer_in<CustomerData>(event, state.waiting)) {
        take(state, *data);
    } else if (const auto* more = answer_in<TimelineData>(event, state.waiting_more)) {
        take_more(state, *more);
    } else if (const Error* error = failure_in(event, state.waiting.ticket)) {
        state.problem = describe(*error, context.texts);
        state.waiting.ticket = 0;
    } else if (is_stale(event)) {
        state.waiting.ticket = effects.ask(CustomerQuery{state.id});
    }
}

void update(CustomerState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (const auto* chosen = std::get_if<RowChosen>(&intent)) {
        if (chosen->open && chosen->list == "customer.timeline") {
            state.reading = shown_line(state, chosen->row);
        }
        return;
    }
    if (is_action(intent, "customer.reading_done")) {
        state.reading = {};
        return;
    }
    const auto* run = std::get_if<RunAction>(&intent);
    if (run == nullptr || !enabled(state, run->id)) return;
    if (run->id == "customer.log") {
        open(state, ScreenId::Capture, effects);
    } else if (run->id == "customer.flag") {
        open(state, ScreenId::Flag, effects);
    } else if (run->id == "customer.unflag") {
        open(state, ScreenId::Flag, effects, {{"end", Value{std::int64_t{1}}}});
    } else if (run->id == "customer.task") {
        open(state, ScreenId::TaskForm, effects);
    } else if (run->id == "customer.edit") {
        effects.go({ScreenId::CustomerForm, state.id});
    } else if (run->id == "customer.done") {
        complete_task(*chosen_task(state), context, effects);
    } else if (run->id == "customer.filter_next") {
        step_filter(state, 1);
    } else if (run->id == "customer.filter_before") {
        step_filter(state, -1);
    } else if (run->id == "customer.older" && state.waiting_more.ticket == 0) {
        state.waiting_more.ticket = effects.ask(TimelineQuery{state.id, *state.next});
    }
}

bool enabled(const CustomerState& state, std::string_view action) {
    if (!state.waiting.known) return false;
    if (action == "customer.unflag") return state.data.card.flag.has_value();
    if (action == "customer.done") return chosen_task(state) != nullptr;
    if (action == "customer.older") return state.next.has_value();
    return true;
}

}  // namespace balie::app
