// The conversation: who may say what when, and the watchdogs. Pushing and pulling are in
// client_flow.cpp.
#include "sync/client/client_session.h"

#include "storage/crypto/signing.h"
#include "sync/client/client_tuning.h"
#include "sync/core/limits.h"

#include <algorithm>

namespace balie::sync {

namespace {

Error protocol_error(std::string what) {
    return {ErrorCode::Protocol, std::move(what), "", "The terminal will connect again"};
}

}  // namespace

Hello hello_of(const Identity& identity, std::int64_t wall_ms) {
    Hello hello;
    hello.schema_version = identity.schema_version;
    hello.program = identity.program;
    hello.origin = identity.origin;
    hello.last_seq = identity.last_seq;
    hello.last_hash = identity.last_hash;
    hello.epoch_seen = identity.epoch_seen;
    hello.cursor = identity.cursor;
    hello.digest = identity.digest;
    hello.pending = identity.pending;
    hello.oldest_pending_ms = identity.oldest_pending_ms;
    hello.wall_ms = wall_ms;
    return hello;
}

ClientSession::ClientSession(Identity identity, std::int64_t steady_ms)
    : identity_(std::move(identity)),
      now_ms_(steady_ms),
      stage_ms_(steady_ms),
      heard_ms_(steady_ms),
      pinged_ms_(steady_ms),
      progress_ms_(steady_ms),
      batch_bytes_(kFirstBatchBytes),
      credit_(kFirstCreditBytes),
      blob_chunk_(kBlobChunkFirstBytes),
      blob_retry_ms_(kBlobRetryFirstMs) {}

ClientSession::ClientSession(EnrolRequest request, std::int64_t steady_ms)
    : ClientSession(Identity{}, steady_ms) {
    enrol_ = std::move(request);
}

std::vector<ClientOutput> ClientSession::step(ClientInput input, std::int64_t steady_ms,
                                              std::int64_t wall_ms) {
    Outputs out;
    if (state_ == ClientState::Closed) return out;
    now_ms_ = std::max(now_ms_, steady_ms);
    wall_ms_ = wall_ms;
    if (best_trip_ms_) clock_offset_ms_ = hub_minus_steady_ms_ + now_ms_ - wall_ms_;
    std::visit([&](auto& each) { on(each, out); }, input);
    if (state_ != ClientState::Closed) settle(out);
    return out;
}

bool ClientSession::syncing() const {
    return state_ == ClientState::Syncing || state_ == ClientState::Live;
}

void ClientSession::end(std::optional<Error> error, Outputs& out, std::int64_t retry_ms,
                        bool final) {
    if (state_ == ClientState::Closed) return;
    state_ = ClientState::Closed;
    out.emplace_back(Disconnect{std::move(error), retry_ms, final});
}

void ClientSession::protest(std::string code, std::string text, Outputs& out) {
    out.emplace_back(Send{PeerError{ErrorLevel::Session, std::move(code), text, -1, 0}});
    end(protocol_error(std::move(text)), out);
}

// --- what comes from the wire ---------------------------------------------------------------

void ClientSession::on(MessageReceived& input, Outputs& out) {
    heard_ms_ = now_ms_;
    probe_ms_.reset();
    std::visit([&](auto& message) { receive(message, out); }, input.message);
}

void ClientSession::on(GarbageReceived& input, Outputs& out) {
    heard_ms_ = now_ms_;
    if (input.error.code == ErrorCode::NewerVersion) {
        out.emplace_back(
            Send{PeerError{ErrorLevel::Frame, "unknown_message", input.error.text(), -1, 0}});
        return;
    }
    protest("malformed", "The hub sent what is no message: " + input.error.text(), out);
}

template <typename AnyMessage>
void ClientSession::receive(AnyMessage& /*message*/, Outputs& out) {
    protest("order", "The hub sent a message that only a terminal sends", out);
}

void ClientSession::receive(Challenge& message, Outputs& out) {
    if (state_ != ClientState::AwaitChallenge || challenge_) {
        return protest("order", "The hub challenged twice", out);
    }
    if (message.version_max < kProtocolVersionMin || message.version_min > kProtocolVersionMax) {
        return end(Error{ErrorCode::NewerVersion,
                         "The hub and this program share no version of the protocol",
                         "hub " + std::to_string(message.version_min) + " to " +
                             std::to_string(message.version_max),
                         "Install the program that your office hands out"},
                   out, kBackoffCapMs, true);
    }
    challenge_ = message;
    if (!enrol_) {
        if (identity_.hub != message.hub) {
            return end(Error{ErrorCode::Untrusted, "This is not the hub this device belongs to",
                             message.hub.text(), "Check the hub's address"},
                       out, kBackoffCapMs, true);
        }
        return say_hello(out);
    }
    state_ = ClientState::Signing;
    enrol_message_ = Enrol{std::min(kProtocolVersionMax, message.version_max),
                           enrol_->secret,
                           enrol_->public_key,
                           enrol_->device_name,
                           enrol_->program,
                           {},
                           enrol_->device};
    out.emplace_back(NeedSignature{enrol_text(*challenge_, *enrol_message_)});
}

void ClientSession::say_hello(Outputs& out) {
    state_ = ClientState::Signing;
    stage_ms_ = now_ms_;
    Hello hello = hello_of(identity_, wall_ms_);
    hello.version = std::min(kProtocolVersionMax, challenge_->version_max);
    out.emplace_back(NeedSignature{hello_text(*challenge_, hello)});
    hello_ = std::move(hello);
}

void ClientSession::on(Signed& input, Outputs& out) {
    if (state_ != ClientState::Signing) return;
    stage_ms_ = now_ms_;
    if (enrol_message_) {
        state_ = ClientState::AwaitEnrolled;
        enrol_message_->signature = std::move(input.signature);
        out.emplace_back(Send{*std::move(enrol_message_)});
        enrol_message_.reset();
    } else if (hello_) {
        state_ = ClientState::AwaitWelcome;
        hello_sent_ms_ = now_ms_;
        hello_->signature = std::move(input.signature);
        out.emplace_back(Send{*std::move(hello_)});
        hello_.reset();
    }
}

void ClientSession::receive(Enrolled& message, Outputs& out) {
    if (state_ != ClientState::AwaitEnrolled || !enrol_) {
        return protest("order", "The hub enrolled a device that did not ask", out);
    }
    enrol_.reset();
    stage_ms_ = now_ms_;
    out.emplace_back(SaveEnrolment{message, *challenge_});
}

void ClientSession::on(EnrolmentSaved& input, Outputs& out) {
    if (state_ != ClientState::AwaitEnrolled || enrol_) return;
    identity_ = std::move(input.identity);
    say_hello(out);
}

void ClientSession::receive(Welcome& message, Outputs& out) {
    if (state_ != ClientState::AwaitWelcome) {
        return protest("order", "The hub welcomed a device that did not ask", out);
    }
    measure(message.wall_ms, hello_sent_ms_);
    const auto words = [&](const char* otherwise) {
        return message.text.empty() ? std::string(otherwise) : message.text;
    };
    switch (message.directive) {
        case Directive::Go:
            break;
        case Directive::ReadOnly:
            read_only_ = true;
            break;
        case Directive::Wipe:
            out.emplace_back(WipeOrdered{message.text});
            return end(Error{ErrorCode::Denied, words("The office has revoked this device"), "",
                             "Ask the office"},
                       out, kBackoffCapMs, true);
        case Directive::NewIncarnation:
            out.emplace_back(NewIncarnationNeeded{
                message.text, message.acked_seq, message.acked_hash,
                identity_.last_seq < message.acked_seq, message.known_first, message.known});
            return end(Error{ErrorCode::Protocol, words("This copy was restored or cloned"), "",
                             "It goes on by itself under a new number"},
                       out, 0);
        case Directive::Upgrade:
            return end(Error{ErrorCode::NewerVersion, words("The hub needs a newer program"), "",
                             "Install the program that your office hands out"},
                       out, kBackoffCapMs, true);
        case Directive::Snapshot:
            // The cursor lies below the floor: preparing to resume begins the copy anew.
            break;
    }
    state_ = ClientState::Resuming;
    stage_ms_ = now_ms_;
    push_window_ = std::clamp(message.push_window, 1, kPushWindow);
    hub_seq_seen_ = message.hub_seq;
    head_wanted_ = message.hub_seq;
    hub_blob_bytes_max_ = message.blob_bytes_max;
    const bool hub_lost =
        message.acked_seq < identity_.acked_seq || message.cursor < identity_.cursor;
    out.emplace_back(PrepareResume{std::move(message), hub_lost});
}

void ClientSession::receive(PeerError& message, Outputs& out) {
    if (message.code == "gap" && syncing()) return gap(message.expected_seq, out);
    Error error{ErrorCode::Protocol, message.text.empty() ? message.code : message.text,
                message.code, ""};
    if (message.code == "fork" && syncing()) {
        // WELCOME of the next connection tells which changes are the hub's and which are not.
        error.mend = "It goes on by itself under a new number";
        return end(std::move(error), out);
    }
    if (message.level == ErrorLevel::Frame) {
        if (message.code == "unknown_message" && not_known_there(out)) return;
        // In the handshake, and with a batch under way, somebody waits for what was refused.
        if (!syncing() || !sent_.empty()) end(std::move(error), out, message.retry_ms);
        return;
    }
    error.code = enrol_error(message.code);
    if (message.code == "unknown_device") {
        error.mend =
            "It may have been restored from a backup. Ask the office for a new code and enrol this "
            "profile again with it: what is saved here is kept and sent";
    }
    if (error.code == ErrorCode::Busy) {
        error.mend = "Nothing is lost; it is tried again by itself, or do so in a minute";
    }
    end(std::move(error), out, message.retry_ms, message.level == ErrorLevel::Device);
}

void ClientSession::receive(Bye& message, Outputs& out) {
    end(Error{ErrorCode::Offline, "The hub closed the connection", message.reason, ""}, out);
}

void ClientSession::receive(Ping& message, Outputs& out) {
    out.emplace_back(Send{Pong{wall_ms_, message.wall_ms}});
}

void ClientSession::receive(Pong& message, Outputs& /*out*/) {
    if (!ping_out_ || message.ping_wall_ms != ping_sent_wall_ms_) return;
    ping_out_ = false;
    measure(message.wall_ms, pinged_ms_);
}

void ClientSession::measure(std::int64_t hub_wall_ms, std::int64_t sent_steady_ms) {
    // A hub's clock is a peer's number: beyond what a date can be it is not worth believing.
    if (hub_wall_ms < 0 || hub_wall_ms > kWallMsMax) return;
    const std::int64_t trip = now_ms_ - sent_steady_ms;
    if (best_trip_ms_ && trip > *best_trip_ms_) return;
    best_trip_ms_ = trip;
    hub_minus_steady_ms_ = hub_wall_ms - (sent_steady_ms + trip / 2);
    clock_offset_ms_ = hub_minus_steady_ms_ + now_ms_ - wall_ms_;
}

// --- what comes from here -------------------------------------------------------------------

void ClientSession::on(FinishWhenIdle& /*input*/, Outputs& /*out*/) {
    finish_ = true;
}

void ClientSession::on(Failed& input, Outputs& out) {
    if (state_ != ClientState::Closed && challenge_) {
        out.emplace_back(Send{Bye{"The terminal could not go on"}});
    }
    end(std::move(input.error), out);
}

void ClientSession::on(TimePassed& /*input*/, Outputs& out) {
    give_up_asks(out);
    if (!syncing()) {
        if (now_ms_ - stage_ms_ < kHandshakeLimitMs) return;
        return end(Error{ErrorCode::Offline, "The hub did not answer in time", "handshake",
                         "Check the hub's address and the network"},
                   out);
    }
    if (now_ms_ - heard_ms_ >= kSilenceLimitMs) {
        return end(Error{ErrorCode::Offline, "Nothing was heard of the hub for 45 seconds", "",
                         "The terminal will connect again"},
                   out);
    }
    if (work_under_way() && now_ms_ - progress_ms_ >= progress_limit_ms()) {
        return end(Error{ErrorCode::Offline, "Synchronising made no progress", "",
                         "The terminal will connect again"},
                   out);
    }
    if (probe_ms_ && !work_under_way() && now_ms_ - *probe_ms_ >= kProbeLimitMs) {
        return end(
            Error{ErrorCode::Offline, "The network changed and the hub is not heard any more", "",
                  "The terminal will connect again"},
            out, 0);
    }
    blob_retry();
    if (now_ms_ - pinged_ms_ >= kPingIntervalMs) ping(out);
}

void ClientSession::ping(Outputs& out) {
    pinged_ms_ = now_ms_;
    ping_sent_wall_ms_ = wall_ms_;
    ping_out_ = true;
    out.emplace_back(Send{Ping{wall_ms_}});
}

/// A connection over addresses that are gone looks like one on which nobody speaks.
void ClientSession::on(NetworkChanged& /*input*/, Outputs& out) {
    if (!syncing()) {
        return end(Error{ErrorCode::Offline, "The network changed while the connection was made",
                         "", "The terminal will connect again"},
                   out, 0);
    }
    probe_ms_ = now_ms_;
    ping(out);
}

std::int64_t ClientSession::wait_until_ms() const {
    if (state_ == ClientState::Closed) return kInt64Late;
    const std::int64_t ask = asked_.empty() ? kInt64Late : asked_.front().asked_ms + kAskLimitMs;
    if (!syncing()) return std::min(ask, stage_ms_ + kHandshakeLimitMs);
    std::int64_t due = std::min({ask, heard_ms_ + kSilenceLimitMs, pinged_ms_ + kPingIntervalMs});
    if (work_under_way()) due = std::min(due, progress_ms_ + progress_limit_ms());
    if (probe_ms_ && !work_under_way()) due = std::min(due, *probe_ms_ + kProbeLimitMs);
    if (!pulling_ && !pull_held()) due = std::min(due, progress_ms_ + kPushFirstMs);
    return due;
}

}  // namespace balie::sync
