#include "app/screens/today/today_model.h"

#include <array>

namespace balie::app {

namespace {

constexpr std::array kTodayActions{
    Action{"today.done", Text::ActionTaskDone, "Check", "d", ScreenId::Today},
    Action{"today.move", Text::ActionTaskMove, "CalendarClock", "m", ScreenId::Today},
    Action{"today.log", Text::ActionTodayLog, "NoteAdd", "l", ScreenId::Today},
};

constexpr int kTasksShownMax = 20;
constexpr int kPriorityShownMax = 8;
constexpr int kDaysShownMax = 10;

const repo::Task* chosen_task(const TodayState& state) {
    const int row = state.form.task;
    if (row < 0 || row >= static_cast<int>(state.tasks.size())) return nullptr;
    return &state.tasks[static_cast<std::size_t>(row)];
}

void move_task(const repo::Task& task, const ScreenContext& context, Effects& effects) {
    const RecordId id = task.id;
    const std::string before = task.due_on;
    effects.send(MoveTask{id, "+7d"},
                 {.done = context.texts(Text::ToastTaskMoved, {{"subject", task.subject}}),
                  .undo = [id, before](const Saved&) -> std::optional<Command> {
                      return MoveTask{id, before};
                  },
                  .undo_text = task.subject});
}

void open_row(const TodayState& state, const RowChosen& chosen, Effects& effects) {
    const auto row = static_cast<std::size_t>(chosen.row);
    if (chosen.row < 0) return;
    if (chosen.list == "today.tasks" && row < state.tasks.size() && state.tasks[row].customer) {
        effects.go({ScreenId::Customer, *state.tasks[row].customer});
    } else if (chosen.list == "today.priority" && row < state.data.priority.size()) {
        effects.go({ScreenId::Customer, state.data.priority[row].flag.customer});
    } else if (chosen.list == "today.days" && row < state.data.days.size()) {
        effects.go({ScreenId::Customer, state.data.days[row].customer});
    } else if (chosen.list == "today.recent" && row < state.data.recent.size() &&
               state.data.recent[row].customer) {
        effects.go({ScreenId::Customer, *state.data.recent[row].customer});
    }
}

TodayTaskRow task_row(const repo::Task& task, const ScreenContext& context) {
    TodayTaskRow row;
    row.key = task.id.text();
    row.subject = task.subject;
    row.customer = task.customer_name;
    row.overdue = task.is_overdue(context.today);
    row.due = task.due_on.empty() ? std::string{context.texts(Text::TaskNoDate)}
                                  : context.texts.day(task.due_on, context.today);
    return row;
}

TodayContactRow contact_row(const repo::Interaction& line, const std::vector<RecordId>& pending,
                            const ScreenContext& context) {
    TodayContactRow row;
    row.key = line.id.text();
    row.customer = line.customer ? line.customer_name : std::string{context.texts(Text::WalkIn)};
    row.what = context.app.label("channel", line.channel) + " · " +
               context.app.label("outcome", line.outcome);
    if (!line.note.empty()) row.what += " · " + line.note;
    std::replace(row.what.begin(), row.what.end(), '\n', ' ');
    row.when = moment_text(context, line.occurred_at);
    row.icon = channel_icon(context, line.channel);
    row.pending = contains(pending, line.id);
    return row;
}

TodayDayRow day_row(const repo::NearDay& each, std::size_t number, const ScreenContext& context) {
    TodayDayRow row;
    // Somebody may have several.
    row.key = each.customer.text() + "." + std::to_string(number);
    row.name = each.customer_name;
    row.what = each.birthday ? std::string{context.texts(Text::TodayBirthday)} : each.text;
    if (each.turn) {
        row.what += " · " + context.texts.plural(
                                each.birthday ? Text::TodayTurns : Text::TodayYears, *each.turn);
    }
    row.when = context.texts.day(each.day, context.today);
    row.icon = each.birthday ? "Gift" : "Calendar";
    row.today = each.day == context.today;
    return row;
}

TodayPriorityRow priority_row(const repo::PriorityRow& each, const ScreenContext& context) {
    TodayPriorityRow row;
    row.key = each.flag.customer.text();
    row.name = each.display_name;
    row.level = each.flag.level;
    row.why = context.app.label("flag_reason", each.flag.reason);
    row.last_contact = each.last_contact_ms ? moment_text(context, *each.last_contact_ms)
                                            : std::string{context.texts(Text::NeverContacted)};
    row.long_ago = is_long_ago(context, each.last_contact_ms);
    return row;
}

}  // namespace

std::span<const Action> today_actions() {
    return kTodayActions;
}

void enter(TodayState& state, const Place& /*place*/, const ScreenContext& /*context*/,
           Effects& effects) {
    state.waiting.ticket = effects.ask(TodayQuery{});
}

void update(TodayState& state, const Event& event, const ScreenContext& context, Effects& effects) {
    const bool first = !state.waiting.known;
    if (const auto* data = answer_in<TodayData>(event, state.waiting)) {
        if (first) effects.focus("today.tasks");
        state.data = *data;
        state.problem = {};
        state.tasks = data->due;
        for (const repo::Task& task : data->next) {
            if (state.tasks.size() >= static_cast<std::size_t>(kTasksShownMax)) break;
            state.tasks.push_back(task);
        }
        const int last = static_cast<int>(state.tasks.size()) - 1;
        state.form.task = std::min(std::max(state.form.task, 0), last);
    } else if (const Error* error = failure_in(event, state.waiting.ticket)) {
        state.problem = describe(*error, context.texts);
    } else if (is_stale(event)) {
        state.waiting.ticket = effects.ask(TodayQuery{});
    }
}

void update(TodayState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (const auto* chosen = std::get_if<RowChosen>(&intent)) {
        if (chosen->open) open_row(state, *chosen, effects);
        return;
    }
    const repo::Task* task = chosen_task(state);
    if (task == nullptr) return;
    if (is_action(intent, "today.done")) {
        complete_task(*task, context, effects);
    } else if (is_action(intent, "today.move")) {
        move_task(*task, context, effects);
    } else if (is_action(intent, "today.log")) {
        effects.open({ScreenId::Capture, task->customer.value_or(RecordId{}), task->customer_name});
    }
}

bool enabled(const TodayState& state, std::string_view /*action*/) {
    return chosen_task(state) != nullptr;
}

TodayView view(const TodayState& state, const ScreenContext& context) {
    TodayView out;
    const Texts& texts = context.texts;
    out.date = texts.formats().date_long(context.today);
    out.known = state.waiting.known;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    const repo::TaskCounts& counts = state.data.counts;
    out.summary = texts.plural(Text::TodayOverdue, counts.overdue) + " · " +
                  texts.plural(Text::TodayDue, counts.due_today);
    out.overdue_count = texts.formats().number(counts.overdue);
    out.any_overdue = counts.overdue > 0;
    out.due_count = texts.formats().number(counts.due_today);
    const std::int64_t pending = std::max(context.app.sync.pending_transactions,
                                          context.app.sync.pending > 0 ? std::int64_t{1} : 0);
    out.pending_count = texts.formats().number(pending);
    out.any_pending = pending > 0;
    out.pending_label =
        texts(pending > 0 ? Text::TodayPendingLabel : Text::TodayNothingPendingLabel);
    for (const repo::Task& task : state.tasks) out.tasks.push_back(task_row(task, context));
    for (const repo::Interaction& line : state.data.recent) {
        out.recent.push_back(contact_row(line, state.data.pending, context));
    }
    for (const repo::PriorityRow& each : state.data.priority) {
        if (out.priority.size() >= static_cast<std::size_t>(kPriorityShownMax)) break;
        out.priority.push_back(priority_row(each, context));
    }
    for (const repo::NearDay& each : state.data.days) {
        if (out.days.size() >= static_cast<std::size_t>(kDaysShownMax)) break;
        out.days.push_back(day_row(each, out.days.size(), context));
    }
    out.tasks_trailing = texts.plural(Text::TodayOpenTasks, counts.open);
    out.priority_trailing = texts(Text::TodayPriorityHint);
    const bool any = chosen_task(state) != nullptr;
    out.done = action_view(context, "today.done", any);
    out.move = action_view(context, "today.move", any);
    out.log = action_view(context, "visit.new");
    out.find = action_view(context, "go.search");
    return out;
}

}  // namespace balie::app
