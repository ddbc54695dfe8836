// The terminal's side of one connection, sans-I/O: values in, values out, time as an argument.
// It owns no socket, file, thread or database; who drives it (app/runtime, the simulation) carries
// out the outputs in order and feeds the results back as inputs.
// Invariant: nothing is asked for twice while it is under way; a message that does not fit the
// state is answered or ends the session, never believed. One object is one connection: something
// outside it owns retrying (backoff.h). Thread: any, one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "storage/base/result.h"
#include "sync/protocol/message.h"

namespace balie::sync {

/// What the terminal knows of itself when it connects; read from its database.
struct Identity {
    HubId hub;
    Origin origin;
    std::string program;
    int schema_version{};
    std::int64_t last_seq{};
    Hash last_hash{};
    std::optional<HubEpoch> epoch_seen;
    std::int64_t cursor{};
    Digest digest;
    std::int64_t pending{};
    std::int64_t oldest_pending_ms{};
    std::int64_t acked_seq{};  ///< what the hub is believed to have
    Bytes hub_public_key;
};

struct EnrolRequest {
    std::string secret;
    Bytes public_key;
    std::string device_name;
    std::string program;
};

// --- inputs --------------------------------------------------------------------------------
struct MessageReceived { Message message; };
/// The wire carried something that is no message.
struct GarbageReceived { Error error; };
struct Signed { Bytes signature; };              ///< answer to NeedSignature
struct EnrolmentSaved { Identity identity; };    ///< answer to SaveEnrolment
/// Answer to PrepareResume: identity after epoch handling (cursor moved back, acked set).
struct Resumed { std::int64_t cursor{}; std::int64_t acked_seq{}; };
/// Answer to LoadOutbox: whole transactions after `after_seq`, maybe none.
struct OutboxLoaded { std::int64_t after_seq{}; Hash previous{}; std::vector<Change> changes; };
struct AckSaved { std::int64_t acked_seq{}; };   ///< answer to SaveAck
/// Answer to ApplyChanges: durable.
struct ChangesApplied { std::int64_t cursor{}; };
/// Answer to CompareDigest.
struct DigestCompared { bool equal{}; };
struct LocalChangesSaved {};                     ///< somebody saved something: there is work
struct FinishWhenIdle {};                        ///< --once: say BYE when nothing is left to do
struct Failed { Error error; };                  ///< what was asked for could not be done here
struct TimePassed {};                            ///< call at wait_until_ms() at the latest
using ClientInput = std::variant<MessageReceived, GarbageReceived, Signed, EnrolmentSaved, Resumed,
                                 OutboxLoaded, AckSaved, ChangesApplied, DigestCompared,
                                 LocalChangesSaved, FinishWhenIdle, Failed, TimePassed>;

// --- outputs -------------------------------------------------------------------------------
struct Send { Message message; };
struct NeedSignature { std::string text; };
struct SaveEnrolment { Enrolled enrolled; Challenge challenge; };
/// New epoch, what the hub has of this origin (changes after `acked_seq` become pending again) and
/// from where to pull. Done in one transaction.
struct PrepareResume { Welcome welcome; };
struct LoadOutbox { std::int64_t after_seq{}; std::size_t bytes_max{}; };
struct SaveAck { Ack ack; };                     ///< signature already verified by the driver? See .cpp
struct ApplyChanges { Changes changes; };
struct CompareDigest { Checkpoint checkpoint; };
struct NewIncarnationNeeded { std::string text; };
struct WipeOrdered { std::string text; };
/// Everything known here is at the hub and everything of the hub is here.
struct Idle { std::int64_t cursor{}; };
struct Disconnect { std::optional<Error> error; std::int64_t retry_ms{-1}; bool final{false}; };
using ClientOutput = std::variant<Send, NeedSignature, SaveEnrolment, PrepareResume, LoadOutbox,
                                  SaveAck, ApplyChanges, CompareDigest, NewIncarnationNeeded,
                                  WipeOrdered, Idle, Disconnect>;

enum class ClientState : std::uint8_t {
    AwaitChallenge, Signing, AwaitEnrolled, AwaitWelcome, Resuming, Syncing, Live, Closed
};

class ClientSession {
public:
    /// A known device.
    ClientSession(Identity identity, std::int64_t steady_ms);
    /// A new one: enrols, then goes on as a known one on the same connection.
    ClientSession(EnrolRequest request, std::int64_t steady_ms);

    /// `wall_ms` is the terminal's clock (goes into HELLO and measures the offset), `steady_ms`
    /// drives the watchdogs.
    [[nodiscard]] std::vector<ClientOutput> step(ClientInput input, std::int64_t steady_ms,
                                                 std::int64_t wall_ms);
    /// When step(TimePassed) is due, on the steady clock.
    [[nodiscard]] std::int64_t wait_until_ms() const;

    [[nodiscard]] ClientState state() const { return state_; }
    /// Hub minus terminal, from the shortest round trip so far; 0 before the first.
    [[nodiscard]] std::int64_t clock_offset_ms() const { return clock_offset_ms_; }
    [[nodiscard]] std::int64_t hub_seq_seen() const { return hub_seq_seen_; }

private:
    // The engineer of this folder decides on the rest.
    ClientState state_{ClientState::AwaitChallenge};
    std::int64_t clock_offset_ms_{};
    std::int64_t hub_seq_seen_{};
};

}  // namespace balie::sync
