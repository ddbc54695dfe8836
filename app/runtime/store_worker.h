// The store thread: the only one that writes. Jobs for people go before jobs for synchronisation.
// Invariant: jobs run one at a time, in order within their lane; a job of lane Remote is a slice of
// at most kRemoteSliceMs, so a save waits no longer than that. An exception that leaves a job ends
// that job alone and is told to `on_exception`.
// Thread: any (the jobs run on its own). Ownership: owns the thread and what was not run yet.
#pragma once

#include "storage/base/result.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace balie::app {

inline constexpr std::size_t kLocalJobsMax = 256;
inline constexpr std::size_t kRemoteJobsMax = 1024;
inline constexpr int kRemoteSliceMs = 50;
inline constexpr int kPulseMs = 1000;

enum class Lane : std::uint8_t { Local, Remote };

class StoreWorker {
  public:
    using Job = std::function<void()>;

    /// `pulse` runs on the store thread about every kPulseMs while nothing else does.
    explicit StoreWorker(std::function<void(const std::string& what)> on_exception = {},
                         Job pulse = {});
    StoreWorker(const StoreWorker&) = delete;
    StoreWorker& operator=(const StoreWorker&) = delete;
    /// Runs what is in lane Local (saves), drops what is in Remote, and joins.
    ~StoreWorker();

    /// Errors: Busy when the lane is full, Cancelled when it is being stopped.
    [[nodiscard]] Outcome post(Job job, Lane lane = Lane::Remote);
    /// Blocks until nothing waits and nothing runs. For tests and an orderly end.
    void wait_idle();
    [[nodiscard]] bool on_this_thread() const;

  private:
    void loop();
    void run(Job job);

    std::function<void(const std::string&)> on_exception_;
    Job pulse_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable idle_;
    std::deque<Job> local_;
    std::deque<Job> remote_;
    bool running_{false};
    bool stopping_{false};
    std::thread thread_;
};

}  // namespace balie::app
