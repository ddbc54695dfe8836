// One process at a time changes the file of keys of a profile: each change reads it, alters it and
// writes it again, and two at once would lose one of them.
// Invariant: the lock ends with the object, and with the process, however it ends. Only changes
// take it; opening a profile never waits. Thread: any; excludes threads of one process as well.
#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>

namespace balie::vault {

inline constexpr std::string_view kLockFileName = "keys.lock";
/// A change takes a second, and a machine under load several.
inline constexpr std::int64_t kLockWaitMs = 30'000;

class FolderLock {
  public:
    /// Waits for whoever holds it. Errors: Busy after `wait_ms`; DiskFull, Denied, Io.
    [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& dir,
                                                 std::int64_t wait_ms = kLockWaitMs);
    FolderLock(FolderLock&& other) noexcept;
    FolderLock& operator=(FolderLock&& other) noexcept;
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock();

  private:
    explicit FolderLock(int file) : file_(file) {}
    int file_{-1};
};

}  // namespace balie::vault
