// set-aside list | show | send-again | dismiss | restore | assign | export: changes that the office
// could not accept, kept here with the reason until somebody dealt with them.
#include "app/cli/assign_task.h"
#include "app/cli/context.h"
#include "app/runtime/aside_notes.h"
#include "app/runtime/asked.h"
#include "app/runtime/mend.h"
#include "storage/vault/atomic_file.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace balie::app {

namespace {

struct AsideOptions {
    std::string id;
    std::vector<std::string> fields;
    std::string out;
    bool all{false};
};

constexpr int kListMax = 1000;
constexpr int kExportMax = 1'000'000;

std::string_view state_name(sync::AsideState state) {
    switch (state) {
        case sync::AsideState::SentAgain:
            return "sent_again";
        case sync::AsideState::Dismissed:
            return "dismissed";
        default:
            return "open";
    }
}

Result<Json> entry_json(Profile& profile, const sync::SetAsideEntry& entry) {
    BALIE_ASSIGN(const AsideNote note,
                 aside_note(profile.store().writer(), profile.clock(), entry));
    Json fields = Json::object();
    for (const AsideNote::Field& field : note.fields) fields.set(field.name, field.text);
    return Json::object({{"id", sync::change_id_text(entry.id)},
                         {"type", entry.type},
                         {"record", entry.record.text()},
                         {"customer", note.customer},
                         {"new_record", note.creates},
                         {"code", entry.code},
                         {"detail", entry.detail},
                         {"at", moment_text(profile.clock(), entry.at_ms)},
                         {"own", entry.own},
                         {"state", state_name(entry.state)},
                         {"settled_at", optional_moment(profile.clock(), entry.settled_ms)},
                         {"assignee", note.asked.assignee},
                         {"due_on", note.asked.due_on},
                         {"fields", fields},
                         {"payload", entry.payload}});
}

std::string line_of(const sync::SetAsideEntry& entry, const std::string& customer) {
    const std::string about = customer.empty() ? entry.record.text() : customer;
    return fmt::format("{}\n    {} of {}: {} ({}){}\n", sync::change_id_text(entry.id), entry.type,
                       about, entry.detail, entry.code,
                       entry.state == sync::AsideState::Open
                           ? ""
                           : fmt::format("  [{}]", state_name(entry.state)));
}

Result<int> list(Context& context, Profile& profile, const AsideOptions& options) {
    sync::SetAsideList aside(profile.store().writer());
    BALIE_ASSIGN(const auto rows, options.all ? aside.all(kListMax) : aside.open(kListMax));
    Json items = Json::array();
    std::string text;
    for (const sync::SetAsideEntry& entry : rows) {
        BALIE_ASSIGN(Json item, entry_json(profile, entry));
        text += line_of(entry, *item.find("customer")->string());
        text += asked_line({{}, *item.find("assignee")->string(), *item.find("due_on")->string()});
        items.push(std::move(item));
    }
    if (rows.empty()) text = "Nothing is set aside.\n";
    context.print(Json::object({{"set_aside", items}}), text);
    return kExitDone;
}

Result<int> show(Context& context, Profile& profile, const AsideOptions& options) {
    BALIE_ASSIGN(const auto id, sync::parse_change_id(options.id));
    BALIE_ASSIGN(const auto together, sync::SetAsideList(profile.store().writer()).together(id));
    Json items = Json::array();
    std::string text;
    for (const sync::SetAsideEntry& entry : together) {
        BALIE_ASSIGN(Json item, entry_json(profile, entry));
        text += line_of(entry, *item.find("customer")->string());
        for (const auto& [field, value] : *item.find("fields")->members()) {
            text += fmt::format("        {:<24} {}\n", field, *value.string());
        }
        items.push(std::move(item));
    }
    context.print(Json::object({{"set_aside", items}}), text);
    return kExitDone;
}

Result<int> again(Context& context, Profile& profile, const AsideOptions& options) {
    BALIE_ASSIGN(const auto id, sync::parse_change_id(options.id));
    BALIE_ASSIGN(const auto entry, sync::SetAsideList(profile.store().writer()).find(id));
    FieldValues mended;
    if (const domain::RecordSpec* record = domain::find_record(entry.type)) {
        BALIE_ASSIGN(mended, parse_fields(profile, record->type, options.fields));
    }
    BALIE_ASSIGN(const std::int64_t made, send_again(profile.store(), profile.user(), id, mended));
    context.print(
        Json::object({{"id", options.id}, {"changes", made}}),
        made == 0 ? "All of it is in the records already; it is off the list."
                  : fmt::format("Saved here again: {} change{}. The office hears of it with the "
                                "next sync.",
                                made, made == 1 ? "" : "s"));
    return kExitDone;
}

using Settle = Outcome (*)(store::Store&, const std::string&, const sync::ChangeId&);

Result<int> settle(Context& context, Profile& profile, const AsideOptions& options, Settle how,
                   const std::string& text) {
    BALIE_ASSIGN(const auto id, sync::parse_change_id(options.id));
    BALIE_TRY(how(profile.store(), profile.user(), id));
    BALIE_ASSIGN(const auto entry, sync::SetAsideList(profile.store().writer()).find(id));
    context.print(Json::object({{"id", options.id}, {"state", state_name(entry.state)}}), text);
    return kExitDone;
}

Result<AssignedWork> work_on(Profile& profile, const std::string& text) {
    BALIE_ASSIGN(const auto id, sync::parse_change_id(text));
    BALIE_ASSIGN(const auto entry, sync::SetAsideList(profile.store().writer()).find(id));
    if (!entry.own) {
        return Error{ErrorCode::Denied,
                     "this change comes from another terminal",
                     {},
                     "It waits for what it belongs to and is applied by itself when that comes"};
    }
    if (entry.state != sync::AsideState::Open) {
        return Error{ErrorCode::AlreadyExists,
                     "somebody dealt with it already",
                     {},
                     "See balie set-aside list"};
    }
    BALIE_ASSIGN(const AsideNote note,
                 aside_note(profile.store().writer(), profile.clock(), entry));
    const std::string about = note.customer.empty() ? entry.type : note.customer;
    return AssignedWork{note.asked.task, note.customer_id, "Mend what was set aside: " + about,
                        entry.detail, "it is sent again or put away"};
}

Result<int> write_out(Context& context, Profile& profile, const AsideOptions& options) {
    sync::SetAsideList aside(profile.store().writer());
    BALIE_ASSIGN(const auto rows, options.all ? aside.all(kExportMax) : aside.open(kExportMax));
    std::string lines;
    for (const sync::SetAsideEntry& entry : rows) {
        BALIE_ASSIGN(const Json item, entry_json(profile, entry));
        lines += item.print() + "\n";
    }
    BALIE_TRY(vault::write_private_file(options.out, as_bytes(lines), vault::Existing::Replace));
    context.print(Json::object({{"records", rows.size()}, {"out", options.out}}),
                  fmt::format("{} written to {}.", rows.size(), options.out));
    return kExitDone;
}

}  // namespace

void add_set_aside_commands(CLI::App& app, Context& context) {
    CLI::App* noun =
        app.add_subcommand("set-aside", "Changes that could not be applied, with the reason");
    noun->require_subcommand(0, 1);
    auto options = std::make_shared<AsideOptions>();
    const auto on_profile = [&context](auto action) {
        return [&context, action] {
            context.with_profile([&](Profile& profile) -> Result<int> { return action(profile); });
        };
    };
    const auto with_id = [&](const char* name, const char* help) {
        CLI::App* command = noun->add_subcommand(name, help);
        command->add_option("id", options->id, "Change, as set-aside list shows it")->required();
        return command;
    };
    noun->callback([noun, list_them = on_profile([&context, options](Profile& profile) {
                              return list(context, profile, *options);
                          })] {
        if (noun->get_subcommands().empty()) list_them();
    });
    CLI::App* listed = noun->add_subcommand("list", "Those nobody dealt with yet");
    listed->add_flag("--all", options->all, "Also those that somebody dealt with");
    listed->callback(on_profile(
        [&context, options](Profile& profile) { return list(context, profile, *options); }));
    with_id("show", "Everything a change and those saved with it would have written")
        ->callback(on_profile(
            [&context, options](Profile& profile) { return show(context, profile, *options); }));
    CLI::App* sent = with_id("send-again", "Save it anew, as it was or mended");
    sent->add_option("--set", options->fields, "FIELD=VALUE instead of what it had");
    sent->callback(on_profile(
        [&context, options](Profile& profile) { return again(context, profile, *options); }));
    with_id("dismiss", "It needs nobody any more; it stays on record")
        ->callback(on_profile([&context, options](Profile& profile) {
            return settle(context, profile, *options, put_away,
                          "Off the list. restore brings it back.");
        }));
    with_id("restore", "Back on the list of those that need somebody")
        ->callback(on_profile([&context, options](Profile& profile) {
            return settle(context, profile, *options, take_up, "On the list again.");
        }));
    add_assign_command(*noun, context, "Change, as set-aside list shows it", work_on);
    CLI::App* exported = noun->add_subcommand("export", "All of it as NDJSON, for the office");
    exported->add_option("--out", options->out, "File")->required();
    exported->add_flag("--all", options->all, "Also those that somebody dealt with");
    exported->callback(on_profile(
        [&context, options](Profile& profile) { return write_out(context, profile, *options); }));
}

}  // namespace balie::app
