// The reader thread: runs queries on a read-only connection, so that looking never waits for
// saving. Invariant: of searches only the newest that waits is run; answers go out in the order of
// the questions. Thread: any (queries run on its own). Ownership: owns the thread and the
// connection it is given.
#pragma once

#include "app/runtime/commands.h"
#include "app/runtime/events.h"
#include "storage/sqlite/database.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace balie::app {

inline constexpr std::size_t kQueriesMax = 64;

class ReaderWorker {
  public:
    using Answer = std::function<void(Event)>;
    using Run = std::function<Result<QueryAnswer>(const Query&, sqlite::Database&)>;

    /// `run` and `answer` are called on the reader's thread.
    ReaderWorker(Run run, Answer answer);
    ReaderWorker(const ReaderWorker&) = delete;
    ReaderWorker& operator=(const ReaderWorker&) = delete;
    ~ReaderWorker();

    /// The connection to read from; until there is one, questions wait.
    void attach(std::unique_ptr<sqlite::Database> reader);
    /// Closes the connection; waits for the query under way. Questions that wait are forgotten.
    void detach();
    /// Errors: Busy when too many wait.
    [[nodiscard]] Outcome ask(Ticket ticket, Query query);
    void wait_idle();

  private:
    struct Question {
        Ticket ticket{};
        Query query;
    };
    void loop();
    void answer_one(const Question& question);

    Run run_;
    Answer answer_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable idle_;
    std::deque<Question> questions_;
    std::unique_ptr<sqlite::Database> reader_;
    bool running_{false};
    bool stopping_{false};
    std::thread thread_;
};

}  // namespace balie::app
