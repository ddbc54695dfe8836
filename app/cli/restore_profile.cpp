#include "app/cli/restore_profile.h"

#include "storage/store/backup.h"

#include <string>
#include <system_error>

namespace balie::app {

namespace fs = std::filesystem;

namespace {

Outcome rename_file(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    fs::rename(from, to, failed);
    if (failed) {
        return Error{ErrorCode::Io, "cannot rename a file: " + failed.message(), from.string(), {}};
    }
    return {};
}

Result<std::string> only_user(const fs::path& dir, std::string_view user) {
    if (!user.empty()) return std::string(user);
    BALIE_ASSIGN(const auto users, vault::list_users(dir));
    if (users.size() == 1) return users.front();
    return Error{ErrorCode::InvalidInput, "several people share this profile", dir.string(),
                 "Say who you are: set BALIE_USER"};
}

}  // namespace

Result<attach::Copied> back_up_profile(Profile& profile, const fs::path& file) {
    BALIE_TRY(
        store::back_up_to(profile.store().writer(), profile.keys().database_key.view(), file));
    return attach::copy_files(profile.store().writer(), profile.blobs(), attach::beside(file),
                              attach::CopyCheck::ByHash);
}

Result<fs::path> restore_profile(const fs::path& dir, std::string_view user,
                                 std::string_view password, const fs::path& backup) {
    BALIE_ASSIGN(const std::string login, only_user(dir, user));
    BALIE_ASSIGN(const vault::Unlocked keys, vault::unlock(dir, login, password));
    // Another process would go on writing to the database that is put aside here.
    BALIE_ASSIGN(const SyncLock alone, Profile::lock_for_restore(dir));
    const fs::path present = dir / kDatabaseFile;
    const fs::path fresh = present.string() + ".restoring";
    std::error_code ignored;
    fs::remove(fresh, ignored);  // what a broken-off restore left
    BALIE_TRY(store::restore_backup(backup, keys.database_key.view(), fresh));
    BALIE_TRY(attach::bring_files(attach::beside(backup), dir / kAttachmentFolder));
    const fs::path kept = present.string() + ".before-" + std::to_string(SystemClock().wall_ms());
    // The write-ahead log belongs to the file it was written for and goes with it.
    for (const char* suffix : {"-wal", "-shm", ""}) {
        const fs::path file = present.string() + suffix;
        if (!fs::exists(file, ignored)) continue;
        BALIE_TRY(rename_file(file, kept.string() + suffix));
    }
    for (const char* suffix : {"-wal", "-shm"}) fs::remove(fresh.string() + suffix, ignored);
    BALIE_TRY(rename_file(fresh, present));
    return kept;
}

}  // namespace balie::app
