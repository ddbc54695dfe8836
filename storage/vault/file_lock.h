// A file that one process holds while it works on what lies beside it: the file of keys of a
// profile, the data folder of a hub.
// Invariant: the lock ends with the object, and with the process, however it ends. Thread: any;
// excludes threads of one process as well.
#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>

namespace balie::vault {

class FileLock {
  public:
    /// Shared: with everybody else who shares; Alone: with nobody.
    enum class Kind : std::uint8_t { Shared, Alone };

    /// Waits at most `wait_ms` for whoever holds it, then gives `busy`, the caller's own words. The
    /// file is made when it is not there. Errors besides: DiskFull, Denied, Io.
    [[nodiscard]] static Result<FileLock> take(const std::filesystem::path& file, Kind kind,
                                               std::int64_t wait_ms, const Error& busy);
    /// Holds nothing.
    FileLock() = default;
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();

  private:
    explicit FileLock(int file) : file_(file) {}
    int file_{-1};
};

inline constexpr std::string_view kKeysLockName = "keys.lock";
/// A change takes a second, and a machine under load several.
inline constexpr std::int64_t kLockWaitMs = 30'000;

/// One process at a time changes the file of keys of a profile: each change reads it, alters it and
/// writes it again, and two at once would lose one of them. Opening a profile takes no lock.
[[nodiscard]] Result<FileLock> lock_keys(const std::filesystem::path& dir,
                                         std::int64_t wait_ms = kLockWaitMs);

}  // namespace balie::vault
