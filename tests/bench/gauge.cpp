#include "tests/bench/gauge.h"

#include "tests/bench/bench_world.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <unistd.h>

namespace balie::test {

namespace {

constexpr Milliseconds kLookEvery{20};

std::string folder_of(pid_t process) {
    return "/proc/" + std::to_string(process);
}

/// Seconds of processor: fields 14 and 15 of /proc/PID/stat, after the name in brackets.
double cpu_of(pid_t process) {
    std::string all = read_text(folder_of(process) + "/stat");
    const auto end = all.rfind(')');
    if (end == std::string::npos) return 0;
    std::istringstream rest(all.substr(end + 1));
    std::string passed;
    constexpr int kBefore = 11;
    for (int i = 0; i < kBefore; ++i) rest >> passed;
    double user = 0;
    double system = 0;
    rest >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

Gauge gauge_of(pid_t process) {
    Gauge gauge;
    std::ifstream status(folder_of(process) + "/status");
    for (std::string line; std::getline(status, line);) {
        const auto colon = line.find(':');
        if (colon == std::string::npos) continue;
        const double value = std::strtod(line.c_str() + colon + 1, nullptr) / kKibPerMb;
        if (line.compare(0, colon, "VmRSS") == 0) gauge.rss_mb = value;
        if (line.compare(0, colon, "VmHWM") == 0) gauge.peak_mb = value;
    }
    gauge.cpu_seconds = cpu_of(process);
    return gauge;
}

void forget_peak(pid_t process) {
    constexpr const char* kPeak = "5";  // proc(5), clear_refs
    std::ofstream(folder_of(process) + "/clear_refs") << kPeak;
}

Watched run_watched(const Command& command, Milliseconds deadline) {
    const auto until = std::chrono::steady_clock::now() + deadline;
    Process process(command);
    Watched watched;
    while (!process.ends_within(kLookEvery)) {
        REQUIRE(std::chrono::steady_clock::now() < until);
        watched.samples.emplace_back(now_s(), gauge_of(process.id()).rss_mb);
    }
    watched.ended_s = now_s();
    watched.ended = process.wait(Milliseconds(0));
    return watched;
}

double Watched::peak_mb(double last_seconds) const {
    double peak = 0;
    for (const auto& [at, held] : samples) {
        if (at >= ended_s - last_seconds) peak = std::max(peak, held);
    }
    return peak;
}

std::string machine_load() {
    std::array<double, 1> load{};
    if (::getloadavg(load.data(), 1) != 1) return "unknown";
    return fmt::format("{:.1f}", load[0]);
}

}  // namespace balie::test
