// One of many terminals in a process: the real session over the real wire, signed, hashed and
// acknowledged like any; only its database is memory: a log of ready-made changes and a cursor.
// Thread: everything but the constructor on the fleet's io thread. Ownership: the io thread, the
// clock and the watcher outlive it.
#pragma once

#include "storage/base/clock.h"
#include "storage/crypto/signing.h"
#include "sync/client/backoff.h"
#include "sync/client/client_session.h"
#include "sync/net/ws_client.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace balie::test {

/// A device that a hub knows.
struct LoadDevice {
    sync::Identity identity;
    crypto::KeyPair key;
    std::string user;
};

class LoadTerminal;

/// What a fleet is told of its terminals. Thread: the io thread.
class LoadWatcher {
  public:
    LoadWatcher() = default;
    LoadWatcher(const LoadWatcher&) = delete;
    LoadWatcher& operator=(const LoadWatcher&) = delete;
    virtual ~LoadWatcher() = default;
    /// The WebSocket is open, or the attempt has ended before that.
    virtual void handshake_over(LoadTerminal& terminal) = 0;
    /// The connection has ended; it wants to connect again after so many milliseconds.
    virtual void connection_lost(LoadTerminal& terminal, std::int64_t retry_ms,
                                 const std::string& why) = 0;
    virtual void acknowledged(LoadTerminal& terminal, const sync::Ack& ack, double after_ms) = 0;
    /// The end of the hub's log has moved here, by so many entries.
    virtual void applied(LoadTerminal& terminal, std::size_t entries) = 0;
    /// Everything is exchanged.
    virtual void idle(LoadTerminal& terminal) = 0;
};

class LoadTerminal {
  public:
    LoadTerminal(sync::IoThread& io, Clock& clock, LoadDevice device, LoadWatcher& watcher);

    /// One change of a transaction of its own, saved at `wall_ms`. Not while it is connected.
    void capture(const sync::ChangeBody& body, Entropy& entropy, std::int64_t wall_ms);
    /// What was captured since is sent; call on the io thread.
    void local_changes_saved();
    void connect(const std::string& url, const sync::Pin& pin);
    /// Due sessions' time-outs.
    void tick();
    /// Drops the connection.
    void drop();

    [[nodiscard]] std::size_t captured() const { return log_.size(); }
    [[nodiscard]] std::int64_t acked() const { return device_.identity.acked_seq; }
    [[nodiscard]] const sync::Origin& origin() const { return device_.identity.origin; }
    [[nodiscard]] const std::string& user() const { return device_.user; }
    [[nodiscard]] std::int64_t cursor() const { return device_.identity.cursor; }
    [[nodiscard]] const sync::WsTraffic& traffic() const { return wire_.traffic(); }
    // Notes of the fleet: when to connect again, on the steady clock; whether all was exchanged
    // once.
    std::int64_t due_ms{0};
    bool was_idle{false};

  private:
    using Answer = std::optional<sync::ClientInput>;

    void opened();
    void received(const std::string& bytes);
    void closed(const Error& why);
    void feed(sync::ClientInput input);
    Answer answer(sync::Send& output);
    Answer answer(sync::NeedSignature& output);
    Answer answer(sync::SaveEnrolment& output);
    Answer answer(sync::PrepareResume& output);
    Answer answer(sync::LoadOutbox& output);
    Answer answer(sync::SaveAck& output);
    Answer answer(sync::ApplyChanges& output);
    Answer answer(sync::ApplySnapshot& output);
    Answer answer(sync::CompareDigest& output);
    Answer answer(sync::LookForOwn& output);
    Answer answer(sync::FindBlobTask& output);
    Answer answer(sync::ReadBlob& output);
    Answer answer(sync::SaveBlob& output);
    Answer answer(sync::NoteBlob& output);
    Answer answer(sync::HubAnswered& output);
    Answer answer(sync::NewIncarnationNeeded& output);
    Answer answer(sync::WipeOrdered& output);
    Answer answer(sync::Idle& output);
    Answer answer(sync::Disconnect& output);

    Clock* clock_;
    LoadDevice device_;
    LoadWatcher* watcher_;
    std::vector<sync::Change> log_;  ///< seq 1 first
    std::unique_ptr<sync::ClientSession> session_;
    std::deque<double> pushed_s_;  ///< when each PUSH left that has no answer
    std::optional<sync::Disconnect> ended_;
    std::uint32_t tries_{0};
    sync::Backoff backoff_;
    bool shaking_{false};
    sync::WsClient wire_;  ///< last: its callbacks end before the rest goes
};

}  // namespace balie::test
