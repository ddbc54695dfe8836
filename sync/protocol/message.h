// Every message of subprotocol balie.v1 as a struct (SYNC 3). The bytes are in PROTOCOL.md and
// codec.h. Invariant: a struct holds only what was checked for size and form by the codec; nothing
// in it has been believed yet. Thread: any (values).
#pragma once

#include "sync/core/digest.h"
#include "sync/protocol/asks.h"
#include "sync/protocol/blob_message.h"
#include "sync/protocol/snapshot.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace balie::sync {

inline constexpr int kProtocolVersionMin = 1;
inline constexpr int kProtocolVersionMax = 1;
inline constexpr std::string_view kSubprotocol = "balie.v1";

struct Challenge {  ///< hub, first
    int version_min{kProtocolVersionMin};
    int version_max{kProtocolVersionMax};
    HubId hub;
    HubEpoch epoch;
    Bytes nonce;  ///< 32 bytes
    bool operator==(const Challenge&) const = default;
};

struct Enrol {  ///< terminal
    int version{kProtocolVersionMax};
    std::string secret;  ///< the one-time part of the enrolment code
    Bytes public_key;    ///< Ed25519, 32 bytes
    std::string device_name;
    std::string program;  ///< "balie 0.1.0"
    Bytes signature;      ///< over enrol_text(nonce, …), by the new key: proof of possession
    /// The device that this terminal is, where the hub no longer knows it: restored from a backup
    /// that is older than its enrolment.
    std::optional<DeviceId> device{};
    bool operator==(const Enrol&) const = default;
};

struct Enrolled {  ///< hub
    DeviceId device;
    std::string user;  ///< login
    std::string user_name;
    std::string role;
    std::string scope;   ///< "all", "branch:12", "territory:north", "portfolio:anna"
    std::string branch;  ///< the user's own, may be empty
    std::string territory;
    Bytes hub_public_key;  ///< verifies receipts
    bool operator==(const Enrolled&) const = default;
};

struct Hello {  ///< terminal
    int version{kProtocolVersionMax};
    int schema_version{};
    std::string program;
    Origin origin;
    std::int64_t last_seq{};  ///< highest own sequence in the log
    Hash last_hash{};
    std::optional<HubEpoch> epoch_seen;
    std::int64_t cursor{};
    Digest digest;  ///< of the confirmed state at the cursor
    std::int64_t pending{};
    std::int64_t oldest_pending_ms{};  ///< age; 0 when nothing is pending
    std::int64_t wall_ms{};            ///< the terminal's clock as it sends this
    Bytes signature;                   ///< over hello_text(nonce, …)
    bool operator==(const Hello&) const = default;
};

inline constexpr std::size_t kKnownBytes = 1 + kOwnHashBytes;
inline constexpr std::size_t kKnownMax = 4096;
inline constexpr std::uint8_t kKnownSetAside = 2;

enum class Directive : std::uint8_t { Go, Snapshot, NewIncarnation, Upgrade, ReadOnly, Wipe };

struct Welcome {  ///< hub
    int version{kProtocolVersionMax};
    Directive directive{Directive::Go};
    std::string text;  ///< for people; empty with Go
    HubEpoch epoch;
    std::int64_t wall_ms{};    ///< the hub's clock
    std::int64_t acked_seq{};  ///< highest sequence of this origin at the hub
    Hash acked_hash{};
    std::int64_t hub_seq{};        ///< the hub's last
    std::int64_t cursor{};         ///< from where to pull: lower than HELLO's after a hub restore
    std::int64_t floor{};          ///< compaction: below it only a snapshot helps (0: none yet)
    std::int64_t backed_up_seq{};  ///< of this origin, in a verified backup
    std::int64_t backed_up_hub_seq{};  ///< the hub's log is in one up to here; 0: not known
    std::int64_t message_bytes_max{};
    int push_window{};
    std::string scope;  ///< as it is now
    std::string role;
    /// What the hub has of the changes that HELLO called pending, from `known_first` on: for each
    /// kKnownBytes, of which the first is 1 (in the log) or 2 (set aside), and then the beginning
    /// of its hash. So a device sees how far its log and the hub's agree. Empty: none of them.
    std::int64_t known_first{};
    Bytes known;
    /// The hub takes and gives attachments up to this size; 0: none.
    std::int64_t blob_bytes_max{};
    bool operator==(const Welcome&) const = default;
};

struct Push {  ///< terminal
    std::int64_t first{};
    Hash previous{};                 ///< hash of `first - 1`
    std::int64_t clock_offset_ms{};  ///< hub minus terminal, measured at this connection
    std::vector<Change> changes;     ///< whole transactions; origin is the session's
    bool operator==(const Push&) const = default;
};

/// Set aside, since the hub has the same transaction from another life of this log: nothing is left
/// for anybody to do.
inline constexpr std::string_view kCameBefore = "known";

enum class VerdictKind : std::uint8_t { Applied, Superseded, Conflict, SetAside };

struct Verdict {  ///< one per transaction
    TransactionId transaction;
    std::int64_t first{};
    std::int64_t last{};
    VerdictKind kind{VerdictKind::Applied};
    std::string code;    ///< set aside: "invalid", "scope", "denied", "needs", "limit", "unknown",
                         ///< kCameBefore
    std::string detail;  ///< in words, English
    std::int64_t hub_seq{};        ///< of its last change; 0 when set aside
    std::vector<Stamp> effective;  ///< one per change; empty when set aside
    bool operator==(const Verdict&) const = default;
};

struct Ack {  ///< hub
    std::int64_t acked_seq{};
    Hash acked_hash{};
    std::int64_t wall_ms{};  ///< when it was received, the hub's clock
    std::vector<Verdict> verdicts;
    Bytes signature;  ///< Ed25519 over receipt_text(device, ack): the receipt
    bool operator==(const Ack&) const = default;
};

struct Pull {  ///< terminal
    std::int64_t cursor{};
    std::int64_t credit_bytes{};  ///< replaces the credit given before
    /// The state of the scope instead of the log, from here on. A hub that does not know of it
    /// answers with CHANGES.
    std::optional<SnapshotPlace> snapshot{};
    /// With `snapshot`: own changes after these may not be confirmed here yet, by incarnation.
    struct OwnAfter {
        Incarnation incarnation;
        std::int64_t seq{};
        bool operator==(const OwnAfter&) const = default;
    };
    std::vector<OwnAfter> own{};
    bool operator==(const Pull&) const = default;
};

struct Changes {                    ///< hub
    std::int64_t from{};            ///< the cursor this follows on: apply only when it is yours
    std::int64_t to{};              ///< the cursor after it (also over what the filter passed by)
    std::vector<LogEntry> entries;  ///< ends on the end of a transaction
    bool operator==(const Changes&) const = default;
};

struct Checkpoint {  ///< hub: everything up to hub_seq was sent; this is the scope's digest there
    std::int64_t hub_seq{};
    Digest digest;
    /// The end of this terminal's log as the hub has it, when this connection did not tell of it.
    struct OwnEnd {
        std::int64_t seq{};
        Hash hash{};
        bool operator==(const OwnEnd&) const = default;
    };
    std::optional<OwnEnd> own{};
    bool operator==(const Checkpoint&) const = default;
};
struct Applied {            ///< terminal
    std::int64_t cursor{};  ///< durably applied
    bool operator==(const Applied&) const = default;
};
struct Mark {  ///< both: tell me when you have everything up to here
    std::string token;
    std::int64_t seq{};   ///< terminal → hub: own dev_seq; hub → terminal: hub_seq
    bool reached{false};  ///< the answer carries the same token and true
    bool operator==(const Mark&) const = default;
};
struct Ping {
    std::int64_t wall_ms{};
    bool operator==(const Ping&) const = default;
};
struct Pong {
    std::int64_t wall_ms{};       ///< the answerer's clock
    std::int64_t ping_wall_ms{};  ///< as it stood in the PING
    bool operator==(const Pong&) const = default;
};

enum class ErrorLevel : std::uint8_t {
    Frame,    ///< this message was not understood and had no effect; go on
    Session,  ///< this connection ends; try again as `retry_ms` says
    Device    ///< this device is not welcome until somebody acts
};
struct PeerError {
    ErrorLevel level{ErrorLevel::Session};
    std::string code;  ///< "wrong_code", "expired_code", "used_code", "unknown_device", "revoked",
                       ///< "bad_signature", "gap", "fork", "malformed", "order", "busy"…
    std::string text;  ///< for people, English
    std::int64_t retry_ms{-1};     ///< -1: as the terminal's own backoff says
    std::int64_t expected_seq{0};  ///< with "gap": push from here
    bool operator==(const PeerError&) const = default;
};
struct Bye {
    std::string reason;
    bool operator==(const Bye&) const = default;
};

using Message =
    std::variant<Challenge, Enrol, Enrolled, Hello, Welcome, Push, Ack, Pull, Changes, Snapshot,
                 Checkpoint, Applied, Mark, Ping, Pong, PeerError, Bye, Find, Found, Fetch, Fetched,
                 BlobHave, BlobWant, BlobPut, BlobGet, BlobRefused>;

}  // namespace balie::sync
