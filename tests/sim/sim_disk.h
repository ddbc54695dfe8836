// The disks of simulated machines: SQLite's files in memory, told apart by name. What SQLite wrote
// is there: a copy is what kill -9 leaves. A power cut leaves what was synced, and of what was
// written since some of it, some torn, in any mixture. Invariant: nothing here touches the
// machine's own disk. Thread: one at a time.
#pragma once

#include "storage/base/entropy.h"
#include "storage/store/store.h"

#include <cstdint>
#include <string>

namespace balie::sim::disk {

/// How a store is opened that lies on these disks.
[[nodiscard]] store::StoreOptions options(bool create = false);

/// The file and its write-ahead log; its index is not copied: recovery rebuilds it.
void copy_database(const std::string& from, const std::string& to);
/// The same as a power cut at this moment leaves them.
void copy_after_power_cut(const std::string& from, const std::string& to, Entropy& chance);
/// The power goes at the write, sync or truncation after the next `count`: that one and all that
/// follow fail.
void cut_power_after(const std::string& path, std::int64_t count);
/// Nothing of that will happen any more. True: it has happened.
[[nodiscard]] bool disarm(const std::string& path);
/// All of a file as it lies there; empty when there is none.
[[nodiscard]] std::string bytes_of(const std::string& path);
/// Its machine stopped: whoever still has it open reads and writes no more.
void stop(const std::string& path);
/// Takes away all files whose names begin so.
void remove_all(const std::string& prefix);

/// Whether databases that are opened from now on have encrypted pages. Enciphering pages again and
/// again is a fifth of a run's time and finds nothing that one run in some does not find.
void encrypt_pages(bool wanted);

}  // namespace balie::sim::disk
