#include "storage/store/backup.h"

#include "storage/base/date.h"
#include "storage/store/migrations.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace balie::store {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPrefix = "balie-";
constexpr std::string_view kSuffix = ".db";

Error io_error(const std::string& what, const fs::path& path, int number) {
    return {number == ENOSPC ? ErrorCode::DiskFull : ErrorCode::Io,
            what + ": " + std::generic_category().message(number), path.string(),
            "Check the disk's space and permissions, then try again"};
}

Outcome sync_path(const fs::path& path, int flags) {
    const int file = ::open(path.c_str(), flags | O_CLOEXEC);
    if (file < 0) return io_error("cannot open the copy", path, errno);
    const int done = ::fsync(file);
    const int number = errno;
    ::close(file);
    if (done != 0) return io_error("cannot write the copy to disk", path, number);
    return {};
}

void remove_with_companions(const fs::path& file) {
    std::error_code ignored;
    for (const std::string_view ending : {"", "-wal", "-shm", "-journal"}) {
        fs::remove(file.string() + std::string(ending), ignored);
    }
}

/// Takes an unfinished copy away, whichever way it ends.
class Unfinished {
  public:
    explicit Unfinished(fs::path file) : file_(std::move(file)) {}
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;
    ~Unfinished() { remove_with_companions(file_); }

  private:
    fs::path file_;
};

fs::path folder_of(const fs::path& file) {
    return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

/// 20260314-092653-589.
std::string file_stamp(std::int64_t wall_ms) {
    std::string digits;
    for (const char c : format_moment(wall_ms, 0)) {
        if (c == '.' || c == 'Z' || c == '+') break;
        if (c == 'T') digits += '-';
        if (c >= '0' && c <= '9') digits += c;
    }
    const std::string ms = std::to_string(wall_ms % 1000);
    return digits + "-" + std::string(3 - std::min<std::size_t>(3, ms.size()), '0') + ms;
}

}  // namespace

Outcome back_up_to(sqlite::Database& database, BytesView raw_key, const fs::path& file,
                   const std::function<Outcome(const fs::path& copy)>& check) {
    std::error_code failed;
    if (fs::exists(file, failed)) {
        return Error{ErrorCode::AlreadyExists, "there is a file already", file.string(),
                     "Choose another name"};
    }
    const fs::path temporary = file.string() + ".unfinished";
    remove_with_companions(temporary);
    const Unfinished cleanup(temporary);
    {
        // Begun and read from: the copy is of this moment. Without it every write of another
        // process would make the copy begin anew, and on a busy hub it would never end.
        BALIE_ASSIGN(auto moment,
                     sqlite::Transaction::begin(database, sqlite::Transaction::Kind::Read));
        BALIE_TRY(database.scalar("SELECT count(*) FROM sqlite_schema"));
        BALIE_TRY(database.copy_to(temporary.string(), raw_key));
        BALIE_TRY(moment.commit());
    }
    if (check) {
        BALIE_TRY(check(temporary));
    }
    fs::permissions(temporary, fs::perms::owner_read | fs::perms::owner_write, failed);
    BALIE_TRY(sync_path(temporary, O_RDWR));
    fs::rename(temporary, file, failed);
    if (failed) return io_error("cannot name the copy", file, failed.value());
    return sync_path(folder_of(file), O_RDONLY | O_DIRECTORY);
}

Result<std::vector<fs::path>> list_backups(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code failed;
    if (!fs::exists(folder, failed)) return files;
    for (fs::directory_iterator each(folder, failed), end; !failed && each != end;
         each.increment(failed)) {
        const std::string name = each->path().filename().string();
        if (name.starts_with(kPrefix) && name.ends_with(kSuffix)) files.push_back(each->path());
    }
    if (failed) return io_error("cannot list the backups", folder, failed.value());
    std::sort(files.begin(), files.end(), std::greater<>());
    return files;
}

Result<fs::path> rotate_backup(sqlite::Database& database, BytesView raw_key,
                               const fs::path& folder, std::int64_t wall_ms, int keep) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    if (failed) return io_error("cannot make the folder for backups", folder, failed.value());
    fs::permissions(folder, fs::perms::owner_all, failed);
    const fs::path file =
        folder / (std::string(kPrefix) + file_stamp(wall_ms) + std::string(kSuffix));
    BALIE_TRY(back_up_to(database, raw_key, file));
    BALIE_ASSIGN(const auto files, list_backups(folder));
    for (std::size_t i = static_cast<std::size_t>(std::max(keep, 1)); i < files.size(); ++i) {
        // By name; the one that was just made stays even when the clock was turned back.
        if (files[i] != file) remove_with_companions(files[i]);
    }
    return file;
}

Outcome restore_backup(const fs::path& backup, BytesView raw_key, const fs::path& to) {
    std::error_code failed;
    if (!fs::exists(backup, failed)) {
        return Error{ErrorCode::NotFound, "there is no backup here", backup.string(), {}};
    }
    sqlite::OpenOptions options;
    options.mode = sqlite::OpenMode::ReadOnly;
    BALIE_ASSIGN(sqlite::Database database,
                 sqlite::Database::open(backup.string(), raw_key, options));
    BALIE_ASSIGN(const int format, migration_of(database));
    if (format > newest_migration()) {
        return Error{ErrorCode::NewerVersion, "this backup was made by a newer version of Balie",
                     backup.string(), "Install the newer version"};
    }
    BALIE_ASSIGN(const Value whole, database.scalar("PRAGMA integrity_check(1)"));
    if (value_text(whole) != "ok") {
        return Error{ErrorCode::Corrupt, "this backup is damaged: " + value_text(whole),
                     backup.string(), "Take an older one"};
    }
    return back_up_to(database, raw_key, to);
}

}  // namespace balie::store
