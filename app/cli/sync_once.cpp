#include "app/cli/sync_once.h"

#include "app/cli/context.h"
#include "app/cli/job_queue.h"
#include "app/runtime/sync_asks.h"
#include "app/runtime/sync_run.h"
#include "storage/attach/attachments.h"
#include "sync/client/backoff.h"
#include "sync/net/io_thread.h"
#include "sync/net/network_watch.h"
#include "sync/net/tls.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace balie::app {

namespace {

/// A subcommand that finds the window synchronising waits this long without any progress of it.
constexpr std::int64_t kWaitForHolderMs = 120'000;
constexpr std::int64_t kHolderLookMs = 200;
constexpr std::int64_t kProgressEveryMs = 500;
/// Looking takes at most this part of the time: one in twenty.
constexpr std::int64_t kProgressShare = 19;

/// One connection, until it ends.
class Attempt {
  public:
    Attempt(Profile& profile, JobQueue& queue, sync::IoThread& io, const SyncRequest& request,
            const HubPlace& place)
        : profile_(profile), queue_(queue), request_(request) {
        SyncRunConfig config;
        config.url = place.url;
        config.pin = place.pin;
        config.program = std::string(kProgram);
        config.post = [&queue](std::function<void()> job) { return queue.post(std::move(job)); };
        config.sign = [&profile](std::string_view text) { return profile.sign(text); };
        config.on_progress = [this] { progressed(); };
        config.network = [] { return sync::network_now().networks; };
        config.on_wipe = [](const std::string& text) { Context::say("balie: " + text); };
        config.on_warning = [](const std::string& text) { Context::say("balie: " + text); };
        run_ = std::make_shared<SyncRun>(io, profile.replica(), profile.clock(), std::move(config));
    }

    [[nodiscard]] Outcome run() {
        run_->finish_when_idle();
        BALIE_TRY(request_.enrolment ? run_->start_enrolment(*request_.enrolment) : run_->start());
        while (!run_->ended()) {
            const std::int64_t now = profile_.clock().steady_ms();
            const std::int64_t wait =
                std::clamp<std::int64_t>(run_->wait_until_ms() - now, 1, 1000);
            if (!queue_.run_one(wait)) run_->tick();
        }
        if (run_->reached_idle()) return {};
        if (run_->error()) return *run_->error();
        return Error{ErrorCode::Offline,
                     "the connection ended before everything was exchanged",
                     {},
                     "Nothing is lost; try again"};
    }
    [[nodiscard]] const SyncRun& state() const { return *run_; }

  private:
    void progressed() {
        const std::int64_t now = profile_.clock().steady_ms();
        if (!request_.progress || now < next_progress_ms_) return;
        if (auto status = profile_.replica().status(); status.ok()) request_.progress(*status);
        // Telling how far it is must never be what the time goes into.
        const std::int64_t after = profile_.clock().steady_ms();
        next_progress_ms_ = after + std::max(kProgressEveryMs, (after - now) * kProgressShare);
    }

    Profile& profile_;
    JobQueue& queue_;
    const SyncRequest& request_;
    std::shared_ptr<SyncRun> run_;
    std::int64_t next_progress_ms_{0};
};

Result<std::int64_t> acknowledged(Profile& profile) {
    BALIE_ASSIGN(const Value value, profile.store().writer().scalar(
                                        "SELECT count(*) FROM change_log WHERE state IN (1,2)"));
    return value_integer(value);
}

Result<std::int64_t> cursor_of(Profile& profile) {
    BALIE_ASSIGN(const auto text, profile.store().setting(sync::setting::kCursor));
    return text ? std::int64_t{std::strtoll(text->c_str(), nullptr, 10)} : std::int64_t{0};
}

/// Waits without holding anything up that the queue still brings.
void wait_before_retry(Profile& profile, JobQueue& queue, std::int64_t wait_ms) {
    const std::int64_t until = profile.clock().steady_ms() + wait_ms;
    for (std::int64_t left = wait_ms; left > 0; left = until - profile.clock().steady_ms()) {
        queue.run_one(left);
    }
}

/// A broken line may be tried again at once, and so may what the session itself asks to repeat (a
/// restored copy goes on under a new incarnation); a refusal may not.
bool worth_retrying(const Error& error, const SyncRun& run) {
    return !run.final() && (run.retry_ms() == 0 || error.code == ErrorCode::Offline ||
                            error.code == ErrorCode::Io || error.code == ErrorCode::Busy ||
                            error.code == ErrorCode::Conflict);
}

}  // namespace

Result<HubPlace> hub_place(Profile& profile) {
    BALIE_ASSIGN(const auto url, profile.store().setting(sync::setting::kHubAddress));
    BALIE_ASSIGN(const auto pin, profile.store().setting(sync::setting::kHubPin));
    if (!url || !pin) {
        return Error{ErrorCode::Denied, "this terminal is not enrolled", profile.dir().string(),
                     "Enrol it first: balie enrol --hub wss://HOST:PORT --code CODE"};
    }
    HubPlace place;
    place.url = *url;
    BALIE_ASSIGN(place.pin, sync::parse_pin(*pin));
    return place;
}

Result<SyncReport> sync_once(Profile& profile, SyncRequest request) {
    const std::int64_t begun = profile.clock().steady_ms();
    HubPlace place;
    if (request.pin) {
        place = {request.url, *request.pin};
        if (request.enrolment) {
            BALIE_TRY(
                profile.store().set_setting(sync::setting::kHubPin, sync::pin_text(*request.pin)));
        }
    } else {
        BALIE_ASSIGN(place, hub_place(profile));
    }
    // What a power cut left between a file and its record.
    ignore(attach::Attachments(profile.store().writer(), profile.blobs()).look_over(true),
           "balie doctor says what is wrong with it");
    BALIE_ASSIGN(const std::int64_t sent_before, acknowledged(profile));
    BALIE_ASSIGN(const std::int64_t cursor_before, cursor_of(profile));
    BALIE_ASSIGN(const auto epoch_before, profile.store().setting(sync::setting::kEpoch));
    JobQueue queue;
    sync::IoThread io("balie-sync");
    sync::Backoff backoff;
    SyncReport report;
    for (int left = request.tries;; --left) {
        Attempt attempt(profile, queue, io, request, place);
        const auto done = attempt.run();
        report.held_back = attempt.state().held_back();
        if (done.ok()) break;
        BALIE_ASSIGN(const bool enrolled, profile.is_enrolled());
        // The code is used; the rest goes on as this device. One that was enrolled before asks
        // again, which the hub answers alike.
        const bool before = request.enrolment && request.enrolment->device;
        if (enrolled && !before) request.enrolment.reset();
        if (left <= 1 || !worth_retrying(done.error(), attempt.state())) return done.error();
        std::array<std::uint8_t, 4> bytes{};
        profile.entropy().fill(bytes);
        std::uint32_t random = 0;
        std::memcpy(&random, bytes.data(), sizeof random);
        const std::int64_t asked = attempt.state().retry_ms();
        wait_before_retry(profile, queue, asked >= 0 ? asked : backoff.next_ms(random));
    }
    if (const auto removed = profile.remove_traces(); !removed.ok()) {
        Context::say("balie: what left this terminal is still in its backups: " +
                     removed.error().text());
    }
    BALIE_ASSIGN(const std::int64_t sent_after, acknowledged(profile));
    BALIE_ASSIGN(const std::int64_t cursor_after, cursor_of(profile));
    report.sent = sent_after - sent_before;
    BALIE_ASSIGN(const auto epoch_after, profile.store().setting(sync::setting::kEpoch));
    // After a restore of the hub everything is read again from the start.
    const bool anew = epoch_before != epoch_after || cursor_after < cursor_before;
    report.received = anew ? cursor_after : cursor_after - cursor_before;
    report.seconds = static_cast<double>(profile.clock().steady_ms() - begun) / 1000.0;
    return report;
}

Result<std::optional<SyncLock>> wait_for_holder(Profile& profile) {
    BALIE_ASSIGN(const auto owner, profile.sync_lock_owner());
    const std::string name = owner.value_or("another process");
    Context::say("balie: this profile is being synchronised by process " + name +
                 "; waiting for it");
    BALIE_ASSIGN(SyncQuestion question, SyncQuestion::ask(profile.store()));
    JobQueue quiet;
    std::int64_t until = profile.clock().steady_ms() + kWaitForHolderMs;
    std::pair<std::int64_t, std::int64_t> seen{-1, -1};
    while (profile.clock().steady_ms() < until) {
        BALIE_ASSIGN(auto lock, profile.try_sync_lock());
        if (lock) return lock;
        BALIE_ASSIGN(const auto answer, question.answer());
        if (answer && !answer->ok()) return answer->error();
        if (answer) return std::optional<SyncLock>{};
        BALIE_ASSIGN(const auto status, profile.replica().status());
        const std::pair now{status.pending, status.cursor};
        if (now != seen) until = profile.clock().steady_ms() + kWaitForHolderMs;
        seen = now;
        quiet.run_one(kHolderLookMs);
    }
    return Error{ErrorCode::Busy, "the process that synchronises this profile makes no progress",
                 "process " + name, "Close it, then run balie sync again"};
}

Outcome exchange_now(Profile& profile) {
    BALIE_ASSIGN(auto lock, profile.try_sync_lock());
    if (!lock) {
        BALIE_ASSIGN(lock, wait_for_holder(profile));
        if (!lock) return {};
    }
    BALIE_TRY(sync_once(profile, {}));
    return {};
}

}  // namespace balie::app
