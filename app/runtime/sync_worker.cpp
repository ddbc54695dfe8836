#include "app/runtime/sync_worker.h"

#include "sync/core/limits.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

namespace balie::app {

namespace {

/// How often the owner of the connection looks whether a tick is due; only while one is open.
constexpr std::int64_t kTickMs = 1000;

}  // namespace

SyncWorker::SyncWorker(sync::TerminalReplica& replica, Clock& clock, Entropy& entropy,
                       SyncWorkerConfig config)
    : replica_(&replica),
      clock_(&clock),
      entropy_(&entropy),
      config_(std::move(config)),
      own_watch_(config_.network != nullptr ? nullptr
                                            : std::make_unique<sync::SystemNetworkWatch>(io_)),
      watch_(config_.network != nullptr ? config_.network : own_watch_.get()) {
    watch_->listen([this] { network_changed(); });
    thread_ = std::thread([this] { loop(); });
}

SyncWorker::~SyncWorker() {
    stop();
}

void SyncWorker::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
    watch_->listen({});
    io_.stop();
}

void SyncWorker::sync_now() {
    {
        const std::lock_guard lock(mutex_);
        next_try_ms_ = 0;
        held_back_ = false;
        backoff_.reset();
    }
    wake_.notify_all();
    local_changes_saved();
}

void SyncWorker::set_online(bool online) {
    std::shared_ptr<SyncRun> run;
    {
        const std::lock_guard lock(mutex_);
        online_ = online;
        next_try_ms_ = 0;
        run = run_;
    }
    wake_.notify_all();
    if (online) return;
    ignore(config_.post([this, run] {
        if (run) run->stop();
        tell(Connection::Held);
    }),
           "the store thread is being stopped");
}

void SyncWorker::local_changes_saved() {
    std::shared_ptr<SyncRun> run;
    {
        const std::lock_guard lock(mutex_);
        run = run_;
        if (!run && saving_) next_try_ms_ = 0;
    }
    if (!run) return wake_.notify_all();
    ignore(config_.post([run] { run->local_changes_saved(); }), "the next tick finds it");
}

void SyncWorker::ask(sync::HubQuestion question, const AnswerTaker& taker) {
    std::shared_ptr<SyncRun> run;
    {
        const std::lock_guard lock(mutex_);
        run = run_;
    }
    if (run) return run->ask(std::move(question), taker);
    // Next time there may be one: somebody waits for it now.
    sync_now();
    taker(sync::refused(question, {std::string(sync::kAskOffline), "there is no connection"}));
}

void SyncWorker::tell(Connection connection, const Error& problem) {
    if (config_.on_connection) config_.on_connection(connection, problem);
}

/// What was tried in vain over the network before says nothing about this one.
void SyncWorker::network_changed() {
    std::shared_ptr<SyncRun> run;
    {
        const std::lock_guard lock(mutex_);
        backoff_.reset();
        next_try_ms_ = 0;
        run = run_;
    }
    wake_.notify_all();
    if (!run) return;
    ignore(config_.post([run] { run->network_changed(); }), "the watchdogs find it later");
}

SyncRunConfig SyncWorker::run_config() {
    SyncRunConfig run_config;
    run_config.url = config_.url;
    run_config.pin = config_.pin;
    run_config.program = config_.program;
    run_config.post = config_.post;
    run_config.sign = config_.sign;
    run_config.network = [this] { return watch_->now().networks; };
    run_config.on_online = [this] { tell(Connection::Busy); };
    run_config.on_progress = [this] {
        tell(Connection::Busy);
        if (config_.on_rows_changed) config_.on_rows_changed();
    };
    run_config.on_idle = [this](bool /*held*/) {
        {
            const std::lock_guard lock(mutex_);
            backoff_.reset();
        }
        tell(Connection::Online);
        if (config_.on_settled) ignore(config_.post(config_.on_settled), "the next time will do");
    };
    run_config.on_warning = [this](const std::string& text) {
        if (config_.on_log) config_.on_log(text);
    };
    run_config.on_ended = [this] {
        std::shared_ptr<SyncRun> run;
        {
            const std::lock_guard lock(mutex_);
            run = run_;
        }
        if (run) run_ended(*run);
    };
    return run_config;
}

void SyncWorker::begin_run() {
    auto run = std::make_shared<SyncRun>(io_, *replica_, *clock_, run_config());
    sync::NetworkState network = watch_->now();
    {
        const std::lock_guard lock(mutex_);
        // Where the system does not tell of a change it is seen here.
        if (network != network_) backoff_.reset();
        network_ = std::move(network);
        run_ = run;
        running_ = true;
    }
    const auto started = config_.post([this, run] { start_on_store(run); });
    if (!started.ok()) not_begun(kTickMs, false);
}

bool SyncWorker::pointless() {
    const auto link = replica_->link().state(watch_->now().networks);
    return link.ok() && link->pointless();
}

void SyncWorker::start_on_store(const std::shared_ptr<SyncRun>& run) {
    const bool nothing_may_go = pointless();
    {
        const std::lock_guard lock(mutex_);
        saving_ = nothing_may_go;
    }
    if (nothing_may_go) {
        not_begun(sync::kBudgetLookMs, false);
        return tell(Connection::Budget);
    }
    tell(Connection::Connecting);
    if (auto begun = run->start(); !begun.ok()) {
        if (config_.on_log) config_.on_log(begun.error().text());
        tell(Connection::Refused, begun.error());
        not_begun(0, true);
    }
}

void SyncWorker::not_begun(std::int64_t wait_ms, bool held_back) {
    const std::lock_guard lock(mutex_);
    running_ = false;
    held_back_ = held_back;
    run_.reset();
    next_try_ms_ = clock_->steady_ms() + wait_ms;
}

void SyncWorker::run_ended(const SyncRun& run) {
    std::array<std::uint8_t, 4> bytes{};
    entropy_->fill(bytes);
    std::uint32_t random = 0;
    std::memcpy(&random, bytes.data(), sizeof random);
    const Error problem = run.error() ? *run.error() : Error{};
    const std::int64_t cap =
        problem.code == ErrorCode::SignInPage ? sync::kSignInCapMs : sync::kBackoffCapMs;
    const bool spent = !run.error() && run.held_back();
    bool wanted = true;
    {
        const std::lock_guard lock(mutex_);
        running_ = false;
        held_back_ = run.final();
        std::int64_t wait = run.retry_ms();
        if (wait < 0) wait = backoff_.next_ms(random, cap);
        next_try_ms_ = clock_->steady_ms() + wait;
        run_.reset();
        wanted = online_ && !stopping_;
    }
    wake_.notify_all();
    if (!wanted) return;
    if (config_.on_log && run.error()) config_.on_log(problem.text());
    if (spent) return tell(Connection::Budget);
    tell(run.final() ? Connection::Refused : Connection::Offline, problem);
}

void SyncWorker::loop() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        const std::int64_t now = clock_->steady_ms();
        if (running_) {
            if (run_ && now >= tick_at_ms_) {
                tick_at_ms_ = now + kTickMs;
                const auto run = run_;
                lock.unlock();
                ignore(config_.post([run] { run->tick(); }),
                       "the store thread is busy: the next tick will do");
                lock.lock();
            }
            wake_.wait_for(lock, std::chrono::milliseconds(kTickMs));
            continue;
        }
        if (online_ && !held_back_ && now >= next_try_ms_) {
            lock.unlock();
            begin_run();
            lock.lock();
            continue;
        }
        const std::int64_t wait =
            online_ && !held_back_ ? std::max<std::int64_t>(1, next_try_ms_ - now) : 60'000;
        wake_.wait_for(lock, std::chrono::milliseconds(wait));
    }
}

}  // namespace balie::app
