// The hub's side of one connection, sans-I/O: mirrors sync/client/client_session.h.
// It owns no socket, file, thread or database; the hub service (and the simulation) carries out
// its outputs in order on the store thread and feeds the results back. Everything received is
// hostile until checked here or in ingest.
// Thread: any, one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "storage/base/result.h"
#include "sync/protocol/message.h"

namespace balie::sync {

/// A device as the hub knows it.
struct DeviceRecord {
    DeviceId device;
    Bytes public_key;
    std::string name;
    std::string user;
    std::string role;
    std::string scope;
    bool revoked{false};
};

// --- inputs --------------------------------------------------------------------------------
struct HubMessageReceived { Message message; };
struct HubGarbageReceived { Error error; };
struct EnrolDecided { Result<Enrolled> enrolled; };     ///< answer to DecideEnrol
struct DeviceFound { Result<DeviceRecord> device; };    ///< answer to FindDevice
/// Answer to OpenSession: WELCOME as the store sees it (acked, cursor, epoch, directive).
struct SessionOpened { Result<Welcome> welcome; };
struct PushIngested { Result<Ack> ack; std::optional<PeerError> refusal; };  ///< answer to IngestPush
struct ChangesRead { Result<Changes> changes; bool at_end{}; Digest digest; };  ///< answer to ReadChanges
struct LogGrew { std::int64_t hub_seq{}; };             ///< committed by anybody
struct WriteQueueDrained {};                            ///< there is room to send again
struct HubTimePassed {};
using HubInput = std::variant<HubMessageReceived, HubGarbageReceived, EnrolDecided, DeviceFound,
                              SessionOpened, PushIngested, ChangesRead, LogGrew, WriteQueueDrained,
                              HubTimePassed>;

// --- outputs -------------------------------------------------------------------------------
struct HubSend { Message message; };
/// The session has verified the signature against enrol.public_key first.
struct DecideEnrol { Enrol enrol; };
struct FindDevice { DeviceId device; };
struct OpenSession { Hello hello; DeviceRecord device; };
struct IngestPush { DeviceRecord device; Origin origin; Push push; };
/// Log after `cursor`, filtered by scope, at most `bytes_max` of encoded entries (one at least).
struct ReadChanges { DeviceRecord device; Origin origin; std::int64_t cursor{}; std::int64_t bytes_max{}; };
struct RecordApplied { Origin origin; std::int64_t cursor{}; };
struct HubDisconnect { std::string reason; };
using HubOutput = std::variant<HubSend, DecideEnrol, FindDevice, OpenSession, IngestPush,
                               ReadChanges, RecordApplied, HubDisconnect>;

struct HubIdentity {
    HubId hub;
    HubEpoch epoch;
};

class HubSession {
public:
    /// `nonce`: 32 fresh random bytes of this connection.
    HubSession(HubIdentity hub, Bytes nonce, std::int64_t steady_ms);

    /// What goes out before anything was received.
    [[nodiscard]] std::vector<HubOutput> start();
    [[nodiscard]] std::vector<HubOutput> step(HubInput input, std::int64_t steady_ms,
                                              std::int64_t wall_ms);
    [[nodiscard]] std::int64_t wait_until_ms() const;
    [[nodiscard]] bool closed() const { return closed_; }

private:
    // The engineer of this folder decides on the rest.
    bool closed_{false};
};

}  // namespace balie::sync
