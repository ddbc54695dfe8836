#include "sync/hub/hub_service.h"

#include "sync/hub/blob_desk.h"
#include "sync/hub/code_guard.h"
#include "sync/hub/hub_inbox.h"
#include "sync/hub/hub_link.h"
#include "sync/protocol/codec.h"

#include <spdlog/logger.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <exception>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace balie::sync {

namespace {

constexpr double kMsPerSecond = 1000.0;

/// The address without its port: "192.0.2.7", "[2001:db8::1]".
std::string host_of(const std::string& address) {
    return address.substr(0, address.rfind(':'));
}

bool is_store_failure(const Error& error) {
    return error.code == ErrorCode::DiskFull || error.code == ErrorCode::Io ||
           error.code == ErrorCode::Corrupt;
}

}  // namespace

struct HubService::Impl {
    struct Peer {
        std::unique_ptr<HubLink> link;
        std::string host;
        bool told{true};         ///< knows of everything committed, or waits in to_tell
        bool wants_room{false};  ///< waits in wanting_room
    };
    struct PendingPush {
        PeerId peer{};
        IngestRequest request;
    };

    Impl(std::unique_ptr<HubStore> hub_store, Clock& the_clock, Entropy& the_entropy,
         HubMetrics& the_metrics, std::shared_ptr<spdlog::logger> logger,
         const HubServiceOptions& given)
        : options(given),
          store(std::move(hub_store)),
          clock(the_clock),
          entropy(the_entropy),
          metrics(the_metrics),
          log(std::move(logger)) {
        store->set_fetch_for(options.fetch_for_ms);
    }

    void run();
    void round();
    void handle(HubEvent& event);
    void open_peer(PeerId id, const std::string& address);
    [[nodiscard]] HubLinkCallbacks callbacks_for(PeerId id, const std::string& host);
    [[nodiscard]] HubLink* link(PeerId id);
    [[nodiscard]] bool send(PeerId id, std::string bytes);
    void observe(const std::string& host, const HubInput& input);
    void observe_enrolment(const std::string& host, const Result<Enrolled>& enrolled);
    void commit();
    void count(const IngestAnswer& answer);
    void tell_copies(PeerId from, const Origin& origin, const IngestAnswer& answer);
    void look_at_log();
    void tell_some();
    void give_room();
    void tick();
    void write_notes(std::int64_t now);
    void end_fetches();
    void compact(std::int64_t now);
    void tidy_blobs(std::int64_t now);
    void look_over_blobs();
    void probe();
    void note(const Error& error);
    void set_ready(bool now);
    [[nodiscard]] std::int64_t wait_ms() const;

    const HubServiceOptions options;
    std::unique_ptr<HubStore> store;
    Clock& clock;
    Entropy& entropy;
    HubMetrics& metrics;
    std::shared_ptr<spdlog::logger> log;
    HubWire wire;
    HubInbox inbox;
    std::thread thread;
    std::atomic<bool> is_ready{false};
    std::atomic<bool> has_failed{false};

    // The store thread's own.
    std::unordered_map<PeerId, Peer> peers;
    std::vector<PendingPush> pushes;
    std::deque<PeerId> to_tell;
    std::deque<PeerId> wanting_room;
    CodeGuard guard;
    std::int64_t hub_seq{0};
    std::int64_t next_tick_ms{0};
    std::int64_t next_probe_ms{0};
    std::int64_t next_notes_ms{0};
    std::int64_t next_compact_ms{0};
    std::int64_t next_blobs_ms{0};
    Compacted compacted;  ///< since it was last told
};

// --- the store thread ------------------------------------------------------------------------

void HubService::Impl::run() {
    try {
        set_ready(true);
        look_over_blobs();
        look_at_log();
        while (!inbox.stopped()) round();
    } catch (const std::exception& fault) {
        // Our own fault: nothing of the transaction under way was committed. The program ends and
        // is started again; terminals come back by themselves.
        log->critical("the store thread ends: {}", fault.what());
        has_failed = true;
    }
    is_ready = false;
    metrics.ready(false);
}

void HubService::Impl::round() {
    auto events = inbox.take(kEventsPerRound, wait_ms());
    metrics.inbox_holds(inbox.bytes());
    for (auto& event : events) {
        handle(event);
        if (pushes.size() >= kGroupCommitBatchesMax) commit();
    }
    commit();
    give_room();
    tell_some();
    tick();
}

std::int64_t HubService::Impl::wait_ms() const {
    if (!to_tell.empty()) return 0;
    // The pool of all queues drains without telling us: look again soon.
    constexpr std::int64_t kRoomWaitMs = 20;
    const auto left = std::max<std::int64_t>(next_tick_ms - clock.steady_ms(), 0);
    return wanting_room.empty() ? left : std::min(left, kRoomWaitMs);
}

void HubService::Impl::handle(HubEvent& event) {
    if (event.kind == HubEvent::Kind::Opened) return open_peer(event.peer, event.text);
    if (event.kind == HubEvent::Kind::Closed) {
        peers.erase(event.peer);
        return;
    }
    auto* to = link(event.peer);
    if (to == nullptr) return;
    if (event.kind == HubEvent::Kind::Received) {
        to->received(std::move(*event.message));
    } else {
        to->write_queue_drained();
    }
}

HubLink* HubService::Impl::link(PeerId id) {
    const auto found = peers.find(id);
    return found == peers.end() ? nullptr : found->second.link.get();
}

void HubService::Impl::open_peer(PeerId id, const std::string& address) {
    auto host = host_of(address);
    auto made = std::make_unique<HubLink>(*store, clock, entropy, callbacks_for(id, host));
    const auto [place, added] =
        peers.insert_or_assign(id, Peer{std::move(made), std::move(host), true, false});
    place->second.link->start();
}

HubLinkCallbacks HubService::Impl::callbacks_for(PeerId id, const std::string& host) {
    HubLinkCallbacks out;
    out.send = [this, id](std::string bytes) { return send(id, std::move(bytes)); };
    out.ingest = [this, id](IngestRequest request) { pushes.push_back({id, std::move(request)}); };
    out.disconnect = [this, id](const std::string& reason) {
        log->debug("connection {} ends: {}", id, reason);
        wire.close(id, reason);
    };
    out.on_blob = [this](const std::string& blob, std::int64_t bytes) {
        for (auto& [each, peer] : peers) peer.link->blob_arrived(blob, bytes);
    };
    out.may_enrol = [this, host]() -> Outcome {
        if (guard.may_try(host, clock.steady_ms())) return {};
        return Error{ErrorCode::Busy, "too many wrong codes came from this address", "",
                     "Wait a minute, then try again"};
    };
    out.observe = [this, host](const HubInput& input) { observe(host, input); };
    return out;
}

/// False: it was taken, and there is no room for more at present.
bool HubService::Impl::send(PeerId id, std::string bytes) {
    const auto sent = wire.send(id, std::move(bytes));
    if (!sent.ok()) {
        // Credits keep a queue below its limit: whoever fills it does not keep to them.
        if (sent.error().code == ErrorCode::Busy) wire.close(id, "reads too slowly");
        return true;
    }
    if (wire.queued_bytes(id) >= kWriteQueueHighBytes) return false;
    if (wire.queued_bytes_of_all() < kSendPoolBytesMax) return true;
    const auto found = peers.find(id);
    if (found == peers.end()) return true;  // its first message; there is nothing to hold back
    if (!std::exchange(found->second.wants_room, true)) wanting_room.push_back(id);
    return false;
}

void HubService::Impl::give_room() {
    while (!wanting_room.empty() && wire.queued_bytes_of_all() < kSendPoolBytesMax) {
        const auto id = wanting_room.front();
        wanting_room.pop_front();
        const auto found = peers.find(id);
        if (found == peers.end()) continue;
        found->second.wants_room = false;
        found->second.link->write_queue_drained();
    }
}

// --- counters and trouble ----------------------------------------------------------------------

void HubService::Impl::observe(const std::string& host, const HubInput& input) {
    if (std::holds_alternative<HubGarbageReceived>(input)) {
        metrics.garbage();
    } else if (const auto* decided = std::get_if<EnrolDecided>(&input)) {
        observe_enrolment(host, decided->enrolled);
    } else if (const auto* read = std::get_if<ChangesRead>(&input)) {
        if (read->changes.ok()) {
            metrics.sent_changes(read->changes->entries.size());
        } else {
            note(read->changes.error());
        }
    } else if (const auto* found = std::get_if<CustomersFound>(&input)) {
        if (!found->found.ok()) note(found->found.error());
    } else if (const auto* fetched = std::get_if<CustomerFetched>(&input)) {
        if (!fetched->fetched.ok()) note(fetched->fetched.error());
    } else if (const auto* opened = std::get_if<SessionOpened>(&input)) {
        if (!opened->welcome.ok()) note(opened->welcome.error());
    }
}

void HubService::Impl::observe_enrolment(const std::string& host,
                                         const Result<Enrolled>& enrolled) {
    if (enrolled.ok()) {
        metrics.enrolled();
        log->info("a terminal was enrolled: device {}", enrolled->device.text());
    } else if (is_store_failure(enrolled.error())) {
        note(enrolled.error());
    } else if (enrolled.error().code != ErrorCode::Busy) {
        metrics.wrong_code();
        guard.was_wrong(host, clock.steady_ms());
    }
}

void HubService::Impl::note(const Error& error) {
    if (!is_store_failure(error)) return;
    log->error("the store failed ({}): {}", to_string(error.code), error.what);
    metrics.store_failed();
    set_ready(false);
}

void HubService::Impl::set_ready(bool now) {
    if (is_ready.exchange(now) == now) return;
    metrics.ready(now);
    if (now) {
        log->info("the store takes writes");
    } else {
        log->warn("the store takes no writes");
    }
}

/// After a failed write: does the store take one as large as a push again? A small one may find
/// room in pages that the failed one left.
void HubService::Impl::probe() {
    constexpr const char* kProbe = "ready_probe";
    if (!store->store().set_setting(kProbe, std::string(kMessageBytesMax, '0')).ok()) return;
    if (store->store().set_setting(kProbe, "").ok()) set_ready(true);
}

// --- group commit ----------------------------------------------------------------------------

void HubService::Impl::commit() {
    if (pushes.empty()) return;
    auto batch = std::exchange(pushes, {});
    std::vector<PeerId> from;
    std::vector<IngestRequest> requests;
    for (auto& push : batch) {
        from.push_back(push.peer);
        requests.push_back(std::move(push.request));
    }
    const auto begun_ms = clock.steady_ms();
    auto answers = store->ingest(requests);
    const auto took_ms = clock.steady_ms() - begun_ms;
    metrics.committed(from.size(), static_cast<double>(took_ms) / kMsPerSecond);
    if (!answers.ok()) note(answers.error());
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (answers.ok()) {
            count((*answers)[i]);
            tell_copies(from[i], requests[i].origin, (*answers)[i]);
        }
        auto* to = link(from[i]);
        if (to == nullptr) continue;  // gone; it asks again when it is back
        if (answers.ok()) {
            to->ingested(std::move((*answers)[i]));
        } else {
            to->ingested(answers.error());
        }
    }
    if (answers.ok()) set_ready(true);
    look_at_log();
}

void HubService::Impl::count(const IngestAnswer& answer) {
    if (answer.ack) metrics.acknowledged(*answer.ack);
    if (!answer.refusal) return;
    metrics.refused_push(answer.refusal->code);
    log->warn("a push was refused: {}", answer.refusal->code);
}

/// What is applied comes to everybody by the log; what is set aside does not, and a copy of the
/// terminal that sent it is to find out that it is one.
void HubService::Impl::tell_copies(PeerId from, const Origin& origin, const IngestAnswer& answer) {
    if (!answer.ack) return;
    const auto& verdicts = answer.ack->verdicts;
    if (std::none_of(verdicts.begin(), verdicts.end(),
                     [](const Verdict& each) { return each.kind == VerdictKind::SetAside; })) {
        return;
    }
    for (auto& [id, peer] : peers) {
        if (id != from) peer.link->own_log_grew(origin, answer.ack->acked_seq);
    }
}

/// Whoever is connected is to hear of what was committed, here or by another process.
void HubService::Impl::look_at_log() {
    const auto now = store->hub_seq();
    if (!now.ok()) return note(now.error());
    if (*now == hub_seq) return;
    hub_seq = *now;
    metrics.at_hub_seq(hub_seq);
    for (auto& [id, peer] : peers) {
        if (std::exchange(peer.told, false)) to_tell.push_back(id);
    }
}

void HubService::Impl::tell_some() {
    for (std::size_t i = 0; i < kNotifyPerRound && !to_tell.empty(); ++i) {
        const auto found = peers.find(to_tell.front());
        to_tell.pop_front();
        if (found == peers.end()) continue;
        found->second.told = true;
        found->second.link->log_grew(hub_seq);
    }
}

void HubService::Impl::tick() {
    const auto now = clock.steady_ms();
    if (now < next_tick_ms) return;
    next_tick_ms = now + kServiceTickMs;
    for (auto& [id, peer] : peers) {
        if (!peer.link->closed() && peer.link->wait_until_ms() <= now) peer.link->tick();
    }
    end_fetches();
    look_at_log();
    write_notes(now);
    compact(now);
    tidy_blobs(now);
    if (!is_ready && now >= next_probe_ms) {
        next_probe_ms = now + kReadyProbeMs;
        probe();
    }
}

void HubService::Impl::end_fetches() {
    if (!is_ready) return;
    if (const auto ended = store->end_fetches(); !ended.ok()) note(ended.error());
}

/// When nobody sends anything any more, what the last session told is still written.
void HubService::Impl::write_notes(std::int64_t now) {
    if (!is_ready || now < next_notes_ms) return;
    next_notes_ms = now + kNotesIntervalMs;
    if (const auto written = store->flush_notes(); !written.ok()) note(written.error());
}

/// A step, when nobody waits for anything; the rest in the pauses that follow.
void HubService::Impl::compact(std::int64_t now) {
    if (options.keep_log_ms == 0 || !is_ready || now < next_compact_ms || !pushes.empty()) return;
    CompactRequest request;
    request.keep_ms = options.keep_log_ms;
    request.one_step = true;
    const auto done = store->compact(request);
    next_compact_ms = now + kCompactLookMs;
    if (!done.ok()) return note(done.error());
    metrics.compacted_to(done->floor);
    compacted.changes += done->changes;
    compacted.moves += done->moves;
    compacted.bytes += done->bytes;
    if (done->more) {
        next_compact_ms = now + kCompactPauseMs;
        return;
    }
    if (compacted.changes + compacted.moves > 0) {
        log->info(
            "the log is compacted up to entry {}: the content of {} changes, {} bytes, and {} "
            "moves were put away",
            done->floor, compacted.changes, compacted.bytes, compacted.moves);
    }
    compacted = {};
}

/// What a power cut left, and what a restored hub lacks: terminals are asked for that.
void HubService::Impl::look_over_blobs() {
    const auto desk = store->blobs();
    if (!desk.ok()) return;
    const auto found = (*desk)->look_over(true);
    if (!found.ok()) {
        log->error("the attachments could not be looked over: {}", found.error().text());
        return;
    }
    if (found->files + found->missing == 0) return;
    log->warn("attachments: {} files that nothing names were removed, {} are missing", found->files,
              found->missing);
}

/// Attachments that nothing names any more, a step at a time.
void HubService::Impl::tidy_blobs(std::int64_t now) {
    if (!is_ready || now < next_blobs_ms || !pushes.empty()) return;
    const auto desk = store->blobs();
    if (!desk.ok()) return;
    const auto more = (*desk)->tidy();
    next_blobs_ms = now + (more.ok() && *more ? kCompactPauseMs : kCompactLookMs);
    if (!more.ok()) note(more.error());
}

// --- from the sockets ------------------------------------------------------------------------

HubService::HubService(std::unique_ptr<HubStore> store, Clock& clock, Entropy& entropy,
                       HubMetrics& metrics, std::shared_ptr<spdlog::logger> log,
                       const HubServiceOptions& options)
    : impl_(std::make_unique<Impl>(std::move(store), clock, entropy, metrics, std::move(log),
                                   options)) {}

HubService::~HubService() {
    stop();
}

void HubService::start(HubWire wire) {
    impl_->wire = std::move(wire);
    impl_->inbox.set_flow(impl_->wire.pause, impl_->wire.resume);
    impl_->thread = std::thread([impl = impl_.get()] { impl->run(); });
}

void HubService::stop() {
    impl_->inbox.stop();
    if (impl_->thread.joinable()) impl_->thread.join();
}

void HubService::opened(PeerId peer, const std::string& address) {
    impl_->inbox.put({HubEvent::Kind::Opened, peer, address, 0, nullptr});
}

void HubService::received(PeerId peer, std::string_view message) {
    // Here, on the network's thread: the store's has the most to do.
    auto decoded = std::make_unique<Result<Message>>(decode(message));
    impl_->inbox.put({HubEvent::Kind::Received, peer, {}, message.size(), std::move(decoded)});
}

void HubService::drained(PeerId peer) {
    impl_->inbox.put({HubEvent::Kind::Drained, peer, {}, 0, nullptr});
}

void HubService::closed(PeerId peer) {
    impl_->inbox.put({HubEvent::Kind::Closed, peer, {}, 0, nullptr});
}

bool HubService::ready() const {
    return impl_->is_ready;
}

bool HubService::failed() const {
    return impl_->has_failed;
}

}  // namespace balie::sync
