#include "tests/sim/sim_soak.h"

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <iomanip>
#include <map>
#include <new>
#include <ostream>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace balie::sim {

namespace {

constexpr unsigned kWorkersMax = 64;
constexpr unsigned kSecondsMax = 300;  // for one seed; it takes a tenth of one
constexpr int kTellSeconds = 60;

/// What the workers have in common.
struct Shared {
    std::atomic<std::uint64_t> next{0};
    std::atomic<std::uint64_t> done{0};
    std::atomic<int> failed{0};
    std::atomic<int> told_at{0};  ///< seconds
    std::array<std::atomic<std::uint64_t>, kWorkersMax> under_way{};
};

class SharedPage {
  public:
    SharedPage()
        : at_(::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                     -1, 0)) {
        if (at_ == MAP_FAILED) throw std::runtime_error("no memory to share");
        shared_ = new (at_) Shared;
    }
    SharedPage(const SharedPage&) = delete;
    SharedPage& operator=(const SharedPage&) = delete;
    ~SharedPage() { ::munmap(at_, sizeof(Shared)); }
    [[nodiscard]] Shared& operator*() const { return *shared_; }

  private:
    void* at_;
    Shared* shared_;
};

using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point start) {
    return std::chrono::duration<double>(Steady::now() - start).count();
}

/// How far it is, once a minute.
void tell(Shared& shared, int now, std::ostream& out) {
    int last = shared.told_at.load();
    if (now - last < kTellSeconds || !shared.told_at.compare_exchange_strong(last, now)) return;
    out << shared.done << " seeds, " << shared.failed << " failed, " << now << " s" << std::endl;
}

void work(const Soak& soak, Shared& shared, unsigned worker, Steady::time_point start,
          const std::function<std::string(std::uint64_t)>& run, std::ostream& out) {
    while (shared.failed.load() < soak.failures_max) {
        const std::uint64_t at = shared.next.fetch_add(1);
        if (at >= soak.count) return;
        const std::uint64_t seed = soak.first + at;
        shared.under_way.at(worker) = seed;
        ::alarm(kSecondsMax);
        const std::string broken = run(seed);
        ::alarm(0);
        shared.under_way.at(worker) = 0;
        if (!broken.empty()) {
            ++shared.failed;
            out << broken << std::endl;
        }
        ++shared.done;
        tell(shared, static_cast<int>(seconds_since(start)), out);
    }
}

/// Only what one process can hold: a seed that eats memory must not take the machine with it.
void limit_memory() {
#if !defined(__SANITIZE_ADDRESS__)
    constexpr rlim_t kBytes = rlim_t{4} << 30U;
    const rlimit limit{kBytes, kBytes};
    (void)::setrlimit(RLIMIT_AS, &limit);
#endif
}

void run_workers(const Soak& soak, Shared& shared, unsigned workers, Steady::time_point start,
                 const std::function<std::string(std::uint64_t)>& run, std::ostream& out) {
    std::map<pid_t, unsigned> running;
    for (unsigned worker = 0; worker < workers; ++worker) {
        out.flush();
        const pid_t child = ::fork();
        if (child < 0) throw std::runtime_error("no process can be made");
        if (child == 0) {
            limit_memory();
            work(soak, shared, worker, start, run, out);
            out.flush();
            ::_exit(0);
        }
        running[child] = worker;
    }
    while (!running.empty()) {
        int status = 0;
        const pid_t ended = ::wait(&status);
        const auto found = running.find(ended);
        if (found == running.end()) continue;
        const unsigned worker = found->second;
        running.erase(found);
        const std::uint64_t seed = shared.under_way.at(worker).exchange(0);
        if (seed == 0) continue;
        ++shared.failed;
        ++shared.done;
        const bool late = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM;
        out << "seed " << seed << ": its process "
            << (late ? "did not end in time" : "ended in the middle of it")
            << "\nreplay: BALIE_SIM_SEED=" << seed << std::endl;
    }
}

}  // namespace

int run_soak(const Soak& soak, const std::function<std::string(std::uint64_t)>& run,
             std::ostream& out) {
    const unsigned workers = std::min(std::max(1U, soak.workers), kWorkersMax);
    const auto start = Steady::now();
    const SharedPage page;
    Shared& shared = *page;
    if (workers == 1) {
        work(soak, shared, 0, start, run, out);
    } else {
        run_workers(soak, shared, workers, start, run, out);
    }
    const std::uint64_t done = shared.done.load();
    const double seconds = seconds_since(start);
    const double each = done == 0 ? 0 : seconds * 1000 / static_cast<double>(done);
    out << std::fixed << std::setprecision(1) << "seeds " << soak.first << " to "
        << soak.first + soak.count - 1 << ": " << done << " run, " << shared.failed << " failed, "
        << seconds << " s, " << each << " ms a seed, " << each * workers
        << " ms of one core's time (" << workers << " at once)" << std::endl;
    return shared.failed.load();
}

}  // namespace balie::sim
