#include "app/screens/task_form/task_form_model.h"

#include "app/model/when.h"

#include <array>
#include <iterator>

namespace balie::app {

namespace {

constexpr std::array kTaskFormActions{
    Action{"task.save", Text::ActionSave, "Save", "Ctrl+Enter", ScreenId::TaskForm, Listed::Keys},
    Action{"task.cancel", Text::ActionCancel, "Close", "Esc", ScreenId::TaskForm, Listed::Keys},
};

void check(TaskFormState& state, const ScreenContext& context) {
    state.errors.clear();
    if (state.form.subject.empty()) {
        state.errors["task.subject"] = context.texts(Text::ErrorSubjectMissing);
    }
    if (!state.form.due.empty() && !parse_when(state.form.due, context.today)) {
        state.errors["task.due"] = context.texts(Text::ErrorDate);
    }
}

/// Whoever it can be for. With nobody to choose from, the screen does not ask.
std::vector<ChoiceView> people(const TaskFormState& state, const ScreenContext& context) {
    std::vector<ChoiceView> out;
    for (const repo::User& user : context.app.reference.users) {
        if (user.active || user.login == state.form.assignee) {
            out.push_back({user.login, user.name, {}});
        }
    }
    return out;
}

FieldValues fields_of(const TaskForm& form, const std::string& due) {
    const auto value = [](const std::string& text) { return text.empty() ? Value{} : Value{text}; };
    return {{"subject", value(form.subject)},
            {"due_on", value(due)},
            {"note", value(form.note)},
            {"assignee", value(form.assignee)}};
}

void save_edited(TaskFormState& state, const ScreenContext& context, Effects& effects) {
    const RecordId id = *state.edited;
    FieldValues fields =
        fields_of(state.form, parse_when(state.form.due, context.today).value_or(""));
    FieldValues former = fields_of(state.before, state.before.due);
    // What stays as it was is no change that others could contradict.
    for (auto each = fields.begin(); each != fields.end();) {
        const bool same = former.at(each->first) == each->second;
        if (same) former.erase(each->first);
        each = same ? fields.erase(each) : std::next(each);
    }
    if (fields.empty()) {
        effects.close_overlay();
        return;
    }
    Completion completion;
    completion.done = context.texts(Text::ToastTaskChanged, {{"subject", state.form.subject}});
    completion.undo = [id, former](const Saved&) -> std::optional<Command> {
        return EditTask{id, former};
    };
    completion.undo_text = state.form.subject;
    completion.form_shows_error = true;
    state.saving = effects.send(EditTask{id, std::move(fields)}, std::move(completion));
}

void save(TaskFormState& state, const ScreenContext& context, Effects& effects) {
    if (state.edited) {
        save_edited(state, context, effects);
        return;
    }
    repo::NewTask task;
    if (!state.customer.is_nil()) task.customer = state.customer;
    task.subject = state.form.subject;
    task.note = state.form.note;
    task.assignee = state.form.assignee;
    task.id = state.task;
    if (!state.form.due.empty()) {
        task.due = parse_when(state.form.due, context.today).value_or("");
    }
    Completion completion;
    completion.done = context.texts(Text::ToastTaskAdded, {{"subject", task.subject}});
    completion.undo = [](const Saved& saved) -> std::optional<Command> {
        const auto* made = std::get_if<repo::SavedTask>(&saved);
        if (made == nullptr) return std::nullopt;
        return UndoTask{*made};
    };
    completion.undo_text = task.subject;
    completion.form_shows_error = true;
    state.saving = effects.send(AddTask{task}, std::move(completion));
}

}  // namespace

std::string_view TaskFormView::error(std::string_view field) const {
    const auto found = errors.find(field);
    return found == errors.end() ? std::string_view{} : std::string_view{found->second};
}

std::span<const Action> task_form_actions() {
    return kTaskFormActions;
}

void start(TaskFormState& state, const OpenOverlay& with, const ScreenContext& context,
           Effects& effects) {
    state.customer = with.customer;
    state.customer_name = with.customer_name;
    state.form.assignee = context.app.user.login;
    const auto given = [&with](std::string_view field) {
        const auto found = with.fields.find(field);
        return found == with.fields.end() ? std::string{} : value_text(found->second);
    };
    if (const auto id = RecordId::parse(given("task")); id.ok()) state.task = *id;
    state.form.subject = given("subject");
    if (const std::string to = given("assignee"); !to.empty()) state.form.assignee = to;
    if (const std::string due = given("due_on"); !due.empty()) state.form.due = due;
    state.form.note = given("note");
    if (const auto id = RecordId::parse(given("edit")); id.ok()) {
        state.edited = *id;
        state.form.due = given("due_on");
        state.form.assignee = given("assignee");
        state.before = state.form;
        effects.focus("task.subject");
        return;
    }
    const bool who_next = !state.form.subject.empty() && people(state, context).size() > 1;
    effects.focus(who_next ? "task.assignee" : "task.subject");
}

void update(TaskFormState& state, const Event& event, const ScreenContext& context,
            Effects& effects) {
    if (saved_in(event, state.saving) != nullptr) {
        state.saving = 0;
        effects.close_overlay();
    } else if (const Error* error = failure_in(event, state.saving)) {
        state.saving = 0;
        state.problem = describe(*error, context.texts);
        effects.focus("task.subject");
    }
}

void update(TaskFormState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (state.saving != 0) return;
    if (std::holds_alternative<FormChanged>(intent)) {
        if (!state.errors.empty()) check(state, context);
    } else if (is_action(intent, "task.save")) {
        check(state, context);
        state.problem = {};
        if (state.errors.empty()) {
            save(state, context, effects);
        } else {
            effects.focus(state.errors.rbegin()->first);
        }
    }
}

bool may_close(const TaskFormState& state) {
    return state.saving == 0;
}

bool enabled(const TaskFormState& state, std::string_view /*action*/) {
    return state.saving == 0;
}

TaskFormView view(const TaskFormState& state, const ScreenContext& context) {
    TaskFormView out;
    if (state.edited) {
        out.title = context.texts(Text::TaskFormTitleEdit);
    } else if (state.customer.is_nil()) {
        out.title = context.texts(Text::ScreenTaskForm);
    } else {
        out.title = context.texts(Text::TaskFormTitle, {{"name", state.customer_name}});
    }
    if (const auto date = parse_when(state.form.due, context.today)) {
        out.due_understood = context.texts.formats().weekday_and_day(*date);
    }
    out.people = people(state, context);
    out.errors = state.errors;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.busy = state.saving != 0;
    out.save = action_view(context, "task.save", !out.busy);
    return out;
}

}  // namespace balie::app
