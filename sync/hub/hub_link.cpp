#include "sync/hub/hub_link.h"

#include "sync/hub/blob_desk.h"
#include "sync/protocol/codec.h"

namespace balie::sync {

namespace {

constexpr std::size_t kNonceBytes = 32;

}  // namespace

Bytes HubLink::fresh_nonce(Entropy& entropy) {
    Bytes nonce(kNonceBytes);
    entropy.fill(nonce);
    return nonce;
}

HubLink::HubLink(HubStore& store, Clock& clock, Entropy& entropy, HubLinkCallbacks callbacks)
    : store_(&store),
      clock_(&clock),
      callbacks_(std::move(callbacks)),
      session_(store.identity(), fresh_nonce(entropy), clock.steady_ms()) {}

void HubLink::start() {
    for (HubOutput& output : session_.start()) carry_out(output);
}

void HubLink::received(std::string_view bytes) {
    if (!closed()) received(decode(bytes));
}

void HubLink::received(Result<Message> message) {
    if (closed()) return;
    if (message.ok()) {
        feed(HubMessageReceived{std::move(message).value()});
    } else {
        feed(HubGarbageReceived{std::move(message).error()});
    }
}

void HubLink::ingested(Result<IngestAnswer> answer) {
    if (!answer.ok()) return feed(PushIngested{std::move(answer).error(), {}});
    IngestAnswer taken = std::move(answer).value();
    if (taken.ack) return feed(PushIngested{*std::move(taken.ack), {}});
    if (!taken.refusal) {
        const Error silent{ErrorCode::Internal, "The store neither took nor refused a batch", "",
                           ""};
        return feed(PushIngested{silent, {}});
    }
    const Error refused{ErrorCode::Protocol, taken.refusal->text, taken.refusal->code, ""};
    feed(PushIngested{refused, std::move(taken.refusal)});
}

void HubLink::log_grew(std::int64_t hub_seq) {
    feed(LogGrew{hub_seq});
}
void HubLink::own_log_grew(const Origin& origin, std::int64_t acked_seq) {
    if (session_.device() && session_.origin() == origin) feed(OwnLogGrew{acked_seq});
}
void HubLink::blob_arrived(const std::string& blob, std::int64_t bytes) {
    feed(BlobArrived{blob, bytes});
}
void HubLink::write_queue_drained() {
    feed(WriteQueueDrained{});
}
void HubLink::tick() {
    feed(HubTimePassed{});
}

void HubLink::feed(HubInput input) {
    inputs_.push_back(std::move(input));
    // An answer that comes while outputs are being carried out waits until all of them are.
    if (feeding_) return;
    feeding_ = true;
    while (!inputs_.empty()) {
        HubInput next = std::move(inputs_.front());
        inputs_.pop_front();
        if (callbacks_.observe) callbacks_.observe(next);
        auto outputs = session_.step(std::move(next), clock_->steady_ms(), clock_->wall_ms());
        for (HubOutput& output : outputs) carry_out(output);
    }
    feeding_ = false;
}

void HubLink::carry_out(HubOutput& output) {
    if (auto* send = std::get_if<HubSend>(&output); send != nullptr) {
        if (!callbacks_.send(encode(send->message))) inputs_.emplace_back(WriteQueueFull{});
    } else if (auto* enrol = std::get_if<DecideEnrol>(&output); enrol != nullptr) {
        const Outcome may = callbacks_.may_enrol ? callbacks_.may_enrol() : Outcome{};
        inputs_.emplace_back(EnrolDecided{may.ok() ? store_->enrol(enrol->enrol) : may.error()});
    } else if (auto* find = std::get_if<FindDevice>(&output); find != nullptr) {
        inputs_.emplace_back(DeviceFound{store_->find_device(find->device)});
    } else if (auto* open = std::get_if<OpenSession>(&output); open != nullptr) {
        inputs_.emplace_back(SessionOpened{store_->open_session(open->hello, open->device)});
    } else if (auto* push = std::get_if<IngestPush>(&output); push != nullptr) {
        callbacks_.ingest({std::move(push->device), push->origin, std::move(push->push)});
    } else if (auto* request = std::get_if<ReadChanges>(&output); request != nullptr) {
        read(*request);
    } else if (auto* state = std::get_if<ReadSnapshot>(&output); state != nullptr) {
        inputs_.emplace_back(SnapshotRead{store_->read_snapshot(*state)});
    } else if (auto* find_them = std::get_if<FindCustomers>(&output); find_them != nullptr) {
        auto found = store_->find_customers(find_them->device, find_them->question);
        inputs_.emplace_back(CustomersFound{find_them->question.token, std::move(found)});
    } else if (auto* fetch = std::get_if<FetchCustomer>(&output); fetch != nullptr) {
        auto fetched = store_->fetch_customer(fetch->device, fetch->question);
        inputs_.emplace_back(CustomerFetched{fetch->question.token, std::move(fetched)});
    } else if (auto* applied = std::get_if<RecordApplied>(&output); applied != nullptr) {
        ignore(store_->note_applied(applied->origin, applied->cursor),
               "only for the fleet's list; the next one says it again");
    } else if (auto* blob = std::get_if<HandleBlob>(&output); blob != nullptr) {
        handle(*blob);
    } else if (auto* disconnect = std::get_if<HubDisconnect>(&output); disconnect != nullptr) {
        callbacks_.disconnect(disconnect->reason);
    }
}

void HubLink::handle(const HandleBlob& request) {
    const auto desk = store_->blobs();
    Result<BlobAnswer> answer = desk.ok() ? (*desk)->handle(request) : desk.error();
    const bool arrived = answer.ok() && answer->arrived;
    const BlobWant whole = arrived ? std::get<BlobWant>(answer->message) : BlobWant{};
    inputs_.emplace_back(BlobAnswered{std::move(answer)});
    if (arrived && callbacks_.on_blob) callbacks_.on_blob(whole.blob, whole.offset);
}

void HubLink::read(const ReadChanges& request) {
    auto answer =
        store_->read_changes(request.device, request.origin, request.cursor, request.bytes_max);
    if (!answer.ok()) {
        inputs_.emplace_back(ChangesRead{std::move(answer).error(), false, {}});
        return;
    }
    inputs_.emplace_back(
        ChangesRead{std::move(answer->changes), answer->at_end, answer->digest, answer->own});
}

}  // namespace balie::sync
