// What a person notices: how long a change takes from one terminal to another, and what it costs
// on a line that is paid by the byte. Real terminals on real sockets, the real hub.
//   BALIE_BENCH_LIVE    changes, one after another (200)
//   BALIE_BENCH_WIRE    visits whose bytes are counted (20,000)
#include "app/cli/job_queue.h"
#include "app/runtime/profile.h"
#include "app/runtime/sync_worker.h"
#include "tests/bench/bench_office.h"
#include "tests/bench/gauge.h"
#include "tests/bench/plain_copy.h"
#include "tests/bench/sizes.h"
#include "tests/e2e/proxy.h"

#include <fmt/core.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace balie::test {

namespace {

constexpr std::chrono::seconds kLiveLimit{120};
constexpr std::int64_t kLiveCustomers = 100;
constexpr std::int64_t kWireCustomers = 1000;

/// What `balie sync --follow` is, with its store thread: connected, and telling when a record came.
class LiveTerminal {
  public:
    explicit LiveTerminal(const TerminalProgram& program) : profile_(open_profile(program)) {
        app::SyncWorkerConfig config;
        config.url = setting(sync::setting::kHubAddress);
        config.pin = must(sync::parse_pin(setting(sync::setting::kHubPin)));
        config.program = "balie-bench";
        config.post = [this](std::function<void()> job) { return queue_.post(std::move(job)); };
        config.sign = [this](std::string_view text) { return profile_->sign(text); };
        config.on_connection = [this](app::Connection connection, const Error&) {
            if (connection == app::Connection::Online) tell([this] { online_ = true; });
        };
        config.on_rows_changed = [this] { look(); };
        worker_ = std::make_unique<app::SyncWorker>(profile_->replica(), profile_->clock(),
                                                    profile_->entropy(), std::move(config));
        thread_ = std::thread([this] {
            constexpr std::int64_t kLookEveryMs = 50;
            while (!ending_) (void)queue_.run_one(kLookEveryMs);
        });
    }
    LiveTerminal(const LiveTerminal&) = delete;
    LiveTerminal& operator=(const LiveTerminal&) = delete;
    ~LiveTerminal() {
        worker_->stop();
        ending_ = true;
        thread_.join();
        queue_.clear();
    }

    void wait_online() {
        std::unique_lock lock(mutex_);
        REQUIRE(moved_.wait_for(lock, kLiveLimit, [this] { return online_; }));
    }
    /// Saves a visit as a person does; answers when that began.
    void save(const RecordId& id, const RecordId& customer, std::int64_t number) {
        REQUIRE_OK(queue_.post([this, id, customer, number] {
            begun_s_ = now_s();
            save_visit(*profile_, id, customer, number);
            worker_->local_changes_saved();
        }));
    }
    void expect(const RecordId& id) {
        const std::lock_guard lock(mutex_);
        expected_ = id;
    }
    /// When the expected visit was here for everybody to see.
    [[nodiscard]] double wait_for_it() {
        std::unique_lock lock(mutex_);
        REQUIRE(moved_.wait_for(lock, kLiveLimit, [this] { return !expected_; }));
        return came_s_;
    }
    [[nodiscard]] double begun_s() const { return begun_s_; }

  private:
    [[nodiscard]] std::string setting(std::string_view name) {
        const auto value = must(profile_->store().setting(name));
        REQUIRE(value);
        return *value;
    }
    template <typename Change>
    void tell(Change change) {
        {
            const std::lock_guard lock(mutex_);
            change();
        }
        moved_.notify_all();
    }
    void look() {
        const std::unique_lock lock(mutex_);
        if (!expected_) return;
        auto* select =
            must(profile_->store().writer().cached("SELECT 1 FROM interactions WHERE id=?"));
        if (!must(select->bind(1, expected_->bytes).step())) return;
        select->reset();
        came_s_ = now_s();
        expected_.reset();
        moved_.notify_all();
    }

    std::unique_ptr<app::Profile> profile_;
    app::JobQueue queue_;
    std::unique_ptr<app::SyncWorker> worker_;
    std::thread thread_;
    std::atomic<bool> ending_{false};
    std::atomic<double> begun_s_{0};
    std::mutex mutex_;
    std::condition_variable moved_;
    bool online_{false};  ///< these three under mutex_
    std::optional<RecordId> expected_;
    double came_s_{0};
};

/// Each row durable by itself on a terminal, at the hub and on another terminal, and a message
/// there and one on.
std::vector<double> relay_floor(Office& office, sqlite::Database& from, std::int64_t count) {
    constexpr std::size_t kMessageBytes = 1024;
    auto total = loopback_trips_ms(static_cast<std::size_t>(count), kMessageBytes);
    auto first = office.plain_terminal("floor-live-1.db");
    auto hub = office.plain_hub("floor-live-2.db");
    auto second = office.plain_terminal("floor-live-3.db");
    for (sqlite::Database* side : {&first, &hub, &second}) {
        PlainCopy copy;
        copy.add(from, *side, "interactions", "LIMIT " + std::to_string(count), 1);
        REQUIRE(copy.commits_ms.size() == total.size());
        for (std::size_t i = 0; i < total.size(); ++i) total[i] += copy.commits_ms[i];
    }
    return total;
}

/// Bytes of what people put in, each 400 changes gzipped for themselves.
std::int64_t gzipped(Office& office, sqlite::Database& writer, std::int64_t after) {
    constexpr int kBatch = 400;
    const auto folder = office.folder / "gzip";
    std::filesystem::create_directories(folder);
    std::vector<std::string> files{"-k"};
    auto select = must(writer.prepare("SELECT payload FROM change_log WHERE seq>" +
                                      std::to_string(after) + " ORDER BY seq"));
    for (bool more = true; more;) {
        std::string batch;
        for (int i = 0; i < kBatch && more; ++i) {
            more = must(select.step());
            if (more) batch += std::string(select.text(0)) + "\n";
        }
        const auto file = folder / std::to_string(files.size());
        write_text(file, batch);
        files.push_back(file.string());
    }
    const Ended ended = run({.program = "/usr/bin/gzip",
                             .arguments = files,
                             .environment = {},
                             .files = folder,
                             .file_bytes_max = {}});
    INFO(ended.text());
    REQUIRE(ended.code == 0);
    std::int64_t sum = 0;
    for (std::size_t i = 1; i < files.size(); ++i) {
        sum += static_cast<std::int64_t>(std::filesystem::file_size(files[i] + ".gz"));
        std::filesystem::remove(files[i]);
        std::filesystem::remove(files[i] + ".gz");
    }
    return sum;
}

}  // namespace

TEST_CASE("A change is on another terminal in no time", "[bench][live]") {
    const std::int64_t count = wanted("BALIE_BENCH_LIVE", 200);
    Office office;
    std::vector<RecordId> customers;
    {
        auto profile = open_profile(office.writer);
        customers = capture_customers(*profile, kLiveCustomers);
    }
    (void)office.writer.ask({"sync"});
    const TerminalProgram reader(office.folder / "terminals", "reader");
    reader.enrol(office.hub.address(), office.hub.code());
    std::vector<double> took;
    {
        LiveTerminal from(office.writer);
        LiveTerminal to(reader);
        from.wait_online();
        to.wait_online();
        for (std::int64_t i = 0; i < count; ++i) {
            const auto id = RecordId::make(office.clock.wall_ms(), office.entropy);
            to.expect(id);
            from.save(id, customers[static_cast<std::size_t>(i) % customers.size()], i);
            const double came = to.wait_for_it();
            took.push_back((came - from.begun_s()) * kMsPerSecond);
        }
    }
    auto profile = open_profile(reader);
    const Spread live = spread_of(took);
    const Spread floor = spread_of(relay_floor(office, profile->store().writer(), count));
    fmt::print(
        "live: one visit saved on one terminal until another has it, durable on all three sides, "
        "{} after one another: p50 {:.1f} ms, p99 {:.1f} ms, worst {:.1f} ms; floor (the row by "
        "plain SQLite on three sides and two messages over a bare loopback) p50 {:.1f} ms, p99 "
        "{:.1f} ms; p50 is {:.1f} times the floor (budget 3); load {}\n",
        count, live.p50, live.p99, live.max, floor.p50, floor.p99, live.p50 / floor.p50,
        machine_load());
    office.hub.stop();
}

TEST_CASE("What a record costs on the line", "[bench][wire]") {
    const std::int64_t count = wanted("BALIE_BENCH_WIRE", 20'000);
    Office office(Office::Line::Counted);
    Proxy& line = *office.line;
    std::int64_t before = 0;
    std::vector<RecordId> customers;
    {
        auto profile = open_profile(office.writer);
        customers = capture_customers(*profile, kWireCustomers);
    }
    (void)office.writer.ask({"sync"});
    {
        auto profile = open_profile(office.writer);
        before = count_of(profile->store().writer(), "SELECT max(seq) FROM change_log");
        capture_visits(*profile, customers, count);
    }
    const std::int64_t at_push = line.bytes();
    (void)office.writer.ask({"sync"});
    const std::int64_t pushed = line.bytes() - at_push;
    const TerminalProgram reader(office.folder / "terminals", "reader");
    const std::int64_t at_load = line.bytes();
    reader.enrol(office.address(), office.hub.code());
    const std::int64_t loaded = line.bytes() - at_load;
    auto profile = open_profile(office.writer);
    auto& log = profile->store().writer();
    const double changes = static_cast<double>(count_of(log, "SELECT count(*) FROM change_log"));
    const auto of_visits = static_cast<double>(gzipped(office, log, before));
    const auto of_all = static_cast<double>(gzipped(office, log, 0));
    const auto visits = static_cast<double>(count);
    fmt::print(
        "bytes on the wire, both ways together, TLS and all: a visit pushed {:.0f} (with receipt "
        "and "
        "confirmation, {} visits); a record of a first load {:.0f} ({:.0f} records). Its content "
        "by "
        "gzip in batches of 400: {:.0f} a visit, {:.0f} a record of all: {:.1f} and {:.1f} times "
        "that (budget 1.2)\n",
        static_cast<double>(pushed) / visits, count, static_cast<double>(loaded) / changes, changes,
        of_visits / visits, of_all / changes, static_cast<double>(pushed) / of_visits,
        static_cast<double>(loaded) / of_all);
    office.hub.stop();
}

}  // namespace balie::test
