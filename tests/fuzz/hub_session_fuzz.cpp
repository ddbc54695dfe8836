// A terminal that says anything in any order, against the hub's side of a connection; the store
// behind it answers when it likes, well or with an error. What must hold is in Watch.
#include "sync/core/limits.h"
#include "sync/hub/hub_session.h"
#include "sync/protocol/codec.h"
#include "tests/fuzz/entry.h"
#include "tests/fuzz/messages.h"
#include "tests/unit/sync/samples.h"

#include <algorithm>
#include <deque>

namespace balie::fuzz {

namespace {

using test::sample_id;
using test::sample_key;
using test::sample_origin;
using test::sign_text;
using test::to_bytes;

constexpr std::int64_t kWall = 1'700'000'000'000;
constexpr std::size_t kPushChangesMax = 1024;
/// Batches that are sent without being asked for, at most: each counts for something, however
/// empty.
constexpr std::int64_t kBatchesUnasked = sync::kPullCreditBytes / 256 + 2;

const crypto::KeyPair& device_key() {
    static const auto kKey = sample_key(2);
    return kKey;
}

class HubRun {
  public:
    explicit HubRun(std::string_view bytes)
        : input_(bytes),
          session_({sample_id<HubId>(1), sample_id<HubEpoch>(2)}, Bytes(32, 7), now_) {}

    void run() {
        take(session_.start());
        while (!input_.empty()) {
            act();
            expect(!closed_ || session_.closed(), "a session goes on after it ended");
        }
    }

  private:
    void act() {
        switch (input_.pick(16)) {
            case 0:
            case 1:
                return pass_time();
            case 2:
                return receive(a_hello());
            case 3:
                return receive(an_enrol());
            case 4:
                return step(sync::HubGarbageReceived{make_garbage(input_)});
            case 5:
                return receive(make_push(input_));
            case 6:
                return receive(a_pull());
            case 7:
                return receive(sync::Applied{a_cursor()});
            case 8:
            case 9:
            case 10:
            case 11:
                return answer();
            case 12:
                log_end_ += 1 + static_cast<std::int64_t>(input_.byte());
                return step(sync::LogGrew{log_end_});
            case 13:
                if (input_.flag()) return step(sync::WriteQueueFull{});
                return step(sync::WriteQueueDrained{});
            default:
                return receive(make_message(input_));
        }
    }

    void pass_time() {
        constexpr std::array<std::int64_t, 6> kSteps{
            0, 1, 999, sync::kPingIntervalMs, sync::kHandshakeLimitMs, sync::kSilenceLimitMs};
        now_ += kSteps[input_.pick(kSteps.size())];
        step(sync::HubTimePassed{});
        expect(session_.wait_until_ms() > now_, "a session wants to be woken at once, for ever");
    }

    sync::Hello a_hello() {
        sync::Hello hello;
        hello.origin = sample_origin(1);
        hello.version = static_cast<int>(input_.pick(3));
        hello.cursor = input_.count();
        hello.signature = sign_text(device_key(), sync::hello_text(challenge_, hello));
        signed_hello_ = !input_.flag();
        if (!signed_hello_) hello.signature[input_.pick(64)] ^= 1;
        return hello;
    }

    sync::Enrol an_enrol() {
        sync::Enrol enrol{static_cast<int>(input_.pick(3)), "7ZQ4", {}, "van", "balie", {}};
        enrol.public_key = to_bytes(device_key().public_key());
        enrol.signature = sign_text(device_key(), sync::enrol_text(challenge_, enrol));
        signed_enrol_ = !input_.flag();
        if (!signed_enrol_) enrol.signature[input_.pick(64)] ^= 1;
        return enrol;
    }

    std::int64_t a_cursor() {
        if (input_.flag()) return last_to_;
        return input_.flag() ? input_.count() : batch_ends_[input_.pick(batch_ends_.size())];
    }

    sync::Pull a_pull() {
        sync::Pull pull{a_cursor(), input_.count()};
        if (input_.pick(3) != 2) return pull;
        pull.snapshot = sync::SnapshotPlace{input_.flag() ? part_seq_ : input_.count(), ""};
        if (input_.flag()) pull.snapshot->after = part_ends_[input_.pick(part_ends_.size())];
        return pull;
    }

    void receive(sync::Message message) {
        if (std::holds_alternative<sync::Pull>(message)) {
            bytes_unasked_ = 0;
            batches_unasked_ = 0;
        }
        // Only what is made above is signed.
        const auto* hello = std::get_if<sync::Hello>(&message);
        if (hello != nullptr && hello->signature == Bytes(64, 1)) signed_hello_ = false;
        step(sync::HubMessageReceived{std::move(message)});
    }

    void step(sync::HubInput given) { take(session_.step(std::move(given), now_, kWall + now_)); }

    void take(const std::vector<sync::HubOutput>& outputs) {
        expect(!closed_ || outputs.empty(), "something is done after the end");
        for (const sync::HubOutput& output : outputs) {
            expect(!closed_, "something is done after the end");
            std::visit([this](const auto& each) { watch(each); }, output);
        }
        expect(ingesting_ <= sync::kPushWindow, "more batches wait than the window allows");
        expect(reading_ <= 1, "the log is read twice at once");
    }

    void watch(const sync::HubSend& output) {
        expect_readable(output.message);
        if (const auto* first = std::get_if<sync::Challenge>(&output.message)) challenge_ = *first;
        if (const auto* part = std::get_if<sync::Snapshot>(&output.message)) {
            expect(open_, "a snapshot is sent to somebody unknown");
            expect(bytes_unasked_ < sync::kPullCreditBytes,
                   "more of a snapshot is sent than there was credit for");
            bytes_unasked_ += static_cast<std::int64_t>(sync::encoded_bytes(*part));
            part_seq_ = part->hub_seq;
            part_ends_[batch_at_++ % part_ends_.size()] = part->to;
            return;
        }
        const auto* changes = std::get_if<sync::Changes>(&output.message);
        if (changes == nullptr) return;
        expect(open_, "changes are sent to somebody unknown");
        expect(bytes_unasked_ < sync::kPullCreditBytes, "more is sent than there was credit for");
        for (const auto& entry : changes->entries) {
            bytes_unasked_ += static_cast<std::int64_t>(sync::encoded_bytes(entry));
        }
        expect(++batches_unasked_ <= kBatchesUnasked, "batches are sent without end");
        last_to_ = changes->to;
        batch_ends_[batch_at_++ % batch_ends_.size()] = changes->to;
    }
    void watch(const sync::DecideEnrol&) {
        expect(signed_enrol_, "a code is looked at for somebody who did not sign");
        waiting_.emplace_back(Wait::Enrol);
    }
    void watch(const sync::FindDevice&) { waiting_.emplace_back(Wait::Find); }
    void watch(const sync::OpenSession&) {
        expect(signed_hello_, "a log is opened for somebody who did not sign");
        waiting_.emplace_back(Wait::Open);
    }
    void watch(const sync::IngestPush& output) {
        expect(open_ && !read_only_, "a batch is taken from somebody who may not send it");
        expect(output.origin == sample_origin(1), "a batch is taken under another name");
        expect(!output.push.changes.empty() && output.push.changes.size() <= kPushChangesMax,
               "a batch beyond the limits goes to the store");
        std::size_t bytes = 0;
        for (const auto& change : output.push.changes) {
            expect(change.id.origin == output.origin, "a change is taken under another name");
            bytes = std::max(bytes, change.payload.size());
        }
        expect(bytes <= sync::kTransactionBytesMax, "a change beyond the limits goes to the store");
        ++ingesting_;
        pushed_ = output.push.first + static_cast<std::int64_t>(output.push.changes.size()) - 1;
        waiting_.emplace_back(Wait::Ingest);
    }
    void watch(const sync::ReadChanges& output) {
        expect(open_, "the log is read for somebody unknown");
        expect(output.bytes_max > 0, "nothing of the log is asked for");
        expect(output.bytes_max <= static_cast<std::int64_t>(sync::kBatchBytesMax),
               "more of the log is asked for than fits a message");
        ++reading_;
        read_from_ = output.cursor;
        waiting_.emplace_back(Wait::Read);
    }
    void watch(const sync::ReadSnapshot& output) {
        expect(open_, "the state is read for somebody unknown");
        expect(output.bytes_max > 0, "nothing of the state is asked for");
        expect(output.bytes_max <= static_cast<std::int64_t>(sync::kBatchBytesMax),
               "more of the state is asked for than fits a message");
        ++reading_;
        place_ = output.place;
        waiting_.emplace_back(Wait::State);
    }
    void watch(const sync::FindCustomers& output) {
        expect(open_, "somebody unknown looks for customers");
        expect(output.question.text.size() <= sync::kFindTextBytesMax, "a question without end");
        waiting_.emplace_back(Wait::Look);
    }
    void watch(const sync::FetchCustomer&) {
        expect(open_ && !read_only_, "somebody fetches a customer who may not");
        waiting_.emplace_back(Wait::Fetch);
    }
    void watch(const sync::RecordApplied&) { expect(open_, "somebody unknown has applied"); }
    void watch(const sync::HandleBlob&) { expect(open_, "somebody unknown asks for files"); }
    void watch(const sync::HubDisconnect&) { closed_ = true; }

    enum class Wait : std::uint8_t { Enrol, Find, Open, Ingest, Read, State, Look, Fetch };

    /// The store answers what was asked first.
    void answer() {
        if (waiting_.empty()) return;
        const Wait asked = waiting_.front();
        waiting_.pop_front();
        const bool well = input_.pick(8) != 0;
        const Error error{static_cast<ErrorCode>(input_.pick(18)),
                          std::string(input_.text().size(), 'e'), "", ""};
        switch (asked) {
            case Wait::Enrol:
                if (!well) return step(sync::EnrolDecided{error});
                return step(sync::EnrolDecided{sync::Enrolled{}});
            case Wait::Find:
                return find(well, error);
            case Wait::Look:
                if (!well) return step(sync::CustomersFound{"t", error});
                return step(sync::CustomersFound{"t", sync::Found{}});
            case Wait::Fetch:
                if (!well) return step(sync::CustomerFetched{"t", error});
                return step(sync::CustomerFetched{"t", sync::Fetched{}});
            case Wait::Open:
                return open(well, error);
            case Wait::Ingest:
                return ingested(well, error);
            case Wait::Read:
                return read(well, error);
            case Wait::State:
                return read_state(well, error);
        }
    }

    void find(bool well, const Error& error) {
        if (!well) return step(sync::DeviceFound{error});
        sync::DeviceRecord device;
        device.device = sample_origin(1).device;
        device.public_key = to_bytes(device_key().public_key());
        device.revoked = input_.pick(8) == 7;
        step(sync::DeviceFound{device});
    }

    void open(bool well, const Error& error) {
        if (!well) return step(sync::SessionOpened{error});
        constexpr std::array<sync::Directive, 8> kAll{
            sync::Directive::Go,       sync::Directive::Go,      sync::Directive::Go,
            sync::Directive::ReadOnly, sync::Directive::Go,      sync::Directive::Wipe,
            sync::Directive::Upgrade,  sync::Directive::Snapshot};
        sync::Welcome welcome;
        welcome.directive = kAll[input_.pick(kAll.size())];
        log_end_ = static_cast<std::int64_t>(input_.byte());
        welcome.hub_seq = log_end_;
        welcome.acked_seq = input_.byte();
        open_ = welcome.directive == sync::Directive::Go ||
                welcome.directive == sync::Directive::ReadOnly ||
                welcome.directive == sync::Directive::Snapshot;
        read_only_ = welcome.directive == sync::Directive::ReadOnly;
        step(sync::SessionOpened{welcome});
    }

    void ingested(bool well, const Error& error) {
        --ingesting_;
        if (!well && input_.flag()) return step(sync::PushIngested{error, {}});
        if (!well) {
            sync::PeerError refusal = make_error(input_);
            refusal.level = sync::ErrorLevel::Session;
            return step(sync::PushIngested{error, refusal});
        }
        sync::Ack ack;
        ack.acked_seq = pushed_;
        ack.signature = Bytes(64, 1);
        step(sync::PushIngested{ack, {}});
    }

    /// As the store does it: something when there is something, whole or up to the limit.
    void read(bool well, const Error& error) {
        --reading_;
        if (!well) return step(sync::ChangesRead{error, false, {}});
        const std::int64_t there = std::max<std::int64_t>(0, log_end_ - read_from_);
        const std::int64_t some = std::min<std::int64_t>(there, input_.byte());
        auto changes = make_changes(input_, read_from_, read_from_ + some);
        if (some == 0) changes.entries.clear();
        for (auto& entry : changes.entries) shorten(entry);
        step(sync::ChangesRead{std::move(changes), some == there, {}});
    }

    void read_state(bool well, const Error& error) {
        --reading_;
        if (!well) return step(sync::SnapshotRead{error});
        const std::int64_t hub_seq = place_.hub_seq > 0 ? place_.hub_seq : log_end_;
        step(sync::SnapshotRead{
            make_snapshot(input_, hub_seq, place_.after, "customer/" + std::to_string(++places_))});
    }

    /// All entries together fit a message, as the store sees to.
    static void shorten(sync::LogEntry& entry) {
        auto* change = std::get_if<sync::LogChange>(&entry);
        if (change != nullptr) {
            change->change.payload.resize(
                std::min<std::size_t>(change->change.payload.size(), 20'000));
            // What is in the store came in by a message: it is UTF-8.
            for (char& c : change->change.payload) c = static_cast<char>(c & 0x7F);
        }
    }

    Input input_;
    std::int64_t now_{1000};
    sync::HubSession session_;
    sync::Challenge challenge_;
    bool signed_hello_{false};
    bool signed_enrol_{false};
    bool open_{false};
    bool read_only_{false};
    bool closed_{false};
    int ingesting_{0};
    int reading_{0};
    std::int64_t pushed_{0};
    std::int64_t log_end_{0};
    std::int64_t read_from_{0};
    std::int64_t last_to_{0};
    std::array<std::int64_t, 4> batch_ends_{};
    std::size_t batch_at_{0};
    sync::SnapshotPlace place_;
    std::int64_t part_seq_{0};
    std::array<std::string, 4> part_ends_{};
    int places_{0};
    std::int64_t bytes_unasked_{0};
    std::int64_t batches_unasked_{0};
    std::deque<Wait> waiting_;
};

void run_hub_session(std::string_view bytes) {
    HubRun(bytes).run();
}

/// Bytes as act() reads them: HELLO, the device found, its log opened; then what is named.
std::string opened(const std::string& then) {
    const std::string hello = literal("\x02\x01\x00\x00");
    const std::string found = literal("\x08\x01\x00\x00\x00");
    const std::string open = literal("\x08\x01\x00\x00\x00\x09\x00");
    return hello + found + open + then;
}

std::vector<std::string> hub_session_seeds() {
    const std::string push = literal("\x05\x01\x00\x01\x05\x00\x01\x00");
    const std::string acked = literal("\x08\x01\x00\x00");
    const std::string pull = literal("\x06\x01\xC6");
    const std::string read = literal("\x08\x01\x00\x00\x05\x03\x00\x01\x00\x01\x00\x01\x00\x01");
    const std::string grew = literal("\x0C\x40");
    std::string many;
    for (int i = 0; i < 40; ++i) many += grew + read;
    const std::string state = literal("\x06\x01\xC6\x02\x00\x00") +
                              literal("\x08\x01\x00\x00\x00\x01\x00\x05\x02\x00\x00");
    return {opened(state + state),
            opened(push + acked),
            opened(pull + read + grew + read),
            opened(pull + many),
            literal("\x03\x01\x00\x08\x01\x00\x00\x00\x04\x02"),
            opened(literal("\x0D\x01\x0D\x00\x00\x03\x0E\x0B\x20\x00"))};
}

}  // namespace

Entry hub_session_entry() {
    return {"fuzz_hub_session", run_hub_session, hub_session_seeds};
}

}  // namespace balie::fuzz
