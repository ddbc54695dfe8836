#include "app/runtime/sync_run.h"

#include "sync/core/limits.h"

#include <algorithm>
#include <utility>

namespace balie::app {

namespace {

/// Messages that came while the store was busy share one commit, up to about this much.
constexpr std::size_t kGroupBytes = 512 * 1024;
/// What the line carried is written down when it is this much more, by which a power cut makes the
/// account too small: little where it costs, and where it does not, little beside the exchange.
constexpr std::uint64_t kCountMeteredBytes = 16 * 1024;
constexpr std::uint64_t kCountBytes = 1024 * 1024;
/// Pings alone are not worth a commit more often than this.
constexpr std::int64_t kCountEveryMs = 300'000;
/// What may go is looked at again when this part of what was left is used.
constexpr std::int64_t kLookShare = 8;

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
    account(false);
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
    enrolling_ = true;
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
    callbacks.idle = [this](std::int64_t /*cursor*/, bool held) { idle_reached(held); };
    callbacks.answered = [this](const sync::HubQuestion& /*question*/,
                                const sync::HubAnswer& answer) { answered(answer); };
    callbacks.wipe = [this](const std::string& text) {
        if (config_.on_wipe) config_.on_wipe(text);
    };
    return callbacks;
}

void SyncRun::idle_reached(bool held) {
    reached_idle_ = true;
    held_back_ = held;
    // So little was sent that it says nothing of the line.
    if (config_.ask_only) return;
    sync::LinkBook book = replica_->link();
    if (!std::exchange(measured_, true)) {
        const sync::WsTraffic& traffic = client_.traffic();
        const auto bytes = static_cast<std::int64_t>(traffic.wire_in + traffic.wire_out);
        ignore(book.note_speed(bytes, clock_->steady_ms() - opened_ms_),
               "the next connection measures it again");
        if (const auto cursor = replica_->cursor(); cursor.ok()) {
            const std::int64_t files = link_ ? link_->session().blob_bytes_in() : 0;
            ignore(book.note_received(static_cast<std::int64_t>(traffic.bytes_in) - files,
                                      *cursor - cursor_before_),
                   "an average, which the next connection mends");
        }
    }
    if (!held) ignore(book.end_allowance(), "it ends by itself within the hour");
    if (config_.on_idle) config_.on_idle(held);
}

// --- what the line costs ----------------------------------------------------------------------

void SyncRun::account(bool at_once) {
    const std::uint64_t in = client_.traffic().wire_in;
    const std::uint64_t out = client_.traffic().wire_out;
    const std::uint64_t more = in - counted_in_ + out - counted_out_;
    const std::uint64_t worth = metered_ ? kCountMeteredBytes : kCountBytes;
    const bool due = clock_->steady_ms() - counted_ms_ >= kCountEveryMs;
    if (more == 0 || (more < worth && !at_once && !due)) return;
    count_traffic(in, out);
    if (!ended_ && in + out >= look_again_) apply_rules();
}

void SyncRun::count_traffic(std::uint64_t in, std::uint64_t out) {
    const sync::LinkUse use{static_cast<std::int64_t>(out - counted_out_),
                            static_cast<std::int64_t>(in - counted_in_)};
    // When the disk is full it is tried again with what comes next: nothing is forgotten.
    if (!replica_->link().count(use).ok()) return;
    counted_in_ = in;
    counted_out_ = out;
    counted_ms_ = clock_->steady_ms();
}

void SyncRun::apply_rules() {
    if (!link_ || enrolling_) return;
    if (config_.ask_only) {
        sync::LinkRules nothing;
        nothing.pull_max = 0;
        nothing.push_to = 0;
        return link_->set_rules(nothing);
    }
    const auto state = replica_->link().state(config_.network ? config_.network() : std::string());
    if (!state.ok()) return;  // as they were
    metered_ = state->metered;
    const std::int64_t left =
        std::max<std::int64_t>(0, state->settings.budget_bytes - state->used.total());
    look_again_ = counted_in_ + counted_out_ +
                  std::max(kCountMeteredBytes, static_cast<std::uint64_t>(left / kLookShare));
    link_->set_rules(state->rules);
    // Staying connected for nothing costs as well: what may go goes, and that is all.
    if (state->exhausted && !state->allowed) finish_when_idle();
}

void SyncRun::opened(sync::CertificateTime time) {
    opened_ms_ = clock_->steady_ms();
    counted_ms_ = opened_ms_;
    if (const auto cursor = replica_->cursor(); cursor.ok()) cursor_before_ = *cursor;
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
        apply_rules();
    }
    // One may be answered, and gone from the list, while the next is asked.
    const std::vector<Asked> waiting = asked_;
    for (const Asked& each : waiting) {
        if (!ended_) link_->ask(each.question);
    }
    if (finish_ && !ended_) link_->finish_when_idle();
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
    account(true);
    answer_rest();
    if (config_.on_ended) config_.on_ended();
}

// --- questions of people ----------------------------------------------------------------------

void SyncRun::ask(sync::HubQuestion question, AnswerTaker taker) {
    if (ended_) {
        const auto refused =
            sync::refused(question, {std::string(sync::kAskOffline), "the connection has ended"});
        return taker(refused);
    }
    asked_.push_back({question, std::move(taker)});
    if (link_) link_->ask(std::move(question));
}

void SyncRun::answered(const sync::HubAnswer& answer) {
    const auto token = [](const auto& each) { return each.token; };
    const std::string whose = std::visit(token, answer);
    const auto found = std::find_if(asked_.begin(), asked_.end(), [&](const Asked& each) {
        return sync::token_of(each.question) == whose;
    });
    if (found == asked_.end()) return;
    const AnswerTaker taker = std::move(found->taker);
    asked_.erase(found);
    taker(answer);
}

/// Whoever asked hears of it, also when nothing came.
void SyncRun::answer_rest() {
    for (Asked& each : std::exchange(asked_, {})) {
        const std::string why = error_ ? error_->text() : "the connection ended";
        each.taker(sync::refused(each.question, {std::string(sync::kAskOffline), why}));
    }
}

void SyncRun::finish_when_idle() {
    finish_ = true;
    if (link_) link_->finish_when_idle();
}

void SyncRun::local_changes_saved() {
    if (!link_ || ended_) return;
    apply_rules();
    if (!ended_) link_->local_changes_saved();
}

void SyncRun::network_changed() {
    if (ended_) return;
    if (link_) return link_->network_changed();
    error_ = Error{ErrorCode::Offline, "the network changed while the connection was made",
                   config_.url, "It is tried again by itself"};
    retry_ms_ = 0;
    client_.close_now();
    end();
}

void SyncRun::tick() {
    if (ended_) return;
    account(false);
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
