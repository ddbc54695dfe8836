// task add | list | edit | done | reopen | move | delete
#include "app/cli/context.h"
#include "storage/repo/actions.h"
#include "storage/repo/task_repo.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace balie::app {

namespace {

/// Text → value: an empty one clears the field.
Value repo_text(const std::string& text) {
    return text.empty() ? Value{} : Value{text};
}

struct TaskOptions {
    std::string id;
    std::string customer;
    std::string subject;
    std::string note;
    std::string due;
    std::string assignee;
    std::string filter{"open"};
    bool everybody{false};
};

Result<int> add(Context& context, Profile& profile, const TaskOptions& options) {
    repo::NewTask task{.customer = {},
                       .subject = options.subject,
                       .note = options.note,
                       .due = options.due,
                       .assignee = options.assignee};
    if (!options.customer.empty()) {
        BALIE_ASSIGN(task.customer,
                     repo::CustomerRepo(profile.store().writer()).resolve(options.customer));
    }
    BALIE_ASSIGN(const auto saved, repo::Actions(profile.store(), profile.user()).add_task(task));
    const std::string id = saved.task.text();
    context.print(Json::object({{"id", id}}), "Saved here: task " + id);
    return kExitDone;
}

Result<repo::TaskFilter> parse_filter(const std::string& text) {
    if (text == "open") return repo::TaskFilter::Open;
    if (text == "overdue") return repo::TaskFilter::Overdue;
    if (text == "today") return repo::TaskFilter::DueToday;
    if (text == "due") return repo::TaskFilter::Due;
    if (text == "week") return repo::TaskFilter::Week;
    if (text == "later") return repo::TaskFilter::Later;
    if (text == "no-date") return repo::TaskFilter::NoDate;
    if (text == "done") return repo::TaskFilter::Done;
    return Error{ErrorCode::InvalidInput,
                 "no such list of tasks: '" + text + "'",
                 {},
                 "Choose one of: open, overdue, today, due, week, later, no-date, done"};
}

Result<int> list(Context& context, Profile& profile, const TaskOptions& options) {
    repo::TaskRepo tasks(profile.store().writer());
    BALIE_ASSIGN(const repo::TaskFilter filter, parse_filter(options.filter));
    std::vector<repo::Task> rows;
    if (!options.customer.empty()) {
        BALIE_ASSIGN(const RecordId customer,
                     repo::CustomerRepo(profile.store().writer()).resolve(options.customer));
        BALIE_ASSIGN(rows, tasks.of_customer(customer, filter));
    } else {
        BALIE_ASSIGN(rows,
                     tasks.list(filter, options.everybody ? "" : profile.user(), profile.today()));
    }
    Json items = Json::array();
    std::string text;
    for (const repo::Task& task : rows) {
        Json item =
            Json::object({{"id", task.id.text()},
                          {"subject", task.subject},
                          {"due_on", task.due_on},
                          {"customer", task.customer ? Json(task.customer->text()) : Json()},
                          {"customer_name", task.customer_name},
                          {"assignee", task.assignee},
                          {"overdue", task.is_overdue(profile.today())}});
        item.set("done_at",
                 task.done_at ? Json(moment_text(profile.clock(), *task.done_at)) : Json());
        items.push(item);
        text += fmt::format("{}  {}  {}  {}\n", task.id.text(),
                            task.due_on.empty() ? "no date   " : task.due_on, task.subject,
                            task.customer_name);
    }
    if (rows.empty()) text = "No tasks in this list.\n";
    context.print(Json::object({{"tasks", items}}), text);
    return kExitDone;
}

Result<int> edit(Context& context, Profile& profile, const TaskOptions& options,
                 const CLI::App& command) {
    BALIE_ASSIGN(const RecordId id, RecordId::parse(options.id));
    FieldValues fields;
    const auto take = [&](const char* option, const char* field, const std::string& text) {
        if (command.count(option) > 0) fields[field] = repo_text(text);
    };
    take("--subject", "subject", options.subject);
    take("--note", "note", options.note);
    take("--due", "due_on", options.due);
    take("--assignee", "assignee", options.assignee);
    if (fields.empty()) {
        return Error{ErrorCode::InvalidInput,
                     "nothing of this task would change",
                     {},
                     "Say what: --subject, --note, --due or --assignee"};
    }
    BALIE_TRY(repo::Actions(profile.store(), profile.user()).edit_task(id, std::move(fields)));
    context.print(Json::object({{"id", id.text()}}), "Saved here: task " + id.text());
    return kExitDone;
}

enum class Step { Done, Reopen, Delete, Move };

Result<int> change(Context& context, Profile& profile, const TaskOptions& options, Step step) {
    BALIE_ASSIGN(const RecordId id, RecordId::parse(options.id));
    repo::Actions actions(profile.store(), profile.user());
    switch (step) {
        case Step::Done:
            BALIE_TRY(actions.done_task(id));
            break;
        case Step::Reopen:
            BALIE_TRY(actions.reopen_task(id));
            break;
        case Step::Delete:
            BALIE_TRY(actions.delete_task(id));
            break;
        case Step::Move:
            BALIE_TRY(actions.edit_task(id, {{"due_on", options.due}}));
            break;
    }
    context.print(Json::object({{"id", id.text()}}), "Saved here: task " + id.text());
    return kExitDone;
}

}  // namespace

void add_task_commands(CLI::App& app, Context& context) {
    CLI::App* noun =
        app.add_subcommand("task", "Tasks: add, list, edit, done, reopen, move, delete");
    noun->require_subcommand(1);
    auto options = std::make_shared<TaskOptions>();
    CLI::App* add_command = noun->add_subcommand("add", "Add a task");
    add_command->add_option("--subject", options->subject, "What is to be done")->required();
    add_command->add_option("--customer", options->customer, "Id, number or name");
    add_command->add_option("--due", options->due, "+7d or YYYY-MM-DD");
    add_command->add_option("--note", options->note, "Note");
    add_command->add_option("--assignee", options->assignee, "Login; default: yourself");
    add_command->callback([&context, options] {
        context.with_profile([&](Profile& profile) { return add(context, profile, *options); });
    });
    CLI::App* list_command = noun->add_subcommand("list", "Tasks by due date");
    list_command->add_option("--filter", options->filter,
                             "open, overdue, today, due, week, later, no-date or done");
    list_command->add_option("--customer", options->customer, "Of one customer");
    list_command->add_flag("--everybody", options->everybody, "Not only your own");
    list_command->callback([&context, options] {
        context.with_profile([&](Profile& profile) { return list(context, profile, *options); });
    });
    CLI::App* edit_command = noun->add_subcommand("edit", "Change it; an empty text clears");
    edit_command->add_option("id", options->id, "Task")->required();
    edit_command->add_option("--subject", options->subject, "What is to be done");
    edit_command->add_option("--due", options->due, "+7d or YYYY-MM-DD");
    edit_command->add_option("--note", options->note, "Note");
    edit_command->add_option("--assignee", options->assignee, "Login");
    edit_command->callback([&context, options, edit_command] {
        context.with_profile(
            [&](Profile& profile) { return edit(context, profile, *options, *edit_command); });
    });
    const auto step_command = [&](const char* name, const char* help, Step step) {
        CLI::App* command = noun->add_subcommand(name, help);
        command->add_option("id", options->id, "Task")->required();
        if (step == Step::Move)
            command->add_option("--due", options->due, "+7d or YYYY-MM-DD")->required();
        command->callback([&context, options, step] {
            context.with_profile(
                [&](Profile& profile) { return change(context, profile, *options, step); });
        });
    };
    step_command("done", "It is done", Step::Done);
    step_command("reopen", "It is not done after all", Step::Reopen);
    step_command("delete", "Delete it", Step::Delete);
    step_command("move", "Another due date", Step::Move);
}

}  // namespace balie::app
