// The main thread as store thread of a subcommand: other threads hand it functions, it runs them.
// Thread: post any, run_until one. Ownership: owns what was not run yet.
#pragma once

#include "storage/base/result.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

namespace balie::app {

class JobQueue {
  public:
    Outcome post(std::function<void()> job) {
        {
            const std::lock_guard lock(mutex_);
            if (jobs_.size() >= kJobsMax) {
                return Error{ErrorCode::Busy, "too much at once", {}, {}};
            }
            jobs_.push_back(std::move(job));
        }
        wake_.notify_one();
        return {};
    }

    /// Runs one job, waiting for it at most `wait_ms`. False: none came.
    bool run_one(std::int64_t wait_ms) {
        std::function<void()> job;
        {
            std::unique_lock lock(mutex_);
            if (!wake_.wait_for(lock, std::chrono::milliseconds(wait_ms),
                                [&] { return !jobs_.empty(); })) {
                return false;
            }
            job = std::move(jobs_.front());
            jobs_.pop_front();
        }
        job();
        return true;
    }

    /// Lets go of what was not run: it may hold what must not outlive its owner.
    void clear() {
        std::deque<std::function<void()>> dropped;
        const std::lock_guard lock(mutex_);
        dropped.swap(jobs_);
    }

  private:
    static constexpr std::size_t kJobsMax = 4096;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> jobs_;
};

}  // namespace balie::app
