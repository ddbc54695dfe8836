// What a process of ours takes: memory and processor, as Linux tells it. Thread: any.
#pragma once

#include "tests/e2e/process.h"

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

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

/// How a process ended, and what memory it held, looked at fifty times a second.
struct Watched {
    Ended ended;
    double ended_s{};                                ///< on the clock of now_s()
    std::vector<std::pair<double, double>> samples;  ///< moment, MB

    /// The most in its last seconds: before, it makes its key of the password, which takes 256 MiB
    /// by design.
    [[nodiscard]] double peak_mb(double last_seconds) const;
};
[[nodiscard]] Watched run_watched(const Command& command, Milliseconds deadline);

/// How busy the machine is besides: the load of the last minute.
[[nodiscard]] std::string machine_load();

}  // namespace balie::test
