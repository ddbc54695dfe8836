#include "tests/bench/load_terminal.h"

#include "sync/protocol/codec.h"
#include "tests/bench/bench_world.h"

#include <utility>

namespace balie::test {

using sync::ClientInput;

LoadTerminal::LoadTerminal(sync::IoThread& io, Clock& clock, LoadDevice device,
                           LoadWatcher& watcher)
    : clock_(&clock), device_(std::move(device)), watcher_(&watcher), wire_(io) {}

void LoadTerminal::capture(const sync::ChangeBody& body, Entropy& entropy, std::int64_t wall_ms) {
    sync::Identity& own = device_.identity;
    sync::Change change;
    change.id = {own.origin, static_cast<std::int64_t>(log_.size()) + 1};
    change.transaction = TransactionId::random(entropy);
    change.action = ActionId::random(entropy);
    change.raw = sync::Stamp::of(wall_ms, 0);
    change.user = device_.user;
    change.schema_version = own.schema_version;
    change.payload = sync::encode_payload(body);
    entropy.fill(change.salt);
    change.commitment = sync::commitment_of(change.salt, change.payload);
    change.hash = sync::chain_hash(own.last_hash, change);
    own.last_hash = change.hash;
    own.last_seq = change.id.seq;
    own.pending = own.last_seq - own.acked_seq;
    log_.push_back(std::move(change));
}

void LoadTerminal::local_changes_saved() {
    if (session_) feed(sync::LocalChangesSaved{});
}

void LoadTerminal::connect(const std::string& url, const sync::Pin& pin) {
    shaking_ = true;
    ended_.reset();
    sync::WsClientEvents events;
    events.on_open = [this](sync::CertificateTime) { opened(); };
    events.on_message = [this](const std::string& bytes) { received(bytes); };
    events.on_closed = [this](const Error& why) { closed(why); };
    if (const auto begun = wire_.connect(url, pin, std::move(events)); !begun.ok()) {
        closed(begun.error());
    }
}

void LoadTerminal::drop() {
    wire_.close_now();
    session_.reset();
}

void LoadTerminal::tick() {
    if (session_ && session_->wait_until_ms() <= clock_->steady_ms()) feed(sync::TimePassed{});
}

void LoadTerminal::opened() {
    session_ = std::make_unique<sync::ClientSession>(device_.identity, clock_->steady_ms());
    pushed_s_.clear();
    shaking_ = false;
    watcher_->handshake_over(*this);
}

void LoadTerminal::received(const std::string& bytes) {
    if (!session_) return;
    auto message = sync::decode(bytes);
    if (message.ok()) {
        feed(sync::MessageReceived{std::move(message).value()});
    } else {
        feed(sync::GarbageReceived{std::move(message).error()});
    }
}

void LoadTerminal::closed(const Error& why) {
    session_.reset();
    if (std::exchange(shaking_, false)) watcher_->handshake_over(*this);
    const bool told = ended_ && ended_->error;
    std::int64_t retry_ms = ended_ ? ended_->retry_ms : -1;
    constexpr std::uint32_t kOdd = 2'654'435'761U;  // spreads the tries; Knuth's multiplier
    if (retry_ms < 0) retry_ms = backoff_.next_ms(++tries_ * kOdd);
    watcher_->connection_lost(*this, retry_ms, told ? ended_->error->text() : why.text());
}

void LoadTerminal::feed(ClientInput input) {
    std::deque<ClientInput> inputs;
    inputs.push_back(std::move(input));
    while (!inputs.empty() && session_) {
        ClientInput next = std::move(inputs.front());
        inputs.pop_front();
        auto outputs = session_->step(std::move(next), clock_->steady_ms(), clock_->wall_ms());
        for (sync::ClientOutput& output : outputs) {
            auto answered = std::visit([this](auto& each) { return answer(each); }, output);
            if (answered) inputs.push_back(*std::move(answered));
        }
    }
}

LoadTerminal::Answer LoadTerminal::answer(sync::Send& output) {
    if (std::holds_alternative<sync::Push>(output.message)) pushed_s_.push_back(now_s());
    const auto sent = wire_.send(sync::encode(output.message));
    if (!sent.ok()) return sync::Failed{sent.error()};
    return std::nullopt;
}

LoadTerminal::Answer LoadTerminal::answer(sync::NeedSignature& output) {
    const auto signature = device_.key.sign(as_bytes(output.text));
    return sync::Signed{Bytes(signature.begin(), signature.end())};
}

LoadTerminal::Answer LoadTerminal::answer(sync::SaveEnrolment& /*output*/) {
    return sync::Failed{Error{ErrorCode::Internal, "this terminal is enrolled already", "", ""}};
}

LoadTerminal::Answer LoadTerminal::answer(sync::PrepareResume& output) {
    backoff_.reset();
    device_.identity.epoch_seen = output.welcome.epoch;
    return sync::Resumed{device_.identity.cursor, device_.identity.acked_seq};
}

LoadTerminal::Answer LoadTerminal::answer(sync::LoadOutbox& output) {
    sync::OutboxLoaded loaded;
    loaded.after_seq = output.after_seq;
    auto next = static_cast<std::size_t>(output.after_seq);
    if (next > 0 && next <= log_.size()) loaded.previous = log_[next - 1].hash;
    std::size_t bytes = 0;
    for (; next < log_.size(); ++next) {
        bytes += sync::encoded_bytes(log_[next]);
        if (bytes > output.bytes_max && !loaded.changes.empty()) break;
        loaded.changes.push_back(log_[next]);
    }
    return loaded;
}

LoadTerminal::Answer LoadTerminal::answer(sync::SaveAck& output) {
    double after_ms = 0;
    if (!pushed_s_.empty()) {
        after_ms = (now_s() - pushed_s_.front()) * kMsPerSecond;
        pushed_s_.pop_front();
    }
    sync::Identity& own = device_.identity;
    own.acked_seq = std::max(own.acked_seq, output.ack.acked_seq);
    own.pending = own.last_seq - own.acked_seq;
    watcher_->acknowledged(*this, output.ack, after_ms);
    return sync::AckSaved{own.acked_seq};
}

LoadTerminal::Answer LoadTerminal::answer(sync::ApplyChanges& output) {
    device_.identity.cursor = output.changes.to;
    watcher_->applied(*this, output.changes.entries.size());
    return sync::ChangesApplied{output.changes.to};
}

LoadTerminal::Answer LoadTerminal::answer(sync::ApplySnapshot& output) {
    if (output.part.done) device_.identity.cursor = output.part.hub_seq;
    return sync::SnapshotApplied{
        {output.part.hub_seq, output.part.to}, output.part.done, device_.identity.cursor};
}

LoadTerminal::Answer LoadTerminal::answer(sync::CompareDigest& /*output*/) {
    return sync::DigestCompared{.equal = true};
}

LoadTerminal::Answer LoadTerminal::answer(sync::LookForOwn& output) {
    return sync::OwnLooked{output.own.seq <= static_cast<std::int64_t>(log_.size())};
}

// It has no files and asks no questions.
LoadTerminal::Answer LoadTerminal::answer(sync::FindBlobTask& /*output*/) {
    return sync::BlobTaskFound{};
}

LoadTerminal::Answer LoadTerminal::answer(sync::ReadBlob& /*output*/) {
    return sync::BlobRead{};
}

LoadTerminal::Answer LoadTerminal::answer(sync::SaveBlob& /*output*/) {
    return sync::BlobSaved{};
}

LoadTerminal::Answer LoadTerminal::answer(sync::NoteBlob& /*output*/) {
    return sync::BlobNoted{};
}

LoadTerminal::Answer LoadTerminal::answer(sync::HubAnswered& /*output*/) {
    return std::nullopt;
}

LoadTerminal::Answer LoadTerminal::answer(sync::NewIncarnationNeeded& /*output*/) {
    return std::nullopt;  // the session ends with words of its own
}

LoadTerminal::Answer LoadTerminal::answer(sync::WipeOrdered& /*output*/) {
    return std::nullopt;  // likewise
}

LoadTerminal::Answer LoadTerminal::answer(sync::Idle& /*output*/) {
    watcher_->idle(*this);
    return std::nullopt;
}

LoadTerminal::Answer LoadTerminal::answer(sync::Disconnect& output) {
    ended_ = output;
    wire_.close("done");
    return std::nullopt;
}

}  // namespace balie::test
