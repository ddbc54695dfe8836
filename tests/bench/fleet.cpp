#include "tests/bench/fleet.h"

#include "storage/domain/schema.h"
#include "sync/hub/hub_folder.h"
#include "tests/bench/bench_world.h"

#include <chrono>

namespace balie::test {

namespace {

constexpr std::chrono::milliseconds kTick{100};
constexpr std::size_t kEnrolledPerCommit = 500;

LoadDevice enrol_one(sync::HubStore& store, Entropy& entropy, const std::string& user,
                     const std::string& scope, std::size_t number) {
    sync::EnrolCodeRequest request;
    request.user = user;
    request.role = "representative";
    request.scope = scope;
    auto code = must(store.make_enrol_code(request));
    auto key = crypto::KeyPair::make(entropy);
    sync::Enrol enrol;
    enrol.secret = code.secret;
    enrol.public_key.assign(key.public_key().begin(), key.public_key().end());
    enrol.device_name = "load " + std::to_string(number);
    enrol.program = "balie-bench";
    const auto enrolled = must(store.enrol(enrol));
    sync::Identity identity;
    identity.hub = store.identity().hub;
    identity.epoch_seen = store.identity().epoch;
    identity.origin = {enrolled.device, Incarnation::random(entropy)};
    identity.program = enrol.program;
    identity.schema_version = domain::kSchemaVersion;
    identity.hub_public_key = enrolled.hub_public_key;
    return {std::move(identity), std::move(key), enrolled.user};
}

}  // namespace

std::vector<LoadDevice> enrol_in_folder(const std::filesystem::path& hub_data, std::size_t count,
                                        const std::function<std::string(std::size_t)>& user,
                                        const std::function<std::string(std::size_t)>& scope) {
    SystemClock clock;
    SeededEntropy entropy(11);
    const auto hub = must(sync::HubFolder(hub_data).open(clock, entropy));
    std::vector<LoadDevice> devices;
    devices.reserve(count);
    while (devices.size() < count) {
        auto group = must(sqlite::CommitGroup::begin(hub.store->store().writer()));
        for (std::size_t i = 0; i < kEnrolledPerCommit && devices.size() < count; ++i) {
            const std::size_t number = devices.size();
            devices.push_back(enrol_one(*hub.store, entropy, user(number), scope(number), number));
        }
        REQUIRE_OK(group.commit());
    }
    const std::int64_t end = must(hub.store->hub_seq());
    for (LoadDevice& device : devices) device.identity.cursor = end;
    return devices;
}

Fleet::Fleet(std::vector<LoadDevice> devices) {
    LoadWatcher& watcher = *this;
    terminals_.reserve(devices.size());
    for (LoadDevice& device : devices) {
        terminals_.push_back(
            std::make_unique<LoadTerminal>(io_, clock_, std::move(device), watcher));
    }
}

Fleet::~Fleet() {
    // Dropped one by one on the io thread: nobody is told of anything any more after that.
    io_.call([this] {
        to_connect_.clear();
        waiting_.clear();
        for (const auto& terminal : terminals_) terminal->drop();
    });
    terminals_.clear();
    io_.stop();
}

void Fleet::connect_all(const std::string& url, const sync::Pin& pin) {
    io_.call([&] {
        url_ = url;
        pin_ = pin;
        for (const auto& terminal : terminals_) to_connect_.push_back(terminal.get());
        connect_some();
    });
}

void Fleet::connect_some() {
    while (shaking_ < kHandshakesAtOnce && !to_connect_.empty()) {
        LoadTerminal* next = to_connect_.front();
        to_connect_.pop_front();
        ++shaking_;
        next->connect(url_, pin_);
    }
}

void Fleet::handshake_over(LoadTerminal& /*terminal*/) {
    --shaking_;
    connect_some();
}

void Fleet::connection_lost(LoadTerminal& terminal, std::int64_t retry_ms, const std::string& why) {
    terminal.due_ms = clock_.steady_ms() + retry_ms;
    waiting_.push_back(&terminal);
    {
        const std::lock_guard lock(mutex_);
        ++figures_.losses;
        figures_.last_loss = why;
    }
    moved_.notify_all();
}

void Fleet::acknowledged(LoadTerminal& /*terminal*/, const sync::Ack& ack, double after_ms) {
    {
        const std::lock_guard lock(mutex_);
        for (const sync::Verdict& verdict : ack.verdicts) {
            figures_.acked += verdict.last - verdict.first + 1;
            if (verdict.kind == sync::VerdictKind::SetAside) ++figures_.set_aside;
        }
        figures_.ack_ms.push_back(after_ms);
        figures_.last_ack_s = now_s();
    }
    moved_.notify_all();
}

void Fleet::applied(LoadTerminal& /*terminal*/, std::size_t entries) {
    if (entries == 0) return;
    {
        const std::lock_guard lock(mutex_);
        figures_.applied_s.push_back(now_s());
    }
    moved_.notify_all();
}

void Fleet::idle(LoadTerminal& terminal) {
    if (terminal.was_idle) return;
    terminal.was_idle = true;
    {
        const std::lock_guard lock(mutex_);
        ++figures_.open;
    }
    moved_.notify_all();
}

void Fleet::tick() {
    const std::int64_t now = clock_.steady_ms();
    std::erase_if(waiting_, [&](LoadTerminal* each) {
        if (each->due_ms > now) return false;
        to_connect_.push_back(each);
        return true;
    });
    connect_some();
    for (const auto& terminal : terminals_) terminal->tick();
}

void Fleet::wait_until(const std::function<bool(const FleetFigures&)>& reached, double seconds) {
    const double until = now_s() + seconds;
    std::unique_lock lock(mutex_);
    double ticked = now_s();
    while (!reached(figures_)) {
        INFO("lost " << figures_.losses << " connections, the last: " << figures_.last_loss
                     << "; acknowledged " << figures_.acked << ", open " << figures_.open
                     << ", applied " << figures_.applied_s.size());
        REQUIRE(now_s() < until);
        moved_.wait_for(lock, kTick);
        if ((now_s() - ticked) * kMsPerSecond < static_cast<double>(kTick.count())) continue;
        ticked = now_s();
        lock.unlock();
        io_.call([this] { tick(); });
        lock.lock();
    }
}

void Fleet::stay(double seconds) {
    const double until = now_s() + seconds;
    wait_until([&](const FleetFigures&) { return now_s() >= until; }, 2 * seconds);
}

FleetFigures Fleet::figures() const {
    const std::lock_guard lock(mutex_);
    return figures_;
}

void Fleet::begin_anew() {
    const std::lock_guard lock(mutex_);
    figures_.ack_ms.clear();
    figures_.applied_s.clear();
}

std::int64_t Fleet::bytes_up() const {
    std::int64_t sum = 0;
    for (const auto& each : terminals_) {
        sum += static_cast<std::int64_t>(each->traffic().bytes_out.load());
    }
    return sum;
}

std::int64_t Fleet::bytes_down() const {
    std::int64_t sum = 0;
    for (const auto& each : terminals_) {
        sum += static_cast<std::int64_t>(each->traffic().bytes_in.load());
    }
    return sum;
}

}  // namespace balie::test
