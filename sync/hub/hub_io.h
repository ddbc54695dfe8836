// What goes into and comes out of a HubSession: values, each with what answers it.
// Thread: any (values).
#pragma once

#include "storage/base/result.h"
#include "sync/protocol/message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

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
struct HubMessageReceived {
    Message message;
};
struct HubGarbageReceived {
    Error error;
};
struct EnrolDecided {
    Result<Enrolled> enrolled;
};  ///< answer to DecideEnrol
struct DeviceFound {
    Result<DeviceRecord> device;
};  ///< answer to FindDevice
/// Answer to OpenSession: WELCOME as the store sees it (acked, cursor, epoch, directive).
struct SessionOpened {
    Result<Welcome> welcome;
};
struct PushIngested {
    Result<Ack> ack;
    std::optional<PeerError> refusal;
};  ///< answer to IngestPush
struct ChangesRead {
    Result<Changes> changes;
    bool at_end{};
    Digest digest;
    std::optional<Checkpoint::OwnEnd> own{};  ///< what the hub has of this log, at_end
};                                            ///< answer to ReadChanges
struct SnapshotRead {
    Result<Snapshot> part;
};  ///< answer to ReadSnapshot
/// What a terminal may ask of attachments.
using BlobRequest = std::variant<BlobHave, BlobPut, BlobGet>;
struct BlobAnswer {
    Message message;      ///< BlobWant, BlobPut or BlobRefused
    bool arrived{false};  ///< all of it is here now: whoever asked for it may be told
};
struct BlobAnswered {
    Result<BlobAnswer> answer;
};  ///< answer to HandleBlob
/// Some device has sent all of it.
struct BlobArrived {
    std::string blob;
    std::int64_t bytes{};
};
struct CustomersFound {
    std::string token;
    Result<Found> found;
};  ///< answer to FindCustomers
struct CustomerFetched {
    std::string token;
    Result<Fetched> fetched;
};  ///< answer to FetchCustomer
struct LogGrew {
    std::int64_t hub_seq{};
};  ///< committed by anybody
/// Another connection brought more of this very log.
struct OwnLogGrew {
    std::int64_t acked_seq{};
};
struct WriteQueueFull {};     ///< stop reading the log for this terminal
struct WriteQueueDrained {};  ///< there is room to send again
struct HubTimePassed {};
using HubInput = std::variant<HubMessageReceived, HubGarbageReceived, EnrolDecided, DeviceFound,
                              SessionOpened, PushIngested, ChangesRead, SnapshotRead,
                              CustomersFound, CustomerFetched, BlobAnswered, BlobArrived, LogGrew,
                              OwnLogGrew, WriteQueueFull, WriteQueueDrained, HubTimePassed>;

// --- outputs -------------------------------------------------------------------------------
struct HubSend {
    Message message;
};
/// The session has verified the signature against enrol.public_key first.
struct DecideEnrol {
    Enrol enrol;
};
struct FindDevice {
    DeviceId device;
};
struct OpenSession {
    Hello hello;
    DeviceRecord device;
};
struct IngestPush {
    DeviceRecord device;
    Origin origin;
    Push push;
};
/// Log after `cursor`, filtered by scope, at most `bytes_max` of encoded entries (one at least).
struct ReadChanges {
    DeviceRecord device;
    Origin origin;
    std::int64_t cursor{};
    std::int64_t bytes_max{};
};
/// The state of the device's scope after a place, at most `bytes_max` (one record at least).
struct ReadSnapshot {
    DeviceRecord device;
    Origin origin;
    SnapshotPlace place;
    std::vector<Pull::OwnAfter> own;
    std::int64_t bytes_max{};
};
/// Beyond the device's scope: few fields of few customers.
struct FindCustomers {
    DeviceRecord device;
    Find question;
};
/// A customer of others into the device's scope, for a while.
struct FetchCustomer {
    DeviceRecord device;
    Fetch question;
};
struct RecordApplied {
    Origin origin;
    std::int64_t cursor{};
};
struct HandleBlob {
    DeviceRecord device;
    BlobRequest request;
};
struct HubDisconnect {
    std::string reason;
};
using HubOutput = std::variant<HubSend, DecideEnrol, FindDevice, OpenSession, IngestPush,
                               ReadChanges, ReadSnapshot, FindCustomers, FetchCustomer,
                               RecordApplied, HandleBlob, HubDisconnect>;

struct HubIdentity {
    HubId hub;
    HubEpoch epoch;
};

}  // namespace balie::sync
