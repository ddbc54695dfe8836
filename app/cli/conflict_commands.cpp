// conflicts list | resolve | assign: where two people changed the same.
#include "app/cli/assign_task.h"
#include "app/cli/context.h"
#include "app/runtime/asked.h"
#include "app/runtime/conflict_notes.h"
#include "storage/repo/actions.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace balie::app {

namespace {

struct ConflictOptions {
    std::string id;
    std::string keep;
    std::string value;
};

constexpr int kListMax = 1000;

Result<int> list(Context& context, Profile& profile) {
    BALIE_ASSIGN(const auto rows, profile.replica().conflicts(kListMax));
    BALIE_ASSIGN(const auto status, profile.replica().status());
    ConflictNotes notes(profile.store().writer());
    Json items = Json::array();
    std::string text;
    for (const sync::ConflictEntry& entry : rows) {
        Json versions = Json::array();
        text += fmt::format("{}  {} {} field {}{}\n", entry.conflict.text(), entry.type,
                            entry.record.text(), entry.field,
                            entry.settled_here ? "  (settled here, not sent yet)" : "");
        int number = 1;
        for (const sync::Head& head : entry.heads) {
            const bool mine = head.version.id.origin.device == status.device;
            versions.push(
                Json::object({{"number", number},
                              {"value", value_text(head.value)},
                              {"mine", mine},
                              {"device", head.version.id.origin.device.text()},
                              {"at", moment_text(profile.clock(), head.version.effective.ms())}}));
            text += fmt::format("    {} {}{}\n", number, value_text(head.value),
                                mine ? "  (from this terminal)" : "");
            ++number;
        }
        BALIE_ASSIGN(const ConflictNote note, notes.of(entry));
        if (entry.former) {
            text += fmt::format("    before both: {}\n", value_text(*entry.former));
        }
        text += asked_line(note.asked);
        Json item = Json::object({{"id", entry.conflict.text()},
                                  {"type", entry.type},
                                  {"record", entry.record.text()},
                                  {"customer", note.customer},
                                  {"field", entry.field},
                                  {"settled_here", entry.settled_here},
                                  {"versions", versions},
                                  {"before_known", entry.former.has_value()},
                                  {"assignee", note.asked.assignee},
                                  {"due_on", note.asked.due_on}});
        item.set("before", entry.former ? Json(value_text(*entry.former)) : Json());
        items.push(std::move(item));
    }
    if (rows.empty()) text = "No conflicts.\n";
    context.print(Json::object({{"conflicts", items}}), text);
    return kExitDone;
}

Result<Value> chosen(Profile& profile, const sync::ConflictEntry& entry,
                     const ConflictOptions& options, bool typed) {
    if (typed) {
        const auto* record = domain::find_record(entry.type);
        if (record == nullptr)
            return Error{ErrorCode::NotFound, "unknown record type " + entry.type, {}, {}};
        BALIE_ASSIGN(const auto values,
                     parse_fields(profile, record->type, {entry.field + "=" + options.value}));
        return values.at(entry.field);
    }
    BALIE_ASSIGN(const auto status, profile.replica().status());
    const auto wanted =
        std::find_if(entry.heads.begin(), entry.heads.end(), [&](const sync::Head& head) {
            const bool mine = head.version.id.origin.device == status.device;
            return options.keep == "mine" ? mine : !mine;
        });
    if ((options.keep == "mine" || options.keep == "theirs") && wanted != entry.heads.end())
        return wanted->value;
    const std::size_t number = std::strtoul(options.keep.c_str(), nullptr, 10);
    if (number >= 1 && number <= entry.heads.size()) return entry.heads[number - 1].value;
    return Error{ErrorCode::InvalidInput,
                 "no such version: '" + options.keep + "'",
                 {},
                 "Use --keep mine, --keep theirs, --keep NUMBER or --value VALUE"};
}

Result<sync::ConflictEntry> find_open(Profile& profile, const std::string& id) {
    BALIE_ASSIGN(auto rows, profile.replica().conflicts(kListMax));
    const auto entry = std::find_if(rows.begin(), rows.end(),
                                    [&](const auto& each) { return each.conflict.text() == id; });
    if (entry != rows.end()) return std::move(*entry);
    return Error{
        ErrorCode::NotFound, "there is no open conflict " + id, {}, "See balie conflicts list"};
}

Result<int> resolve(Context& context, Profile& profile, const ConflictOptions& options,
                    bool typed) {
    BALIE_ASSIGN(const auto entry, find_open(profile, options.id));
    BALIE_ASSIGN(const Value value, chosen(profile, entry, options, typed));
    BALIE_TRY(repo::Actions(profile.store(), profile.user())
                  .settle_conflict({.type = entry.type,
                                    .record = entry.record,
                                    .field = entry.field,
                                    .value = value,
                                    .task = task_of_conflict(entry.conflict)}));
    context.print(
        Json::object({{"id", options.id}, {"field", entry.field}, {"value", value_text(value)}}),
        fmt::format("Saved here: {} is now '{}'. It is settled everywhere after the next sync.",
                    entry.field, value_text(value)));
    return kExitDone;
}

Result<AssignedWork> work_on(Profile& profile, const std::string& id) {
    BALIE_ASSIGN(const auto entry, find_open(profile, id));
    BALIE_ASSIGN(const ConflictNote note, ConflictNotes(profile.store().writer()).of(entry));
    return AssignedWork{note.asked.task,
                        note.customer_id,
                        "Choose what counts: " + entry.field,
                        {},
                        "the conflict is settled"};
}

}  // namespace

void add_conflict_commands(CLI::App& app, Context& context) {
    CLI::App* noun = app.add_subcommand("conflicts", "Fields that two people changed at once");
    noun->require_subcommand(1);
    auto options = std::make_shared<ConflictOptions>();
    CLI::App* list_command = noun->add_subcommand("list", "Open conflicts with every version");
    list_command->callback([&context] {
        context.with_profile([&](Profile& profile) { return list(context, profile); });
    });
    add_assign_command(*noun, context, "Conflict", work_on);
    CLI::App* resolve_command = noun->add_subcommand("resolve", "Choose what counts");
    resolve_command->add_option("id", options->id, "Conflict")->required();
    CLI::Option* keep = resolve_command->add_option("--keep", options->keep,
                                                    "mine, theirs, or the number of a version");
    CLI::Option* value = resolve_command->add_option("--value", options->value, "Another value");
    keep->excludes(value);
    resolve_command->callback([&context, options, keep, value] {
        if (keep->count() + value->count() == 0) throw CLI::RequiredError("--keep or --value");
        context.with_profile([&](Profile& profile) {
            return resolve(context, profile, *options, value->count() > 0);
        });
    });
}

}  // namespace balie::app
