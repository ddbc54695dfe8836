// What a terminal's database does for synchronisation: everything a ClientSession asks for, each
// call one transaction. Implemented on the store's writer; the change log itself is change_log.h.
// Invariant: confirmed state = hub state at the cursor; what the user sees = confirmed state + own
// changes not yet confirmed (I8); the cursor moves in the transaction of the effects (I6); an
// acknowledged change stays in the log (SYNC 1.4). Thread: store only.
#pragma once

#include "storage/base/result.h"
#include "storage/store/store.h"
#include "sync/client/client_session.h"
#include "sync/log/attachment_book.h"
#include "sync/log/change_log.h"
#include "sync/log/link_book.h"
#include "sync/log/set_aside.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace balie::sync {

/// Counters computed from durable facts, for the status line and `status --json`.
struct SyncStatus {
    std::int64_t pending{};  ///< changes not yet acknowledged
    std::int64_t pending_transactions{};
    std::int64_t oldest_pending_seconds{};
    std::int64_t set_aside{};
    std::int64_t conflicts{};  ///< that nobody settled yet, also not here
    AttachmentCounts attachments;
    std::int64_t proposals{};  ///< of others, that nobody decided on
    std::int64_t cursor{};
    std::int64_t hub_seq_seen{};
    std::int64_t last_contact_ms{};  ///< wall clock; 0: never
    std::int64_t last_receipt_ms{};  ///< when the hub last acknowledged, the hub's clock
    std::int64_t clock_offset_ms{};
    bool digest_differs{false};  ///< the last checkpoint did not match
    /// When this terminal learned that the hub was restored from a backup; 0: never.
    std::int64_t hub_restored_ms{};
    std::int64_t sent_again{};  ///< changes that the restored hub did not have
    bool rereading{false};      ///< the copy here is being replaced by what the restored hub has
    /// The first load, or reading anew, is at records of this type; empty: none is under way.
    std::string loading;
    /// When this terminal's data was found to be a restored or copied one; 0: never.
    std::int64_t separated_ms{};
    std::int64_t
        not_backed_up{};  ///< at the hub, and in no verified backup of it that is known here
    /// When a bundle was last written here, and one of the office last taken in
    /// (terminal_bundle.h); 0: never.
    std::int64_t bundle_written_ms{};
    std::int64_t bundle_taken_ms{};
    DeviceId device;
    Incarnation incarnation;
    std::string scope;
    std::string user;
    std::string hub_address;
    struct TypeCount {
        std::string type;
        std::int64_t count{};
    };
    std::vector<TypeCount> pending_by_type;
};

struct ConflictEntry {
    RecordId conflict;  ///< derived from (record, field)
    std::string type;
    RecordId record;
    std::string field;
    /// Of a deletion (field deleted_at) also the edits it had not seen, as "not deleted".
    std::vector<Head> heads;
    std::vector<std::string> edited;  ///< of a deletion: the fields of those edits
    /// What both had seen before they wrote; empty where this terminal does not know.
    std::optional<Value> former;
    /// Somebody chose at this terminal, seeing all of it; it closes when the hub has the choice.
    bool settled_here{false};
};

class TerminalReplica {
  public:
    explicit TerminalReplica(store::Store& store) : store_(&store) {}

    // --- for the session (terminal_link.h calls these) ---
    /// Until it is committed the calls below write without one commit each.
    [[nodiscard]] Result<sqlite::CommitGroup> group_commits() {
        return sqlite::CommitGroup::begin(store_->writer());
    }
    [[nodiscard]] Result<Identity> identity(const std::string& program);
    /// Also of a device that the hub took back: its log and its cursor stay, and WELCOME shows what
    /// the hub has lost. Errors: AlreadyExists when the profile is another device's, or another
    /// hub's.
    [[nodiscard]] Result<Identity> save_enrolment(const Enrolled& enrolled,
                                                  const Challenge& challenge,
                                                  const std::string& hub_address,
                                                  const std::string& program);
    /// See PrepareResume for `hub_lost`.
    [[nodiscard]] Result<Resumed> prepare_resume(const Welcome& welcome,
                                                 std::int64_t clock_offset_ms,
                                                 bool hub_lost = true);
    [[nodiscard]] Result<OutboxLoaded> load_outbox(
        std::int64_t after_seq, std::size_t bytes_max,
        std::int64_t to_seq = std::numeric_limits<std::int64_t>::max());
    /// Takes verdicts; Errors: Protocol when they do not fit what was sent.
    [[nodiscard]] Result<AckSaved> save_ack(const Ack& ack);
    /// Errors: Busy when `from` is not the cursor: another session moved it.
    [[nodiscard]] Result<ChangesApplied> apply_changes(const Changes& changes);
    /// A part of the scope's state. Errors: Busy when it does not follow on what is here.
    [[nodiscard]] Result<SnapshotApplied> apply_snapshot(const Snapshot& part);
    [[nodiscard]] Result<DigestCompared> compare_digest(const Checkpoint& checkpoint);
    [[nodiscard]] Result<std::int64_t> cursor();
    /// Records may be of a later time than the cursor: a snapshot was read, and no digest compared
    /// since.
    [[nodiscard]] Result<bool> records_ahead();
    /// What this terminal would ask for next: the log after its cursor, or the state of its scope.
    [[nodiscard]] Result<Pull> next_pull();
    /// This device's own log has that very change.
    [[nodiscard]] Result<bool> has_change(std::int64_t seq, const Hash& hash);
    /// A clone or restore was found: later changes get a new incarnation, and those not at the hub
    /// are written anew under it. `known`: the hub's hashes (as in WELCOME) from change
    /// `known_first` on; what is equal here is there, and is not sent a second time.
    [[nodiscard]] Outcome start_new_incarnation(const std::string& words, std::int64_t known_first,
                                                BytesView known);
    [[nodiscard]] Outcome note_contact(std::int64_t wall_ms, std::int64_t clock_offset_ms,
                                       std::int64_t hub_seq_seen);

    /// The hub brings this customer for a while; `until_ms` by its clock, 0: it is here anyway.
    [[nodiscard]] Outcome note_fetched(const Fetch& fetch, std::int64_t until_ms,
                                       std::int64_t clock_offset_ms);

    /// What the line costs and what may go over it.
    [[nodiscard]] LinkBook link() { return LinkBook(*store_); }

    /// Where the bytes of attachments lie; outlives this. Without it none are sent or fetched.
    void use_blobs(attach::BlobFiles& files) { blobs_ = &files; }
    [[nodiscard]] std::optional<AttachmentBook> attachments() {
        if (blobs_ == nullptr) return std::nullopt;
        return AttachmentBook(*store_, *blobs_);
    }

    /// What left may still be readable in local backups and in the write-ahead log.
    [[nodiscard]] Result<bool> traces_left();
    [[nodiscard]] Outcome traces_removed();

    // --- for people ---
    [[nodiscard]] Result<SyncStatus> status();
    /// Those nobody dealt with; more of it: set_aside.h.
    [[nodiscard]] Result<std::vector<SetAsideEntry>> set_aside(int limit);
    [[nodiscard]] Result<std::vector<ConflictEntry>> conflicts(int limit);

  private:
    [[nodiscard]] Outcome set(std::string_view key, std::string_view value);
    [[nodiscard]] Result<std::string> text(std::string_view key);
    [[nodiscard]] Result<std::int64_t> number(std::string_view key);
    /// Of the confirmed state, as it was last kept.
    [[nodiscard]] Result<Digest> digest();
    /// A profile without a past.
    [[nodiscard]] Outcome begin_as(const DeviceId& device, const Challenge& challenge);
    /// From now on the copy here is replaced by what the hub has; `compare`: where digests differ.
    [[nodiscard]] Outcome begin_reread(bool compare);
    [[nodiscard]] Result<SnapshotPlace> snapshot_place();
    [[nodiscard]] Outcome save_snapshot_place(const SnapshotPlace& place);
    /// Own changes that may not be confirmed yet, by incarnation.
    [[nodiscard]] Result<std::vector<Pull::OwnAfter>> own_after();
    [[nodiscard]] Outcome save_verdict(std::int64_t origin, const Verdict& verdict,
                                       std::int64_t receipt);
    /// What the hub said about itself and about this device. `from`: where pulling goes on.
    [[nodiscard]] Outcome note_welcome(const Welcome& welcome, std::int64_t clock_offset_ms,
                                       std::int64_t from);
    /// Another epoch, or a hub that lost something: what it no longer has is pending again.
    [[nodiscard]] Outcome note_epoch(const Welcome& welcome, const ChangeLog::Tail& tail,
                                     bool hub_lost);
    /// Own changes that the hub has need not be sent again. True when `known` ended before the log.
    [[nodiscard]] Result<bool> acknowledge_known(const ChangeLog::Tail& tail, std::int64_t first,
                                                 BytesView known);
    /// Changes of former incarnations that did not come back: written anew. True: there were some.
    [[nodiscard]] Result<bool> resend_former(const ChangeLog::Tail& tail);
    /// At the end of the log: the copy is whole again. Answers whether there is more to send.
    [[nodiscard]] Result<bool> finish_reread();
    /// Erases of the own log what may go now (erasure.h).
    [[nodiscard]] Outcome erase_what_left();
    /// After the hub lost what lies behind `acked_seq`: of that, changes that were erased here can
    /// not be sent again. Words for people when there were some, and the log has a new incarnation;
    /// else empty.
    [[nodiscard]] Result<std::string> give_up_erased(const ChangeLog::Tail& tail,
                                                     std::int64_t acked_seq);
    [[nodiscard]] Outcome note_backed_up(std::int64_t hub_seq);
    /// In a transaction: a new incarnation, and what is pending goes on its end.
    [[nodiscard]] Outcome separate(const ChangeLog::Tail& old, const std::string& words);
    [[nodiscard]] Outcome take_back(std::int64_t origin, std::int64_t seq, const Verdict& verdict);

    store::Store* store_;
    attach::BlobFiles* blobs_{nullptr};
};

}  // namespace balie::sync
