// What goes into and comes out of a ClientSession: values, each with what answers it.
// Thread: any (values).
#pragma once

#include "storage/base/result.h"
#include "sync/client/blob_io.h"
#include "sync/core/limits.h"
#include "sync/protocol/message.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <variant>
#include <vector>

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

/// HELLO of what is known; not signed yet.
[[nodiscard]] Hello hello_of(const Identity& identity, std::int64_t wall_ms);

struct EnrolRequest {
    std::string secret;
    Bytes public_key;
    std::string device_name;
    std::string program;
    /// Enrolled before at this hub, which does not know it any more (Enrol::device).
    std::optional<DeviceId> device{};
};

/// What may go over this line now, as whoever owns the connection decides (sync/log/link_book.h).
/// Without any of it everything goes.
struct LinkRules {
    /// At most so many entries of the hub's log may be asked for at once: a first load, reading
    /// anew or a long way behind waits for a person's word. 0: none at all.
    std::int64_t pull_max{std::numeric_limits<std::int64_t>::max()};
    /// Own changes after this one wait. The log goes in its order, so it is the end of a
    /// transaction and nothing before it is left out.
    std::int64_t push_to{std::numeric_limits<std::int64_t>::max()};
    /// Own changes go before anything is asked for; a slow line does so by itself.
    bool push_first{false};
    std::int64_t credit_max{kPullCreditBytes};
    /// An attachment of which more bytes are left to go waits.
    std::int64_t blob_bytes_max{std::numeric_limits<std::int64_t>::max()};

    bool operator==(const LinkRules&) const = default;
};

// --- inputs --------------------------------------------------------------------------------
struct MessageReceived {
    Message message;
};
/// The wire carried something that is no message.
struct GarbageReceived {
    Error error;
};
struct Signed {
    Bytes signature;
};  ///< answer to NeedSignature
struct EnrolmentSaved {
    Identity identity;
};  ///< answer to SaveEnrolment
/// Answer to PrepareResume: identity after epoch handling (cursor moved back, acked set).
struct Resumed {
    std::int64_t cursor{};
    std::int64_t acked_seq{};
    /// Wanted instead of the log: nothing is here yet, or what is here is read anew.
    std::optional<SnapshotPlace> snapshot{};
    std::vector<Pull::OwnAfter> own{};
};
/// Answer to LoadOutbox: whole transactions after `after_seq`, maybe none.
struct OutboxLoaded {
    std::int64_t after_seq{};
    Hash previous{};
    std::vector<Change> changes;
    bool held_back{false};  ///< there are more, which the rules do not let go
};
struct AckSaved {
    std::int64_t acked_seq{};
};  ///< answer to SaveAck
/// Answer to ApplyChanges: durable.
struct ChangesApplied {
    std::int64_t cursor{};
};
/// Answer to ApplySnapshot: durable. `done`: all of it is, and the log goes on from `cursor`.
struct SnapshotApplied {
    SnapshotPlace place;
    bool done{};
    std::int64_t cursor{};
    bool compared{false};  ///< it was a digest: `place` says what is wanted next
};
/// Answer to CompareDigest.
struct DigestCompared {
    bool equal{};
    bool more_to_send{};  ///< reading again showed changes of former lives that the hub lacks
    bool repair{};        ///< the copy here is to be read anew, by the next connection
};
/// Answer to LookForOwn.
struct OwnLooked {
    bool here{};  ///< the log here has that change
};
struct LocalChangesSaved {};  ///< somebody saved something: there is work
struct RulesChanged {
    LinkRules rules;
};
/// The machine has other addresses than before: is the hub still there?
struct NetworkChanged {};
/// A person asks head office for what is not here; HubAnswered follows, whatever comes of it,
/// unless the connection ends first.
struct AskHub {
    HubQuestion question;
};
struct FinishWhenIdle {};  ///< --once: say BYE when nothing is left to do
struct Failed {
    Error error;
};                     ///< what was asked for could not be done here
struct TimePassed {};  ///< call at wait_until_ms() at the latest
using ClientInput =
    std::variant<MessageReceived, GarbageReceived, Signed, EnrolmentSaved, Resumed, OutboxLoaded,
                 AckSaved, ChangesApplied, SnapshotApplied, DigestCompared, OwnLooked,
                 BlobTaskFound, BlobRead, BlobSaved, BlobNoted, LocalChangesSaved, RulesChanged,
                 NetworkChanged, AskHub, FinishWhenIdle, Failed, TimePassed>;

// --- outputs -------------------------------------------------------------------------------
struct Send {
    Message message;
};
struct NeedSignature {
    std::string text;
};
struct SaveEnrolment {
    Enrolled enrolled;
    Challenge challenge;
};
/// New epoch, what the hub has of this origin and from where to pull; in one transaction. With
/// `hub_lost` the hub no longer has what it had acknowledged or sent before HELLO was written: own
/// changes after its `acked_seq` become pending again and the cursor goes back. Without it WELCOME
/// may only be older than what another session of this device has done meanwhile.
struct PrepareResume {
    Welcome welcome;
    bool hub_lost{};
};
struct LoadOutbox {
    std::int64_t after_seq{};
    std::size_t bytes_max{};
    std::int64_t to_seq{std::numeric_limits<std::int64_t>::max()};
};
struct SaveAck {
    Ack ack;
};  ///< the session has verified its signature
struct ApplyChanges {
    Changes changes;
};
struct ApplySnapshot {
    Snapshot part;
};
struct CompareDigest {
    Checkpoint checkpoint;
};
/// Has the log here the change that the hub has last of it?
struct LookForOwn {
    Checkpoint::OwnEnd own;
};
/// `hub_*`: the last change of this origin that the hub has. When the log here has it too, and
/// HELLO was only older than another session of this device (`stale_hello`), nothing was cloned.
struct NewIncarnationNeeded {
    std::string text;
    std::int64_t hub_seq{};
    Hash hub_hash{};
    bool stale_hello{};
    /// As in WELCOME: which pending changes the hub has all the same.
    std::int64_t known_first{};
    Bytes known;
};
struct WipeOrdered {
    std::string text;
};
/// Everything known here is at the hub and everything of the hub is here; or, `held`, as much of it
/// as the rules let go.
struct Idle {
    std::int64_t cursor{};
    bool held{false};
};
struct HubAnswered {
    HubQuestion question;
    HubAnswer answer;
};
struct Disconnect {
    std::optional<Error> error;
    std::int64_t retry_ms{-1};
    bool final{false};
};
using ClientOutput = std::variant<Send, NeedSignature, SaveEnrolment, PrepareResume, LoadOutbox,
                                  SaveAck, ApplyChanges, ApplySnapshot, CompareDigest, LookForOwn,
                                  FindBlobTask, ReadBlob, SaveBlob, NoteBlob, NewIncarnationNeeded,
                                  WipeOrdered, Idle, HubAnswered, Disconnect>;

}  // namespace balie::sync
