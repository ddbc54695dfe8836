// A profile: the folder that holds everything local of one person's terminal, opened by a password.
//   keys        the vault: the database key wrapped per user, the device key
//   balie.db    the encrypted database
//   attachments/  sealed files, each under a key that is in the database
//   backups/    rotating encrypted copies of the database
//   sync.lock   held by the process that synchronises; says which one
// Invariant: nothing is written before the folder, its password and its format were accepted; a
// damaged or newer file is left as it is. The store has its change log set, so every save is
// counted. Thread: store only (opening takes about half a second: never on the UI thread).
// Owns vault keys, store, log and replica; they go with it.
#pragma once

#include "storage/attach/blob_files.h"
#include "storage/base/clock.h"
#include "storage/base/entropy.h"
#include "storage/base/result.h"
#include "storage/crypto/password.h"
#include "storage/crypto/signing.h"
#include "storage/store/store.h"
#include "storage/vault/vault.h"
#include "sync/log/change_log.h"
#include "sync/log/terminal_replica.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace balie::app {

/// BALIE_PROFILE, or $XDG_DATA_HOME/balie, or ~/.local/share/balie.
[[nodiscard]] std::filesystem::path default_profile_dir();

struct ProfileOptions {
    crypto::PasswordCost cost{crypto::kModerate};  ///< when the vault is made
    Clock* clock{nullptr};      ///< the system's unless given; outlives the profile
    Entropy* entropy{nullptr};  ///< likewise
};

/// A lock on a file of the profile: most often that of the one process which synchronises. Given
/// back when it goes, and when the process ends, however it ends.
class SyncLock {
  public:
    SyncLock(SyncLock&& other) noexcept;
    SyncLock& operator=(SyncLock&& other) noexcept;
    SyncLock(const SyncLock&) = delete;
    SyncLock& operator=(const SyncLock&) = delete;
    ~SyncLock();

  private:
    friend class Profile;
    explicit SyncLock(int file) : file_(file) {}
    int file_{-1};
};

class Profile {
  public:
    /// Opens an enrolled profile. `user` may be empty when the profile has one user.
    /// Errors: NotFound ("no profile here", how to enrol), WrongPassword, NewerVersion, Corrupt,
    /// Busy, DiskFull, Io.
    [[nodiscard]] static Result<std::unique_ptr<Profile>> open(const std::filesystem::path& dir,
                                                               std::string_view user,
                                                               std::string_view password,
                                                               const ProfileOptions& options = {});
    /// Makes a profile that is not enrolled yet, or opens one that a broken-off enrolment left.
    /// Errors: AlreadyExists when it is enrolled; InvalidInput (password too short); as above.
    [[nodiscard]] static Result<std::unique_ptr<Profile>> for_enrolment(
        const std::filesystem::path& dir, std::string_view user, std::string_view password,
        const ProfileOptions& options = {});
    Profile(const Profile&) = delete;
    Profile& operator=(const Profile&) = delete;
    ~Profile();

    [[nodiscard]] const std::filesystem::path& dir() const;
    /// Who unlocked it, and as whom edits are written: the login that the hub gave at enrolment;
    /// before that the vault's user.
    [[nodiscard]] const std::string& user() const;
    [[nodiscard]] Result<bool> is_enrolled();
    /// Reads again who the hub says this is; called after enrolment.
    [[nodiscard]] Outcome refresh_user();

    [[nodiscard]] store::Store& store();
    [[nodiscard]] sync::ChangeLog& log();
    [[nodiscard]] sync::TerminalReplica& replica();
    /// The bytes of attachments.
    [[nodiscard]] attach::BlobFolder& blobs();
    [[nodiscard]] Clock& clock();
    [[nodiscard]] Entropy& entropy();
    [[nodiscard]] const vault::Unlocked& keys() const;

    /// Today where this machine stands: YYYY-MM-DD.
    [[nodiscard]] std::string today() const;
    /// A read-only connection of one's own, for one thread.
    [[nodiscard]] Result<sqlite::Database> open_reader() const;

    [[nodiscard]] crypto::PublicKey device_public_key() const;
    /// With the device key. Errors: Denied when the vault holds none.
    [[nodiscard]] Result<Bytes> sign(std::string_view text) const;

    /// Nothing: another process holds it.
    [[nodiscard]] Result<std::optional<SyncLock>> try_sync_lock();
    /// Keeps every other process out of the profile while its database is exchanged for another.
    /// Errors: Busy when one has it open.
    [[nodiscard]] static Result<SyncLock> lock_for_restore(const std::filesystem::path& dir);
    /// The process that holds it, as far as it said ("4711 balie sync"); nothing when it is free.
    [[nodiscard]] Result<std::optional<std::string>> sync_lock_owner() const;

    /// A rotating backup (storage/store/backup.h). Answers the file.
    [[nodiscard]] Result<std::filesystem::path> back_up(int keep = 7);
    /// After customers left this terminal's scope: empties the write-ahead log and, where there are
    /// rotating backups, puts a new one in their place, so that nothing of those customers can be
    /// read in either. Answers whether there was anything to do. Busy readers make it wait for the
    /// next time. Errors: those of a backup; then the old ones are there still.
    [[nodiscard]] Result<bool> remove_traces();

  private:
    struct Impl;
    explicit Profile(std::unique_ptr<Impl> impl);
    [[nodiscard]] static Result<std::unique_ptr<Profile>> assemble(const std::filesystem::path& dir,
                                                                   vault::Unlocked unlocked,
                                                                   bool create,
                                                                   const ProfileOptions& options);
    std::unique_ptr<Impl> impl_;
};

/// File names within the folder.
inline constexpr std::string_view kDatabaseFile = "balie.db";
inline constexpr std::string_view kBackupFolder = "backups";
inline constexpr std::string_view kAttachmentFolder = "attachments";
inline constexpr std::string_view kSyncLockFile = "sync.lock";
inline constexpr std::string_view kInUseFile = "in-use.lock";

}  // namespace balie::app
