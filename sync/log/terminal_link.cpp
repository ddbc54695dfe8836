// Inputs in, outputs carried out, answers fed back: until there is nothing left to do.
#include "sync/log/terminal_link.h"

#include "sync/protocol/codec.h"

#include <deque>

namespace balie::sync {

TerminalLink::TerminalLink(TerminalReplica& replica, Clock& clock, std::string program,
                           std::string hub_address, LinkCallbacks callbacks)
    : replica_(&replica),
      clock_(&clock),
      program_(std::move(program)),
      hub_address_(std::move(hub_address)),
      callbacks_(std::move(callbacks)) {}

Result<TerminalLink> TerminalLink::for_device(TerminalReplica& replica, Clock& clock,
                                              std::string program, LinkCallbacks callbacks) {
    BALIE_ASSIGN(Identity identity, replica.identity(program));
    TerminalLink link(replica, clock, std::move(program), {}, std::move(callbacks));
    link.session_ = std::make_unique<ClientSession>(std::move(identity), clock.steady_ms());
    return link;
}

TerminalLink TerminalLink::for_enrolment(TerminalReplica& replica, Clock& clock,
                                         EnrolRequest request, std::string hub_address,
                                         LinkCallbacks callbacks) {
    std::string program = request.program;
    TerminalLink link(replica, clock, std::move(program), std::move(hub_address),
                      std::move(callbacks));
    link.session_ = std::make_unique<ClientSession>(std::move(request), clock.steady_ms());
    return link;
}

void TerminalLink::received(std::string_view bytes) {
    if (closed_) return;
    auto message = decode(bytes);
    if (message.ok()) {
        feed(MessageReceived{std::move(message).value()});
    } else {
        feed(GarbageReceived{std::move(message).error()});
    }
}

void TerminalLink::local_changes_saved() {
    feed(LocalChangesSaved{});
}
void TerminalLink::finish_when_idle() {
    feed(FinishWhenIdle{});
}
void TerminalLink::tick() {
    feed(TimePassed{});
}

std::int64_t TerminalLink::wait_until_ms() const {
    return session_->wait_until_ms();
}

void TerminalLink::feed(ClientInput input) {
    std::deque<ClientInput> inputs;
    inputs.push_back(std::move(input));
    while (!inputs.empty() && !closed_) {
        ClientInput next = std::move(inputs.front());
        inputs.pop_front();
        auto outputs = session_->step(std::move(next), clock_->steady_ms(), clock_->wall_ms());
        for (ClientOutput& output : outputs) {
            auto answer = carry_out(std::move(output));
            if (answer) inputs.push_back(*std::move(answer));
        }
    }
}

namespace {

/// The value as the input it is, or Failed.
template <typename T>
ClientInput answered(Result<T> result) {
    if (result.ok()) return std::move(result).value();
    return Failed{std::move(result).error()};
}

}  // namespace

std::optional<ClientInput> TerminalLink::carry_out(ClientOutput output) {
    if (auto* send = std::get_if<Send>(&output); send != nullptr) {
        callbacks_.send(encode(send->message));
    } else if (auto* need = std::get_if<NeedSignature>(&output); need != nullptr) {
        auto signature = callbacks_.sign(need->text);
        if (!signature.ok()) return Failed{std::move(signature).error()};
        return Signed{std::move(signature).value()};
    } else if (auto* save = std::get_if<SaveEnrolment>(&output); save != nullptr) {
        auto identity =
            replica_->save_enrolment(save->enrolled, save->challenge, hub_address_, program_);
        if (!identity.ok()) return Failed{std::move(identity).error()};
        if (callbacks_.progressed) callbacks_.progressed();
        return EnrolmentSaved{std::move(identity).value()};
    } else if (auto* resume = std::get_if<PrepareResume>(&output); resume != nullptr) {
        const std::int64_t offset = session_->clock_offset_ms();
        auto noted = replica_->note_contact(clock_->wall_ms(), offset, resume->welcome.hub_seq);
        if (!noted.ok()) return Failed{std::move(noted).error()};
        return answered(replica_->prepare_resume(resume->welcome, offset, resume->hub_lost));
    } else if (auto* load = std::get_if<LoadOutbox>(&output); load != nullptr) {
        return answered(replica_->load_outbox(load->after_seq, load->bytes_max));
    } else if (auto* ack = std::get_if<SaveAck>(&output); ack != nullptr) {
        auto saved = replica_->save_ack(ack->ack);
        if (saved.ok() && callbacks_.progressed) callbacks_.progressed();
        return answered(std::move(saved));
    } else if (auto* apply = std::get_if<ApplyChanges>(&output); apply != nullptr) {
        auto applied = replica_->apply_changes(apply->changes);
        if (applied.ok() && callbacks_.progressed) callbacks_.progressed();
        return answered(std::move(applied));
    } else if (auto* compare = std::get_if<CompareDigest>(&output); compare != nullptr) {
        return answered(replica_->compare_digest(compare->checkpoint));
    } else if (auto* needed = std::get_if<NewIncarnationNeeded>(&output); needed != nullptr) {
        auto known = needed->stale_hello ? replica_->has_change(needed->hub_seq, needed->hub_hash)
                                         : Result<bool>(false);
        if (!known.ok()) return Failed{std::move(known).error()};
        overtaken_ = *known;
        if (overtaken_) return std::nullopt;
        auto started = replica_->start_new_incarnation();
        if (!started.ok()) return Failed{std::move(started).error()};
        if (callbacks_.progressed) callbacks_.progressed();
    } else if (auto* wipe = std::get_if<WipeOrdered>(&output); wipe != nullptr) {
        if (callbacks_.wipe) callbacks_.wipe(wipe->text);
    } else if (auto* idle = std::get_if<Idle>(&output); idle != nullptr) {
        ignore(replica_->note_contact(clock_->wall_ms(), session_->clock_offset_ms(),
                                      session_->hub_seq_seen()),
               "only for the status line; the next contact says it again");
        if (callbacks_.idle) callbacks_.idle(idle->cursor);
    } else if (auto* end = std::get_if<Disconnect>(&output); end != nullptr) {
        closed_ = true;
        if (overtaken_) {
            end->error = Error{ErrorCode::Busy, "Another session of this device was ahead", "",
                               "The terminal connects again"};
        }
        callbacks_.disconnect(*end);
    }
    return std::nullopt;
}

}  // namespace balie::sync
