#include "app/screens/tasks/tasks_model.h"

#include "app/model/when.h"
#include "storage/base/date.h"

namespace balie::app {

namespace {

constexpr std::array kTasksActions{
    Action{"tasks.done", Text::ActionTasksDone, "Check", "d", ScreenId::Tasks},
    Action{"tasks.edit", Text::ActionTasksEdit, "Edit", "e", ScreenId::Tasks},
    Action{"tasks.postpone", Text::ActionTasksPostpone, "CalendarClock", "p", ScreenId::Tasks},
    Action{"tasks.postpone_day", Text::ActionTasksPostponeDay, "CalendarClock", "",
           ScreenId::Tasks},
    Action{"tasks.postpone_week", Text::ActionTasksPostponeWeek, "CalendarClock", "",
           ScreenId::Tasks},
    Action{"tasks.postpone_month", Text::ActionTasksPostponeMonth, "CalendarClock", "",
           ScreenId::Tasks},
    Action{"tasks.new", Text::ActionTasksNew, "CalendarAdd", "n", ScreenId::Tasks},
    Action{"tasks.log", Text::ActionTodayLog, "NoteAdd", "l", ScreenId::Tasks},
    Action{"tasks.tab_next", Text::ActionTasksTabNext, "Filter", "]", ScreenId::Tasks},
    Action{"tasks.tab_before", Text::ActionTasksTabBefore, "Filter", "[", ScreenId::Tasks},
    Action{"tasks.open_done", Text::ActionTasksOpenDone, "CheckAll", "o", ScreenId::Tasks},
    Action{"tasks.whose", Text::ActionTasksWhose, "People", "w", ScreenId::Tasks},
    Action{"tasks.to_list", Text::ActionTasksToList, "TaskList", "Esc", ScreenId::Tasks,
           Listed::Keys},
};

constexpr std::size_t kDoneTab = kTaskTabs.size() - 1;

std::string number_of(std::size_t tab) {
    return std::to_string(tab + 1);
}

std::size_t tab_of(const TasksState& state) {
    for (std::size_t i = 0; i < kTaskTabs.size(); ++i) {
        if (state.form.tab == number_of(i)) return i;
    }
    return 0;
}

const repo::Task* chosen(const TasksState& state) {
    const int row = state.form.selected;
    if (row < 0 || row >= static_cast<int>(state.data.rows.size())) return nullptr;
    return &state.data.rows[static_cast<std::size_t>(row)];
}

void ask(TasksState& state, Effects& effects) {
    TasksQuery query;
    query.filter = kTaskTabs[tab_of(state)];
    if (state.form.whose != kEverybody) query.assignee = state.form.whose;
    query.limit = state.limit;
    state.waiting.ticket = effects.ask(std::move(query));
}

/// Another list is asked for, from its beginning.
void ask_anew(TasksState& state, Effects& effects) {
    state.form.selected = 0;
    state.limit = kTasksPage;
    ask(state, effects);
}

void step_tab(TasksState& state, int step, Effects& effects) {
    const auto count = static_cast<int>(kTaskTabs.size());
    const int tab = (static_cast<int>(tab_of(state)) + step + count) % count;
    state.form.tab = number_of(static_cast<std::size_t>(tab));
    ask_anew(state, effects);
}

/// From the day it was to be done, or today where that has passed.
std::string put_off(const repo::Task& task, std::string_view by, const ScreenContext& context) {
    const std::string& from = task.due_on < context.today ? context.today : task.due_on;
    return parse_when(by, from).value_or(from);
}

void postpone(TasksState& state, std::string_view by, const ScreenContext& context,
              Effects& effects) {
    const repo::Task* task = chosen(state);
    state.postponing = false;
    if (task == nullptr) return;
    const RecordId id = task->id;
    const std::string before = task->due_on;
    const std::string day = put_off(*task, by, context);
    effects.send(MoveTask{id, day},
                 {.done = context.texts(Text::ToastTaskPostponed,
                                        {{"subject", task->subject},
                                         {"day", context.texts.formats().weekday_and_day(day)}}),
                  .undo = [id, before](const Saved&) -> std::optional<Command> {
                      return MoveTask{id, before};
                  },
                  .undo_text = task->subject});
}

void reopen(const repo::Task& task, const ScreenContext& context, Effects& effects) {
    const RecordId id = task.id;
    effects.send(ReopenTask{id},
                 {.done = context.texts(Text::ToastTaskReopened, {{"subject", task.subject}}),
                  .undo = [id](const Saved&) -> std::optional<Command> { return DoneTask{id}; },
                  .undo_text = task.subject});
}

void edit(const repo::Task& task, Effects& effects) {
    effects.open({ScreenId::TaskForm,
                  task.customer.value_or(RecordId{}),
                  task.customer_name,
                  {{"edit", Value{task.id.text()}},
                   {"subject", Value{task.subject}},
                   {"due_on", Value{task.due_on}},
                   {"note", Value{task.note}},
                   {"assignee", Value{task.assignee}}}});
}

/// What is done to the task that is chosen.
void act(TasksState& state, const std::string& id, const repo::Task& task,
         const ScreenContext& context, Effects& effects) {
    if (id == "tasks.done") {
        if (task.done_at) {
            reopen(task, context, effects);
        } else {
            complete_task(task, context, effects);
        }
    } else if (id == "tasks.edit") {
        edit(task, effects);
    } else if (id == "tasks.postpone") {
        state.postponing = true;
    } else if (id == "tasks.postpone_day") {
        postpone(state, "1d", context, effects);
    } else if (id == "tasks.postpone_week") {
        postpone(state, "1w", context, effects);
    } else if (id == "tasks.postpone_month") {
        postpone(state, "1m", context, effects);
    } else if (id == "tasks.log") {
        effects.open({ScreenId::Capture, task.customer.value_or(RecordId{}), task.customer_name});
    }
}

bool needs_task(std::string_view action) {
    constexpr std::array<std::string_view, 7> kOfTask{
        "tasks.done",          "tasks.edit",           "tasks.postpone", "tasks.postpone_day",
        "tasks.postpone_week", "tasks.postpone_month", "tasks.log"};
    return std::find(kOfTask.begin(), kOfTask.end(), action) != kOfTask.end();
}

Text group_text(const repo::Task& task, const ScreenContext& context) {
    if (task.done_at) return Text::TasksGroupDone;
    if (task.due_on.empty()) return Text::TasksGroupNoDate;
    if (task.due_on < context.today) return Text::TasksGroupOverdue;
    if (task.due_on == context.today) return Text::TasksGroupToday;
    const auto week = add_days(context.today, repo::kTaskWeekDays);
    return week.ok() && task.due_on <= *week ? Text::TasksGroupWeek : Text::TasksGroupLater;
}

TasksRow list_row(const repo::Task& task, const TasksState& state, const ScreenContext& context) {
    TasksRow row;
    row.key = task.id.text();
    row.subject = task.subject;
    row.customer = task.customer_name;
    row.overdue = task.is_overdue(context.today);
    row.today = task.is_open() && task.due_on == context.today;
    row.group = context.texts(group_text(task, context));
    row.whose = context.app.user_name(task.assignee);
    if (task.done_at) {
        row.when = moment_text(context, *task.done_at);
    } else if (!task.due_on.empty()) {
        row.when = context.texts.day(task.due_on, context.today);
    }
    row.pending = contains(state.data.pending, task.id);
    return row;
}

void fill_tabs(const TasksState& state, const ScreenContext& context, TasksView& out) {
    const repo::TaskCounts& counts = state.data.counts;
    const auto add = [&](Text label, std::optional<std::int64_t> count) {
        std::string words{context.texts(label)};
        if (count) words += " (" + context.texts.formats().number(*count) + ")";
        out.tabs.push_back({number_of(out.tabs.size()), std::move(words), {}});
    };
    add(Text::TasksTabOpen, counts.open);
    add(Text::TasksGroupOverdue, counts.overdue);
    add(Text::TasksGroupToday, counts.due_today);
    add(Text::TasksGroupWeek, counts.week);
    add(Text::TasksGroupLater, counts.later);
    add(Text::TasksGroupNoDate, counts.no_date);
    add(Text::TasksGroupDone, std::nullopt);
}

void fill_later(const TasksState& state, const ScreenContext& context, TasksView& out) {
    const repo::Task* task = chosen(state);
    if (!state.postponing || task == nullptr) return;
    const auto day = [&](Text label, std::string_view by) {
        return context.texts(
            label, {{"day", context.texts.formats().weekday_and_day(put_off(*task, by, context))}});
    };
    out.later.open = true;
    out.later.title = context.texts(Text::TasksPostponeTitle, {{"subject", task->subject}});
    out.later.day = day(Text::TasksPostponeDay, "1d");
    out.later.week = day(Text::TasksPostponeWeek, "1w");
    out.later.month = day(Text::TasksPostponeMonth, "1m");
}

std::vector<ChoiceView> people(const TasksState& state, const ScreenContext& context) {
    std::vector<ChoiceView> out{
        {context.app.user.login, std::string{context.texts(Text::TasksMine)}, {}},
        {std::string{kEverybody}, std::string{context.texts(Text::TasksEverybody)}, {}}};
    for (const repo::User& user : context.app.reference.users) {
        if (user.login == context.app.user.login) continue;
        if (user.active || user.login == state.form.whose) {
            out.push_back({user.login, user.name, {}});
        }
    }
    return out;
}

}  // namespace

std::span<const Action> tasks_actions() {
    return kTasksActions;
}

void enter(TasksState& state, const Place& /*place*/, const ScreenContext& context,
           Effects& effects) {
    if (state.form.whose.empty()) state.form.whose = context.app.user.login;
    ask(state, effects);
    if (state.waiting.known) effects.focus("tasks.list");
}

void update(TasksState& state, const Event& event, const ScreenContext& context, Effects& effects) {
    const bool first = !state.waiting.known;
    if (const auto* data = answer_in<TasksData>(event, state.waiting)) {
        if (first) effects.focus("tasks.list");
        state.data = *data;
        state.problem = {};
        const int last = static_cast<int>(state.data.rows.size()) - 1;
        state.form.selected = std::max(std::min(state.form.selected, last), 0);
    } else if (const Error* error = failure_in(event, state.waiting.ticket)) {
        state.problem = describe(*error, context.texts);
        state.waiting.ticket = 0;
        state.data.more = false;
    } else if (is_stale(event)) {
        ask(state, effects);
    }
}

void update(TasksState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (std::holds_alternative<FormChanged>(intent)) {
        ask_anew(state, effects);
        effects.focus("tasks.list");  // what was chosen is chosen; letters are keys again
        return;
    }
    const repo::Task* task = chosen(state);
    if (const auto* row = std::get_if<RowChosen>(&intent)) {
        if (!row->open || task == nullptr) return;
        if (task->customer) {
            effects.go({ScreenId::Customer, *task->customer});
        } else {
            edit(*task, effects);
        }
        return;
    }
    const auto* run = std::get_if<RunAction>(&intent);
    if (run == nullptr) return;
    if (run->id == "tasks.tab_next" || run->id == "tasks.tab_before") {
        step_tab(state, run->id == "tasks.tab_next" ? 1 : -1, effects);
    } else if (run->id == "tasks.open_done") {
        state.form.tab = number_of(tab_of(state) == kDoneTab ? 0 : kDoneTab);
        ask_anew(state, effects);
    } else if (run->id == "tasks.whose") {
        effects.focus("tasks.whose_list");
    } else if (run->id == "tasks.to_list") {
        effects.focus("tasks.list");
    } else if (run->id == "tasks.new") {
        effects.open({ScreenId::TaskForm});
    } else if (run->id == "tasks.postpone_cancel") {
        state.postponing = false;
    } else if (run->id == "tasks.more" && state.data.more && state.waiting.ticket == 0) {
        state.limit = std::min(state.limit + kTasksPage, repo::kTaskListMax - 1);
        ask(state, effects);
    } else if (task != nullptr && enabled(state, run->id)) {
        act(state, run->id, *task, context, effects);
    }
}

bool enabled(const TasksState& state, std::string_view action) {
    if (!needs_task(action)) return true;
    const repo::Task* task = chosen(state);
    if (task == nullptr) return false;
    return action == "tasks.done" || action == "tasks.log" || task->is_open();
}

TasksView view(const TasksState& state, const ScreenContext& context) {
    TasksView out;
    const Texts& texts = context.texts;
    out.known = state.waiting.known;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.done = tab_of(state) == kDoneTab;
    for (const repo::Task& task : state.data.rows) {
        out.rows.push_back(list_row(task, state, context));
    }
    fill_tabs(state, context, out);
    out.people = people(state, context);
    const repo::TaskCounts& counts = state.data.counts;
    out.summary = texts.plural(Text::TodayOpenTasks, counts.open) + " · " +
                  texts.plural(Text::TodayOverdue, counts.overdue) + " · " +
                  texts.plural(Text::TodayDue, counts.due_today);
    out.more = state.data.more && state.waiting.ticket == 0 && state.limit < repo::kTaskListMax - 1;
    out.nothing = texts(out.done ? Text::TasksNothingDone : Text::TasksNothing);
    out.nothing_help = texts(out.done ? Text::TasksNothingDoneHelp : Text::TasksNothingHelp);
    out.add = action_view(context, "tasks.new");
    out.finish = action_view(context, "tasks.done", enabled(state, "tasks.done"));
    out.finish.label = texts(out.done ? Text::TasksReopen : Text::ActionTaskDone);
    out.edit = action_view(context, "tasks.edit", enabled(state, "tasks.edit"));
    out.postpone = action_view(context, "tasks.postpone", enabled(state, "tasks.postpone"));
    out.log = action_view(context, "tasks.log", enabled(state, "tasks.log"));
    fill_later(state, context, out);
    return out;
}

}  // namespace balie::app
