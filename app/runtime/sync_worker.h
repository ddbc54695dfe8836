// Keeps a terminal connected: starts runs, waits between them by the backoff, tells what happens.
// Used by the window and by `balie sync --follow`. Invariant: at most one run at a time; while the
// person wants to be offline none is started; nothing here is trusted to be in memory only, a new
// worker goes on from the database. Thread: any (its own thread keeps the time, the link runs on
// the store thread through `post`). Ownership: owns its thread and the run; replica, clock, entropy
// and what the functions use outlive it.
#pragma once

#include "app/runtime/commands.h"
#include "app/runtime/events.h"
#include "app/runtime/sync_run.h"
#include "storage/base/entropy.h"
#include "sync/client/backoff.h"
#include "sync/net/network_watch.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace balie::app {

struct SyncWorkerConfig {
    std::string url;
    sync::Pin pin{};
    std::string program;
    std::function<Outcome(std::function<void()>)> post;
    std::function<Result<Bytes>(std::string_view text)> sign;
    std::function<void(Connection, const Error&)> on_connection;  ///< on the store thread
    std::function<void()> on_rows_changed;                        ///< on the store thread
    std::function<void(const std::string&)> on_log;               ///< on the store thread
    std::function<void()>
        on_settled;  ///< all is exchanged; on the store thread, in a job of its own
    sync::NetworkWatch* network{nullptr};  ///< outlives the worker; nothing: the system's
};

class SyncWorker final : public SyncControl {
  public:
    SyncWorker(sync::TerminalReplica& replica, Clock& clock, Entropy& entropy,
               SyncWorkerConfig config);
    SyncWorker(const SyncWorker&) = delete;
    SyncWorker& operator=(const SyncWorker&) = delete;
    ~SyncWorker() override;

    /// Closes the connection and ends the threads of this worker; no job is handed to the store
    /// thread after it. The store thread is ended next, and this object destroyed last, since jobs
    /// handed over before may still refer to it.
    void stop();

    void sync_now() override;
    void set_online(bool online) override;
    /// There is something to send. Thread: any.
    void local_changes_saved();
    /// A person asks head office. The taker is called once, on the store thread: with an answer, or
    /// with the refusal `offline`. Thread: store.
    void ask(sync::HubQuestion question, const AnswerTaker& taker);

  private:
    void loop();
    void begin_run();
    [[nodiscard]] SyncRunConfig run_config();
    void start_on_store(const std::shared_ptr<SyncRun>& run);
    /// Nothing may go over this line now: it is looked at again later. On the store thread.
    [[nodiscard]] bool pointless();
    void not_begun(std::int64_t wait_ms, bool held_back);
    void network_changed();
    void run_ended(const SyncRun& run);
    void tell(Connection connection, const Error& problem = {});

    sync::TerminalReplica* replica_;
    Clock* clock_;
    Entropy* entropy_;
    SyncWorkerConfig config_;
    sync::IoThread io_;
    std::unique_ptr<sync::NetworkWatch> own_watch_;
    sync::NetworkWatch* watch_;

    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_{false};
    bool online_{true};
    bool running_{false};
    bool held_back_{false};        ///< the hub refused for good: only sync_now() tries again
    bool saving_{false};           ///< the budget is used up: what is saved is looked at at once
    std::int64_t next_try_ms_{0};  ///< steady clock
    std::int64_t tick_at_ms_{0};
    std::shared_ptr<SyncRun> run_;  ///< touched on the store thread; the pointer under mutex_
    sync::Backoff backoff_;
    sync::NetworkState network_;  ///< at the last try
    std::thread thread_;
};

}  // namespace balie::app
