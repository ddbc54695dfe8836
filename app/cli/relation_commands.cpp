// relation add | list | edit | remove | restore: whom a customer belongs with.
#include "app/cli/context.h"
#include "storage/repo/actions.h"
#include "storage/repo/relation_repo.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace balie::app {

namespace {

struct RelationOptions {
    std::string id;
    std::string customer;
    std::string other;
    std::string kind;
    std::string since;
    std::string until;
    std::string note;
};

Result<int> add(Context& context, Profile& profile, const RelationOptions& options) {
    repo::CustomerRepo customers(profile.store().writer());
    repo::NewRelation relation;
    BALIE_ASSIGN(relation.customer, customers.resolve(options.customer));
    BALIE_ASSIGN(relation.other, customers.resolve(options.other));
    relation.kind = options.kind;
    relation.since = options.since;
    relation.until = options.until;
    relation.note = options.note;
    BALIE_ASSIGN(const RecordId id,
                 repo::Actions(profile.store(), profile.user()).add_relation(relation));
    context.print(Json::object({{"id", id.text()}}), "Saved here: relation " + id.text());
    return kExitDone;
}

Result<int> list(Context& context, Profile& profile, const RelationOptions& options) {
    sqlite::Database& database = profile.store().writer();
    BALIE_ASSIGN(const RecordId customer, repo::CustomerRepo(database).resolve(options.customer));
    BALIE_ASSIGN(const auto rows,
                 repo::RelationRepo(database).of_customer(customer, profile.today()));
    Json items = Json::array();
    std::string text;
    for (const repo::RelationRow& row : rows) {
        const std::string name = row.outside() ? "a customer outside your scope" : row.other_name;
        const std::string kind = row.kind_known ? row.kind : "reverse of " + row.kind;
        items.push(Json::object({{"id", row.relation.id.text()},
                                 {"kind", row.kind},
                                 {"reverse", !row.kind_known},
                                 {"other", row.other.text()},
                                 {"other_name", row.other_name},
                                 {"outside_scope", row.outside()},
                                 {"since", row.relation.since},
                                 {"until", row.relation.until},
                                 {"note", row.relation.note},
                                 {"author", row.relation.author}}));
        text += fmt::format("{}  {:12} {}{}{}\n", row.relation.id.text(), kind, name,
                            row.relation.since.empty() ? "" : "  since " + row.relation.since,
                            row.relation.until.empty() ? "" : "  until " + row.relation.until);
    }
    if (rows.empty()) text = "This customer has no relations.\n";
    context.print(Json::object({{"relations", items}}), text);
    return kExitDone;
}

Result<int> edit(Context& context, Profile& profile, const RelationOptions& options,
                 const CLI::App& command) {
    BALIE_ASSIGN(const RecordId id, RecordId::parse(options.id));
    FieldValues fields;
    const auto take = [&](const char* option, const char* field, const std::string& text) {
        if (command.count(option) > 0) fields[field] = text.empty() ? Value{} : Value{text};
    };
    take("--kind", "kind", options.kind);
    take("--since", "since", options.since);
    take("--until", "until", options.until);
    take("--note", "note", options.note);
    if (fields.empty()) {
        return Error{ErrorCode::InvalidInput,
                     "nothing of this relation would change",
                     {},
                     "Say what: --kind, --since, --until or --note"};
    }
    BALIE_TRY(repo::Actions(profile.store(), profile.user()).edit_relation(id, std::move(fields)));
    context.print(Json::object({{"id", id.text()}}), "Saved here: relation " + id.text());
    return kExitDone;
}

enum class RelationStep { Remove, Restore };

Result<int> change(Context& context, Profile& profile, const RelationOptions& options,
                   RelationStep step) {
    BALIE_ASSIGN(const RecordId id, RecordId::parse(options.id));
    repo::Actions actions(profile.store(), profile.user());
    const bool removes = step == RelationStep::Remove;
    BALIE_TRY(removes ? actions.remove_relation(id) : actions.restore_relation(id));
    context.print(Json::object({{"id", id.text()}}),
                  removes ? "Removed; take it back with: balie relation restore " + id.text()
                          : "Saved here: relation " + id.text());
    return kExitDone;
}

void add_details(CLI::App& command, RelationOptions& options) {
    command.add_option("--since", options.since, "YYYY-MM-DD");
    command.add_option("--until", options.until, "YYYY-MM-DD: its last day");
    command.add_option("--note", options.note, "Note");
}

}  // namespace

void add_relation_commands(CLI::App& app, Context& context) {
    CLI::App* noun =
        app.add_subcommand("relation", "Whom a customer belongs with: add, list, edit, remove");
    noun->require_subcommand(1);
    auto options = std::make_shared<RelationOptions>();
    CLI::App* add_command = noun->add_subcommand("add", "Add a relation between two customers");
    add_command->add_option("customer", options->customer, "Id, number or name")->required();
    add_command->add_option("--other", options->other, "The other: id, number or name")->required();
    add_command
        ->add_option("--kind", options->kind,
                     "What the other is to the customer (balie codes relation_kind)")
        ->required();
    add_details(*add_command, *options);
    add_command->callback([&context, options] {
        context.with_profile([&](Profile& profile) { return add(context, profile, *options); });
    });
    CLI::App* list_command = noun->add_subcommand("list", "Relations of a customer");
    list_command->add_option("customer", options->customer, "Id, number or name")->required();
    list_command->callback([&context, options] {
        context.with_profile([&](Profile& profile) { return list(context, profile, *options); });
    });
    CLI::App* edit_command = noun->add_subcommand("edit", "Change it; an empty text clears");
    edit_command->add_option("id", options->id, "Relation")->required();
    edit_command->add_option("--kind", options->kind, "Code (balie codes relation_kind)");
    add_details(*edit_command, *options);
    edit_command->callback([&context, options, edit_command] {
        context.with_profile(
            [&](Profile& profile) { return edit(context, profile, *options, *edit_command); });
    });
    const auto step_command = [&](const char* name, const char* help, RelationStep step) {
        CLI::App* command = noun->add_subcommand(name, help);
        command->add_option("id", options->id, "Relation")->required();
        command->callback([&context, options, step] {
            context.with_profile(
                [&](Profile& profile) { return change(context, profile, *options, step); });
        });
    };
    step_command("remove", "Remove it", RelationStep::Remove);
    step_command("restore", "Bring it back", RelationStep::Restore);
}

}  // namespace balie::app
