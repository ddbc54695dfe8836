// When a terminal tries again: by its patience, when the network changes, when it may spend.
#include "app/runtime/sync_worker.h"

#include "sync/core/limits.h"
#include "tests/support/catch.h"
#include "tests/support/seeded_entropy.h"
#include "tests/support/temp_folder.h"

#include <arpa/inet.h>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace balie::test {

namespace {

using app::Connection;

/// A port of this machine: nobody listens, or somebody who takes connections and stays silent.
class Port {
  public:
    explicit Port(bool silent) : handle_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        REQUIRE(::bind(handle_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        socklen_t size = sizeof address;
        REQUIRE(::getsockname(handle_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        number_ = ntohs(address.sin_port);
        constexpr int kWaiting = 8;
        if (silent) REQUIRE(::listen(handle_, kWaiting) == 0);
    }
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;
    ~Port() { ::close(handle_); }
    [[nodiscard]] std::string url() const { return "wss://127.0.0.1:" + std::to_string(number_); }

  private:
    int handle_;
    std::uint16_t number_{0};
};

/// Stands still unless it is moved.
class HandClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t wall_ms() const override { return 1'790'000'000'000 + now_; }
    [[nodiscard]] std::int64_t steady_ms() const override { return now_; }
    [[nodiscard]] int zone_offset_min(std::int64_t /*wall_ms*/) const override { return 60; }
    void move(std::int64_t ms) { now_ += ms; }

  private:
    std::atomic<std::int64_t> now_{1'000'000};
};

class HandNetwork final : public sync::NetworkWatch {
  public:
    [[nodiscard]] sync::NetworkState now() override {
        const std::lock_guard lock(mutex_);
        return {place_, place_};
    }
    void listen(std::function<void()> changed) override {
        const std::lock_guard lock(mutex_);
        changed_ = std::move(changed);
    }
    /// `tells`: the system says so; otherwise one has to look.
    void go_to(const std::string& place, bool tells = true) {
        std::function<void()> changed;
        {
            const std::lock_guard lock(mutex_);
            place_ = place;
            changed = changed_;
        }
        if (tells && changed) changed();
    }

  private:
    std::mutex mutex_;
    std::string place_{"home"};
    std::function<void()> changed_;
};

/// A terminal whose store thread is the test's own.
struct Patient {
    explicit Patient(bool silent_hub = false) : port(silent_hub) {
        store::StoreOptions options;
        options.create = true;
        store = must(store::Store::open((folder / "balie.db").string(), Bytes(32, 7), clock,
                                        entropy, options));
        replica = std::make_unique<sync::TerminalReplica>(*store);
    }
    void start() {
        app::SyncWorkerConfig config;
        config.url = port.url();
        config.program = "test";
        config.network = &network;
        config.post = [this](std::function<void()> job) -> Outcome {
            const std::lock_guard lock(mutex);
            jobs.push_back(std::move(job));
            came.notify_all();
            return {};
        };
        config.on_connection = [this](Connection connection, const Error& error) {
            states.push_back(connection);
            problem = error;
        };
        worker = std::make_unique<app::SyncWorker>(*replica, clock, entropy, std::move(config));
    }
    ~Patient() {
        if (worker) worker->stop();
        jobs.clear();
    }
    /// Runs what is posted until it was told this often that the connection is so.
    [[nodiscard]] bool sees(Connection connection, std::ptrdiff_t times) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (count(connection) < times) {
            std::function<void()> job;
            {
                std::unique_lock lock(mutex);
                if (!came.wait_until(lock, until, [&] { return !jobs.empty(); })) return false;
                job = std::move(jobs.front());
                jobs.pop_front();
            }
            job();
        }
        return true;
    }
    [[nodiscard]] std::ptrdiff_t count(Connection connection) const {
        return std::count(states.begin(), states.end(), connection);
    }

    Port port;
    TempFolder folder;
    HandClock clock;
    SeededEntropy entropy;
    HandNetwork network;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<sync::TerminalReplica> replica;
    std::mutex mutex;
    std::condition_variable came;
    std::deque<std::function<void()>> jobs;
    std::vector<Connection> states;  ///< the test's thread only
    Error problem;
    std::unique_ptr<app::SyncWorker> worker;
};

}  // namespace

TEST_CASE("Who waits to try again does so at once when the network changes", "[sync][worker]") {
    Patient terminal;
    terminal.start();
    REQUIRE(terminal.sees(Connection::Offline, 1));
    // Patience grows with every failure ...
    for (int tries = 2; tries <= 12; ++tries) {
        terminal.clock.move(sync::kBackoffCapMs);
        terminal.worker->set_online(true);
        REQUIRE(terminal.sees(Connection::Offline, tries));
    }
    // ... and the time stands still: it is the change alone that ends it, and starts it anew.
    terminal.network.go_to("hotel");
    REQUIRE(terminal.sees(Connection::Offline, 13));
    terminal.clock.move(sync::kBackoffFirstMs);
    terminal.worker->local_changes_saved();
    CHECK(terminal.sees(Connection::Offline, 14));
}

TEST_CASE("Where the system tells of no change, it is seen when the time for a try has come",
          "[sync][worker]") {
    Patient terminal;
    terminal.start();
    REQUIRE(terminal.sees(Connection::Offline, 1));
    for (int tries = 2; tries <= 12; ++tries) {
        terminal.clock.move(sync::kBackoffCapMs);
        terminal.worker->set_online(true);
        REQUIRE(terminal.sees(Connection::Offline, tries));
    }
    terminal.network.go_to("hotel", false);
    terminal.clock.move(sync::kBackoffCapMs);
    terminal.worker->set_online(true);
    REQUIRE(terminal.sees(Connection::Offline, 13));
    // From here on it is impatient again.
    terminal.clock.move(sync::kBackoffFirstMs);
    CHECK(terminal.sees(Connection::Offline, 14));
}

TEST_CASE("A half-open network that swallows the connection is left within its bound",
          "[sync][worker]") {
    Patient terminal(true);
    terminal.start();
    REQUIRE(terminal.sees(Connection::Connecting, 1));
    SECTION("by its watchdog") {
        terminal.clock.move(2 * sync::kHandshakeLimitMs);
        REQUIRE(terminal.sees(Connection::Offline, 1));
        CHECK(terminal.problem.code == ErrorCode::Offline);
        terminal.clock.move(sync::kBackoffFirstMs);
        CHECK(terminal.sees(Connection::Connecting, 2));
    }
    SECTION("at once when the network is another one") {
        terminal.network.go_to("hotel");
        CHECK(terminal.sees(Connection::Connecting, 2));
    }
}

TEST_CASE("With a used-up budget nobody is called, until a person says so", "[sync][worker]") {
    Patient terminal;
    sync::LinkBook book = terminal.replica->link();
    must(book.set({sync::Metered::On, 1'000'000, sync::BudgetPer::Day}));
    must(book.count({600'000, 400'000}));
    terminal.start();
    REQUIRE(terminal.sees(Connection::Budget, 1));
    terminal.clock.move(sync::kBudgetLookMs);
    terminal.worker->local_changes_saved();
    REQUIRE(terminal.sees(Connection::Budget, 2));
    CHECK(terminal.count(Connection::Connecting) == 0);
    must(book.allow_all());
    terminal.worker->local_changes_saved();
    CHECK(terminal.sees(Connection::Connecting, 1));
}

TEST_CASE("What a network costs is asked for each: at home all goes, elsewhere it waits",
          "[sync][worker]") {
    Patient terminal;
    sync::LinkBook book = terminal.replica->link();
    must(book.set({sync::Metered::Ask, 1'000'000, sync::BudgetPer::Day}));
    must(book.say("home", false));
    must(book.count({600'000, 400'000}));
    terminal.start();
    REQUIRE(terminal.sees(Connection::Connecting, 1));
    REQUIRE(terminal.sees(Connection::Offline, 1));
    terminal.network.go_to("phone");
    CHECK(terminal.sees(Connection::Budget, 1));
    CHECK(terminal.count(Connection::Connecting) == 1);
}

}  // namespace balie::test
