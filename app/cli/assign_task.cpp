#include "app/cli/assign_task.h"

#include "storage/domain/schema.h"
#include "storage/repo/actions.h"
#include "storage/text/utf8.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <utility>

namespace balie::app {

namespace {

Result<int> assign(Context& context, Profile& profile, const AssignOptions& options,
                   const FindWork& find) {
    BALIE_ASSIGN(const AssignedWork work, find(profile, options.id));
    repo::NewTask task;
    if (!work.customer.is_nil()) task.customer = work.customer;
    task.subject = text::truncate_bytes(work.subject, domain::kNameBytesMax);
    task.note = options.note.empty() ? work.note : options.note;
    task.due = options.due;
    task.assignee = options.to;
    task.id = work.task;
    BALIE_ASSIGN(const auto saved, repo::Actions(profile.store(), profile.user()).add_task(task));
    context.print(
        Json::object({{"id", options.id},
                      {"task", saved.task.text()},
                      {"assignee", options.to},
                      {"due_on", options.due}}),
        fmt::format("Saved here: a task for {}. It is done when {}.", options.to, work.done_when));
    return kExitDone;
}

}  // namespace

void add_assign_command(CLI::App& noun, Context& context, const char* what, FindWork find) {
    auto options = std::make_shared<AssignOptions>();
    CLI::App* command =
        noun.add_subcommand("assign", "Ask somebody to see to it: a task with a date");
    command->add_option("id", options->id, what)->required();
    command->add_option("--to", options->to, "Login")->required();
    command->add_option("--due", options->due, "+7d or YYYY-MM-DD");
    command->add_option("--note", options->note, "Note");
    command->callback([&context, options, find = std::move(find)] {
        context.with_profile(
            [&](Profile& profile) { return assign(context, profile, *options, find); });
    });
}

std::string asked_line(const Asked& asked) {
    if (asked.assignee.empty()) return {};
    return fmt::format("    for {}{}\n", asked.assignee,
                       asked.due_on.empty() ? "" : ", by " + asked.due_on);
}

}  // namespace balie::app
