// A hub that says anything in any order, against the terminal's side of a connection; the store
// behind it answers when it likes. What must hold is checked at every output.
#include "sync/client/client_session.h"
#include "sync/core/limits.h"
#include "sync/protocol/codec.h"
#include "tests/fuzz/entry.h"
#include "tests/fuzz/messages.h"
#include "tests/unit/sync/samples.h"

#include <algorithm>
#include <deque>

namespace balie::fuzz {

namespace {

using test::sample_change;
using test::sample_id;
using test::sample_key;
using test::sample_origin;
using test::sign_text;
using test::to_bytes;

constexpr std::int64_t kWall = 1'700'000'000'000;
/// What the hub may have sent and the store has not applied, at most.
constexpr std::size_t kHeldBytesMax =
    static_cast<std::size_t>(sync::kPullCreditBytes) + 2 * sync::kMessageBytesMax;
constexpr std::size_t kHeldBatchesMax = 4096;

const crypto::KeyPair& hub_key() {
    static const auto kKey = sample_key(1);
    return kKey;
}

sync::Identity an_identity() {
    sync::Identity identity;
    identity.hub = sample_id<HubId>(1);
    identity.origin = sample_origin(1);
    identity.program = "balie 0.1.0";
    identity.schema_version = 1;
    identity.hub_public_key = to_bytes(hub_key().public_key());
    return identity;
}

class ClientRun {
  public:
    explicit ClientRun(std::string_view bytes)
        : input_(bytes),
          session_(input_.pick(4) == 3
                       ? sync::ClientSession(
                             sync::EnrolRequest{"7ZQ4", Bytes(32, 1), "van", "balie"}, now_)
                       : sync::ClientSession(an_identity(), now_)) {}

    void run() {
        while (!input_.empty()) act();
        drain();
    }

  private:
    void act() {
        switch (input_.pick(17)) {
            case 16:
                return receive(some_snapshot());
            case 0:
                return pass_time();
            case 1:
                return receive(sync::Challenge{1, 1, sample_id<HubId>(1), sample_id<HubEpoch>(2),
                                               Bytes(32, 7)});
            case 2:
                return step(sync::GarbageReceived{make_garbage(input_)});
            case 3:
                return receive(a_welcome());
            case 4:
                return acknowledge();
            case 5:
            case 6:
                return receive(some_changes());
            case 7:
                return receive(a_checkpoint());
            case 8:
            case 9:
            case 10:
            case 11:
                return answer(input_.pick(16) == 15);
            case 12:
                return step(sync::LocalChangesSaved{});
            case 13:
                if (input_.pick(4) == 3) return step(sync::FinishWhenIdle{});
                return receive(sync::Mark{std::string(input_.text().size() % 200, 'm'),
                                          input_.count(), input_.flag()});
            default:
                return receive(make_message(input_));
        }
    }

    void pass_time() {
        constexpr std::array<std::int64_t, 7> kSteps{0,
                                                     1,
                                                     999,
                                                     sync::kPingIntervalMs,
                                                     sync::kHandshakeLimitMs,
                                                     sync::kSilenceLimitMs,
                                                     sync::kProgressLimitMs};
        now_ += kSteps[input_.pick(kSteps.size())];
        if (input_.pick(8) == 7) skew_ = input_.number() % (std::int64_t{1} << 47);
        step(sync::TimePassed{});
        expect(session_.wait_until_ms() > now_, "a session wants to be woken at once, for ever");
    }

    sync::Welcome a_welcome() {
        sync::Welcome welcome;
        welcome.wall_ms = kWall;
        welcome.hub_seq = input_.count();
        welcome.acked_seq = input_.pick(4) == 3 ? input_.count() : 0;
        welcome.cursor = input_.pick(4) == 3 ? input_.count() : 0;
        welcome.push_window = static_cast<int>(input_.byte());
        return welcome;
    }

    sync::Checkpoint a_checkpoint() {
        sync::Checkpoint checkpoint{input_.flag() ? received_to_ : input_.count(), {}, {}};
        if (input_.pick(4) == 3) checkpoint.own = {input_.count(), {}};
        return checkpoint;
    }

    sync::Changes some_changes() {
        const std::int64_t from = input_.pick(16) == 15 ? input_.count() : received_to_;
        const std::int64_t step = input_.pick(8) == 7 ? input_.count() : input_.byte();
        const std::int64_t room = std::numeric_limits<std::int64_t>::max() - from;
        return make_changes(input_, from, from + std::min(step, room));
    }

    sync::Snapshot some_snapshot() {
        const bool fits = input_.pick(16) != 15;
        const std::int64_t hub_seq = begun_at_ > 0 && fits ? begun_at_ : 1 + input_.byte();
        const std::string after = fits ? place_received_.value_or("") : a_place(input_);
        return make_snapshot(input_, hub_seq, after, "customer/" + std::to_string(++places_));
    }

    /// What the session may have to apply of a message that it gets now.
    void hold(const sync::Message& message) {
        if (const auto* changes = std::get_if<sync::Changes>(&message)) {
            // A hub that knows of no snapshots sends its log.
            if (place_received_ && place_received_ == place_applied_) place_received_.reset();
            if (place_received_ || changes->from != received_to_) return;
            Held held{changes->to, 0, {}, false};
            for (const auto& entry : changes->entries) held.bytes += sync::encoded_bytes(entry);
            received_to_ = changes->to;
            held_bytes_ += held.bytes;
            held_.push_back(held);
        } else if (const auto* part = std::get_if<sync::Snapshot>(&message)) {
            const bool begins = begun_at_ == 0;
            if (!place_received_ || part->after != *place_received_ || part->hub_seq < 1 ||
                (!begins && part->hub_seq != begun_at_)) {
                return;
            }
            Held held{part->hub_seq, sync::encoded_bytes(*part), part->to, part->done};
            begun_at_ = part->hub_seq;
            place_received_ = part->to;
            if (part->done) place_received_.reset();
            held_bytes_ += held.bytes;
            held_.push_back(held);
        }
    }

    /// A receipt for the batch that was sent first; in order, or spoilt a little.
    void acknowledge() {
        if (pushed_.empty()) return receive(sync::Ack{});
        sync::Ack ack;
        const sync::Push& push = pushed_.front();
        const auto last = push.first + static_cast<std::int64_t>(push.changes.size()) - 1;
        ack.acked_seq = last;
        ack.wall_ms = kWall;
        std::int64_t seq = push.first;
        for (const auto& change : push.changes) {
            ack.verdicts.push_back({change.transaction,
                                    seq,
                                    seq,
                                    sync::VerdictKind::Applied,
                                    "",
                                    "",
                                    input_.count(),
                                    {change.raw}});
            ++seq;
        }
        const std::size_t spoilt = input_.pick(8);
        if (spoilt == 5) ack.verdicts.back().last = input_.count();
        if (spoilt == 6) ack.acked_seq = input_.count();
        ack.signature = sign_text(hub_key(), sync::receipt_text(sample_origin(1).device, ack));
        if (spoilt == 7) ack.signature[input_.pick(64)] ^= 1;
        true_receipts_ += spoilt == 7 ? 0 : 1;
        receive(std::move(ack));
    }

    void receive(sync::Message message) {
        const auto before = session_.state();
        const bool syncing =
            before == sync::ClientState::Syncing || before == sync::ClientState::Live;
        if (syncing) hold(message);
        const auto* error = std::get_if<sync::PeerError>(&message);
        const bool gap = error != nullptr && error->code == "gap" && syncing;
        if (gap && !pushed_.empty()) pushed_.pop_front();
        step(sync::MessageReceived{std::move(message)});
    }

    void step(sync::ClientInput given) {
        const auto outputs = session_.step(std::move(given), now_, kWall + now_ + skew_);
        expect(!closed_ || outputs.empty(), "something is done after the end");
        for (const sync::ClientOutput& output : outputs) {
            expect(!closed_, "something is done after the end");
            std::visit([this](const auto& each) { watch(each); }, output);
        }
        if (closed_) {
            expect(session_.state() == sync::ClientState::Closed, "a session outlives its end");
            return;
        }
        expect(pushed_.size() <= static_cast<std::size_t>(sync::kPushWindow),
               "more batches are unanswered than the window allows");
        expect(held_bytes_ <= kHeldBytesMax, "more is held than there was credit for");
        expect(held_.size() <= kHeldBatchesMax, "batches are held without end");
    }

    enum class Wait : std::uint8_t {
        Sign,
        Enrolment,
        Resume,
        Outbox,
        Ack,
        Apply,
        Snapshot,
        Compare,
        Look
    };

    void ask(Wait what) {
        const bool twice = std::find(waiting_.begin(), waiting_.end(), what) != waiting_.end();
        expect(!twice || what == Wait::Ack || what == Wait::Look,
               "the same is asked for twice at once");
        waiting_.push_back(what);
    }

    void watch(const sync::Send& output) {
        expect_readable(output.message);
        if (const auto* push = std::get_if<sync::Push>(&output.message)) pushed_.push_back(*push);
    }
    void watch(const sync::NeedSignature&) { ask(Wait::Sign); }
    void watch(const sync::SaveEnrolment&) { ask(Wait::Enrolment); }
    void watch(const sync::PrepareResume& output) {
        welcome_ = output.welcome;
        ask(Wait::Resume);
    }
    void watch(const sync::LoadOutbox& output) {
        expect(output.bytes_max <= sync::kBatchBytesMax, "too large a batch is asked for");
        expect(output.after_seq >= 0, "changes before the first are asked for");
        outbox_after_ = output.after_seq;
        ask(Wait::Outbox);
    }
    void watch(const sync::SaveAck& output) {
        expect(true_receipts_ > 0, "a receipt is believed that the hub did not sign");
        expect(!pushed_.empty(), "a receipt is believed for what was not sent");
        const auto count = static_cast<std::int64_t>(pushed_.front().changes.size());
        expect(output.ack.acked_seq >= pushed_.front().first + count - 1,
               "a receipt is believed that covers only a part");
        pushed_.pop_front();
        acked_ = output.ack.acked_seq;
        ask(Wait::Ack);
    }
    void watch(const sync::ApplyChanges& output) {
        expect(output.changes.from == applying_to_, "changes are applied with a gap between them");
        applying_to_ = output.changes.to;
        ask(Wait::Apply);
    }
    void watch(const sync::ApplySnapshot& output) {
        expect(place_applied_ && output.part.after == *place_applied_,
               "a part of a snapshot is applied that does not follow");
        ask(Wait::Snapshot);
    }
    void watch(const sync::CompareDigest& output) {
        expect(output.checkpoint.hub_seq == applied_to_, "a digest is compared at another place");
        ask(Wait::Compare);
    }
    void watch(const sync::LookForOwn&) { ask(Wait::Look); }
    // Not answered: a disk that never comes back must not stop the session either.
    void watch(const sync::FindBlobTask& output) {
        expect(output.bytes_max >= 0, "files of no size are looked for");
    }
    void watch(const sync::ReadBlob&) {}
    void watch(const sync::SaveBlob&) {}
    void watch(const sync::NoteBlob&) {}
    void watch(const sync::NewIncarnationNeeded&) {}
    void watch(const sync::WipeOrdered&) {}
    void watch(const sync::HubAnswered&) { throw Broken("an answer to what nobody asked"); }
    void watch(const sync::Idle&) {
        expect(held_.empty() && pushed_.empty(), "nothing to do, it says, and there is");
    }
    void watch(const sync::Disconnect&) { closed_ = true; }

    /// The store answers what was asked first.
    void answer(bool fail) {
        if (waiting_.empty()) return;
        const Wait asked = waiting_.front();
        waiting_.pop_front();
        if (fail) return step(sync::Failed{Error{ErrorCode::Io, "disk", "", ""}});
        switch (asked) {
            case Wait::Sign:
                return step(sync::Signed{Bytes(64, 3)});
            case Wait::Enrolment:
                return step(sync::EnrolmentSaved{an_identity()});
            case Wait::Resume:
                return resume();
            case Wait::Outbox:
                return load();
            case Wait::Ack:
                return step(sync::AckSaved{acked_});
            case Wait::Look:
                return step(sync::OwnLooked{input_.pick(8) != 7});
            case Wait::Apply:
                applied_to_ = held_.front().to;
                held_bytes_ -= held_.front().bytes;
                held_.pop_front();
                return step(sync::ChangesApplied{applied_to_});
            case Wait::Snapshot:
                return applied_part();
            case Wait::Compare:
                return step(sync::DigestCompared{input_.pick(8) != 7, false, input_.pick(8) == 7});
        }
    }

    void resume() {
        received_to_ = applied_to_ = applying_to_ = welcome_.cursor;
        sync::Resumed resumed{welcome_.cursor, welcome_.acked_seq, {}, {}};
        if (input_.pick(4) == 3) {
            resumed.snapshot = sync::SnapshotPlace{};
            place_received_ = place_applied_ = "";
        }
        step(std::move(resumed));
    }

    void applied_part() {
        const Held held = held_.front();
        held_.pop_front();
        held_bytes_ -= held.bytes;
        if (held.done) {
            place_applied_.reset();
            received_to_ = applied_to_ = applying_to_ = held.to;
        } else {
            place_applied_ = held.place;
        }
        step(sync::SnapshotApplied{{held.to, held.place}, held.done, held.done ? held.to : 0});
    }

    void load() {
        sync::OutboxLoaded loaded;
        loaded.after_seq = outbox_after_;
        // The log here ends somewhere, wherever the hub thinks it does.
        const std::int64_t count = outbox_after_ > 1000 ? 0 : input_.byte() % 4;
        for (std::int64_t seq = outbox_after_ + 1; seq <= outbox_after_ + count; ++seq) {
            loaded.changes.push_back(sample_change(sample_origin(1), seq, sync::kChainStart));
        }
        step(std::move(loaded));
    }

    /// When the hub says nothing more, what is held is applied, and then it is quiet.
    void drain() {
        for (std::size_t i = 0; i < 3 * kHeldBatchesMax && !waiting_.empty(); ++i) answer(false);
        expect(waiting_.empty(), "the store is asked for ever");
        if (!closed_) expect(held_.empty(), "batches are held that nobody applies");
    }

    struct Held {
        std::int64_t to{};
        std::size_t bytes{};
        std::string place{};  ///< of a part of a snapshot
        bool done{};
    };

    Input input_;
    std::int64_t now_{1000};
    std::int64_t skew_{0};
    sync::ClientSession session_;
    bool closed_{false};
    sync::Welcome welcome_;
    std::int64_t outbox_after_{0};
    std::int64_t acked_{0};
    std::int64_t received_to_{0};
    std::int64_t applied_to_{0};
    std::int64_t applying_to_{0};
    std::optional<std::string> place_received_;
    std::optional<std::string> place_applied_;
    std::int64_t begun_at_{0};
    int places_{0};
    int true_receipts_{0};
    std::deque<sync::Push> pushed_;
    std::deque<Held> held_;
    std::size_t held_bytes_{0};
    std::deque<Wait> waiting_;
};

void run_client_session(std::string_view bytes) {
    ClientRun(bytes).run();
}

/// Bytes as act() reads them: CHALLENGE, signed, WELCOME, resumed; then what is named.
std::string welcomed(const std::string& then) {
    return literal("\x00\x01\x08\x00\x03\x05\x00\x00\x04\x08\x00") + then;
}

std::vector<std::string> client_session_seeds() {
    const std::string loaded = literal("\x08\x00\x02");
    const std::string answered = literal("\x08\x00");
    const std::string acked = literal("\x04\x05\x06\x00");
    const std::string changes = literal("\x05\x00\x00\x05\x02\x01\x00\x09\x03\x00\x07");
    const std::string checkpoint = literal("\x07\x01");
    const std::string finish = literal("\x0D\x03");
    std::string many;
    for (int i = 0; i < 60; ++i) many += literal("\x05\x00\x00\x00\x00");
    const std::string snapshot =
        literal("\x00\x01\x08\x00\x03\x05\x00\x00\x04\x08\x00\x03\x08\x00\x00") +
        literal("\x10\x00\x04\x00\x01\x07\x05\x02\x00\x00\x08\x00\x10\x00\x01\x00\x00\x08\x00");
    return {snapshot,
            welcomed(loaded + acked + answered),
            welcomed(loaded + changes + answered + checkpoint + answered + answered),
            welcomed(loaded + many + answered + answered),
            welcomed(finish + literal("\x08\x00\x00\x07\x01\x08\x00\x00")),
            literal("\x03\x01\x08\x00\x0E\x02\x08\x00\x08\x00")};
}

}  // namespace

Entry client_session_entry() {
    return {"fuzz_client_session", run_client_session, client_session_seeds};
}

}  // namespace balie::fuzz
