// flag, unflag, priority list | history: who is a priority customer, and why.
#include "app/cli/context.h"
#include "storage/repo/actions.h"
#include "storage/repo/priority_repo.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace balie::app {

namespace {

struct FlagOptions {
    std::string customer;
    std::string level;
    std::string reason;
    std::string until;
    std::string note;
};

Json flag_json(const Clock& clock, const repo::PriorityFlag& flag) {
    Json json = Json::object({{"id", flag.id.text()},
                              {"customer", flag.customer.text()},
                              {"level", flag.level},
                              {"reason", flag.reason},
                              {"state", flag.state},
                              {"since", moment_text(clock, flag.since)},
                              {"until", flag.until},
                              {"author", flag.author},
                              {"note", flag.note},
                              {"end_reason", flag.end_reason},
                              {"ended_by", flag.ended_by}});
    json.set("ended_at", flag.ended_at ? Json(moment_text(clock, *flag.ended_at)) : Json());
    return json;
}

Result<int> flag(Context& context, Profile& profile, const FlagOptions& options) {
    BALIE_ASSIGN(const RecordId customer,
                 repo::CustomerRepo(profile.store().writer()).resolve(options.customer));
    repo::Actions actions(profile.store(), profile.user());
    BALIE_ASSIGN(const repo::SavedFlag saved,
                 actions.flag_customer(customer, {.level = options.level,
                                                  .reason = options.reason,
                                                  .until = options.until,
                                                  .note = options.note}));
    Json document = Json::object({{"id", saved.flag.text()}, {"customer", customer.text()}});
    document.set("ended", saved.ended ? Json(saved.ended->text()) : Json());
    context.print(document, fmt::format("Priority {}: saved here.", options.level));
    return kExitDone;
}

Result<int> unflag(Context& context, Profile& profile, const FlagOptions& options) {
    BALIE_ASSIGN(const RecordId customer,
                 repo::CustomerRepo(profile.store().writer()).resolve(options.customer));
    repo::Actions actions(profile.store(), profile.user());
    BALIE_ASSIGN(const RecordId ended, actions.unflag_customer(customer, options.reason));
    context.print(Json::object({{"id", ended.text()}, {"customer", customer.text()}}),
                  "No priority customer any more: saved here.");
    return kExitDone;
}

Result<int> list_priority(Context& context, Profile& profile, const FlagOptions& options) {
    repo::PriorityRepo flags(profile.store().writer());
    BALIE_ASSIGN(const auto rows, flags.list(profile.today(), options.level));
    Json items = Json::array();
    std::string text;
    for (const repo::PriorityRow& row : rows) {
        Json item = flag_json(profile.clock(), row.flag);
        item.set("name", row.display_name).set("number", row.number).set("city", row.city);
        item.set("last_contact", row.last_contact_ms
                                     ? Json(moment_text(profile.clock(), *row.last_contact_ms))
                                     : Json());
        items.push(item);
        text += fmt::format(
            "{}  {}  {}  since {}{}\n", row.flag.level, row.display_name, row.flag.reason,
            date_of(row.flag.since, profile.clock().zone_offset_min(row.flag.since)),
            row.flag.until.empty() ? "" : "  until " + row.flag.until);
    }
    if (rows.empty())
        text = "No priority customers. Flag one: balie flag CUSTOMER --level A --reason CODE\n";
    context.print(Json::object({{"priority", items}}), text);
    return kExitDone;
}

Result<int> history_of(Context& context, Profile& profile, const FlagOptions& options) {
    sqlite::Database& database = profile.store().writer();
    BALIE_ASSIGN(const RecordId customer, repo::CustomerRepo(database).resolve(options.customer));
    BALIE_ASSIGN(const auto rows, repo::PriorityRepo(database).history(customer));
    Json items = Json::array();
    std::string text;
    for (const repo::PriorityFlag& each : rows) {
        items.push(flag_json(profile.clock(), each));
        text += fmt::format("{}  {}  {}  {} by {}\n", each.level, each.state, each.reason,
                            moment_text(profile.clock(), each.since), each.author);
    }
    if (rows.empty()) text = "Never flagged.\n";
    context.print(Json::object({{"flags", items}}), text);
    return kExitDone;
}

}  // namespace

void add_priority_commands(CLI::App& app, Context& context) {
    auto options = std::make_shared<FlagOptions>();
    const auto on = [&context, options](CLI::App* command, auto action) {
        command->callback([&context, options, action] {
            context.with_profile(
                [&](Profile& profile) { return action(context, profile, *options); });
        });
    };
    CLI::App* flag_command = app.add_subcommand("flag", "Make a customer a priority customer");
    flag_command->add_option("customer", options->customer, "Id, number or name")->required();
    flag_command->add_option("--level", options->level, "A, B or C")->required();
    flag_command->add_option("--reason", options->reason, "Reason code (balie codes flag_reason)")
        ->required();
    flag_command->add_option("--until", options->until, "Last day: YYYY-MM-DD or +90d");
    flag_command->add_option("--note", options->note, "Note");
    on(flag_command, flag);
    CLI::App* unflag_command = app.add_subcommand("unflag", "End a customer's priority");
    unflag_command->add_option("customer", options->customer, "Id, number or name")->required();
    unflag_command->add_option("--reason", options->reason,
                               "Reason code (balie codes flag_end_reason)");
    on(unflag_command, unflag);
    CLI::App* noun = app.add_subcommand("priority", "The priority list");
    noun->require_subcommand(1);
    CLI::App* list_command = noun->add_subcommand("list", "Who is a priority customer, and why");
    list_command->add_option("--level", options->level, "One level only");
    on(list_command, list_priority);
    CLI::App* history_command = noun->add_subcommand("history", "All flags one customer ever had");
    history_command->add_option("customer", options->customer, "Id, number or name")->required();
    on(history_command, history_of);
}

}  // namespace balie::app
