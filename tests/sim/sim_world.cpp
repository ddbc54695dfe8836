#include "tests/sim/sim_world.h"

#include "sync/protocol/codec.h"
#include "tests/sim/sim_checks.h"
#include "tests/sim/sim_disk.h"

#include <algorithm>
#include <cstdlib>

namespace balie::sim {

namespace {

constexpr std::int64_t kHealMs = 5 * 60 * 1000;
constexpr int kMallory = 8;
constexpr std::size_t kTerminalsMax = 6;

SimNet::Handler nothing() {
    return {[](SimNet::ConnectionId, const std::string&) {}, [](SimNet::ConnectionId) {}};
}

/// Where a batch ends, without reading the whole of it.
std::int64_t end_of_changes(const std::string& bytes) {
    constexpr std::string_view kTo = R"("to":")";
    constexpr std::size_t kBefore = 60;  // only type and "from"
    const std::size_t at = bytes.find(kTo);
    if (at < kBefore) return std::strtoll(bytes.c_str() + at + kTo.size(), nullptr, 10);
    return std::get<sync::Changes>(must(sync::decode(bytes), "read CHANGES")).to;
}

DeviceId device_of(SimTerminal& terminal) {
    return must(sync::ChangeLog::tail(terminal.store().writer()), "who am I").origin.device;
}

}  // namespace

const std::vector<Person>& people() {
    static const std::vector<Person> kPeople{
        {"dirk", "administrator", "12", "north", "all"},
        {"anna", "representative", "12", "north", "all"},
        {"bram", "representative", "14", "south", "all"},
        {"carla", "manager", "14", "south", "all"},
        {"anna", "representative", "12", "north", "territory:north"},
        {"bram", "representative", "14", "south", "territory:south"},
        {"cees", "teller", "12", "south", "branch:12"},
        {"anna", "representative", "12", "north", "portfolio:anna"},
        {"mallory", "representative", "14", "south", "territory:south"},
    };
    return kPeople;
}

namespace {

std::unique_ptr<Template> make_template() {
    auto made = std::make_unique<Template>();
    SimWorld world(SimWorld::Fresh{}, 1);
    for (const Person& person : people()) {
        must(world.hub().store().save_user({person.user, person.user, person.role, person.branch,
                                            person.territory, "nl", true}),
             "save a user");
    }
    for (std::size_t i = 0; i < people().size(); ++i) {
        const Person& person = people()[i];
        const auto code = must(
            world.hub().store().make_enrol_code({person.user, person.role, person.scope, 0, ""}),
            "make a code");
        SimTerminal& terminal = world.add_terminal(static_cast<int>(i));
        terminal.create();
        world.connect(terminal, terminal.enrol(code.secret));
        world.run_for(2'000);
    }
    world.settle(kHealMs);
    for (std::size_t i = 0; i < people().size(); ++i) {
        SimTerminal& terminal = world.terminal(i);
        made->terminals.push_back(made->folder.file("terminal" + std::to_string(i) + ".db"));
        terminal.shut_down();
        disk::copy_database(terminal.path(), made->terminals.back());
    }
    made->hub = made->folder.file("hub.db");
    world.hub().shut_down();
    disk::copy_database(world.hub().path(), made->hub);
    return made;
}

}  // namespace

const Template& the_template(bool encrypted) {
    disk::encrypt_pages(encrypted);
    if (encrypted) {
        static const std::unique_ptr<Template> kEncrypted = make_template();
        return *kEncrypted;
    }
    static const std::unique_ptr<Template> kPlain = make_template();
    return *kPlain;
}

Plan plan_for(std::uint64_t seed) {
    SimRandom random(seed ^ 0xBA11E);
    Plan plan;
    plan.seed = seed;
    constexpr std::uint64_t kEncryptedOneOf = 8;
    plan.encrypted = seed % kEncryptedOneOf == 0;
    const std::int64_t count = 2 + random.below(3);
    std::vector<int> from{0, 1, 2, 3};
    if (random.chance(60)) from = {0, 4, 5, 6, 7, 2};
    for (std::int64_t i = 0; i < count; ++i) {
        const auto at =
            static_cast<std::size_t>(random.below(static_cast<std::int64_t>(from.size())));
        plan.terminals.push_back(from[at]);
        from.erase(from.begin() + static_cast<std::ptrdiff_t>(at));
    }
    plan.steps = 30 + static_cast<int>(random.below(40));
    plan.network.delay_max_ms = random.chance(30) ? 2'000 : 150;
    if (random.chance(70)) plan.network.cut_percent = 1 + static_cast<int>(random.below(12));
    if (random.chance(40)) plan.network.half_open_percent = 50;
    if (random.chance(50)) plan.crash_percent = 1 + static_cast<int>(random.below(6));
    if (random.chance(40)) plan.hub.crash_after_commit_percent = 10;
    if (random.chance(40)) plan.skew_percent = 5;
    if (random.chance(30)) plan.double_percent = 10;
    if (random.chance(60)) plan.offline_percent = 10;
    if (random.chance(40)) plan.bad_change_percent = 10;
    if (random.chance(40)) plan.full_disk_percent = 4;
    plan.hostile = random.chance(25);
    plan.old_program_percent = 30;
    switch (random.below(6)) {
        case 0:
        case 1:
            plan.hub_restore_percent = 6;
            break;
        case 2:
            plan.terminal_restore_percent = 4;
            break;
        case 3:
            plan.clone_percent = 4;
            break;
        default:
            // A restored hub may not know whom it enrolled; that has a test of its own.
            if (random.chance(50)) plan.newcomer_percent = 3;
            if (random.chance(50)) plan.damage_percent = 3;
            break;
    }
    // Drawn apart, so that what a seed was before there was this it still is.
    SimRandom further(seed ^ 0xC0DEC0DE);
    if (further.chance(25)) {
        plan.compaction_percent = 2 + static_cast<int>(further.below(8));
        plan.old_program_percent = 0;  // they are told to bring it up to date, and no more
    }
    if (further.chance(30)) plan.metered_percent = 15;
    SimRandom mains(seed ^ 0x220);
    if (mains.chance(40)) plan.power_percent = 3 + static_cast<int>(mains.below(10));
    SimRandom carriers(seed ^ 0x571C);
    if (carriers.chance(35)) plan.stick_percent = 3 + static_cast<int>(carriers.below(8));
    plan.paper_percent = papers_of(seed);
    SimRandom fetchers(seed ^ 0xFE7C4ULL);
    if (fetchers.chance(40)) {
        plan.fetch_percent = 5 + static_cast<int>(fetchers.below(25));
        constexpr std::int64_t kLong = 3'600'000;
        plan.fetch_ms = fetchers.chance(60) ? 5'000 + fetchers.below(60'000) : kLong;
    }
    return plan;
}

SimWorld::SimWorld(Fresh /*fresh*/, std::uint64_t seed) : random_(seed), net_(time_, random_) {
    hub_ = std::make_unique<SimHub>(net_, time_, random_, folder_.file("hub"));
    hub_->create();
    wire();
}

SimWorld::SimWorld(Plan plan) : plan_(std::move(plan)), random_(plan_.seed), net_(time_, random_) {
    const Template& made = the_template(plan_.encrypted);
    time_.now_ms = 600'000;  // after the template's own time
    hub_ = std::make_unique<SimHub>(net_, time_, random_, folder_.file("hub"));
    if (plan_.paper_percent > 0) hub_->blobs = std::make_shared<test::MemoryBlobs>();
    disk::copy_database(made.hub, folder_.file("hub.0.db"));
    hub_->open(folder_.file("hub.0.db"));
    if (plan_.fetch_percent > 0) hub_->fetch_for(plan_.fetch_ms);
    const auto add = [&](int number) -> SimTerminal& {
        SimTerminal& terminal = add_terminal(number);
        const std::string file = folder_.file("terminal" + std::to_string(number) + ".0.db");
        disk::copy_database(made.terminals.at(static_cast<std::size_t>(number)), file);
        terminal.open(file);
        terminal.old_program = random_.chance(plan_.old_program_percent);
        return terminal;
    };
    for (const int number : plan_.terminals) add(number);
    if (plan_.hostile) {
        SimTerminal& terminal = add(kMallory);
        mallory_ =
            std::make_unique<Mallory>(net_, *hub_, random_, device_of(terminal), key_of(kMallory));
        terminals_.pop_back();
    }
    wire();
}

SimWorld::~SimWorld() {
    net_.set_handlers(nothing(), nothing());
    hub_->shut_down();
    for (auto& terminal : terminals_) terminal->shut_down();
}

SimTerminal& SimWorld::add_terminal(int number) {
    const Person& person = people().at(static_cast<std::size_t>(number));
    terminals_.push_back(std::make_unique<SimTerminal>(
        number, person, net_, time_, random_, folder_.file("terminal" + std::to_string(number))));
    terminals_.back()->power = &power_;
    return *terminals_.back();
}

void SimWorld::wire() {
    SimNet::Handler terminal;
    terminal.received = [this](SimNet::ConnectionId id, const std::string& bytes) {
        watch(bytes, id);
        note_message("to terminal", id, bytes);
        if (mallory_ && mallory_->has(id)) return mallory_->received(id, bytes);
        for (auto& each : terminals_) {
            if (each->has(id)) return each->received(id, bent(bytes));
        }
    };
    terminal.closed = [this](SimNet::ConnectionId id) {
        if (mallory_) mallory_->closed(id);
        for (auto& each : terminals_) each->closed(id);
    };
    SimNet::Handler hub;
    hub.received = [this](SimNet::ConnectionId id, const std::string& bytes) {
        last_to_hub_ = bytes;
        note_message("to hub", id, bytes);
        hub_->received(id, bent(bytes));
    };
    hub.closed = [this](SimNet::ConnectionId id) { hub_->closed(id); };
    net_.set_handlers(std::move(terminal), std::move(hub));
}

std::optional<DeviceId> SimWorld::device_at(SimNet::ConnectionId id) {
    if (const auto known = devices_.find(id); known != devices_.end()) return known->second;
    for (auto& terminal : terminals_) {
        if (!terminal->has(id)) continue;
        const auto tail = sync::ChangeLog::tail(terminal->store().writer());
        if (!tail.ok()) return std::nullopt;
        devices_[id] = tail->origin.device;
        return tail->origin.device;
    }
    return std::nullopt;
}

void SimWorld::watch(const std::string& bytes, SimNet::ConnectionId id) {
    const auto begins = [&](const char* start) { return bytes.rfind(start, 0) == 0; };
    if (begins(R"({"type":"ack")")) {
        const auto device = device_at(id);
        if (!device) return;
        const auto message = must(sync::decode(bytes), "read an ACK");
        auto& known = acked_[*device];
        known = std::max(known, std::get<sync::Ack>(message).acked_seq);
    } else if (begins(R"({"type":"changes")")) {
        if (id > last_before_restore_) cursors_.insert(end_of_changes(bytes));
    } else if (begins(R"({"type":"snapshot")")) {
        const auto message = must(sync::decode(bytes), "read SNAPSHOT");
        if (id > last_before_restore_) {
            cursors_.insert(std::get<sync::Snapshot>(message).hub_seq);
        }
        if (const auto device = device_at(id)) {
            ahead_[*device] = must(hub_->store().hub_seq(), "read hub_seq");
        }
    } else if (begins(R"({"type":"error")")) {
        note("hub to connection " + std::to_string(id) + ": " + bytes.substr(0, 160));
    }
}

void SimWorld::connect(SimTerminal& terminal, SimNet::ConnectionId id) {
    last_connection_ = std::max(last_connection_, id);
    if (auto tail = sync::ChangeLog::tail(terminal.store().writer()); tail.ok()) {
        devices_[id] = tail->origin.device;
    }
    hub_->accept(id);
}

bool SimWorld::event_before(std::int64_t limit_ms) {
    const bool happened = next_event(limit_ms);
    restart_dead();
    return happened;
}

void SimWorld::restart_dead() {
    for (auto& terminal : terminals_) {
        if (!terminal->power_is_out()) continue;
        ++power_.cuts;
        note(terminal->person().user + " loses power while taking in");
        terminal->lose_power();
        check_terminal(*this, *terminal);
    }
}

bool SimWorld::next_event(std::int64_t limit_ms) {
    std::int64_t next = hub_->next_due();
    if (const auto due = net_.next_due()) next = std::min(next, *due);
    for (const auto& terminal : terminals_) next = std::min(next, terminal->next_due());
    if (next > limit_ms) return false;
    time_.now_ms = std::max(time_.now_ms, next);
    if (const auto due = net_.next_due(); due && *due <= time_.now_ms) {
        net_.deliver_one();
        return true;
    }
    if (hub_->next_due() <= time_.now_ms) {
        hub_->work();
        return true;
    }
    for (auto& terminal : terminals_) {
        if (terminal->connect_due()) {
            connect(*terminal, terminal->connect());
            return true;
        }
        if (terminal->next_due() <= time_.now_ms) {
            terminal->work();
            return true;
        }
    }
    return false;
}

void SimWorld::run_for(std::int64_t ms) {
    const std::int64_t limit = time_.now_ms + ms;
    constexpr int kEventsMax = 200'000;
    int events = 0;
    while (event_before(limit)) {
        require(++events < kEventsMax, "I13", "the world is busy without end");
    }
    time_.now_ms = limit;
}

bool SimWorld::settled() {
    const std::int64_t head = must(hub_->store().hub_seq(), "read hub_seq");
    const std::string epoch = hub_->store().identity().epoch.text();
    for (auto& terminal : terminals_) {
        if (terminal->sessions() == 0 || terminal->exchanging()) return false;
        // On a dead line it may not have heard that the hub was restored, to a log as long as its.
        const auto heard = must(terminal->store().setting(sync::setting::kEpoch), "epoch");
        if (heard != epoch) return false;
        const auto status = must(terminal->replica().status(), "status");
        if (status.pending != 0 || status.cursor != head || status.rereading) return false;
    }
    return hub_->batches_waiting() == 0 && (plan_.paper_percent == 0 || papers_settled());
}

void SimWorld::settle(std::int64_t limit_ms) {
    const std::int64_t limit = time_.now_ms + limit_ms;
    while (!settled()) {
        if (time_.now_ms >= limit) {
            std::string text =
                "not settled: head " + std::to_string(must(hub_->store().hub_seq(), ""));
            for (auto& terminal : terminals_) {
                const auto status = must(terminal->replica().status(), "status");
                text += "; " + terminal->person().user + " cursor " +
                        std::to_string(status.cursor) + " pending " +
                        std::to_string(status.pending) +
                        (terminal->exchanging() ? " exchanging" : "");
                for (const auto& trouble : terminal->troubles()) text += " [" + trouble + "]";
            }
            throw Broken("I13", text);
        }
        run_for(1'000);
    }
    run_for(3'000);  // checkpoints
}

void SimWorld::fault() {
    if (random_.chance(plan_.crash_percent)) {
        note("the hub crashes");
        hub_->crash();
    }
    for (auto& terminal : terminals_) {
        if (random_.chance(plan_.crash_percent)) {
            note(terminal->person().user + " crashes");
            terminal->crash();
            check_terminal(*this, *terminal);
        }
        if (random_.chance(plan_.skew_percent)) {
            static const std::vector<std::int64_t> kSkews{
                0,           300'000,      -300'000,        3'600'000,        -3'600'000,
                259'200'000, -259'200'000, 315'360'000'000, -315'360'000'000, 2'350'000'000'000};
            terminal->clock().skew_ms = random_.pick(kSkews);
            note(terminal->person().user + "'s clock is wrong by " +
                 std::to_string(terminal->clock().skew_ms));
        }
        if (random_.chance(plan_.double_percent) && terminal->sessions() == 1) {
            note(terminal->person().user + " has two sessions");
            connect(*terminal, terminal->connect());
        }
        if (random_.chance(plan_.offline_percent)) terminal->online = !terminal->online;
    }
    for (auto& terminal : terminals_) {
        if (random_.chance(plan_.damage_percent)) damage(*terminal);
    }
    if (terminals_.size() < kTerminalsMax && random_.chance(plan_.newcomer_percent)) newcomer();
    if (plan_.stick_percent > 0) carry_sticks();
    if (mallory_) mallory_->act(last_to_hub_);
    if (plan_.compaction_percent > 0 && random_.chance(plan_.compaction_percent)) {
        compact();
        if (plan_.hub_restore_percent == 0 && random_.chance(50)) hub_->back_up();
    }
    if (plan_.restores()) identity_fault();
}

void SimWorld::run_steps() {
    net_.faults = plan_.network;
    hub_->faults = plan_.hub;
    for (auto& terminal : terminals_) terminal->full_disk_percent = plan_.full_disk_percent;
    power_.percent = plan_.power_percent;
    hub_->power = &power_;
    for (int step = 0; step < plan_.steps; ++step) {
        fault();
        SimTerminal& terminal = *random_.pick(std::vector<SimTerminal*>([&] {
            std::vector<SimTerminal*> all;
            for (auto& each : terminals_) all.push_back(each.get());
            return all;
        }()));
        if (plan_.metered_percent > 0 && random_.chance(plan_.metered_percent)) {
            terminal.meter(random_.chance(70));
            if (random_.chance(30)) terminal.new_addresses();
        }
        if (plan_.paper_percent > 0) handle_paper(terminal);
        if (random_.chance(plan_.bad_change_percent)) {
            save_bad_change(terminal);
        } else {
            act(terminal);
        }
        if (plan_.fetch_percent > 0 && random_.chance(plan_.fetch_percent)) {
            fetch_something(terminal);
        }
        if (random_.chance(6)) check_terminal(*this, terminal);
        run_for(random_.chance(30) ? random_.below(20'000) : random_.below(500));
    }
}

void SimWorld::heal() {
    note("healing");
    net_.faults = Faults{};
    net_.faults.delay_max_ms = 50;
    power_.percent = 0;
    hub_->faults = HubFaults{};
    if (mallory_) mallory_->stop();
    for (auto& terminal : terminals_) {
        terminal->online = true;
        terminal->full_disk_percent = 0;
        if (plan_.metered_percent > 0) terminal->meter(false);
        terminal->network_changed();
        terminal->forget_troubles();
        // What was spoilt is found at a checkpoint: with the next change, or the next connection.
        if (terminal->damages > terminal->repairs) terminal->hang_up();
    }
    settle(kHealMs);
    // A file carried the copy past the place of a session that was under way, and the log there is
    // put away: that session ends, and the next goes on.
    const bool overtaken = plan_.stick_percent > 0 && plan_.compaction_percent > 0;
    const bool told = plan_.restores() || plan_.damage_percent > 0;
    if (!told && !overtaken) return;
    for (auto& terminal : terminals_) {
        for (const auto& trouble : terminal->troubles()) {
            require(told || trouble.find("(floor)") != std::string::npos, "I13",
                    terminal->person().user + "'s terminal had trouble in healing: " + trouble);
        }
    }
    // A copy that came back, or was found to be spoilt, only now was told so; that is no trouble.
    for (auto& terminal : terminals_) terminal->forget_troubles();
    settle(kHealMs);
}

void SimWorld::outlast_fetches() {
    constexpr std::int64_t kSoonMs = 15'000;
    while (hub_->next_fetch_end_ms() < time_.now_ms + kSoonMs) {
        run_for(hub_->next_fetch_end_ms() - time_.now_ms + 1);
        settle(kHealMs);
    }
}

void SimWorld::run() {
    run_steps();
    heal();
    if (plan_.fetch_percent > 0) outlast_fetches();
    let_files_go();
    check_all(*this);
    for (auto& terminal : terminals_) {
        require(terminal->repairs <= terminal->damages, "I20",
                terminal->person().user + "'s copy was not the hub's, and nobody had spoilt it");
        require(!terminal->exchanging(), "I13",
                terminal->person().user + "'s window exchanges, and nothing is left to");
    }
}

/// BALIE_SIM_WIRE=1: the beginning of every message too.
void SimWorld::note_message(const char* where, SimNet::ConnectionId id, const std::string& bytes) {
    static const bool kWanted = std::getenv("BALIE_SIM_WIRE") != nullptr;
    constexpr std::size_t kShown = 1000;
    if (kWanted)
        note(std::string(where) + " " + std::to_string(id) + " " + bytes.substr(0, kShown));
}

void SimWorld::note(const std::string& what) {
    trace_.push_back(std::to_string(time_.now_ms) + " " + what);
}

}  // namespace balie::sim
