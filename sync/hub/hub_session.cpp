// The hub's side of the conversation. Nothing is believed before HELLO's signature was verified;
// afterwards a device may still send anything at all, and gets an error for it.
#include "sync/hub/hub_session.h"

#include "storage/crypto/signing.h"
#include "sync/core/limits.h"
#include "sync/hub/push_check.h"
#include "sync/protocol/codec.h"

#include <algorithm>
#include <limits>

namespace balie::sync {

namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kMarksMax = 64;
/// A newer terminal may send a few messages that this hub does not know; a broken one sends many.
constexpr int kOdditiesMax = 100;

std::string code_of(const Error& error) {
    switch (error.code) {
        case ErrorCode::NotFound:
            return "wrong_code";
        case ErrorCode::Expired:
            return "expired_code";
        case ErrorCode::AlreadyExists:
            return "used_code";
        case ErrorCode::Denied:
            return "denied";
        default:
            return "busy";
    }
}

}  // namespace

// What the person at a terminal hears of trouble with the hub's own disk or file: neither its
// paths nor how to mend it, which is for whoever runs the hub and stands in its log.
std::string HubSession::busy_text(const Error& error) {
    const bool own = error.code == ErrorCode::DiskFull || error.code == ErrorCode::Io ||
                     error.code == ErrorCode::Corrupt || error.code == ErrorCode::Internal;
    return own ? "The hub cannot save anything at present" : error.text();
}

HubSession::HubSession(HubIdentity hub, Bytes nonce, std::int64_t steady_ms)
    : now_ms_(steady_ms), stage_ms_(steady_ms), heard_ms_(steady_ms), sent_ms_(steady_ms) {
    challenge_.hub = hub.hub;
    challenge_.epoch = hub.epoch;
    challenge_.nonce = std::move(nonce);
}

std::vector<HubOutput> HubSession::start() {
    Outputs out;
    send(challenge_, out);
    return out;
}

std::vector<HubOutput> HubSession::step(HubInput input, std::int64_t steady_ms,
                                        std::int64_t wall_ms) {
    Outputs out;
    if (closed()) return out;
    now_ms_ = std::max(now_ms_, steady_ms);
    wall_ms_ = wall_ms;
    std::visit([&](auto& each) { on(each, out); }, input);
    return out;
}

void HubSession::send(Message message, Outputs& out) {
    sent_ms_ = now_ms_;
    out.emplace_back(HubSend{std::move(message)});
}

void HubSession::end(std::string reason, Outputs& out) {
    if (closed()) return;
    stage_ = Stage::Closed;
    out.emplace_back(HubDisconnect{std::move(reason)});
}

void HubSession::refuse(ErrorLevel level, std::string code, std::string text, Outputs& out,
                        std::int64_t retry_ms) {
    if (closed()) return;
    send(PeerError{level, code, std::move(text), retry_ms, 0}, out);
    if (level != ErrorLevel::Frame) end(std::move(code), out);
}

// --- from the wire --------------------------------------------------------------------------

void HubSession::on(HubMessageReceived& input, Outputs& out) {
    heard_ms_ = now_ms_;
    std::visit([&](auto& message) { receive(message, out); }, input.message);
}

void HubSession::on(HubGarbageReceived& input, Outputs& out) {
    heard_ms_ = now_ms_;
    if (input.error.code == ErrorCode::NewerVersion && ++oddities_ <= kOdditiesMax) {
        return refuse(ErrorLevel::Frame, "unknown_message", input.error.text(), out);
    }
    refuse(ErrorLevel::Session, "malformed", input.error.text(), out);
}

template <typename AnyMessage>
void HubSession::receive(AnyMessage& /*message*/, Outputs& out) {
    refuse(ErrorLevel::Session, "order", "A message that only a hub sends", out);
}

void HubSession::receive(Enrol& message, Outputs& out) {
    if (stage_ != Stage::AwaitFirst || enrolled_here_) {
        return refuse(ErrorLevel::Session, "order", "ENROL comes first, and once", out);
    }
    if (message.version < kProtocolVersionMin || message.version > kProtocolVersionMax) {
        return refuse(ErrorLevel::Device, "version", "This hub speaks another version", out);
    }
    const std::string text = enrol_text(challenge_, message);
    if (!crypto::verify(message.public_key, as_bytes(text), message.signature)) {
        return refuse(ErrorLevel::Device, "bad_signature",
                      "The signature is not of the key that asks to be enrolled", out);
    }
    stage_ = Stage::Deciding;
    out.emplace_back(DecideEnrol{std::move(message)});
}

void HubSession::on(EnrolDecided& input, Outputs& out) {
    if (stage_ != Stage::Deciding) return;
    if (!input.enrolled.ok()) {
        const Error& error = input.enrolled.error();
        const std::string code = code_of(error);
        const bool busy = code == "busy";
        return refuse(busy ? ErrorLevel::Session : ErrorLevel::Device, code,
                      busy ? busy_text(error) : error.text(), out, busy ? kBusyRetryMs : -1);
    }
    stage_ = Stage::AwaitFirst;
    stage_ms_ = now_ms_;
    enrolled_here_ = true;
    send(std::move(input.enrolled).value(), out);
}

void HubSession::receive(Hello& message, Outputs& out) {
    if (stage_ != Stage::AwaitFirst) {
        return refuse(ErrorLevel::Session, "order", "HELLO comes first, and once", out);
    }
    if (message.version < kProtocolVersionMin || message.version > kProtocolVersionMax) {
        return refuse(ErrorLevel::Device, "version", "This hub speaks another version", out);
    }
    stage_ = Stage::Finding;
    hello_ = std::move(message);
    out.emplace_back(FindDevice{hello_->origin.device});
}

void HubSession::on(DeviceFound& input, Outputs& out) {
    if (stage_ != Stage::Finding) return;
    if (!input.device.ok()) {
        const bool unknown = input.device.error().code == ErrorCode::NotFound;
        if (!unknown) {
            return refuse(ErrorLevel::Session, "busy", busy_text(input.device.error()), out,
                          kBusyRetryMs);
        }
        return refuse(ErrorLevel::Device, "unknown_device", "This hub does not know the device",
                      out);
    }
    const std::string text = hello_text(challenge_, *hello_);
    if (!crypto::verify(input.device->public_key, as_bytes(text), hello_->signature)) {
        return refuse(ErrorLevel::Device, "bad_signature",
                      "The signature is not of this device's key", out);
    }
    stage_ = Stage::Opening;
    device_ = std::move(input.device).value();
    origin_ = hello_->origin;
    out.emplace_back(OpenSession{*hello_, *device_});
}

void HubSession::on(SessionOpened& input, Outputs& out) {
    if (stage_ != Stage::Opening) return;
    if (!input.welcome.ok()) {
        const Error& error = input.welcome.error();
        if (error.code == ErrorCode::Denied || device_->revoked) {
            return refuse(ErrorLevel::Device, "revoked", error.text(), out);
        }
        return refuse(ErrorLevel::Session, "busy", busy_text(error), out, kBusyRetryMs);
    }
    Welcome welcome = std::move(input.welcome).value();
    if (device_->revoked && welcome.directive != Directive::Wipe) {
        return refuse(ErrorLevel::Device, "revoked", "The office has revoked this device", out);
    }
    const bool goes_on = welcome.directive == Directive::Go ||
                         welcome.directive == Directive::ReadOnly ||
                         welcome.directive == Directive::Snapshot;
    stage_ = goes_on ? Stage::Open : Stage::Turned;
    stage_ms_ = now_ms_;
    read_only_ = welcome.directive == Directive::ReadOnly;
    acked_seq_ = welcome.acked_seq;
    hub_seq_ = welcome.hub_seq;
    send(std::move(welcome), out);
}

// --- push -----------------------------------------------------------------------------------

void HubSession::receive(Push& message, Outputs& out) {
    if (stage_ != Stage::Open) {
        return refuse(ErrorLevel::Session, "order", "PUSH comes after WELCOME", out);
    }
    if (read_only_) {
        return refuse(ErrorLevel::Session, "read_only", "This device may only read at present",
                      out);
    }
    if (ingesting_ >= kPushWindow) {
        return refuse(ErrorLevel::Session, "order", "More batches than the window allows", out);
    }
    if (const std::string fault = fault_in(message); !fault.empty()) {
        return refuse(ErrorLevel::Session, "malformed", "PUSH with " + fault, out);
    }
    for (Change& change : message.changes) change.id.origin = origin_;
    ++ingesting_;
    out.emplace_back(IngestPush{*device_, origin_, std::move(message)});
}

void HubSession::on(PushIngested& input, Outputs& out) {
    if (stage_ != Stage::Open) return;
    if (ingesting_ > 0) --ingesting_;
    if (!input.ack.ok() && !input.refusal) {
        return refuse(ErrorLevel::Session, "busy", busy_text(input.ack.error()), out, kBusyRetryMs);
    }
    if (input.refusal) {
        PeerError refusal = *std::move(input.refusal);
        // The terminal sends again from where the hub says, on this very connection.
        if (refusal.code == "gap") refusal.level = ErrorLevel::Frame;
        const bool stays = refusal.level == ErrorLevel::Frame;
        const std::string code = refusal.code;
        send(std::move(refusal), out);
        if (!stays) end(code, out);
        return;
    }
    acked_seq_ = std::max(acked_seq_, input.ack->acked_seq);
    send(std::move(input.ack).value(), out);
    answer_marks(out);
}

void HubSession::receive(Mark& message, Outputs& out) {
    if (stage_ != Stage::Open) {
        return refuse(ErrorLevel::Session, "order", "MARK comes after WELCOME", out);
    }
    if (message.reached) return;
    if (marks_.size() >= kMarksMax) {
        return refuse(ErrorLevel::Frame, "limit", "Too many marks are waiting", out);
    }
    marks_.push_back(std::move(message));
    answer_marks(out);
}

void HubSession::answer_marks(Outputs& out) {
    std::erase_if(marks_, [&](const Mark& mark) {
        if (mark.seq > acked_seq_) return false;
        send(Mark{mark.token, mark.seq, true}, out);
        return true;
    });
}

// --- beyond the scope -----------------------------------------------------------------------

void HubSession::receive(Find& message, Outputs& out) {
    if (stage_ != Stage::Open) {
        return refuse(ErrorLevel::Session, "order", "FIND comes after WELCOME", out);
    }
    out.emplace_back(FindCustomers{*device_, std::move(message)});
}

void HubSession::receive(Fetch& message, Outputs& out) {
    if (stage_ != Stage::Open) {
        return refuse(ErrorLevel::Session, "order", "FETCH comes after WELCOME", out);
    }
    if (read_only_) {
        Fetched answer;
        answer.token = std::move(message.token);
        answer.customer = message.customer;
        answer.refusal = {"denied", "This device may only read at present"};
        return send(std::move(answer), out);
    }
    out.emplace_back(FetchCustomer{*device_, std::move(message)});
}

void HubSession::on(CustomersFound& input, Outputs& out) {
    if (stage_ != Stage::Open) return;
    if (input.found.ok()) return send(std::move(input.found).value(), out);
    if (input.found.error().code == ErrorCode::Denied) {
        return refuse(ErrorLevel::Device, "revoked", input.found.error().text(), out);
    }
    Found answer;
    answer.token = std::move(input.token);
    answer.refusal = {"busy", busy_text(input.found.error())};
    send(std::move(answer), out);
}

void HubSession::on(CustomerFetched& input, Outputs& out) {
    if (stage_ != Stage::Open) return;
    if (input.fetched.ok()) return send(std::move(input.fetched).value(), out);
    if (input.fetched.error().code == ErrorCode::Denied) {
        return refuse(ErrorLevel::Device, "revoked", input.fetched.error().text(), out);
    }
    Fetched answer;
    answer.token = std::move(input.token);
    answer.refusal = {"busy", busy_text(input.fetched.error())};
    send(std::move(answer), out);
}

// --- liveness -------------------------------------------------------------------------------

void HubSession::receive(Ping& message, Outputs& out) {
    send(Pong{wall_ms_, message.wall_ms}, out);
}

void HubSession::receive(Pong& /*message*/, Outputs& /*out*/) {}

void HubSession::receive(PeerError& message, Outputs& out) {
    if (message.level != ErrorLevel::Frame) end("the terminal: " + message.code, out);
}

void HubSession::receive(Bye& /*message*/, Outputs& out) {
    end("bye", out);
}

void HubSession::on(HubTimePassed& /*input*/, Outputs& out) {
    if (stage_ != Stage::Open) {
        if (now_ms_ - stage_ms_ >= kHandshakeLimitMs) {
            end(stage_ == Stage::Turned ? "turned away" : "no HELLO in time", out);
        }
        return;
    }
    if (now_ms_ - heard_ms_ >= kSilenceLimitMs) return end("silent for 45 seconds", out);
    if (now_ms_ - sent_ms_ >= kPingIntervalMs) send(Ping{wall_ms_}, out);
}

std::int64_t HubSession::wait_until_ms() const {
    if (closed()) return kNever;
    if (stage_ != Stage::Open) return stage_ms_ + kHandshakeLimitMs;
    return std::min(heard_ms_ + kSilenceLimitMs, sent_ms_ + kPingIntervalMs);
}

}  // namespace balie::sync
