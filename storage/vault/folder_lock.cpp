#include "storage/vault/folder_lock.h"

#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace balie::vault {
namespace {

constexpr std::chrono::milliseconds kLookEvery{20};

Error cannot_lock(const std::filesystem::path& file, int number) {
    const bool full = number == ENOSPC || number == EDQUOT;
    const bool denied = number == EACCES || number == EPERM || number == EROFS;
    return {full     ? ErrorCode::DiskFull
            : denied ? ErrorCode::Denied
                     : ErrorCode::Io,
            "cannot lock the keys of this profile: " + std::generic_category().message(number),
            file.string(), full ? "Free some space and try again" : "Check the folder's rights"};
}

}  // namespace

FolderLock::FolderLock(FolderLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
}

FolderLock::~FolderLock() {
    if (file_ >= 0) ::close(file_);
}

Result<FolderLock> FolderLock::take(const std::filesystem::path& dir, std::int64_t wait_ms) {
    const std::filesystem::path path = dir / kLockFileName;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) return cannot_lock(path, errno);
    FolderLock lock(file);
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms);
    while (::flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        if (errno != EWOULDBLOCK) return cannot_lock(path, errno);
        if (std::chrono::steady_clock::now() >= until) {
            return Error{ErrorCode::Busy, "another process is changing the keys of this profile",
                         path.string(), "Wait until it has finished, then try again"};
        }
        std::this_thread::sleep_for(kLookEvery);
    }
    return lock;
}

}  // namespace balie::vault
