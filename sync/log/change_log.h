// A device's own log: gives every edit its sequence, stamp, bases and place in the chain, in the
// transaction that writes the rows. A terminal keeps it as pending; the hub's own writing derives
// from this class and confirms at once. Invariant: sequence and clock are read inside the write
// transaction and never cached beyond it, so two processes on one profile cannot fork the log.
// Thread: store only.
#pragma once

#include "storage/base/clock.h"
#include "storage/base/entropy.h"
#include "storage/store/change_sink.h"
#include "sync/core/change.h"

#include <cstddef>
#include <optional>
#include <string>

namespace balie::sync {

/// Names of table `setting` that synchronisation keeps.
namespace setting {
inline constexpr std::string_view kHub = "sync.hub";
inline constexpr std::string_view kEpoch = "sync.epoch";
inline constexpr std::string_view kDevice = "sync.device";
inline constexpr std::string_view kIncarnation = "sync.incarnation";
inline constexpr std::string_view kStampFloor = "sync.stamp_floor";
inline constexpr std::string_view kUser = "sync.user";
inline constexpr std::string_view kUserName = "sync.user_name";
inline constexpr std::string_view kRole = "sync.role";
inline constexpr std::string_view kScope = "sync.scope";
inline constexpr std::string_view kBranch = "sync.branch";
inline constexpr std::string_view kTerritory = "sync.territory";
inline constexpr std::string_view kHubKey = "sync.hub_key";
inline constexpr std::string_view kHubAddress = "sync.hub_address";
inline constexpr std::string_view kHubPin = "sync.hub_pin";
inline constexpr std::string_view kCursor = "sync.cursor";
inline constexpr std::string_view kDigest = "sync.digest";
inline constexpr std::string_view kDigestDiffers = "sync.digest_differs";
inline constexpr std::string_view kHubSeqSeen = "sync.hub_seq_seen";
inline constexpr std::string_view kLastContact = "sync.last_contact_ms";
inline constexpr std::string_view kClockOffset = "sync.clock_offset_ms";
/// Numbers (table origin) of this device's former incarnations, the oldest first, with blanks.
inline constexpr std::string_view kFormer = "sync.former";
inline constexpr std::string_view kSeparatedAt = "sync.separated_ms";
inline constexpr std::string_view kSeparatedText = "sync.separated_text";
/// "1": the copy here is being replaced by reading it from the start: the hub was restored, or the
/// digests differed.
inline constexpr std::string_view kRereading = "sync.rereading";
/// A snapshot that is being taken in: SnapshotPlace. "0" and "" when there is none.
inline constexpr std::string_view kSnapshotSeq = "sync.snapshot_seq";
inline constexpr std::string_view kSnapshotAfter = "sync.snapshot_after";
inline constexpr std::string_view kSnapshotCompare = "sync.snapshot_compare";
inline constexpr std::string_view kSnapshotFullTo = "sync.snapshot_full_to";
/// A snapshot was taken in, and until a checkpoint shows the copy equal records of it may be ahead
/// of the cursor.
inline constexpr std::string_view kAhead = "sync.ahead";
/// How often the copy was read anew since the digests were last equal.
inline constexpr std::string_view kRepairs = "sync.repairs";
/// The kSchemaVersion of the program that met something of a newer version; absent: none did.
inline constexpr std::string_view kNewerSeen = "sync.newer_seen";
inline constexpr std::string_view kHubRestoredAt = "sync.hub_restored_ms";
inline constexpr std::string_view kHubRestoredAgain = "sync.hub_restored_again";
inline constexpr std::string_view kBackedUp = "sync.backed_up_seq";
/// The hub's log is in a verified backup of it up to this hub_seq.
inline constexpr std::string_view kBackedUpHubSeq = "sync.backed_up_hub_seq";
/// "1": something left, or may be erased now, since the own log was last looked through for it.
inline constexpr std::string_view kEraseDue = "sync.erase_due";
/// "1": what left since may still be read in local backups and in the write-ahead log.
inline constexpr std::string_view kTracesLeft = "sync.traces_left";
inline constexpr std::string_view kErasedOldAt = "sync.erased_old_ms";
}  // namespace setting

/// States of a row of change_log.
enum class LogState : std::uint8_t { Pending = 0, Acknowledged = 1, Confirmed = 2, SetAside = 3 };

class ChangeLog : public store::ChangeSink {
  public:
    ChangeLog(Clock& clock, Entropy& entropy) : clock_(&clock), entropy_(&entropy) {}

    /// Errors: Denied before enrolment (no origin), LimitExceeded (too many or too large).
    [[nodiscard]] Outcome record(const store::RecordEdit& edit, const store::Authorship& authorship,
                                 sqlite::Database& database) override;
    [[nodiscard]] Outcome before_commit(sqlite::Database& database) override;
    void rolled_back() override;

    /// Where the own log ends. Errors: Denied before enrolment.
    struct Tail {
        std::int64_t origin_number{};
        Origin origin;
        std::int64_t seq{};
        Hash hash{};
        Stamp stamp;
    };
    [[nodiscard]] static Result<Tail> tail(sqlite::Database& database);
    /// Writes a row of change_log in state Pending.
    [[nodiscard]] static Outcome insert(sqlite::Database& database, std::int64_t origin_number,
                                        const Change& change, std::string_view type,
                                        const RecordId& id, std::int64_t saved_ms);

  protected:
    /// Where the log ends when a transaction begins; the hub keeps its own elsewhere.
    [[nodiscard]] virtual Result<Tail> load_tail(sqlite::Database& database);
    /// Keeps the change. Here: a pending row, and shadows beneath the edited fields.
    [[nodiscard]] virtual Outcome append(const Change& change, const ChangeBody& body,
                                         const store::RecordEdit& edit, sqlite::Database& database);

    [[nodiscard]] Clock& clock() { return *clock_; }
    [[nodiscard]] std::int64_t origin_number() const { return tail_->origin_number; }

  private:
    Clock* clock_;
    Entropy* entropy_;
    std::optional<Tail> tail_;  ///< of the transaction under way
    std::size_t changes_{};
    std::size_t bytes_{};
};

/// What a new edit of this field is based on: the confirmed state's context. One's own unconfirmed
/// changes need no naming: an author's own earlier versions are always replaced by its later ones.
[[nodiscard]] Result<Base> confirmed_base(sqlite::Database& database, domain::RecordType type,
                                          const RecordId& id, std::string_view field);

}  // namespace balie::sync
