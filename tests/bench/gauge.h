// What a process of ours takes: memory and processor, as Linux tells it. Thread: any.
#pragma once

#include "tests/e2e/process.h"

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace balie::test {

inline constexpr double kKibPerMb = 1e6 / 1024;

struct Gauge {
    double rss_mb{};       ///< held now
    double peak_mb{};      ///< the most that was held (VmHWM)
    double cpu_seconds{};  ///< of all its threads
};
/// Of a process that runs.
[[nodiscard]] Gauge gauge_of(pid_t process);
/// From now on `peak_mb` begins anew.
void forget_peak(pid_t process);

/// How a process ended, and the most memory it held besides the half second in which it made its
/// key of the password (256 MiB by design).
struct Watched {
    Ended ended;
    double peak_mb{};
};
[[nodiscard]] Watched run_watched(const Command& command, Milliseconds deadline);

/// How busy the machine is besides: the load of the last minute.
[[nodiscard]] std::string machine_load();

}  // namespace balie::test
