// sync, status: the connection, and what is where.
#include "app/cli/context.h"
#include "app/cli/job_queue.h"
#include "app/cli/sync_once.h"
#include "app/cli/until_signal.h"
#include "app/runtime/sync_worker.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <iostream>

namespace balie::app {

namespace {

/// A subcommand that finds the window synchronising waits for it this long.
constexpr std::int64_t kWaitForHolderMs = 120'000;

int attention(const sync::SyncStatus& status) {
    return status.conflicts > 0 || status.set_aside > 0 || status.digest_differs ? kExitAttention
                                                                                 : kExitDone;
}

Json status_json(const Clock& clock, const sync::SyncStatus& status) {
    Json types = Json::object();
    for (const auto& each : status.pending_by_type) types.set(each.type, each.count);
    return Json::object({{"pending", status.pending},
                         {"pending_transactions", status.pending_transactions},
                         {"pending_by_type", types},
                         {"oldest_pending_seconds", status.oldest_pending_seconds},
                         {"set_aside", status.set_aside},
                         {"conflicts", status.conflicts},
                         {"cursor", status.cursor},
                         {"hub_seq_seen", status.hub_seq_seen},
                         {"last_contact", optional_moment(clock, status.last_contact_ms)},
                         {"last_receipt", optional_moment(clock, status.last_receipt_ms)},
                         {"clock_offset_ms", status.clock_offset_ms},
                         {"digest_differs", status.digest_differs},
                         {"device", status.device.text()},
                         {"incarnation", status.incarnation.text()},
                         {"user", status.user},
                         {"scope", status.scope},
                         {"hub", status.hub_address}});
}

std::string status_text(const Clock& clock, const sync::SyncStatus& status) {
    std::string text;
    if (status.pending == 0) {
        text = "Everything saved here is with the office.\n";
    } else {
        text = fmt::format("{} changes to send, the oldest saved {} s ago.\n", status.pending,
                           status.oldest_pending_seconds);
        for (const auto& each : status.pending_by_type)
            text += fmt::format("  {}: {}\n", each.type, each.count);
    }
    text += status.last_contact_ms == 0
                ? "Never in contact with the office yet.\n"
                : fmt::format("Last contact {}.\n", moment_text(clock, status.last_contact_ms));
    if (status.set_aside > 0)
        text += fmt::format("{} set aside: balie set-aside\n", status.set_aside);
    if (status.conflicts > 0)
        text += fmt::format("{} conflicts: balie conflicts list\n", status.conflicts);
    if (status.digest_differs) {
        text += "The copy here differs from the office's. Run: balie doctor\n";
    }
    return text;
}

Result<int> tell_status(Context& context, Profile& profile) {
    BALIE_ASSIGN(const auto status, profile.replica().status());
    context.print(status_json(profile.clock(), status), status_text(profile.clock(), status));
    return attention(status);
}

/// The window holds the lock: it synchronises what was saved; wait until it has.
Result<int> wait_for_holder(Context& context, Profile& profile) {
    BALIE_ASSIGN(const auto owner, profile.sync_lock_owner());
    Context::say("balie: " + owner.value_or("another process") +
                 " synchronises this profile; waiting for it");
    JobQueue quiet;
    const std::int64_t until = profile.clock().steady_ms() + kWaitForHolderMs;
    while (profile.clock().steady_ms() < until) {
        BALIE_ASSIGN(const auto status, profile.replica().status());
        if (status.pending == 0 && status.cursor >= status.hub_seq_seen)
            return tell_status(context, profile);
        quiet.run_one(200);
    }
    return Error{ErrorCode::Busy, "the process that synchronises this profile makes no progress",
                 owner.value_or(""), "Close it, then run balie sync again"};
}

Result<int> sync_to_end(Context& context, Profile& profile) {
    SyncRequest request;
    if (!context.json) {
        request.progress = [](const sync::SyncStatus& status) {
            std::cerr << fmt::format("\r{} to send, received up to {} of {}   ", status.pending,
                                     status.cursor, std::max(status.hub_seq_seen, status.cursor))
                      << std::flush;
        };
    }
    const auto report = sync_once(profile, std::move(request));
    if (!context.json) std::cerr << '\n';
    if (!report.ok()) return report.error();
    BALIE_ASSIGN(const auto status, profile.replica().status());
    Json document = status_json(profile.clock(), status);
    document.set("sent", report->sent)
        .set("received", report->received)
        .set("seconds", report->seconds);
    context.print(document, fmt::format("Sent {} changes, received {}, in {:.1f} s.\n",
                                        report->sent, report->received, report->seconds) +
                                status_text(profile.clock(), status));
    return attention(status);
}

Result<int> follow(Context& context, Profile& profile) {
    BALIE_ASSIGN(const HubPlace place, hub_place(profile));
    JobQueue queue;
    SyncWorkerConfig config;
    config.url = place.url;
    config.pin = place.pin;
    config.program = std::string(kProgram);
    config.post = [&queue](std::function<void()> job) { return queue.post(std::move(job)); };
    config.sign = [&profile](std::string_view text) { return profile.sign(text); };
    config.on_log = [](const std::string& text) { Context::say("balie: " + text); };
    config.on_connection = [&](Connection connection, const Error& /*problem*/) {
        if (connection == Connection::Online) Context::say("balie: everything is exchanged");
    };
    SyncWorker worker(profile.replica(), profile.clock(), profile.entropy(), std::move(config));
    // What other processes of this profile save is found by the file's version.
    BALIE_ASSIGN(std::int64_t version, profile.store().writer().data_version());
    const UntilSignal signal;
    while (!signal.came()) {
        if (queue.run_one(200)) continue;
        BALIE_ASSIGN(const std::int64_t now, profile.store().writer().data_version());
        if (now != version) worker.local_changes_saved();
        version = now;
    }
    worker.stop();
    return tell_status(context, profile);
}

Result<int> sync(Context& context, Profile& profile, bool stay) {
    BALIE_ASSIGN(const auto lock, profile.try_sync_lock());
    if (!lock) return wait_for_holder(context, profile);
    return stay ? follow(context, profile) : sync_to_end(context, profile);
}

}  // namespace

void add_sync_commands(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("sync", "Exchange everything with the hub");
    auto stay = std::make_shared<bool>(false);
    auto once = std::make_shared<bool>(false);
    CLI::Option* follow_flag =
        command->add_flag("--follow", *stay, "Stay connected until interrupted");
    command->add_flag("--once", *once, "Exchange everything once and end (the default)")
        ->excludes(follow_flag);
    command->callback([&context, stay, once] {
        context.with_profile([&](Profile& profile) { return sync(context, profile, *stay); });
    });
    CLI::App* status = app.add_subcommand("status", "What is saved here, what the office has");
    status->callback([&context] {
        context.with_profile([&](Profile& profile) { return tell_status(context, profile); });
    });
}

}  // namespace balie::app
