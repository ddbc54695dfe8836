// Carries out a HubSession's outputs on a HubStore and a wire; the same code in the hub service and
// in the simulation. It does no waiting of its own. Batches are not ingested here: the owner
// collects those of several links, gives them to HubStore::ingest in one group commit, and hands
// each link its answer, in the order in which that link asked.
// Invariant: nothing is sent for a batch before ingested() was called for it.
// Thread: store only (the callbacks may hand over to another thread).
// Ownership: the store and the clock outlive it. Callbacks must not destroy it: mark it and do so
// after the call has returned.
#pragma once

#include "storage/base/clock.h"
#include "storage/base/entropy.h"
#include "sync/hub/hub_session.h"
#include "sync/hub/hub_store.h"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace balie::sync {

struct HubLinkCallbacks {
    /// True: there is room for more. False: it was taken, but the write queue is full now;
    /// write_queue_drained() must follow.
    std::function<bool(std::string bytes)> send;
    /// Answered by ingested(), now or later.
    std::function<void(IngestRequest request)> ingest;
    /// What was sent before should still go out. Told once; nothing is sent after it.
    std::function<void(const std::string& reason)> disconnect;
    /// May be empty. All of an attachment has come: every link is told (blob_arrived).
    std::function<void(const std::string& blob, std::int64_t bytes)> on_blob{};
    /// May be empty. An error refuses a one-time code unread: too many wrong ones came from there.
    std::function<Outcome()> may_enrol{};
    /// May be empty. Sees whatever the session is told, just before: for counters and logs.
    std::function<void(const HubInput&)> observe{};
};

class HubLink {
  public:
    HubLink(HubStore& store, Clock& clock, Entropy& entropy, HubLinkCallbacks callbacks);
    HubLink(const HubLink&) = delete;
    HubLink& operator=(const HubLink&) = delete;

    /// Sends CHALLENGE.
    void start();
    void received(std::string_view bytes);
    /// What was read of it, where somebody else has done that.
    void received(Result<Message> message);
    void ingested(Result<IngestAnswer> answer);
    /// Something was committed by anybody: HubStore::hub_seq().
    void log_grew(std::int64_t hub_seq);
    /// Another connection brought more of a log, up to `acked_seq`: is it this terminal's?
    void own_log_grew(const Origin& origin, std::int64_t acked_seq);
    void blob_arrived(const std::string& blob, std::int64_t bytes);
    void write_queue_drained();
    void tick();

    /// Steady clock.
    [[nodiscard]] std::int64_t wait_until_ms() const { return session_.wait_until_ms(); }
    [[nodiscard]] bool closed() const { return session_.closed(); }
    /// Once HELLO was verified.
    [[nodiscard]] const std::optional<DeviceRecord>& device() const { return session_.device(); }
    [[nodiscard]] const HubSession& session() const { return session_; }

  private:
    void feed(HubInput input);
    void carry_out(HubOutput& output);
    void read(const ReadChanges& request);
    void handle(const HandleBlob& request);
    [[nodiscard]] static Bytes fresh_nonce(Entropy& entropy);

    HubStore* store_;
    Clock* clock_;
    HubLinkCallbacks callbacks_;
    HubSession session_;
    std::deque<HubInput> inputs_;  ///< answers that wait for their turn
    bool feeding_{false};
};

}  // namespace balie::sync
