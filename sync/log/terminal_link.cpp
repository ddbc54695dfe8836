// Inputs in, outputs carried out, answers fed back: until there is nothing left to do.
#include "sync/log/terminal_link.h"

#include "sync/protocol/codec.h"

#include <deque>
#include <utility>

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

void TerminalLink::received_all(const std::vector<std::string>& messages) {
    if (messages.size() == 1) return received(messages.front());
    auto group = replica_->group_commits();
    if (!group.ok()) {
        // The database is busy or full: one by one each says so itself.
        for (const std::string& bytes : messages) received(bytes);
        return;
    }
    grouping_ = true;
    for (const std::string& bytes : messages) received(bytes);
    grouping_ = false;
    if (const auto done = group->commit(); !done.ok()) return give_up_group(done.error());
    // A callback may end this link's owner: nothing of it is touched afterwards.
    const auto held = std::exchange(held_, {});
    const bool progressed = std::exchange(progressed_, false);
    const auto on_progress = callbacks_.progressed;
    // Before what is held: the last that is told may be that all is exchanged.
    if (progressed && on_progress) on_progress();
    for (const auto& callback : held) callback();
}

void TerminalLink::give_up_group(const Error& why) {
    held_.clear();
    progressed_ = false;
    if (closed_) {
        // What the hub has refused for good stays so; what was decided here was not kept.
        const bool refused = closing_ && closing_->final;
        callbacks_.disconnect(refused ? *closing_ : Disconnect{.error = why});
    } else {
        feed(Failed{why});
    }
}

void TerminalLink::tell(std::function<void()> callback) {
    if (grouping_) {
        held_.push_back(std::move(callback));
    } else {
        callback();
    }
}

void TerminalLink::tell_progress() {
    if (grouping_) {
        progressed_ = true;
    } else if (callbacks_.progressed) {
        callbacks_.progressed();
    }
}

void TerminalLink::local_changes_saved() {
    feed(LocalChangesSaved{});
}
void TerminalLink::set_rules(const LinkRules& rules) {
    feed(RulesChanged{rules});
}
void TerminalLink::network_changed() {
    feed(NetworkChanged{});
}
void TerminalLink::finish_when_idle() {
    feed(FinishWhenIdle{});
}
void TerminalLink::ask(HubQuestion question) {
    feed(AskHub{std::move(question)});
}
void TerminalLink::tick() {
    const auto overtaken = overtaken_by_reread();
    if (!overtaken.ok()) return feed(Failed{overtaken.error()});
    if (*overtaken) {
        return feed(Failed{Error{ErrorCode::Busy, "Another session of this device was ahead",
                                 "the copy is read anew", "The terminal connects again"}});
    }
    feed(TimePassed{});
}

Result<bool> TerminalLink::overtaken_by_reread() {
    if (closed_ || session_->state() != ClientState::Live) return false;
    BALIE_ASSIGN(const std::int64_t cursor, replica_->cursor());
    return cursor < session_->applied_to();
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

TerminalLink::Answer TerminalLink::carry_out(ClientOutput output) {
    return std::visit([this](auto& each) { return answer(each); }, output);
}

TerminalLink::Answer TerminalLink::answer(Send& send) {
    tell([this, bytes = encode(send.message)]() mutable { callbacks_.send(std::move(bytes)); });
    return std::nullopt;
}

TerminalLink::Answer TerminalLink::answer(NeedSignature& need) {
    auto signature = callbacks_.sign(need.text);
    if (!signature.ok()) return Failed{std::move(signature).error()};
    return Signed{std::move(signature).value()};
}

TerminalLink::Answer TerminalLink::answer(SaveEnrolment& save) {
    auto identity = replica_->save_enrolment(save.enrolled, save.challenge, hub_address_, program_);
    if (!identity.ok()) return Failed{std::move(identity).error()};
    tell_progress();
    return EnrolmentSaved{std::move(identity).value()};
}

TerminalLink::Answer TerminalLink::answer(PrepareResume& resume) {
    const std::int64_t offset = session_->clock_offset_ms();
    auto noted = replica_->note_contact(clock_->wall_ms(), offset, resume.welcome.hub_seq);
    if (!noted.ok()) return Failed{std::move(noted).error()};
    auto resumed = replica_->prepare_resume(resume.welcome, offset, resume.hub_lost);
    if (resumed.ok() || resumed.error().code != ErrorCode::Conflict) {
        return answered(std::move(resumed));
    }
    // Longer than the hub's log and yet another one: an older copy that was worked with.
    NewIncarnationNeeded needed{resumed.error().what, 0, {}, false, resume.welcome.known_first,
                                resume.welcome.known};
    if (auto failed = answer(needed)) return failed;
    return Failed{std::move(resumed).error()};
}

TerminalLink::Answer TerminalLink::answer(LoadOutbox& load) {
    return answered(replica_->load_outbox(load.after_seq, load.bytes_max, load.to_seq));
}

TerminalLink::Answer TerminalLink::answer(SaveAck& ack) {
    auto saved = replica_->save_ack(ack.ack);
    if (saved.ok()) tell_progress();
    return answered(std::move(saved));
}

TerminalLink::Answer TerminalLink::answer(ApplyChanges& apply) {
    auto applied = replica_->apply_changes(apply.changes);
    if (applied.ok()) tell_progress();
    return answered(std::move(applied));
}

TerminalLink::Answer TerminalLink::answer(ApplySnapshot& apply) {
    auto applied = replica_->apply_snapshot(apply.part);
    if (applied.ok()) tell_progress();
    return answered(std::move(applied));
}

TerminalLink::Answer TerminalLink::answer(CompareDigest& compare) {
    return answered(replica_->compare_digest(compare.checkpoint));
}

TerminalLink::Answer TerminalLink::answer(LookForOwn& look) {
    auto here = replica_->has_change(look.own.seq, look.own.hash);
    if (!here.ok()) return Failed{std::move(here).error()};
    return OwnLooked{*here};
}

TerminalLink::Answer TerminalLink::answer(FindBlobTask& find) {
    auto book = replica_->attachments();
    if (!book) return BlobTaskFound{};
    return answered(book->find_task(find));
}

TerminalLink::Answer TerminalLink::answer(ReadBlob& read) {
    return answered(replica_->attachments()->read(read));
}

TerminalLink::Answer TerminalLink::answer(SaveBlob& save) {
    auto saved = replica_->attachments()->save(save);
    if (saved.ok() && saved->done) tell_progress();
    return answered(std::move(saved));
}

TerminalLink::Answer TerminalLink::answer(NoteBlob& note) {
    const Outcome noted = replica_->attachments()->note(note);
    if (!noted.ok()) return Failed{noted.error()};
    tell_progress();
    return BlobNoted{};
}

TerminalLink::Answer TerminalLink::answer(NewIncarnationNeeded& needed) {
    auto known = needed.stale_hello ? replica_->has_change(needed.hub_seq, needed.hub_hash)
                                    : Result<bool>(false);
    if (!known.ok()) return Failed{std::move(known).error()};
    overtaken_ = *known;
    if (overtaken_) return std::nullopt;
    auto started = replica_->start_new_incarnation(needed.text, needed.known_first, needed.known);
    if (!started.ok()) return Failed{std::move(started).error()};
    tell_progress();
    return std::nullopt;
}

TerminalLink::Answer TerminalLink::answer(WipeOrdered& wipe) {
    if (callbacks_.wipe) {
        tell([this, text = wipe.text] { callbacks_.wipe(text); });
    }
    return std::nullopt;
}

TerminalLink::Answer TerminalLink::answer(Idle& idle) {
    // Also where the hub takes no attachments: what left takes its bytes along.
    if (auto book = replica_->attachments()) {
        ignore(book->tidy(), "the next time that all is exchanged does it");
    }
    ignore(replica_->note_contact(clock_->wall_ms(), session_->clock_offset_ms(),
                                  session_->hub_seq_seen()),
           "only for the status line; the next contact says it again");
    if (callbacks_.idle) {
        tell([this, idle] { callbacks_.idle(idle.cursor, idle.held); });
    }
    return std::nullopt;
}

TerminalLink::Answer TerminalLink::answer(HubAnswered& answered) {
    const auto* fetch = std::get_if<Fetch>(&answered.question);
    const auto* fetched = std::get_if<Fetched>(&answered.answer);
    if (fetch != nullptr && fetched != nullptr && fetched->refusal.code.empty()) {
        ignore(replica_->note_fetched(*fetch, fetched->until_ms, session_->clock_offset_ms()),
               "the customer comes all the same; only until when is not shown");
    }
    if (callbacks_.answered) {
        tell([this, told = answered] { callbacks_.answered(told.question, told.answer); });
    }
    return std::nullopt;
}

TerminalLink::Answer TerminalLink::answer(Disconnect& end) {
    closed_ = true;
    if (overtaken_) {
        end.error = Error{ErrorCode::Busy, "Another session of this device was ahead", "",
                          "The terminal connects again"};
    }
    closing_ = end;
    tell([this] { callbacks_.disconnect(*closing_); });
    return std::nullopt;
}

}  // namespace balie::sync
