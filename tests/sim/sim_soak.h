// Many seeds on all cores. Each seed runs in a process of its own kind of trouble: one that
// crashes, hangs or eats memory ends alone and is named. Thread: one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>

namespace balie::sim {

struct Soak {
    std::uint64_t first{1};
    std::uint64_t count{0};
    unsigned workers{1};
    int failures_max{5};  ///< then it stops
};

/// `run` answers what went wrong with a seed, empty when nothing did. Answers how many failed, and
/// says on `out` which, how to replay them, and what it all took.
int run_soak(const Soak& soak, const std::function<std::string(std::uint64_t)>& run,
             std::ostream& out);

}  // namespace balie::sim
