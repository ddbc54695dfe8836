// codes, users, fields: what the office defined.
#include "app/cli/context.h"
#include "storage/repo/code_repo.h"
#include "storage/repo/people_repo.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace balie::app {

namespace {

Result<int> codes(Context& context, Profile& profile, const std::string& list) {
    repo::CodeRepo repository(profile.store().writer());
    BALIE_ASSIGN(const auto rows,
                 list.empty() ? repository.all(repo::Codes::Active) : repository.list(list));
    if (rows.empty() && !list.empty()) {
        return Error{ErrorCode::NotFound,
                     "there is no code list '" + list + "'",
                     {},
                     "All lists: balie codes"};
    }
    Json items = Json::array();
    std::string text;
    for (const repo::Code& code : rows) {
        items.push(Json::object({{"list", code.list},
                                 {"code", code.code},
                                 {"kind", code.kind},
                                 {"en", code.en},
                                 {"nl", code.nl}}));
        text += fmt::format("{:16} {:16} {:12} {} / {}\n", code.list, code.code, code.kind, code.en,
                            code.nl);
    }
    context.print(Json::object({{"codes", items}}), text);
    return kExitDone;
}

Result<int> users(Context& context, Profile& profile) {
    BALIE_ASSIGN(const auto rows, repo::PeopleRepo(profile.store().writer()).users());
    Json items = Json::array();
    std::string text;
    for (const repo::User& user : rows) {
        items.push(Json::object({{"login", user.login},
                                 {"name", user.name},
                                 {"role", user.role},
                                 {"branch", user.branch},
                                 {"territory", user.territory},
                                 {"active", user.active}}));
        text += fmt::format("{:16} {:30} {:16} {} {}\n", user.login, user.name, user.role,
                            user.branch, user.territory);
    }
    context.print(Json::object({{"users", items}}), text);
    return kExitDone;
}

Result<int> fields(Context& context, Profile& profile) {
    BALIE_ASSIGN(const auto rows, store::RecordTables(profile.store().writer()).custom_fields());
    Json items = Json::array();
    std::string text;
    for (const domain::CustomField& field : rows) {
        const std::string type(domain::spec(field.type).name);
        items.push(Json::object({{"record_type", type},
                                 {"name", field.name},
                                 {"datatype", domain::datatype_name(field.kind)},
                                 {"en", field.label_en},
                                 {"nl", field.label_nl},
                                 {"active", field.active}}));
        text +=
            fmt::format("{:12} x.{:20} {}\n", type, field.name, domain::datatype_name(field.kind));
    }
    context.print(Json::object({{"fields", items}}), text);
    return kExitDone;
}

}  // namespace

void add_list_commands(CLI::App& app, Context& context) {
    auto list = std::make_shared<std::string>();
    CLI::App* codes_command = app.add_subcommand("codes", "The organisation's code lists");
    codes_command->add_option("list", *list, "channel, outcome, reason, flag_reason…");
    codes_command->callback([&context, list] {
        context.with_profile([&](Profile& profile) { return codes(context, profile, *list); });
    });
    CLI::App* users_command = app.add_subcommand("users", "The people this terminal knows");
    users_command->callback([&context] {
        context.with_profile([&](Profile& profile) { return users(context, profile); });
    });
    CLI::App* fields_command = app.add_subcommand("fields", "Custom fields the office defined");
    fields_command->callback([&context] {
        context.with_profile([&](Profile& profile) { return fields(context, profile); });
    });
}

}  // namespace balie::app
