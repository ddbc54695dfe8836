#include "storage/vault/file_lock.h"

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
            "the lock file cannot be used: " + std::generic_category().message(number),
            file.string(), full ? "Free some space and try again" : "Check the folder's rights"};
}

}  // namespace

FileLock::FileLock(FileLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
}

FileLock::~FileLock() {
    if (file_ >= 0) ::close(file_);
}

Result<FileLock> FileLock::take(const std::filesystem::path& file, Kind kind, std::int64_t wait_ms,
                                const Error& busy) {
    const int opened = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (opened < 0) return cannot_lock(file, errno);
    FileLock lock(opened);
    const int how = kind == Kind::Alone ? LOCK_EX : LOCK_SH;
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms);
    while (::flock(opened, how | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        if (errno != EWOULDBLOCK) return cannot_lock(file, errno);
        if (std::chrono::steady_clock::now() >= until) return busy;
        std::this_thread::sleep_for(kLookEvery);
    }
    return lock;
}

Result<FileLock> lock_keys(const std::filesystem::path& dir, std::int64_t wait_ms) {
    const std::filesystem::path file = dir / kKeysLockName;
    return FileLock::take(file, FileLock::Kind::Alone, wait_ms,
                          {ErrorCode::Busy, "another process is changing the keys of this profile",
                           file.string(), "Wait until it has finished, then try again"});
}

}  // namespace balie::vault
