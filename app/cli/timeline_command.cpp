// timeline: what went before with a customer, kept to what one looks for.
#include "app/cli/context.h"
#include "app/model/when.h"
#include "storage/base/date.h"
#include "storage/repo/customer_repo.h"
#include "storage/repo/timeline_repo.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace balie::app {

namespace {

struct TimelineOptions {
    std::string customer;
    std::string kind;
    std::string channel;
    std::string who;
    std::string text;
    std::string until;
    int limit{50};
};

Result<std::optional<repo::EntryKind>> parse_entry_kind(const std::string& text) {
    if (text.empty()) return std::optional<repo::EntryKind>{};
    const auto& names = repo::kEntryKindNames;
    const auto found = std::find(names.begin(), names.end(), text);
    if (found != names.end()) {
        return std::optional(static_cast<repo::EntryKind>(found - names.begin()));
    }
    std::string valid;
    for (const std::string_view name : names) {
        valid += (valid.empty() ? "" : ", ") + std::string(name);
    }
    return Error{ErrorCode::InvalidInput,
                 "a timeline has no entries of kind '" + text + "'",
                 {},
                 "Choose one of: " + valid};
}

Result<std::optional<repo::TimelineCursor>> parse_until(Profile& profile, const std::string& text) {
    if (text.empty()) return std::optional<repo::TimelineCursor>{};
    const auto day = parse_when_back(text, profile.today());
    if (!day) {
        return Error{ErrorCode::InvalidInput,
                     "'" + text.substr(0, 40) + "' is no date",
                     {},
                     "Write it as 2019-12-03, 3-12-2019, 3-2019 or 2019"};
    }
    BALIE_ASSIGN(const std::string next, add_days(*day, 1));
    const Clock& clock = profile.clock();
    BALIE_ASSIGN(const std::int64_t midnight,
                 start_of_day_ms(next, clock.zone_offset_min(clock.wall_ms())));
    return std::optional(repo::TimelineCursor{midnight, {}});
}

/// What an entry is called in a line of text.
std::string title_of(const repo::TimelineEntry& entry) {
    switch (entry.kind) {
        case repo::EntryKind::Contact:
            return entry.contact.channel + " " + entry.contact.outcome;
        case repo::EntryKind::Task:
            return "task done";
        case repo::EntryKind::Flag:
            return "priority " + entry.code + " " + entry.reason + (entry.ended ? " (ended)" : "");
        case repo::EntryKind::Fact:
            return "fact " + entry.code;
    }
    return {};
}

Result<int> timeline(Context& context, Profile& profile, const TimelineOptions& options) {
    sqlite::Database& database = profile.store().writer();
    BALIE_ASSIGN(const RecordId customer, repo::CustomerRepo(database).resolve(options.customer));
    repo::TimelineFilter filter;
    BALIE_ASSIGN(filter.kind, parse_entry_kind(options.kind));
    filter.channel = options.channel;
    filter.who = options.who;
    filter.text = options.text;
    BALIE_ASSIGN(const auto before, parse_until(profile, options.until));
    BALIE_ASSIGN(const auto page,
                 repo::TimelineRepo(database).page(customer, filter, before, options.limit));
    Json items = Json::array();
    std::string text;
    for (const repo::TimelineEntry& entry : page.entries) {
        const auto kind = static_cast<std::size_t>(entry.kind);
        items.push(Json::object({{"id", entry.id.text()},
                                 {"kind", repo::kEntryKindNames[kind]},
                                 {"at", moment_text(profile.clock(), entry.at)},
                                 {"what", title_of(entry)},
                                 {"text", entry.text},
                                 {"who", entry.who}}));
        text += fmt::format("{}  {}  {}  {}\n", moment_text(profile.clock(), entry.at), entry.who,
                            title_of(entry), entry.text);
    }
    if (page.entries.empty()) text = "Nothing in the timeline fits.\n";
    if (page.next) text += "There is more: --limit, or --until with an earlier day.\n";
    context.print(Json::object({{"entries", items}, {"more", page.next.has_value()}}), text);
    return kExitDone;
}

}  // namespace

void add_timeline_command(CLI::App& app, Context& context) {
    auto options = std::make_shared<TimelineOptions>();
    CLI::App* command =
        app.add_subcommand("timeline", "What went before with a customer, the latest first");
    command->add_option("customer", options->customer, "Id, number or name")->required();
    command->add_option("--kind", options->kind, "contact, task, flag or fact");
    command->add_option("--channel", options->channel, "Contacts by this channel alone");
    command->add_option("--by", options->who, "Login of who did it");
    command->add_option("--text", options->text, "Words that stand in it");
    command->add_option("--until", options->until, "From that day back: 2019-12-03, 3-2019, 2019");
    command->add_option("--limit", options->limit, "How many")
        ->check(CLI::Range(1, repo::kEntriesMax));
    command->callback([&context, options] {
        context.with_profile(
            [&](Profile& profile) { return timeline(context, profile, *options); });
    });
}

}  // namespace balie::app
