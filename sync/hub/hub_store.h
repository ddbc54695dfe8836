// The hub's database behind one interface: central rows, log, people, devices. SQLite now,
// PostgreSQL later. Invariant: hub_seq is allocated inside the writing transaction and gap-free; a
// transaction is a contiguous range (I5); a push batch is authenticated, chain-checked, authorised
// against current scope, applied, logged and given verdicts in one transaction (I1, I2, I3).
// Thread: store only.
#pragma once

#include "storage/attach/attachments.h"
#include "storage/base/result.h"
#include "storage/crypto/secret.h"
#include "storage/crypto/signing.h"
#include "storage/store/store.h"
#include "sync/hub/hub_session.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace balie::sync {

class BlobDesk;

struct UserRow {
    std::string login;
    std::string name;
    std::string role;
    std::string branch;
    std::string territory;
    std::string language;
    bool active{true};
};

struct EnrolCodeRequest {
    std::string user;
    std::string role;
    std::string scope;
    std::int64_t valid_ms{};
    std::string device_name;  ///< may be empty: the device says
};
struct EnrolCode {
    std::string secret;
    std::int64_t expires_ms{};
};

struct FleetRow {
    DeviceRecord device;
    std::int64_t enrolled_ms{};
    std::int64_t last_seen_ms{};
    std::int64_t cursor{};
    std::int64_t pending{};
    std::int64_t clock_offset_ms{};
    std::string program;
    std::int64_t incarnations{};  ///< above 1: its data was restored or copied
};

struct HubStatus {
    HubId hub;
    HubEpoch epoch;
    std::int64_t hub_seq{};
    std::int64_t devices{};
    std::int64_t customers{};
    std::int64_t interactions{};
    std::int64_t set_aside{};
    std::int64_t conflicts{};
};

/// One batch to ingest, and what came of it.
struct IngestRequest {
    DeviceRecord device;
    Origin origin;
    Push push;
};
struct IngestAnswer {
    std::optional<Ack> ack;            ///< unsigned when made in tests without a key
    std::optional<PeerError> refusal;  ///< gap, fork, malformed
};

/// How far the log is compacted: entries received longer ago than `keep_ms`, as far as every device
/// heard of since then has applied them; or, for tests, up to one entry whatever it costs devices.
struct CompactRequest {
    std::int64_t keep_ms{};
    std::optional<std::int64_t> up_to{};
    bool dry_run{false};
    bool one_step{false};  ///< one commit's worth, for a hub that serves meanwhile
    std::function<void(std::int64_t reached, std::int64_t floor)> progress{};
};
struct Compacted {
    std::int64_t floor_before{};
    std::int64_t floor{};
    bool more{false};        ///< one_step: there is more to do at once
    std::int64_t changes{};  ///< whose content was taken away
    std::int64_t moves{};    ///< entries of customers that moved, taken away whole
    std::int64_t bytes{};    ///< of that content
    std::string held_by{};   ///< the device whose cursor held the floor down; empty: none
};

class HubStore {
  public:
    /// Makes hub_id, epoch, signing key, seeded code lists and roles. Errors: AlreadyExists.
    [[nodiscard]] static Result<std::unique_ptr<HubStore>> create(
        const std::string& path, BytesView raw_key, Clock& clock, Entropy& entropy,
        const store::StoreOptions& options = {});
    [[nodiscard]] static Result<std::unique_ptr<HubStore>> open(
        const std::string& path, BytesView raw_key, Clock& clock, Entropy& entropy,
        const store::StoreOptions& options = {});
    /// The same for a file that comes from a backup: a new epoch begins in it before anything else
    /// is written, so that devices send again what it does not hold. What `open` would write first,
    /// under the epoch of before, the lost log may have said otherwise at the same numbers.
    [[nodiscard]] static Result<std::unique_ptr<HubStore>> open_restored(
        const std::string& path, BytesView raw_key, Clock& clock, Entropy& entropy,
        const store::StoreOptions& options = {});
    /// A copy that is only looked at: beyond its schema, nothing is written in it.
    [[nodiscard]] static Result<std::unique_ptr<HubStore>> open_copy(
        const std::string& path, BytesView raw_key, Clock& clock, Entropy& entropy,
        const store::StoreOptions& options = {});
    HubStore(const HubStore&) = delete;
    HubStore& operator=(const HubStore&) = delete;
    ~HubStore();

    [[nodiscard]] HubIdentity identity() const;
    [[nodiscard]] store::Store& store();

    // --- people, lists, devices (the hub is itself a device with a log) ---
    [[nodiscard]] Outcome save_user(const UserRow& user);
    [[nodiscard]] Result<std::vector<UserRow>> users();
    /// Makes the definitions that are not there yet. Errors: AlreadyExists when one differs.
    [[nodiscard]] Result<int> load_fields(const std::vector<domain::CustomField>& fields);
    [[nodiscard]] Result<EnrolCode> make_enrol_code(const EnrolCodeRequest& request);
    /// Errors: NotFound (wrong code), Expired, AlreadyExists (used), Denied.
    [[nodiscard]] Result<Enrolled> enrol(const Enrol& enrol);
    [[nodiscard]] Result<DeviceRecord> find_device(const DeviceId& device);
    [[nodiscard]] Outcome revoke(const DeviceId& device);
    [[nodiscard]] Result<std::vector<FleetRow>> fleet();

    // --- sessions ---
    [[nodiscard]] Result<Welcome> open_session(const Hello& hello, const DeviceRecord& device);
    /// What a HELLO that was carried here in a bundle is answered; nothing is noted of it.
    [[nodiscard]] Result<Welcome> read_welcome(const Hello& hello, const DeviceRecord& device);
    /// The same, and the fleet's list shows it.
    [[nodiscard]] Result<Welcome> open_carried(const Hello& hello, const DeviceRecord& device);
    /// What the hub made of changes `first` to `last` of a log, as it would answer them if they
    /// were sent again, signed: of as many as one message takes, and of none when it has none of
    /// them.
    [[nodiscard]] Result<Ack> read_verdicts(const Origin& origin, std::int64_t first,
                                            std::int64_t last);
    /// The last log of this device that the hub has anything of.
    [[nodiscard]] Result<std::optional<Origin>> latest_log(const DeviceId& device);
    /// Opens what is sealed for this hub, and signs what it says.
    [[nodiscard]] const crypto::KeyPair& signing_key() const;
    /// All in one transaction with one FULL commit; answers in order. Errors: DiskFull, Io: then
    /// nothing was taken from anybody.
    [[nodiscard]] Result<std::vector<IngestAnswer>> ingest(
        const std::vector<IngestRequest>& requests);
    struct ReadAnswer {
        Changes changes;
        bool at_end{};  ///< nothing more behind it
        Digest digest;  ///< of the device's scope at changes.to, when at_end
        std::optional<Checkpoint::OwnEnd> own;  ///< what the hub has of this log, when at_end
    };
    /// May answer without entries and not at the end, with changes.to moved on. Errors: Denied
    /// (revoked meanwhile), Expired (the log was compacted beyond this cursor).
    [[nodiscard]] Result<ReadAnswer> read_changes(const DeviceRecord& device, const Origin& origin,
                                                  std::int64_t cursor, std::int64_t bytes_max);
    /// A part of the state of the device's scope: the records after a place, as they are now.
    /// Errors: Protocol (no such place), Denied (revoked meanwhile), Expired (the log that would
    /// follow it was compacted).
    [[nodiscard]] Result<Snapshot> read_snapshot(const ReadSnapshot& request);
    /// Where the bytes of attachments lie; before it is said, WELCOME offers none.
    void use_blobs(std::shared_ptr<attach::BlobFiles> files);
    /// What answers about attachments: blob_desk.h. Errors: NotFound before use_blobs().
    [[nodiscard]] Result<BlobDesk*> blobs();
    // --- beyond a device's scope (fetching.h). Errors: Denied (revoked meanwhile), DiskFull, Io
    // ---
    [[nodiscard]] Result<Found> find_customers(const DeviceRecord& device, const Find& question);
    [[nodiscard]] Result<Fetched> fetch_customer(const DeviceRecord& device, const Fetch& question);
    /// The latest first. `since_ms`: at or after it.
    struct AuditRow {
        std::string what;  ///< "fetch", "find"
        std::string who;
        std::string device;  ///< its name
        RecordId customer;   ///< nil: of a find
        std::string customer_name;
        std::string reason;
        std::string note;
        std::int64_t at_ms{};
        std::int64_t until_ms{};  ///< 0: of a find
    };
    [[nodiscard]] Result<std::vector<AuditRow>> audit(std::int64_t since_ms, int limit);
    /// Those whose time is over, some of them at once. For whoever has a timer.
    [[nodiscard]] Outcome end_fetches();
    void set_fetch_for(std::int64_t ms);
    [[nodiscard]] Outcome note_applied(const Origin& origin, std::int64_t cursor);
    /// Writes what sessions reported (last seen, cursors) when some of it waits: those are written
    /// at most once a second, or with the next batch. For whoever has a timer.
    [[nodiscard]] Outcome flush_notes();
    /// Compacts the log (compaction.h). Nothing is lost by calling it again after a power cut.
    [[nodiscard]] Result<Compacted> compact(const CompactRequest& request);
    /// How far each device's chain is here, by the origin's number, and in which epoch.
    struct Extent {
        HubEpoch epoch;
        std::int64_t hub_seq{};
        std::vector<std::pair<std::int64_t, std::int64_t>> chains;
    };
    [[nodiscard]] Result<Extent> extent();
    /// A verified backup of this hub reaches so far: WELCOME says so to each device.
    [[nodiscard]] Outcome note_backup(const Extent& backup);
    [[nodiscard]] Result<std::int64_t> hub_seq();

    // --- for the office ---
    [[nodiscard]] Result<HubStatus> status();
    struct HubSetAside {
        ChangeId id;
        std::string user;
        std::string code;
        std::string detail;
        std::int64_t received_ms{};
        std::string payload;
    };
    [[nodiscard]] Result<std::vector<HubSetAside>> set_aside(int limit);
    /// Walks every chain and sequence and recomputes digests; says the first fault and where.
    [[nodiscard]] Outcome verify();

  private:
    struct Impl;
    explicit HubStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace balie::sync
