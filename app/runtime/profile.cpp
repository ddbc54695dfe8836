#include "app/runtime/profile.h"

#include "storage/base/date.h"
#include "storage/crypto/system_entropy.h"
#include "storage/store/backup.h"
#include "storage/vault/atomic_file.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

namespace balie::app {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kEnrolFirst =
    "Enrol first: balie enrol --hub wss://HOST:PORT --code CODE";
/// The vault's name for whoever made the profile, when no user was named.
constexpr std::string_view kFirstUser = "owner";
constexpr std::size_t kLockTextBytesMax = 256;

Error no_profile(const fs::path& dir) {
    std::error_code ignored;
    if (fs::exists(dir / kDatabaseFile, ignored)) {
        return {ErrorCode::NotFound, "there is a database here, but the file with its keys is gone",
                (dir / vault::kFileName).string(),
                "Put the file 'keys' of this profile back from a backup"};
    }
    return {ErrorCode::NotFound, "there is no profile here", dir.string(),
            std::string(kEnrolFirst) + ", or name another folder with --profile"};
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

/// The vault's entry that a login stands for: the vault was made before the hub told the login, so
/// the only user of a profile may be called otherwise there.
Result<std::string> vault_user(const fs::path& dir, std::string_view user) {
    BALIE_ASSIGN(const auto users, vault::list_users(dir));
    for (const std::string& each : users) {
        if (each == user) return each;
    }
    if (users.size() == 1) return users.front();
    std::string list;
    for (const std::string& each : users) list += (list.empty() ? "" : ", ") + each;
    return Error{ErrorCode::InvalidInput,
                 user.empty() ? "this profile has several users"
                              : "this profile has no user '" + std::string(user) + "'",
                 dir.string(), "Set BALIE_USER to one of: " + list};
}

/// Held shared by every process that has the profile open. Answers -1 when there can be no such
/// file (a full disk): then a restore cannot be kept away, which is no reason not to open.
int take_use_lock(const fs::path& dir, int how, bool& held_by_other) {
    const fs::path path = dir / kInUseFile;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    held_by_other = file >= 0 && ::flock(file, how | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    return file;
}

Error lock_error(const fs::path& file, int number) {
    return {number == ENOSPC ? ErrorCode::DiskFull : ErrorCode::Io,
            "cannot lock the profile for synchronising: " + std::generic_category().message(number),
            file.string(), "Check that the folder may be written"};
}

}  // namespace

fs::path default_profile_dir() {
    if (const std::string given = environment("BALIE_PROFILE"); !given.empty()) return given;
    if (const std::string data = environment("XDG_DATA_HOME"); !data.empty()) {
        return fs::path(data) / "balie";
    }
    const std::string home = environment("HOME");
    return fs::path(home.empty() ? "." : home) / ".local" / "share" / "balie";
}

// --- sync lock --------------------------------------------------------------------------------

SyncLock::SyncLock(SyncLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

SyncLock& SyncLock::operator=(SyncLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
}

SyncLock::~SyncLock() {
    // Closing gives the lock back; so does the end of the process, however it ends.
    if (file_ >= 0) ::close(file_);
}

// --- profile ----------------------------------------------------------------------------------

struct Profile::Impl {
    std::optional<SyncLock> in_use;
    fs::path dir;
    vault::Unlocked keys;
    SystemClock system_clock;
    crypto::SystemEntropy system_entropy;
    Clock* clock{nullptr};
    Entropy* entropy{nullptr};
    std::string user;
    // In this order: the log and the replica speak to the store.
    std::unique_ptr<store::Store> store;
    std::optional<attach::BlobFolder> blobs;
    std::optional<sync::ChangeLog> log;
    std::optional<sync::TerminalReplica> replica;
};

Profile::Profile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Profile::~Profile() = default;

Result<std::unique_ptr<Profile>> Profile::assemble(const fs::path& dir, vault::Unlocked unlocked,
                                                   bool create, const ProfileOptions& options) {
    auto impl = std::make_unique<Impl>();
    bool restoring = false;
    impl->in_use = SyncLock(take_use_lock(dir, LOCK_SH, restoring));
    if (restoring) {
        return Error{ErrorCode::Busy, "this profile is being restored from a backup", dir.string(),
                     "Wait until that has finished, then try again"};
    }
    impl->dir = dir;
    impl->user = unlocked.user;
    impl->keys = std::move(unlocked);
    impl->clock = options.clock != nullptr ? options.clock : &impl->system_clock;
    impl->entropy = options.entropy != nullptr ? options.entropy : &impl->system_entropy;
    store::StoreOptions store_options;
    store_options.create = create;
    const fs::path file = dir / kDatabaseFile;
    std::error_code ignored;
    if (!create && !fs::exists(file, ignored)) {
        return Error{ErrorCode::NotFound, "the database of this profile is missing", file.string(),
                     "Restore a backup: balie restore FILE"};
    }
    // SQLite takes an empty file for a new database and would begin one in its place.
    if (!create && fs::file_size(file, ignored) == 0) {
        return Error{ErrorCode::Corrupt, "the database of this profile is damaged: it is empty",
                     file.string(), "Restore a backup: balie restore FILE"};
    }
    BALIE_ASSIGN(impl->store, store::Store::open(file.string(), impl->keys.database_key.view(),
                                                 *impl->clock, *impl->entropy, store_options));
    impl->log.emplace(*impl->clock, *impl->entropy);
    impl->store->set_sink(&*impl->log);
    impl->replica.emplace(*impl->store);
    impl->blobs.emplace(dir / kAttachmentFolder);
    impl->replica->use_blobs(*impl->blobs);
    auto profile = std::unique_ptr<Profile>(new Profile(std::move(impl)));
    BALIE_TRY(profile->refresh_user());
    return profile;
}

Result<std::unique_ptr<Profile>> Profile::open(const fs::path& dir, std::string_view user,
                                               std::string_view password,
                                               const ProfileOptions& options) {
    if (!vault::exists(dir)) return no_profile(dir);
    BALIE_ASSIGN(const std::string name, vault_user(dir, user));
    BALIE_ASSIGN(vault::Unlocked unlocked, vault::unlock(dir, name, password));
    BALIE_ASSIGN(auto profile, assemble(dir, std::move(unlocked), false, options));
    BALIE_ASSIGN(const bool enrolled, profile->is_enrolled());
    if (!enrolled) {
        return Error{ErrorCode::NotFound, "the enrolment of this profile was not finished",
                     dir.string(), std::string(kEnrolFirst)};
    }
    if (!user.empty() && user != name && user != profile->user()) {
        return Error{
            ErrorCode::InvalidInput,
            "this profile belongs to " + profile->user() + ", not to '" + std::string(user) + "'",
            dir.string(), "Set BALIE_USER to " + profile->user() + ", or leave it empty"};
    }
    return profile;
}

Result<std::unique_ptr<Profile>> Profile::for_enrolment(const fs::path& dir, std::string_view user,
                                                        std::string_view password,
                                                        const ProfileOptions& options) {
    crypto::SystemEntropy system_entropy;
    Entropy& entropy = options.entropy != nullptr ? *options.entropy : system_entropy;
    if (!vault::exists(dir)) {
        std::error_code ignored;
        if (fs::exists(dir / kDatabaseFile, ignored)) {
            // Its key is lost with the vault: a fresh one must not be laid beside it.
            return Error{ErrorCode::Corrupt, "there is a database here, but its keys are gone",
                         dir.string(), "Put the file 'keys' back, or choose another folder"};
        }
        BALIE_ASSIGN(vault::Unlocked made, vault::create(dir, user.empty() ? kFirstUser : user,
                                                         password, entropy, options.cost));
        return assemble(dir, std::move(made), true, options);
    }
    BALIE_ASSIGN(const std::string name, vault_user(dir, user));
    BALIE_ASSIGN(vault::Unlocked unlocked, vault::unlock(dir, name, password));
    BALIE_ASSIGN(auto profile, assemble(dir, std::move(unlocked), true, options));
    BALIE_ASSIGN(const bool enrolled, profile->is_enrolled());
    if (enrolled) {
        return Error{ErrorCode::AlreadyExists,
                     "this profile is enrolled already, as " + profile->user(), dir.string(),
                     "Choose another folder with --profile"};
    }
    return profile;
}

const fs::path& Profile::dir() const {
    return impl_->dir;
}
const std::string& Profile::user() const {
    return impl_->user;
}
store::Store& Profile::store() {
    return *impl_->store;
}
sync::ChangeLog& Profile::log() {
    return *impl_->log;
}
attach::BlobFolder& Profile::blobs() {
    return *impl_->blobs;
}
sync::TerminalReplica& Profile::replica() {
    return *impl_->replica;
}
Clock& Profile::clock() {
    return *impl_->clock;
}
Entropy& Profile::entropy() {
    return *impl_->entropy;
}
const vault::Unlocked& Profile::keys() const {
    return impl_->keys;
}

Result<bool> Profile::is_enrolled() {
    BALIE_ASSIGN(const auto device, impl_->store->setting(sync::setting::kDevice));
    return device.has_value() && !device->empty();
}

Outcome Profile::refresh_user() {
    BALIE_ASSIGN(const auto login, impl_->store->setting(sync::setting::kUser));
    if (login && !login->empty()) impl_->user = *login;
    return {};
}

std::string Profile::today() const {
    const std::int64_t now = impl_->clock->wall_ms();
    return date_of(now, impl_->clock->zone_offset_min(now));
}

Result<sqlite::Database> Profile::open_reader() const {
    return impl_->store->open_reader();
}

crypto::PublicKey Profile::device_public_key() const {
    const auto seed = impl_->keys.secret(vault::kDeviceKeySecret);
    if (!seed.ok()) return {};
    const auto keys = crypto::KeyPair::from_seed(seed->view());
    return keys.ok() ? keys->public_key() : crypto::PublicKey{};
}

Result<Bytes> Profile::sign(std::string_view text) const {
    auto seed = impl_->keys.secret(vault::kDeviceKeySecret);
    if (!seed.ok()) {
        return Error{ErrorCode::Denied, "this profile holds no device key", impl_->dir.string(),
                     "Enrol again in another folder"};
    }
    BALIE_ASSIGN(const crypto::KeyPair keys, crypto::KeyPair::from_seed(seed->view()));
    const crypto::Signature signature = keys.sign(as_bytes(text));
    return Bytes(signature.begin(), signature.end());
}

Result<std::optional<SyncLock>> Profile::try_sync_lock() {
    const fs::path path = impl_->dir / kSyncLockFile;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return lock_error(path, errno);
    SyncLock lock(file);
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return std::optional<SyncLock>{};
        return lock_error(path, errno);
    }
    const std::string text =
        std::to_string(::getpid()) + " " + program_invocation_short_name + "\n";
    if (::ftruncate(file, 0) != 0 ||
        ::pwrite(file, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
        return lock_error(path, errno);
    }
    return std::optional<SyncLock>(std::move(lock));
}

Result<SyncLock> Profile::lock_for_restore(const fs::path& dir) {
    bool open_elsewhere = false;
    SyncLock lock(take_use_lock(dir, LOCK_EX, open_elsewhere));
    if (!open_elsewhere) return lock;
    return Error{ErrorCode::Busy, "another process has this profile open", dir.string(),
                 "Close the window and every other balie of this profile, then restore again"};
}

Result<std::optional<std::string>> Profile::sync_lock_owner() const {
    const fs::path path = impl_->dir / kSyncLockFile;
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        if (errno == ENOENT) return std::optional<std::string>{};
        return lock_error(path, errno);
    }
    const SyncLock closes(file);
    if (::flock(file, LOCK_SH | LOCK_NB) == 0) return std::optional<std::string>{};
    BALIE_ASSIGN(std::string text, vault::read_small_file(path, kLockTextBytesMax));
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return std::optional(std::move(text));
}

Result<bool> Profile::remove_traces() {
    BALIE_ASSIGN(const bool left, impl_->replica->traces_left());
    if (!left) return false;
    BALIE_ASSIGN(const auto old, store::list_backups(impl_->dir / kBackupFolder));
    if (!old.empty()) {
        BALIE_TRY(back_up(1));
    }
    BALIE_ASSIGN(const Value busy,
                 impl_->store->writer().scalar("PRAGMA wal_checkpoint(TRUNCATE)"));
    if (value_integer(busy) != 0) return false;
    BALIE_TRY(impl_->replica->traces_removed());
    return true;
}

Result<fs::path> Profile::back_up(int keep) {
    return store::rotate_backup(impl_->store->writer(), impl_->keys.database_key.view(),
                                impl_->dir / kBackupFolder, impl_->clock->wall_ms(), keep);
}

}  // namespace balie::app
