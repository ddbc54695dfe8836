// sync, status: the connection, and what is where.
#include "app/cli/context.h"
#include "app/cli/job_queue.h"
#include "app/cli/link_texts.h"
#include "app/cli/sync_once.h"
#include "app/cli/until_signal.h"
#include "app/runtime/sync_asks.h"
#include "app/runtime/sync_worker.h"
#include "sync/net/network_watch.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <iostream>

namespace balie::app {

namespace {

constexpr std::int64_t kLookEveryMs = 200;

int attention(const sync::SyncStatus& status) {
    return status.conflicts > 0 || status.set_aside > 0 || status.digest_differs ? kExitAttention
                                                                                 : kExitDone;
}

Json attachments_json(const sync::AttachmentCounts& counts) {
    return Json::object({{"to_send", counts.to_send},
                         {"to_send_bytes", counts.to_send_bytes},
                         {"to_fetch", counts.asked},
                         {"to_fetch_bytes", counts.asked_bytes},
                         {"troubled", counts.troubled}});
}

std::string attachments_text(const sync::AttachmentCounts& counts) {
    std::string text;
    if (counts.to_send > 0) {
        text += fmt::format("{} attachments to send ({} bytes).\n", counts.to_send,
                            counts.to_send_bytes);
    }
    if (counts.asked > 0) {
        text +=
            fmt::format("{} attachments to fetch ({} bytes).\n", counts.asked, counts.asked_bytes);
    }
    if (counts.troubled > 0) {
        text += fmt::format("{} of them could not go: balie documents list --customer ID\n",
                            counts.troubled);
    }
    return text;
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
                         {"proposals", status.proposals},
                         {"attachments", attachments_json(status.attachments)},
                         {"cursor", status.cursor},
                         {"hub_seq_seen", status.hub_seq_seen},
                         {"last_contact", optional_moment(clock, status.last_contact_ms)},
                         {"last_receipt", optional_moment(clock, status.last_receipt_ms)},
                         {"clock_offset_ms", status.clock_offset_ms},
                         {"digest_differs", status.digest_differs},
                         {"not_backed_up", status.not_backed_up},
                         {"hub_restored", optional_moment(clock, status.hub_restored_ms)},
                         {"sent_again", status.sent_again},
                         {"rereading", status.rereading},
                         {"loading", status.loading},
                         {"separated", optional_moment(clock, status.separated_ms)},
                         {"bundle_written", optional_moment(clock, status.bundle_written_ms)},
                         {"bundle_taken", optional_moment(clock, status.bundle_taken_ms)},
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
    text += attachments_text(status.attachments);
    text += status.last_contact_ms == 0
                ? "Never in contact with the office yet.\n"
                : fmt::format("Last contact {}.\n", moment_text(clock, status.last_contact_ms));
    if (status.bundle_written_ms != 0) {
        text += fmt::format("Last bundle for the office written {}.\n",
                            moment_text(clock, status.bundle_written_ms));
    }
    if (status.bundle_taken_ms != 0) {
        text += fmt::format("Last bundle of the office taken in {}.\n",
                            moment_text(clock, status.bundle_taken_ms));
    }
    if (status.set_aside > 0)
        text += fmt::format("{} set aside: balie set-aside\n", status.set_aside);
    if (status.conflicts > 0)
        text += fmt::format("{} conflicts: balie conflicts list\n", status.conflicts);
    if (status.proposals > 0)
        text += fmt::format("{} proposals: balie proposals list\n", status.proposals);
    if (status.hub_restored_ms != 0) {
        text += fmt::format(
            "The office was restored from a backup (seen {}): {} changes were sent again, nothing "
            "is lost.\n",
            moment_text(clock, status.hub_restored_ms), status.sent_again);
    }
    if (status.rereading) {
        text += "The copy here is being brought back to what the office has.\n";
    }
    if (status.separated_ms != 0) {
        text += fmt::format(
            "This terminal's data was restored or copied (seen {}): it goes on under a new number, "
            "nothing is lost.\n",
            moment_text(clock, status.separated_ms));
    }
    if (status.digest_differs) {
        text += "The copy here differs from the office's. Run: balie doctor\n";
    }
    return text;
}

/// What does not go by itself is part of how things stand.
struct Held {
    sync::LinkState link;
    std::string text;
};
Result<Held> read_held(Profile& profile) {
    Held held;
    sync::LinkBook book = profile.replica().link();
    BALIE_ASSIGN(held.link, book.state(sync::network_now().networks));
    if (!held.link.holds_back()) return held;
    BALIE_ASSIGN(const auto estimate, book.estimate());
    held.text = held_text(held.link, estimate);
    return held;
}

Result<int> tell_status(Context& context, Profile& profile) {
    BALIE_ASSIGN(const auto status, profile.replica().status());
    BALIE_ASSIGN(const Held held, read_held(profile));
    Json document = status_json(profile.clock(), status);
    document.set("link", link_json(held.link));
    context.print(document, status_text(profile.clock(), status) + held.text);
    return attention(status);
}

Result<int> tell_estimate(Context& context, Profile& profile) {
    sync::LinkBook book = profile.replica().link();
    BALIE_ASSIGN(const auto estimate, book.estimate());
    BALIE_ASSIGN(const Held held, read_held(profile));
    Json document = estimate_json(estimate);
    document.set("link", link_json(held.link));
    context.print(document, estimate_text(estimate) + held.text);
    return kExitDone;
}

Result<int> sync_to_end(Context& context, Profile& profile) {
    BALIE_ASSIGN(const Held before, read_held(profile));
    if (before.link.pointless()) {
        BALIE_TRY(tell_status(context, profile));
        return kExitAttention;
    }
    SyncRequest request;
    if (!context.json) {
        request.progress = [](const sync::SyncStatus& status) {
            const std::string received =
                status.loading.empty()
                    ? fmt::format("received up to {} of {}", status.cursor,
                                  std::max(status.hub_seq_seen, status.cursor))
                    : fmt::format("loading what the office has: {}", status.loading);
            std::cerr << fmt::format("\r{} to send, {:<50}", status.pending, received)
                      << std::flush;
        };
    }
    const auto report = sync_once(profile, std::move(request));
    if (!context.json) std::cerr << '\n';
    if (!report.ok()) return report.error();
    BALIE_ASSIGN(const auto status, profile.replica().status());
    BALIE_ASSIGN(const Held held, read_held(profile));
    Json document = status_json(profile.clock(), status);
    document.set("link", link_json(held.link))
        .set("held_back", report->held_back)
        .set("sent", report->sent)
        .set("received", report->received)
        .set("seconds", report->seconds);
    context.print(document, fmt::format("Sent {} changes, received {}, in {:.1f} s.\n",
                                        report->sent, report->received, report->seconds) +
                                status_text(profile.clock(), status) + held.text);
    return report->held_back ? kExitAttention : attention(status);
}

/// Jobs that were not run hold connections, and those the worker's io thread: they go before it,
/// however the following ends.
class EndOfWorker {
  public:
    EndOfWorker(SyncWorker& worker, JobQueue& queue) : worker_(worker), queue_(queue) {}
    EndOfWorker(const EndOfWorker&) = delete;
    EndOfWorker& operator=(const EndOfWorker&) = delete;
    ~EndOfWorker() {
        worker_.stop();
        queue_.clear();
    }

  private:
    SyncWorker& worker_;
    JobQueue& queue_;
};

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
    std::optional<SyncAnswers> answers;  // to other processes; used on this thread alone
    config.on_connection = [&](Connection connection, const Error& problem) {
        if (connection == Connection::Online) {
            const auto held = read_held(profile);
            const bool some = held.ok() && held->link.holds_back();
            Context::say(some ? "balie: " + held->text : "balie: everything is exchanged");
        }
        if (connection == Connection::Budget) {
            Context::say("balie: the budget of this line is used up; what may wait, waits");
        }
        if (answers) answers->connection_is(connection, problem);
    };
    SyncWorker worker(profile.replica(), profile.clock(), profile.entropy(), std::move(config));
    const EndOfWorker end(worker, queue);
    answers.emplace(profile.store(), profile.replica(), worker);
    // What other processes of this profile save is found by the file's version.
    BALIE_ASSIGN(std::int64_t version, profile.store().writer().data_version());
    const UntilSignal signal;
    while (!signal.came()) {
        if (queue.run_one(kLookEveryMs)) continue;
        BALIE_ASSIGN(const std::int64_t now, profile.store().writer().data_version());
        if (now == version) continue;
        version = now;
        worker.local_changes_saved();
        answers->look();
    }
    worker.stop();
    return tell_status(context, profile);
}

/// How things stand when whoever holds the lock has done what may be done.
Result<int> tell_done(Context& context, Profile& profile) {
    BALIE_ASSIGN(const int code, tell_status(context, profile));
    BALIE_ASSIGN(const Held held, read_held(profile));
    return held.link.holds_back() ? kExitAttention : code;
}

struct SyncOptions {
    bool stay{false};
    bool once{false};
    bool anyway{false};
    bool estimate{false};
};

Result<int> sync(Context& context, Profile& profile, const SyncOptions& options) {
    if (options.estimate) return tell_estimate(context, profile);
    // Whoever holds the lock finds it too.
    if (options.anyway) {
        BALIE_TRY(profile.replica().link().allow_all());
    }
    BALIE_ASSIGN(auto lock, profile.try_sync_lock());
    if (!lock) {
        auto waited = wait_for_holder(profile);
        const bool spent = !waited.ok() && waited.error().code == ErrorCode::LimitExceeded;
        if (!waited.ok() && !spent) return waited.error();
        if (spent || !*waited) return tell_done(context, profile);
        lock = std::move(*waited);
    }
    return options.stay ? follow(context, profile) : sync_to_end(context, profile);
}

}  // namespace

void add_sync_commands(CLI::App& app, Context& context) {
    CLI::App* command = app.add_subcommand("sync", "Exchange everything with the hub");
    auto options = std::make_shared<SyncOptions>();
    CLI::Option* follow_flag =
        command->add_flag("--follow", options->stay, "Stay connected until interrupted");
    command->add_flag("--once", options->once, "Exchange everything once and end (the default)")
        ->excludes(follow_flag);
    CLI::Option* anyway = command->add_flag("--anyway", options->anyway,
                                            "Also what a metered line or its budget holds back");
    command
        ->add_flag("--estimate", options->estimate,
                   "Say what would be sent and received, and send nothing")
        ->excludes(follow_flag)
        ->excludes(anyway);
    command->callback([&context, options] {
        context.with_profile([&](Profile& profile) { return sync(context, profile, *options); });
    });
    CLI::App* status = app.add_subcommand("status", "What is saved here, what the office has");
    status->callback([&context] {
        context.with_profile([&](Profile& profile) { return tell_status(context, profile); });
    });
}

}  // namespace balie::app
