#include "app/runtime/reader_worker.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace balie::app {

ReaderWorker::ReaderWorker(Run run, Answer answer)
    : run_(std::move(run)), answer_(std::move(answer)), thread_([this] { loop(); }) {}

ReaderWorker::~ReaderWorker() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        if (running_ && reader_) reader_->interrupt();
    }
    wake_.notify_all();
    thread_.join();
}

void ReaderWorker::attach(std::unique_ptr<sqlite::Database> reader) {
    {
        const std::lock_guard lock(mutex_);
        reader_ = std::move(reader);
    }
    wake_.notify_one();
}

void ReaderWorker::detach() {
    std::unique_lock lock(mutex_);
    questions_.clear();
    idle_.wait(lock, [this] { return !running_; });
    reader_.reset();
}

Outcome ReaderWorker::ask(Ticket ticket, Query query) {
    {
        const std::lock_guard lock(mutex_);
        if (std::holds_alternative<SearchQuery>(query)) {
            std::erase_if(questions_, [](const Question& each) {
                return std::holds_alternative<SearchQuery>(each.query);
            });
        }
        if (questions_.size() >= kQueriesMax) {
            return Error{ErrorCode::Busy, "too many questions wait for an answer", "",
                         "wait a moment and try again"};
        }
        questions_.push_back({ticket, std::move(query)});
    }
    wake_.notify_one();
    return {};
}

void ReaderWorker::wait_idle() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return (questions_.empty() || !reader_) && !running_; });
}

void ReaderWorker::loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stopping_ || (reader_ && !questions_.empty()); });
        if (stopping_) break;
        const Question question = std::move(questions_.front());
        questions_.pop_front();
        running_ = true;
        lock.unlock();
        answer_one(question);
        lock.lock();
        running_ = false;
        idle_.notify_all();
    }
    running_ = false;
    idle_.notify_all();
}

void ReaderWorker::answer_one(const Question& question) {
    try {
        auto answer = run_(question.query, *reader_);
        if (answer.ok()) {
            answer_(QueryDone{question.ticket, std::move(answer).value()});
        } else {
            answer_(QueryFailed{question.ticket, answer.error()});
        }
    } catch (const std::exception& failure) {
        answer_(QueryFailed{question.ticket,
                            {ErrorCode::Internal, failure.what(), "a query", "try again"}});
    }
}

}  // namespace balie::app
