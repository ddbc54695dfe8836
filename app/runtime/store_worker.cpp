#include "app/runtime/store_worker.h"

#include <chrono>
#include <exception>
#include <utility>

namespace balie::app {

StoreWorker::StoreWorker(std::function<void(const std::string&)> on_exception, Job pulse)
    : on_exception_(std::move(on_exception)),
      pulse_(std::move(pulse)),
      thread_([this] { loop(); }) {}

StoreWorker::~StoreWorker() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        remote_.clear();
    }
    wake_.notify_all();
    thread_.join();
}

Outcome StoreWorker::post(Job job, Lane lane) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_) return Error{ErrorCode::Cancelled, "the program is closing", "", ""};
        auto& queue = lane == Lane::Local ? local_ : remote_;
        if (queue.size() >= (lane == Lane::Local ? kLocalJobsMax : kRemoteJobsMax)) {
            return Error{ErrorCode::Busy, "too much is waiting to be saved", "",
                         "wait a moment and try again"};
        }
        queue.push_back(std::move(job));
    }
    wake_.notify_one();
    return {};
}

void StoreWorker::wait_idle() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return local_.empty() && remote_.empty() && !running_; });
}

bool StoreWorker::on_this_thread() const {
    return std::this_thread::get_id() == thread_.get_id();
}

void StoreWorker::loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        const auto news = [this] { return stopping_ || !local_.empty() || !remote_.empty(); };
        if (!pulse_) {
            wake_.wait(lock, news);
        } else if (!wake_.wait_for(lock, std::chrono::milliseconds(kPulseMs), news)) {
            local_.push_back(pulse_);
        }
        auto& queue = local_.empty() ? remote_ : local_;
        if (queue.empty()) break;  // stopping, and every save was carried out
        Job job = std::move(queue.front());
        queue.pop_front();
        running_ = true;
        lock.unlock();
        run(std::move(job));
        lock.lock();
        running_ = false;
        if (local_.empty() && remote_.empty()) idle_.notify_all();
    }
    idle_.notify_all();
}

/// The job is taken over, and gone before the lock is held again.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
void StoreWorker::run(Job job) {
    try {
        job();
    } catch (const std::exception& failure) {
        if (on_exception_) on_exception_(failure.what());
    } catch (...) {
        if (on_exception_) on_exception_("an unknown exception");
    }
}

}  // namespace balie::app
