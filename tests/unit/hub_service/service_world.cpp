#include "tests/unit/hub_service/service_world.h"

#include "sync/protocol/codec.h"

#include <spdlog/sinks/null_sink.h>

#include <chrono>
#include <cstdlib>

namespace balie::test {

namespace {

constexpr auto kPatience = std::chrono::seconds(20);

std::shared_ptr<spdlog::logger> silent_log() {
    return std::make_shared<spdlog::logger>("test",
                                            std::make_shared<spdlog::sinks::null_sink_mt>());
}

std::unique_ptr<store::Store> open_store(const TempFolder& folder, Clock& clock, Entropy& entropy) {
    store::StoreOptions options;
    options.create = true;
    return must(
        store::Store::open((folder / "local.db").string(), Bytes(32, 3), clock, entropy, options));
}

}  // namespace

ServiceWorld::ServiceWorld() {
    const sync::HubFolder hub((folder / "hub"));
    REQUIRE_OK(
        hub.found([](const std::filesystem::path&) -> Outcome { return {}; }, clock, entropy));
    restart({});
}

void ServiceWorld::restart(const sync::HubServiceOptions& options) {
    if (service) service->stop();
    service.reset();
    service = std::make_unique<sync::HubService>(
        must(sync::HubFolder(folder / "hub").open(clock, entropy)).store, clock, entropy, metrics,
        silent_log(), options);
    service->start(wire());
}

ServiceWorld::~ServiceWorld() {
    if (service) service->stop();
}

sync::HubWire ServiceWorld::wire() {
    sync::HubWire out;
    out.send = [this](sync::PeerId peer, std::string message) -> Outcome {
        const std::lock_guard lock(mutex_);
        lines_[peer].messages.push_back(std::move(message));
        changed_.notify_all();
        return {};
    };
    out.close = [this](sync::PeerId peer, const std::string& reason) {
        const std::lock_guard lock(mutex_);
        lines_[peer].closed = reason;
        changed_.notify_all();
    };
    out.pause = [](sync::PeerId) {};
    out.resume = [](sync::PeerId) {};
    out.queued_bytes = [](sync::PeerId) { return std::size_t{0}; };
    out.queued_bytes_of_all = [] { return std::size_t{0}; };
    return out;
}

std::string ServiceWorld::code(const std::string& user) {
    const auto store = must(sync::HubFolder(folder / "hub").open(clock, entropy));
    return must(store->make_enrol_code({.user = user,
                                        .role = "representative",
                                        .scope = "all",
                                        .valid_ms = 60'000,
                                        .device_name = {}}))
        .secret;
}

sync::PeerId ServiceWorld::enter(const std::string& address) {
    sync::PeerId peer = 0;
    {
        const std::lock_guard lock(mutex_);
        peer = ++last_;
    }
    service->opened(peer, address);
    return peer;
}

std::optional<std::string> ServiceWorld::hear(sync::PeerId peer) {
    std::unique_lock lock(mutex_);
    auto& line = lines_[peer];
    changed_.wait_for(lock, kPatience, [&] { return !line.messages.empty() || line.closed; });
    if (line.messages.empty()) return std::nullopt;
    auto out = std::move(line.messages.front());
    line.messages.pop_front();
    return out;
}

sync::Message ServiceWorld::hear_message(sync::PeerId peer) {
    const auto bytes = hear(peer);
    REQUIRE(bytes);
    return must(sync::decode(*bytes));
}

std::optional<std::string> ServiceWorld::closing(sync::PeerId peer) {
    std::unique_lock lock(mutex_);
    auto& line = lines_[peer];
    changed_.wait_for(lock, kPatience, [&] { return line.closed.has_value(); });
    return line.closed;
}

std::unique_ptr<sync::HubStore> ServiceWorld::store_after() {
    service->stop();
    service.reset();
    return must(sync::HubFolder(folder / "hub").open(clock, entropy)).store;
}

double ServiceWorld::metric(const std::string& name) {
    const auto text = "\n" + metrics.text();
    const auto found = text.find("\n" + name + " ");
    return found == std::string::npos ? -1 : std::atof(text.c_str() + found + name.size() + 2);
}

bool ServiceWorld::reaches(const std::string& name, double least) {
    constexpr std::chrono::milliseconds kLookAgain(10);
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (metric(name) < least) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, kLookAgain);
    }
    return true;
}

ServiceTerminal::ServiceTerminal(ServiceWorld& world)
    : world_(world),
      key_(crypto::KeyPair::make(entropy_)),
      store_(open_store(folder_, clock_, entropy_)),
      log_(clock_, entropy_),
      replica(*store_) {
    store_->set_sink(&log_);
}

sync::LinkCallbacks ServiceTerminal::callbacks(sync::PeerId peer) {
    sync::LinkCallbacks out;
    out.send = [this, peer](std::string bytes) { world_.say(peer, std::move(bytes)); };
    out.sign = [this](std::string_view text) -> Result<Bytes> {
        const auto signature = key_.sign(as_bytes(text));
        return Bytes(signature.begin(), signature.end());
    };
    out.disconnect = [this](const sync::Disconnect& why) { trouble = why.error; };
    out.progressed = [] {};
    out.idle = [](std::int64_t, bool) {};
    out.wipe = [](const std::string&) {};
    return out;
}

void ServiceTerminal::enrol(const std::string& secret) {
    const auto peer = world_.enter();
    const auto& key = key_.public_key();
    talk(peer,
         sync::TerminalLink::for_enrolment(
             replica, clock_, {secret, Bytes(key.begin(), key.end()), "a laptop", "balie test"},
             "wss://hub:8443", callbacks(peer)));
}

void ServiceTerminal::synchronise() {
    const auto peer = world_.enter();
    talk(peer,
         must(sync::TerminalLink::for_device(replica, clock_, "balie test", callbacks(peer))));
}

void ServiceTerminal::talk(sync::PeerId peer, sync::TerminalLink link) {
    trouble.reset();
    link.finish_when_idle();
    while (!link.closed()) {
        const auto message = world_.hear(peer);
        if (!message) break;
        link.received(*message);
    }
    world_.leave(peer);
}

void ServiceTerminal::save_customer(const std::string& name) {
    auto unit = must(store::UnitOfWork::begin(*store_, status().user));
    FieldValues values{{"kind", std::string("person")}, {"name", name}};
    (void)must(unit.create(domain::RecordType::Customer, std::move(values)));
    must(unit.commit());
}

std::int64_t ServiceTerminal::customers() {
    return value_integer(must(store_->writer().scalar("SELECT count(*) FROM customers")));
}

}  // namespace balie::test
