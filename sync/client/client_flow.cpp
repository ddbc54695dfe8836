// Pushing and pulling, independent of one another: what is under way, what may follow.
#include "storage/crypto/signing.h"
#include "sync/client/client_session.h"
#include "sync/client/client_tuning.h"
#include "sync/core/limits.h"

#include <algorithm>

namespace balie::sync {

void ClientSession::on(Resumed& input, Outputs& out) {
    if (state_ != ClientState::Resuming) return;
    state_ = ClientState::Syncing;
    heard_ms_ = now_ms_;
    pinged_ms_ = now_ms_;
    progressed();
    sent_seq_ = input.acked_seq;
    applied_to_ = input.cursor;
    received_to_ = input.cursor;
    snapshot_ = std::move(input.snapshot);
    snapshot_received_ = snapshot_;
    own_after_ = std::move(input.own);
    begin_pull(out);
    push_more(out);
}

// --- what may go ----------------------------------------------------------------------------

void ClientSession::on(RulesChanged& input, Outputs& out) {
    if (rules_ == input.rules) return;
    rules_ = input.rules;
    blob_look_again();
    credit_ = std::min(credit_, rules_.credit_max);
    outbox_empty_ = false;
    idle_told_ = false;
    if (!work_under_way()) progressed();
    if (loading_) {
        load_again_ = true;
    } else {
        push_more(out);
    }
}

/// By the rules; a line that is only slow waits for its turn instead.
bool ClientSession::pull_held() const {
    if (rules_.pull_max <= 0) return true;
    if (pulling_) return false;
    return head_wanted_ - (snapshot_ ? 0 : applied_to_) > rules_.pull_max;
}

bool ClientSession::pushing() const {
    return loading_ || !sent_.empty() || acks_being_saved_ > 0 || !(outbox_empty_ || read_only_);
}

bool ClientSession::slow_line() const {
    return best_trip_ms_ && *best_trip_ms_ >= kSlowTripMs;
}

/// On a slow or metered line what was saved here goes first: the acknowledgement of a visit must
/// not stand in a queue behind everything that the office has. Not for ever: when pushing does not
/// get on, pulling does.
void ClientSession::begin_pull(Outputs& out) {
    if (pulling_ || pull_held()) return;
    const bool push_first = rules_.push_first || slow_line();
    if (push_first && pushing() && now_ms_ - progress_ms_ < kPushFirstMs) return;
    pulling_ = true;
    pull_from(applied_to_, out);
}

// --- push -----------------------------------------------------------------------------------

void ClientSession::push_more(Outputs& out) {
    if (!syncing() || read_only_ || resume_from_) return;
    if (loading_ || static_cast<int>(sent_.size()) >= push_window_) return;
    loading_ = true;
    load_again_ = false;
    out.emplace_back(LoadOutbox{sent_seq_, batch_bytes_, rules_.push_to});
}

void ClientSession::on(LocalChangesSaved& /*input*/, Outputs& out) {
    outbox_empty_ = false;
    idle_told_ = false;
    blob_look_again();
    if (!work_under_way()) progressed();  // the watchdog counts from when there is work
    if (loading_) {
        load_again_ = true;
    } else {
        push_more(out);
    }
}

void ClientSession::on(OutboxLoaded& input, Outputs& out) {
    if (!loading_) return;
    loading_ = false;
    if (resume_from_ || input.after_seq != sent_seq_) return;
    outbox_held_ = input.held_back;
    if (input.changes.empty()) {
        outbox_empty_ = !load_again_;
        if (load_again_) push_more(out);
        return;
    }
    if (sent_.empty()) progressed();
    Push push;
    push.first = input.changes.front().id.seq;
    push.previous = input.previous;
    push.clock_offset_ms = clock_offset_ms_;
    Sent sent{push.first, input.changes.back().id.seq, 0, now_ms_};
    for (const Change& change : input.changes) sent.bytes += encoded_bytes(change);
    push.changes = std::move(input.changes);
    sent_seq_ = sent.last;
    sent_.push_back(sent);
    outbox_empty_ = false;
    out.emplace_back(Send{std::move(push)});
    push_more(out);
}

namespace {

/// Verdicts in order, without gaps, over just what was sent.
bool covers(const Ack& ack, std::int64_t first, std::int64_t last) {
    std::int64_t next = first;
    for (const Verdict& verdict : ack.verdicts) {
        if (verdict.first != next || verdict.last < verdict.first || verdict.last > last) {
            return false;
        }
        const auto count = static_cast<std::size_t>(verdict.last - verdict.first + 1);
        const bool set_aside = verdict.kind == VerdictKind::SetAside;
        if (set_aside ? !verdict.effective.empty() : verdict.effective.size() != count) {
            return false;
        }
        next = verdict.last + 1;
    }
    return next == last + 1;
}

}  // namespace

void ClientSession::receive(Ack& message, Outputs& out) {
    if (!syncing() || sent_.empty()) {
        return protest("order", "The hub acknowledged what was not sent", out);
    }
    const Sent batch = sent_.front();
    if (message.acked_seq < batch.last || !covers(message, batch.first, batch.last)) {
        return protest("malformed", "The hub's verdicts do not fit what was sent", out);
    }
    const std::string text = receipt_text(identity_.origin.device, message);
    if (!crypto::verify(identity_.hub_public_key, as_bytes(text), message.signature)) {
        return protest("bad_signature", "The hub's receipt is not signed by this hub", out);
    }
    sent_.pop_front();
    gaps_without_progress_ = 0;
    const std::int64_t took = now_ms_ - batch.sent_ms;
    if (took < kFastAnswerMs) batch_bytes_ = std::min(batch_bytes_ * 2, kBatchBytesMax);
    if (took > kSlowAnswerMs) batch_bytes_ = std::max(batch_bytes_ / 2, kFirstBatchBytes / 2);
    for (const Verdict& verdict : message.verdicts) {
        head_wanted_ = std::max(head_wanted_, verdict.hub_seq);
    }
    ++acks_being_saved_;
    out.emplace_back(SaveAck{std::move(message)});
}

void ClientSession::on(AckSaved& input, Outputs& out) {
    if (acks_being_saved_ > 0) --acks_being_saved_;
    identity_.acked_seq = std::max(identity_.acked_seq, input.acked_seq);
    progressed();
    push_more(out);
}

void ClientSession::gap(std::int64_t expected_seq, Outputs& out) {
    if (sent_.empty()) return protest("order", "The hub refused what was not sent", out);
    sent_.pop_front();
    resume_from_ = resume_from_ ? std::min(*resume_from_, expected_seq) : expected_seq;
    if (expected_seq < 1 || ++gaps_without_progress_ > kGapsMax) {
        end(Error{ErrorCode::Protocol, "The hub keeps asking for other changes than it is sent",
                  std::to_string(expected_seq), ""},
            out);
    }
}

// --- pull -----------------------------------------------------------------------------------

void ClientSession::pull_from(std::int64_t cursor, Outputs& out) {
    // What the hub was given credit for may still come; it is given no more.
    if (pull_held()) pulling_ = false;
    if (!pulling_) return;
    Pull pull{cursor, credit_, snapshot_, {}};
    // Once is enough: the hub keeps it for as long as the snapshot goes on.
    if (snapshot_ && snapshot_ == snapshot_received_) pull.own = own_after_;
    out.emplace_back(Send{std::move(pull)});
}

bool ClientSession::take_in(std::variant<Changes, Snapshot> batch, std::size_t bytes,
                            Outputs& out) {
    waiting_bytes_ += bytes;
    if (waiting_bytes_ > static_cast<std::size_t>(credit_) + kMessageBytesMax) {
        protest("credit", "The hub sent more than it was given credit for", out);
        return false;
    }
    if (!work_under_way()) progressed();
    idle_told_ = false;
    waiting_.emplace_back(std::move(batch), bytes);
    return true;
}

void ClientSession::receive(Changes& message, Outputs& out) {
    if (!syncing()) return protest("order", "The hub sent changes before it was asked", out);
    // A hub that knows of no snapshots sends its log instead.
    if (snapshot_ && snapshot_ == snapshot_received_) {
        snapshot_.reset();
        snapshot_received_.reset();
    }
    if (snapshot_ || message.from != received_to_ || message.to < message.from) {
        return protest("order", "The hub's changes do not follow on what was received", out);
    }
    std::size_t bytes = kBatchBytesLeast;
    for (const LogEntry& entry : message.entries) bytes += encoded_bytes(entry);
    const std::int64_t to = message.to;
    if (!take_in(std::move(message), bytes, out)) return;
    received_to_ = to;
    hub_seq_seen_ = std::max(hub_seq_seen_, to);
    apply_next(out);
}

void ClientSession::receive(Snapshot& message, Outputs& out) {
    if (!syncing() || !snapshot_received_) {
        return protest("order", "The hub sent a snapshot that was not asked for", out);
    }
    const SnapshotPlace& place = *snapshot_received_;
    const bool begins = place.hub_seq == 0;
    if (message.after != place.after || (!begins && message.hub_seq != place.hub_seq) ||
        message.hub_seq < 1 || (message.to == message.after && !message.done)) {
        return protest("order", "The hub's snapshot does not follow on what was received", out);
    }
    const std::size_t bytes = encoded_bytes(message);
    SnapshotPlace next = place_after(place, message.hub_seq, message.to);
    const bool done = message.done;
    if (!take_in(std::move(message), bytes, out)) return;
    hub_seq_seen_ = std::max(hub_seq_seen_, next.hub_seq);
    head_wanted_ = std::max(head_wanted_, next.hub_seq);
    snapshot_received_ = std::move(next);
    if (done) snapshot_received_.reset();
    apply_next(out);
}

void ClientSession::apply_next(Outputs& out) {
    if (applying_ || waiting_.empty()) return;
    applying_ = true;
    auto& next = waiting_.front().first;
    if (auto* changes = std::get_if<Changes>(&next); changes != nullptr) {
        out.emplace_back(ApplyChanges{std::move(*changes)});
    } else {
        out.emplace_back(ApplySnapshot{std::move(std::get<Snapshot>(next))});
    }
}

void ClientSession::applied_one() {
    applying_ = false;
    blob_look_again();
    waiting_bytes_ -= waiting_.front().second;
    waiting_.pop_front();
    progressed();
    // Batches that come quickly one after another: let more of them be under way.
    if (now_ms_ - batch_ms_ < kFastAnswerMs) {
        credit_ = std::min(credit_ * 2, std::min(kPullCreditBytes, rules_.credit_max));
    }
    batch_ms_ = now_ms_;
}

void ClientSession::on(SnapshotApplied& input, Outputs& out) {
    if (!applying_) return;
    applied_one();
    if (input.done) {
        snapshot_.reset();
        applied_to_ = input.cursor;
        received_to_ = input.cursor;
        out.emplace_back(Send{Applied{input.cursor}});
    } else {
        // The hub waits after a digest; what differs is asked for from where it begins.
        if (input.compared) snapshot_received_ = input.place;
        snapshot_ = std::move(input.place);
    }
    pull_from(applied_to_, out);
    apply_next(out);
}

void ClientSession::on(ChangesApplied& input, Outputs& out) {
    if (!applying_) return;
    applied_one();
    applied_to_ = input.cursor;
    out.emplace_back(Send{Applied{input.cursor}});
    pull_from(input.cursor, out);
    std::erase_if(marks_, [&](const Mark& mark) {
        if (mark.seq > applied_to_) return false;
        out.emplace_back(Send{Mark{mark.token, mark.seq, true}});
        return true;
    });
    apply_next(out);
}

void ClientSession::receive(Checkpoint& message, Outputs& out) {
    if (!syncing() || message.hub_seq != received_to_) {
        return protest("order", "The hub's checkpoint is not where its changes are", out);
    }
    hub_seq_seen_ = std::max(hub_seq_seen_, message.hub_seq);
    checkpoint_ = message;
    if (message.own) out.emplace_back(LookForOwn{*message.own});
}

void ClientSession::on(OwnLooked& input, Outputs& out) {
    if (input.here || !syncing()) return;
    out.emplace_back(Send{Bye{"another copy of this terminal has worked"}});
    end(Error{ErrorCode::Protocol, "Another copy of this terminal has sent what is not here", "",
              "It connects again and goes on under a new number"},
        out, 0);
}

void ClientSession::compare_next(Outputs& out) {
    if (!checkpoint_ || comparing_ || applying_ || !waiting_.empty()) return;
    if (checkpoint_->hub_seq != applied_to_) {
        checkpoint_.reset();  // changes came after it: a later one will tell
        return;
    }
    comparing_ = true;
    compared_at_ = checkpoint_->hub_seq;
    out.emplace_back(CompareDigest{*checkpoint_});
    checkpoint_.reset();
}

void ClientSession::on(DigestCompared& input, Outputs& out) {
    if (!comparing_) return;
    comparing_ = false;
    digest_differs_ = !input.equal;
    progressed();
    if (input.repair) {
        out.emplace_back(Send{Bye{"the copy is read anew"}});
        return end(Error{ErrorCode::Corrupt, "The copy here was not equal to the hub's",
                         "cursor " + std::to_string(applied_to_), "It is read anew by itself"},
                   out, 0);
    }
    if (!input.more_to_send) return;
    LocalChangesSaved saved;
    on(saved, out);
}

void ClientSession::receive(Mark& message, Outputs& out) {
    if (!syncing()) return protest("order", "The hub set a mark before it welcomed", out);
    if (message.reached) return;
    if (message.seq <= applied_to_) {
        out.emplace_back(Send{Mark{message.token, message.seq, true}});
    } else if (marks_.size() < kMarksMax) {
        marks_.push_back(message);
    }
}

// --- what follows ---------------------------------------------------------------------------

bool ClientSession::records_under_way() const {
    return loading_ || !sent_.empty() || acks_being_saved_ > 0 || !waiting_.empty() || comparing_ ||
           (!pull_held() && compared_at_ < head_wanted_);
}

bool ClientSession::work_under_way() const {
    return records_under_way() || blob_stage_ == BlobStage::Asked;
}

std::int64_t ClientSession::progress_limit_ms() const {
    const std::size_t pushed = sent_.empty() ? 0 : sent_.front().bytes;
    const auto batch = std::min(credit_, static_cast<std::int64_t>(kBatchBytesMax));
    const auto chunk = blob_stage_ == BlobStage::Asked ? static_cast<std::int64_t>(blob_chunk_) : 0;
    const std::int64_t bytes = static_cast<std::int64_t>(pushed) + batch + chunk;
    return kProgressLimitMs + bytes * 1000 / kSlowestBytesPerSecond;
}

bool ClientSession::records_idle() const {
    return syncing() && !records_under_way() && (outbox_empty_ || read_only_) &&
           (pull_held() || compared_at_ == applied_to_);
}

bool ClientSession::idle() const {
    return records_idle() && blobs_idle();
}

void ClientSession::settle(Outputs& out) {
    if (!syncing()) return;
    if (resume_from_ && sent_.empty() && !loading_) {
        sent_seq_ = *resume_from_ - 1;
        resume_from_.reset();
        push_more(out);
    }
    send_asks(out);
    begin_pull(out);
    compare_next(out);
    blob_next(out);
    state_ = records_idle() ? ClientState::Live : ClientState::Syncing;
    if (!idle()) return;
    if (!idle_told_ && !digest_differs_) {
        out.emplace_back(Idle{applied_to_, pull_held() || outbox_held_ || blobs_held_});
    }
    idle_told_ = true;
    if (!finish_ || !asked_.empty()) return;
    out.emplace_back(Send{Bye{"done"}});
    if (digest_differs_) {
        return end(Error{ErrorCode::Corrupt, "The copy here is not equal to the hub's",
                         "cursor " + std::to_string(applied_to_), "Run: balie doctor"},
                   out);
    }
    if (read_only_ && identity_.pending > 0) {
        return end(Error{ErrorCode::Denied, "The hub takes no changes of this device at present",
                         "", "Ask the office"},
                   out);
    }
    end(std::nullopt, out);
}

}  // namespace balie::sync
