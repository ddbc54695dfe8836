#include "app/runtime/sync_run.h"

#include "sync/core/limits.h"

#include <utility>

namespace balie::app {

namespace {

/// Messages that came while the store was busy share one commit, up to about this much.
constexpr std::size_t kGroupBytes = 512 * 1024;

}  // namespace

SyncRun::SyncRun(sync::IoThread& io, sync::TerminalReplica& replica, Clock& clock,
                 SyncRunConfig config)
    : replica_(&replica), clock_(&clock), config_(std::move(config)), client_(io) {}

SyncRun::~SyncRun() {
    client_.close_now();
}

void SyncRun::on_store(std::function<void(SyncRun&)> function) {
    const auto posted = config_.post([weak = weak_from_this(), function = std::move(function)] {
        if (const auto self = weak.lock(); self && !self->ended_) function(*self);
    });
    // The store thread cannot keep up or is being stopped: the connection is given up, nothing is
    // lost, and the next one goes on from the cursor.
    if (!posted.ok()) client_.close("the terminal is busy");
}

Outcome SyncRun::connect() {
    opened_by_ms_ = clock_->steady_ms() + sync::kHandshakeLimitMs * 2;
    sync::WsClientEvents events;
    events.on_open = [weak = weak_from_this()](sync::CertificateTime time) {
        if (const auto self = weak.lock())
            self->on_store([time](SyncRun& run) { run.opened(time); });
    };
    events.on_message = [weak = weak_from_this()](std::string message) {
        if (const auto self = weak.lock()) self->arrived(std::move(message));
    };
    events.on_drained = [] {};
    events.on_closed = [weak = weak_from_this()](const Error& why) {
        if (const auto self = weak.lock()) self->on_store([why](SyncRun& run) { run.closed(why); });
    };
    return client_.connect(config_.url, config_.pin, std::move(events));
}

void SyncRun::arrived(std::string message) {
    {
        const std::lock_guard lock(inbox_mutex_);
        inbox_.push_back(std::move(message));
        if (std::exchange(take_in_posted_, true)) return;
    }
    on_store([](SyncRun& run) { run.take_in(); });
}

void SyncRun::take_in() {
    std::vector<std::string> messages;
    bool more = false;
    {
        const std::lock_guard lock(inbox_mutex_);
        std::size_t bytes = 0;
        while (!inbox_.empty() && (messages.empty() || bytes < kGroupBytes)) {
            bytes += inbox_.front().size();
            messages.push_back(std::move(inbox_.front()));
            inbox_.pop_front();
        }
        more = !inbox_.empty();
        take_in_posted_ = more;
    }
    if (!messages.empty() && link_) link_->received_all(messages);
    // Behind what others want of the store meanwhile.
    if (more) on_store([](SyncRun& run) { run.take_in(); });
}

void SyncRun::take_in_rest() {
    while (!ended_) {
        {
            const std::lock_guard lock(inbox_mutex_);
            if (inbox_.empty()) return;
        }
        take_in();
    }
}

Outcome SyncRun::start() {
    return connect();
}

Outcome SyncRun::start_enrolment(sync::EnrolRequest request) {
    enrolment_ = std::move(request);
    return connect();
}

sync::LinkCallbacks SyncRun::callbacks() {
    sync::LinkCallbacks callbacks;
    callbacks.send = [this](std::string bytes) {
        if (auto sent = client_.send(std::move(bytes)); !sent.ok()) {
            client_.close("cannot send");
        }
    };
    callbacks.sign = config_.sign;
    callbacks.disconnect = [this](const sync::Disconnect& how) { disconnected(how); };
    callbacks.progressed = [this] {
        if (config_.on_progress) config_.on_progress();
    };
    callbacks.idle = [this](std::int64_t /*cursor*/) {
        reached_idle_ = true;
        if (config_.on_idle) config_.on_idle();
    };
    callbacks.wipe = [this](const std::string& text) {
        if (config_.on_wipe) config_.on_wipe(text);
    };
    return callbacks;
}

void SyncRun::opened(sync::CertificateTime time) {
    if (time != sync::CertificateTime::Valid && config_.on_warning) {
        config_.on_warning(
            time == sync::CertificateTime::Expired
                ? "the hub's certificate has expired by this machine's clock; its key is the "
                  "pinned one, so the connection is safe. Check the clock"
                : "the hub's certificate is not yet valid by this machine's clock; its key is "
                  "the pinned one, so the connection is safe. Check the clock");
    }
    if (config_.on_online) config_.on_online();
    if (enrolment_) {
        link_.emplace(sync::TerminalLink::for_enrolment(*replica_, *clock_, std::move(*enrolment_),
                                                        config_.url, callbacks()));
        enrolment_.reset();
    } else {
        auto link =
            sync::TerminalLink::for_device(*replica_, *clock_, config_.program, callbacks());
        if (!link.ok()) {
            error_ = link.error();
            final_ = true;
            client_.close("not enrolled");
            return;
        }
        link_.emplace(std::move(*link));
    }
    if (finish_) link_->finish_when_idle();
}

void SyncRun::closed(const Error& why) {
    take_in_rest();
    if (!error_ && !(finish_ && reached_idle_)) error_ = why;
    end();
}

void SyncRun::disconnected(const sync::Disconnect& how) {
    if (how.error && !error_) error_ = how.error;
    if (how.retry_ms >= 0) retry_ms_ = how.retry_ms;
    final_ = final_ || how.final;
    client_.close("done");
}

void SyncRun::end() {
    if (std::exchange(ended_, true)) return;
    if (config_.on_ended) config_.on_ended();
}

void SyncRun::finish_when_idle() {
    finish_ = true;
    if (link_) link_->finish_when_idle();
}

void SyncRun::local_changes_saved() {
    if (link_ && !ended_) link_->local_changes_saved();
}

void SyncRun::tick() {
    if (ended_) return;
    if (link_) {
        link_->tick();
    } else if (clock_->steady_ms() >= opened_by_ms_) {
        error_ = Error{ErrorCode::Offline, "the hub does not answer", config_.url,
                       "Check the address and the network; nothing is lost, it is tried again"};
        client_.close_now();
        end();
    }
}

std::int64_t SyncRun::wait_until_ms() const {
    return link_ ? link_->wait_until_ms() : opened_by_ms_;
}

void SyncRun::stop() {
    if (ended_) return;
    client_.close("stopped");
}

}  // namespace balie::app
