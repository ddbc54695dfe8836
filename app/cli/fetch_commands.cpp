// find, fetch: customers who are not this terminal's, from head office. A connection of its own
// that only asks: whoever synchronises this profile meanwhile (the window) goes on, and brings what
// was fetched.
#include "app/cli/context.h"
#include "app/cli/job_queue.h"
#include "app/cli/sync_once.h"
#include "app/runtime/hub_questions.h"
#include "app/runtime/sync_run.h"
#include "storage/repo/customer_repo.h"
#include "storage/store/record_tables.h"
#include "sync/net/io_thread.h"
#include "sync/net/network_watch.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace balie::app {

namespace {

/// Sessions of one device overtake each other: the next try knows more.
constexpr int kTries = 3;
/// How long the process that synchronises is given to bring what was granted.
constexpr std::int64_t kBringMs = 30'000;
constexpr std::int64_t kLookEveryMs = 200;

Result<sync::HubAnswer> ask_once(Profile& profile, const HubPlace& place,
                                 const sync::HubQuestion& question) {
    JobQueue queue;
    sync::IoThread io("balie-ask");
    SyncRunConfig config;
    config.url = place.url;
    config.pin = place.pin;
    config.program = std::string(kProgram);
    config.post = [&queue](std::function<void()> job) { return queue.post(std::move(job)); };
    config.sign = [&profile](std::string_view text) { return profile.sign(text); };
    config.network = [] { return sync::network_now().networks; };
    config.on_warning = [](const std::string& text) { Context::say("balie: " + text); };
    config.ask_only = true;
    const auto run =
        std::make_shared<SyncRun>(io, profile.replica(), profile.clock(), std::move(config));
    std::optional<sync::HubAnswer> answer;
    run->ask(question, [&answer](const sync::HubAnswer& each) { answer = each; });
    run->finish_when_idle();
    BALIE_TRY(run->start());
    while (!run->ended()) {
        const std::int64_t wait = run->wait_until_ms() - profile.clock().steady_ms();
        if (!queue.run_one(std::clamp<std::int64_t>(wait, 1, 1000))) run->tick();
    }
    queue.clear();
    const bool none = !answer || sync::refusal_in(*answer).code == sync::kAskOffline;
    if (none && run->error()) return *run->error();
    if (!answer) return error_of({std::string(sync::kAskOffline), {}});
    return *std::move(answer);
}

template <typename Answer>
Result<Answer> ask_hub(Profile& profile, const sync::HubQuestion& question) {
    BALIE_ASSIGN(const HubPlace place, hub_place(profile));
    for (int left = kTries;; --left) {
        auto answer = ask_once(profile, place, question);
        if (answer.ok()) return taken<Answer>(*answer);
        if (left <= 1 || answer.error().code != ErrorCode::Busy) return answer.error();
    }
}

Json row_json(const sync::Found::Row& row) {
    return Json::object({{"id", row.id.text()},
                         {"number", row.number},
                         {"name", row.name},
                         {"city", row.city},
                         {"in_scope", row.in_scope}});
}

std::string row_text(const sync::Found::Row& row) {
    return fmt::format("{}  {:<12} {}{}{}{}\n", row.id.text(), row.number, row.name,
                       row.city.empty() ? "" : ", ", row.city, row.in_scope ? " (yours)" : "");
}

Result<int> find(Context& context, Profile& profile, const std::string& text) {
    if (text.size() > sync::kFindTextBytesMax) {
        return Error{ErrorCode::InvalidInput, "too long to look for", text.substr(0, 40) + "…",
                     "Write a name, a number or a place"};
    }
    BALIE_ASSIGN(const auto found,
                 ask_hub<sync::Found>(profile, find_question(profile.entropy(), text)));
    Json rows = Json::array();
    std::string words;
    for (const sync::Found::Row& row : found.rows) {
        rows.push(row_json(row));
        words += row_text(row);
    }
    if (found.rows.empty()) words = "Head office knows nobody like that.\n";
    if (found.more) words += "There are more: write more of the name.\n";
    context.print(Json::object({{"found", rows}, {"more", found.more}}), words);
    return kExitDone;
}

/// An id, or what finds one customer: its number, or a name that only one has.
Result<RecordId> chosen(Profile& profile, const std::string& customer) {
    if (auto id = RecordId::parse(customer); id.ok()) return *id;
    BALIE_ASSIGN(const auto found,
                 ask_hub<sync::Found>(profile, find_question(profile.entropy(), customer)));
    const auto numbered =
        std::find_if(found.rows.begin(), found.rows.end(),
                     [&](const sync::Found::Row& row) { return row.number == customer; });
    if (numbered != found.rows.end()) return numbered->id;
    if (found.rows.size() == 1) return found.rows.front().id;
    std::string who;
    for (const sync::Found::Row& row : found.rows) who += "\n" + row_text(row);
    return Error{found.rows.empty() ? ErrorCode::NotFound : ErrorCode::InvalidInput,
                 found.rows.empty() ? "head office knows nobody like that"
                                    : "that is more than one customer:" + who,
                 customer, "Give the id or the number of one: balie find TEXT"};
}

Result<bool> is_here(Profile& profile, const RecordId& customer) {
    return store::RecordTables(profile.store().writer())
        .exists(domain::RecordType::Customer, customer);
}

/// Synchronises, or waits for the process that does.
Result<bool> bring(Profile& profile, const RecordId& customer) {
    JobQueue quiet;
    const std::int64_t until = profile.clock().steady_ms() + kBringMs;
    bool synchronised = false;
    while (true) {
        BALIE_ASSIGN(const bool here, is_here(profile, customer));
        if (here || synchronised || profile.clock().steady_ms() >= until) return here;
        BALIE_ASSIGN(const auto lock, profile.try_sync_lock());
        if (lock) {
            BALIE_ASSIGN(const auto report, sync_once(profile, {}));
            synchronised = true;
            static_cast<void>(report);
        } else {
            quiet.run_one(kLookEveryMs);
        }
    }
}

struct FetchOptions {
    std::string customer;
    std::string reason;
    std::string note;
};

Result<int> fetch(Context& context, Profile& profile, const FetchOptions& options) {
    if (options.note.size() > static_cast<std::size_t>(domain::kAuditNoteBytesMax)) {
        return Error{ErrorCode::InvalidInput,
                     "the note is too long",
                     {},
                     fmt::format("At most {} bytes", domain::kAuditNoteBytesMax)};
    }
    BALIE_ASSIGN(const RecordId customer, chosen(profile, options.customer));
    BALIE_ASSIGN(const auto granted,
                 ask_hub<sync::Fetched>(profile, fetch_question(profile.entropy(), customer,
                                                                options.reason, options.note)));
    BALIE_ASSIGN(const bool here, bring(profile, customer));
    BALIE_ASSIGN(const auto status, profile.replica().status());
    const std::int64_t until =
        granted.until_ms == 0 ? 0 : granted.until_ms - status.clock_offset_ms;
    std::string words = until == 0
                            ? "This customer is yours already.\n"
                            : fmt::format("Fetched until {}; head office sees who and why.\n",
                                          moment_text(profile.clock(), until));
    words += here ? fmt::format("balie customer show {}\n", customer.text())
                  : "It comes with the next synchronisation: balie sync\n";
    context.print(Json::object({{"customer_id", customer.text()},
                                {"until", optional_moment(profile.clock(), until)},
                                {"reason", options.reason},
                                {"in_scope", until == 0},
                                {"here", here}}),
                  words);
    return kExitDone;
}

}  // namespace

void add_fetch_commands(CLI::App& app, Context& context) {
    CLI::App* find_command =
        app.add_subcommand("find", "Look for a customer at head office who is not yours");
    auto text = std::make_shared<std::string>();
    find_command->add_option("TEXT", *text, "Name, number or place, three letters at least")
        ->required();
    find_command->callback([&context, text] {
        context.with_profile([&](Profile& profile) { return find(context, profile, *text); });
    });
    CLI::App* fetch_command = app.add_subcommand(
        "fetch", "Bring a customer of others here for a while; head office sees why");
    auto options = std::make_shared<FetchOptions>();
    fetch_command->add_option("CUSTOMER", options->customer, "Id or number, from: balie find")
        ->required();
    fetch_command
        ->add_option("--reason", options->reason,
                     "Why: at_counter, called_us, handed_over, complaint, other (codes "
                     "fetch_reason)")
        ->required();
    fetch_command->add_option("--note", options->note, "More about it");
    fetch_command->callback([&context, options] {
        context.with_profile([&](Profile& profile) { return fetch(context, profile, *options); });
    });
}

}  // namespace balie::app
