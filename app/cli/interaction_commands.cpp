// log, amend, withdraw, interaction show: what happened with a customer.
#include "app/cli/context.h"
#include "storage/repo/actions.h"
#include "storage/repo/channel_wish.h"
#include "storage/repo/interaction_repo.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace balie::app {

namespace {

struct LogOptions {
    std::string id;
    std::string customer;
    std::string channel;
    std::string outcome;
    std::string reason;
    std::string direction;
    std::string note;
    std::string override;
    std::string fact;
    std::string next;
    std::string next_subject;
    std::string at;
    std::string flag;
    std::string flag_reason;
    std::int64_t duration_s{-1};
    std::vector<std::string> fields;
};

Result<std::optional<Moment>> parse_at(Profile& profile, const std::string& text) {
    if (text.empty()) return std::optional<Moment>{};
    const int zone = profile.clock().zone_offset_min(profile.clock().wall_ms());
    BALIE_ASSIGN(const Moment moment, parse_moment(text, zone));
    return std::optional(moment);
}

Result<RecordId> customer_of(Profile& profile, const std::string& text) {
    return repo::CustomerRepo(profile.store().writer()).resolve(text);
}

/// What somebody wrote is not dropped in silence.
Outcome say_where_not_needed(Profile& profile, const repo::NewInteraction& interaction) {
    auto wish = repo::ChannelWish::None;
    if (interaction.customer) {
        sqlite::Database& database = profile.store().writer();
        BALIE_ASSIGN(const auto wishes, repo::contact_wishes(database, *interaction.customer));
        BALIE_ASSIGN(wish, repo::channel_wish(database, wishes, interaction.channel));
    }
    if (wish == repo::ChannelWish::None) {
        Context::say(
            "balie: nothing is against this channel: --override was not needed and is not "
            "kept; what is worth keeping goes into --note");
    }
    return {};
}

Result<int> log(Context& context, Profile& profile, const LogOptions& options) {
    repo::NewInteraction interaction;
    if (!options.customer.empty()) {
        BALIE_ASSIGN(interaction.customer, customer_of(profile, options.customer));
    }
    interaction.channel = options.channel;
    interaction.outcome = options.outcome;
    interaction.reason = options.reason;
    interaction.direction = options.direction;
    interaction.note = options.note;
    if (!options.override.empty()) {
        BALIE_TRY(say_where_not_needed(profile, interaction));
        interaction.override = "Against the customer's wish: " + options.override;
    }
    interaction.fact = options.fact;
    BALIE_ASSIGN(interaction.at, parse_at(profile, options.at));
    if (options.duration_s >= 0) interaction.duration_s = options.duration_s;
    if (!options.next.empty()) {
        interaction.next = repo::NewTask{.customer = {},
                                         .subject = options.next_subject,
                                         .note = {},
                                         .due = options.next,
                                         .assignee = {}};
    }
    if (!options.flag.empty()) {
        interaction.flag = repo::NewFlag{
            .level = options.flag, .reason = options.flag_reason, .until = {}, .note = {}};
    }
    BALIE_ASSIGN(interaction.custom,
                 parse_fields(profile, domain::RecordType::Interaction, options.fields));
    repo::Actions actions(profile.store(), profile.user());
    BALIE_ASSIGN(const repo::SavedInteraction saved, actions.save_interaction(interaction));
    Json document = Json::object({{"id", saved.interaction.text()}});
    document.set("task", saved.task ? Json(saved.task->text()) : Json());
    document.set("flag", saved.flag ? Json(saved.flag->text()) : Json());
    document.set("fact", saved.fact ? Json(saved.fact->text()) : Json());
    context.print(document, "Saved here: interaction " + saved.interaction.text());
    return kExitDone;
}

Result<int> amend(Context& context, Profile& profile, const LogOptions& options,
                  const CLI::App& command) {
    const auto given = [&](const char* name, const std::string& value) {
        return command.count(name) > 0 ? std::optional(value) : std::nullopt;
    };
    BALIE_ASSIGN(const RecordId id, RecordId::parse(options.id));
    repo::InteractionChanges changes;
    changes.channel = given("--channel", options.channel);
    changes.outcome = given("--outcome", options.outcome);
    changes.reason = given("--reason", options.reason);
    changes.direction = given("--direction", options.direction);
    changes.note = given("--note", options.note);
    BALIE_ASSIGN(changes.at, parse_at(profile, options.at));
    if (options.duration_s >= 0) changes.duration_s = options.duration_s;
    if (!options.customer.empty()) {
        BALIE_ASSIGN(changes.customer, customer_of(profile, options.customer));
    }
    BALIE_ASSIGN(changes.custom,
                 parse_fields(profile, domain::RecordType::Interaction, options.fields));
    repo::Actions actions(profile.store(), profile.user());
    BALIE_ASSIGN(const RecordId line, actions.amend_interaction(id, changes));
    context.print(Json::object({{"id", line.text()}, {"amends", options.id}}),
                  "Saved here: amendment " + line.text());
    return kExitDone;
}

Result<int> withdraw(Context& context, Profile& profile, const LogOptions& options) {
    BALIE_ASSIGN(const RecordId id, RecordId::parse(options.id));
    repo::Actions actions(profile.store(), profile.user());
    BALIE_ASSIGN(const RecordId line, actions.withdraw_interaction(id));
    context.print(Json::object({{"id", line.text()}, {"amends", options.id}}),
                  "Withdrawn by " + line.text() + "; the history keeps it.");
    return kExitDone;
}

Result<int> history(Context& context, Profile& profile, const LogOptions& options) {
    BALIE_ASSIGN(const RecordId id, RecordId::parse(options.id));
    BALIE_ASSIGN(const auto lines, repo::InteractionRepo(profile.store().writer()).history(id));
    Json rows = Json::array();
    std::string text;
    for (const repo::Interaction& line : lines) {
        rows.push(Json::object(
            {{"id", line.id.text()},
             {"occurred_at", format_moment(line.occurred_at, line.occurred_offset_min)},
             {"channel", line.channel},
             {"outcome", line.outcome},
             {"note", line.note},
             {"author", line.author},
             {"withdrawn", line.withdrawn}}));
        text += fmt::format("{}  {}  {} {}  {}\n", line.id.text(),
                            format_moment(line.occurred_at, line.occurred_offset_min), line.channel,
                            line.outcome, line.note);
    }
    context.print(Json::object({{"lines", rows}}), text);
    return kExitDone;
}

void add_what_options(CLI::App& command, LogOptions& options) {
    command.add_option("--reason", options.reason, "Reason code");
    command.add_option("--direction", options.direction, "inbound or outbound");
    command.add_option("--note", options.note, "What was said, at most 16 KiB");
    command.add_option("--at", options.at, "When it was: 2026-03-14T09:26 (default: now)");
    command.add_option("--duration", options.duration_s, "How long it took, in seconds")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--set", options.fields, "Custom field: x.NAME=VALUE");
}

}  // namespace

void add_interaction_commands(CLI::App& app, Context& context) {
    auto options = std::make_shared<LogOptions>();
    CLI::App* log_command =
        app.add_subcommand("log", "Capture an interaction: a visit, a call, a meeting…");
    log_command->add_option("--customer", options->customer,
                            "Id, number or name; none: an unknown walk-in");
    log_command->add_option("--channel", options->channel, "Channel code (balie codes channel)")
        ->required();
    log_command->add_option("--outcome", options->outcome, "Outcome code (balie codes outcome)")
        ->required();
    add_what_options(*log_command, *options);
    log_command->add_option(
        "--override", options->override,
        "Why by this channel all the same, where the customer does not want it");
    log_command->add_option("--fact", options->fact, "What was learnt of the customer");
    log_command->add_option("--next", options->next, "Next action: +7d or YYYY-MM-DD");
    log_command->add_option("--next-subject", options->next_subject, "What the next action is");
    log_command->add_option("--flag", options->flag, "Flag as priority customer: A, B or C");
    log_command->add_option("--flag-reason", options->flag_reason, "Reason code of the flag");
    log_command->callback([&context, options] {
        context.with_profile([&](Profile& profile) { return log(context, profile, *options); });
    });

    CLI::App* amend_command =
        app.add_subcommand("amend", "Correct an interaction; the first line is kept");
    amend_command->add_option("id", options->id, "Interaction")->required();
    amend_command->add_option("--customer", options->customer, "Id, number or name");
    amend_command->add_option("--channel", options->channel, "Channel code");
    amend_command->add_option("--outcome", options->outcome, "Outcome code");
    add_what_options(*amend_command, *options);
    amend_command->callback([&context, options, amend_command] {
        context.with_profile(
            [&](Profile& profile) { return amend(context, profile, *options, *amend_command); });
    });

    CLI::App* withdraw_command =
        app.add_subcommand("withdraw", "Take an interaction back; the history keeps it");
    withdraw_command->add_option("id", options->id, "Interaction")->required();
    withdraw_command->callback([&context, options] {
        context.with_profile(
            [&](Profile& profile) { return withdraw(context, profile, *options); });
    });

    CLI::App* history_command =
        app.add_subcommand("history", "An interaction with all its amendments");
    history_command->add_option("id", options->id, "Interaction")->required();
    history_command->callback([&context, options] {
        context.with_profile([&](Profile& profile) { return history(context, profile, *options); });
    });
}

}  // namespace balie::app
