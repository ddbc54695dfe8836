// fact add | list | edit | remove | restore | near: what people know of a customer.
#include "app/cli/context.h"
#include "app/model/when.h"
#include "storage/repo/actions.h"
#include "storage/repo/fact_repo.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace balie::app {

namespace {

struct FactOptions {
    std::string id;
    std::string customer;
    std::string kind;
    std::string text;
    std::string on;
    std::string source;
    int days{repo::kNearDays};
    bool everybody{false};
};

/// "14-03" or "1980-03-14", as the domain writes it; an empty text stays one.
Result<std::string> day_of(const std::string& typed) {
    if (typed.empty()) return std::string();
    if (auto day = parse_yearly(typed)) return *std::move(day);
    return Error{ErrorCode::InvalidInput,
                 "'" + typed.substr(0, 40) + "' is no day",
                 {},
                 "Write it as 1980-03-14, 14-03-1980, or 14-03 for every year"};
}

Result<int> add(Context& context, Profile& profile, const FactOptions& options) {
    repo::NewFact fact;
    BALIE_ASSIGN(fact.customer,
                 repo::CustomerRepo(profile.store().writer()).resolve(options.customer));
    fact.kind = options.kind;
    fact.text = options.text;
    BALIE_ASSIGN(fact.on, day_of(options.on));
    if (!options.source.empty()) {
        BALIE_ASSIGN(fact.source, RecordId::parse(options.source));
    }
    BALIE_ASSIGN(const RecordId id, repo::Actions(profile.store(), profile.user()).add_fact(fact));
    context.print(Json::object({{"id", id.text()}}), "Saved here: fact " + id.text());
    return kExitDone;
}

Result<int> list(Context& context, Profile& profile, const FactOptions& options) {
    sqlite::Database& database = profile.store().writer();
    BALIE_ASSIGN(const RecordId customer, repo::CustomerRepo(database).resolve(options.customer));
    BALIE_ASSIGN(const auto facts, repo::FactRepo(database).of_customer(customer));
    Json items = Json::array();
    std::string text;
    for (const repo::Fact& fact : facts) {
        Json item = Json::object({{"id", fact.id.text()},
                                  {"kind", fact.kind},
                                  {"text", fact.text},
                                  {"on", fact.on},
                                  {"author", fact.author},
                                  {"noted_at", moment_text(profile.clock(), fact.noted_at)}});
        item.set("source", fact.source ? Json(fact.source->text()) : Json());
        items.push(item);
        text += fmt::format("{}  {:10} {}{}\n", fact.id.text(), fact.kind, fact.text,
                            fact.on.empty() ? "" : "  (" + fact.on + ")");
    }
    if (facts.empty()) text = "No facts are noted of this customer.\n";
    context.print(Json::object({{"facts", items}}), text);
    return kExitDone;
}

Result<int> edit(Context& context, Profile& profile, const FactOptions& options,
                 const CLI::App& command) {
    const auto given = [&command](const char* option, const std::string& text) {
        return command.count(option) > 0 ? std::optional(text) : std::nullopt;
    };
    BALIE_ASSIGN(const RecordId id, RecordId::parse(options.id));
    BALIE_ASSIGN(const std::string day, day_of(options.on));
    const repo::FactChanges changes{.kind = given("--kind", options.kind),
                                    .text = given("--text", options.text),
                                    .on = given("--on", day)};
    BALIE_TRY(repo::Actions(profile.store(), profile.user()).edit_fact(id, changes));
    context.print(Json::object({{"id", id.text()}}), "Saved here: fact " + id.text());
    return kExitDone;
}

enum class FactStep { Remove, Restore };

Result<int> change(Context& context, Profile& profile, const FactOptions& options, FactStep step) {
    BALIE_ASSIGN(const RecordId id, RecordId::parse(options.id));
    repo::Actions actions(profile.store(), profile.user());
    BALIE_TRY(step == FactStep::Remove ? actions.remove_fact(id) : actions.restore_fact(id));
    const std::string text = step == FactStep::Remove
                                 ? "Removed; take it back with: balie fact restore " + id.text()
                                 : "Saved here: fact " + id.text();
    context.print(Json::object({{"id", id.text()}}), text);
    return kExitDone;
}

Result<int> near(Context& context, Profile& profile, const FactOptions& options) {
    BALIE_ASSIGN(const auto days,
                 repo::FactRepo(profile.store().writer())
                     .near(profile.today(), options.everybody ? "" : profile.user(), options.days));
    Json items = Json::array();
    std::string text;
    for (const repo::NearDay& each : days) {
        Json item = Json::object({{"day", each.day},
                                  {"customer", each.customer.text()},
                                  {"customer_name", each.customer_name},
                                  {"birthday", each.birthday},
                                  {"kind", each.kind},
                                  {"text", each.text}});
        item.set("years", each.turn ? Json(std::int64_t{*each.turn}) : Json());
        items.push(item);
        text += fmt::format("{}  {}  {}{}\n", each.day, each.customer_name,
                            each.birthday ? "birthday" : each.text,
                            each.turn ? fmt::format(" ({})", *each.turn) : std::string());
    }
    if (days.empty()) text = "Nobody has their day in that time.\n";
    context.print(Json::object({{"days", items}}), text);
    return kExitDone;
}

void add_fact_steps(CLI::App& noun, Context& context, const std::shared_ptr<FactOptions>& options) {
    const auto step_command = [&](const char* name, const char* help, FactStep step) {
        CLI::App* command = noun.add_subcommand(name, help);
        command->add_option("id", options->id, "Fact")->required();
        command->callback([&context, options, step] {
            context.with_profile(
                [&](Profile& profile) { return change(context, profile, *options, step); });
        });
    };
    step_command("remove", "Remove it", FactStep::Remove);
    step_command("restore", "Bring it back", FactStep::Restore);
    CLI::App* near_command =
        noun.add_subcommand("near", "Birthdays and important dates of the next days");
    near_command->add_option("--days", options->days, "How many")
        ->check(CLI::Range(0, repo::kNearDaysMax));
    near_command->add_flag("--everybody", options->everybody,
                           "Not only your own and priority customers");
    near_command->callback([&context, options] {
        context.with_profile([&](Profile& profile) { return near(context, profile, *options); });
    });
}

}  // namespace

void add_fact_commands(CLI::App& app, Context& context) {
    CLI::App* noun =
        app.add_subcommand("fact", "What is known of a customer: add, list, edit, remove, near");
    noun->require_subcommand(1);
    auto options = std::make_shared<FactOptions>();
    CLI::App* add_command = noun->add_subcommand("add", "Note a fact");
    add_command->add_option("customer", options->customer, "Id, number or name")->required();
    add_command->add_option("--kind", options->kind, "Code (balie codes fact_kind)")->required();
    add_command->add_option("--text", options->text, "What is known, at most 1000 bytes")
        ->required();
    add_command->add_option("--on", options->on, "Its day: 1980-03-14, or 14-03 every year");
    add_command->add_option("--source", options->source, "The interaction in which it was heard");
    add_command->callback([&context, options] {
        context.with_profile([&](Profile& profile) { return add(context, profile, *options); });
    });
    CLI::App* list_command = noun->add_subcommand("list", "Facts of a customer");
    list_command->add_option("customer", options->customer, "Id, number or name")->required();
    list_command->callback([&context, options] {
        context.with_profile([&](Profile& profile) { return list(context, profile, *options); });
    });
    CLI::App* edit_command = noun->add_subcommand("edit", "Change it");
    edit_command->add_option("id", options->id, "Fact")->required();
    edit_command->add_option("--kind", options->kind, "Code (balie codes fact_kind)");
    edit_command->add_option("--text", options->text, "What is known");
    edit_command->add_option("--on", options->on, "Its day; empty: none");
    edit_command->callback([&context, options, edit_command] {
        context.with_profile(
            [&](Profile& profile) { return edit(context, profile, *options, *edit_command); });
    });
    add_fact_steps(*noun, context, options);
}

}  // namespace balie::app
