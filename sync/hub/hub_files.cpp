#include "sync/hub/hub_files.h"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace balie::sync {

namespace fs = std::filesystem;

Error file_error(std::string what, const fs::path& where, int number) {
    return {number == ENOSPC ? ErrorCode::DiskFull : ErrorCode::Io,
            std::move(what) + ": " + std::generic_category().message(number), where.string(),
            "Check the disk's space and permissions, then try again"};
}

Outcome sync_folder(const fs::path& folder) {
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return file_error("the folder cannot be opened", folder, errno);
    const int done = ::fsync(file);
    const int number = errno;
    ::close(file);
    if (done != 0) return file_error("the folder cannot be written to disk", folder, number);
    return {};
}

Outcome move_file(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    fs::rename(from, to, failed);
    if (failed) return file_error("a file cannot be moved to its place", to, failed.value());
    BALIE_TRY(sync_folder(to.parent_path()));
    return sync_folder(from.parent_path());
}

Outcome remove_folder(const fs::path& folder) {
    std::error_code failed;
    fs::remove_all(folder, failed);
    if (failed) return file_error("what is left over cannot be removed", folder, failed.value());
    return {};
}

}  // namespace balie::sync
