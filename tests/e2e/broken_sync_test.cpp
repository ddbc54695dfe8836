// Terminal, hub and line are broken off in the middle of their exchange, again and again, at bytes
// that a seed chooses. BALIE_SEED=N repeats a run.
#include "tests/e2e/proxy.h"
#include "tests/e2e/world.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <random>

namespace balie::test {
namespace {

constexpr Milliseconds kLookEvery{5};
constexpr Milliseconds kPatience{60'000};

std::uint64_t seed_of_run() {
    const char* given = std::getenv("BALIE_SEED");
    return given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
}

struct Size {
    int breaks{};                ///< in sending, and again in receiving
    std::int64_t bytes_apart{};  ///< at most this many between two breaks
    Milliseconds deadline{};     ///< of one exchange
};

class BrokenWorld {
  public:
    BrokenWorld(const std::filesystem::path& folder, Size size, std::uint64_t seed)
        : size_(size), random_(seed), hub_(folder / "hub") {
        std::cout << "broken sync: seed " << seed << std::endl;
        hub_.set_up();
        hub_.start();
        proxy_ = std::make_unique<Proxy>(hub_.port());
    }

    [[nodiscard]] HubProgram& hub() { return hub_; }
    [[nodiscard]] std::string address() const {
        return "wss://127.0.0.1:" + std::to_string(proxy_->port());
    }
    [[nodiscard]] int breaks() const { return breaks_; }
    [[nodiscard]] std::int64_t bytes() const { return proxy_->bytes(); }

    /// One exchange that is broken off again and again, as often as are left to `until`, as long
    /// as the terminal goes on with it. It tries again by itself when hub or line were gone.
    Ended broken(const TerminalProgram& terminal, Words words, int until) {
        Process process(terminal.command(std::move(words)));
        const auto begun = std::chrono::steady_clock::now();
        break_next(process);
        while (!process.ends_within(kLookEvery)) {
            REQUIRE(std::chrono::steady_clock::now() - begun < size_.deadline);
            if (!proxy_->broke()) continue;
            came_back();
            if (breaks_ < until) break_next(process);
        }
        // Its last bytes may have been those at which the line breaks.
        if (proxy_->let_pass()) came_back();
        return process.wait(kPatience);
    }

    void send_broken(const TerminalProgram& terminal, std::set<std::string>& visits) {
        const int until = breaks_ + size_.breaks;
        for (int round = 0; breaks_ < until && round < 4 * size_.breaks; ++round) {
            visits.insert(text_of(
                terminal.ask({"log", "--customer", "BM-1", "--channel", "visit", "--outcome",
                              "no_sale", "--note", "Visit " + std::to_string(round)}),
                "id"));
            (void)broken(terminal, {"sync"}, until);
        }
        CHECK(breaks_ >= until);
    }

    /// Enrols too; the code must stay good for this device until it knows that it is enrolled.
    void receive_broken(const TerminalProgram& terminal) {
        const std::string code = hub_.code();
        const int until = breaks_ + size_.breaks;
        bool enrolled = false;
        for (int round = 0; breaks_ < until && round < 4 * size_.breaks; ++round) {
            const Ended ended =
                enrolled ? broken(terminal, {"sync"}, until)
                         : broken(terminal, {"enrol", "--hub", address(), "--code", code}, until);
            enrolled = enrolled || terminal.run({"whoami"}).code == 0;
            if (enrolled && ended.code == 0) break;  // nothing is left to break off
        }
        if (!enrolled) terminal.enrol(address(), code);
        CHECK(breaks_ >= until);
    }

    void sync_to_end(const TerminalProgram& terminal) const {
        Process process(terminal.command({"sync"}));
        const Ended ended = process.wait(size_.deadline);
        INFO(ended.text());
        REQUIRE(ended.code == 0);
    }

  private:
    /// Half of the breaks come early, where sessions begin; the others anywhere.
    std::int64_t bytes_to_break() {
        const auto apart = static_cast<std::uint64_t>(size_.bytes_apart);
        const std::uint64_t most = random_() % 2 == 0 ? apart : 200ULL << (random_() % 8);
        return 1 + static_cast<std::int64_t>(random_() % std::min(most, apart));
    }
    void break_next(Process& process) {
        const pid_t victim = what_ == 0 ? process.id() : hub_.process().id();
        proxy_->break_after(
            bytes_to_break(),
            what_ == 2 ? std::function<void()>() : [victim] { ::kill(victim, SIGKILL); });
    }
    /// A break came: what was killed is there again.
    void came_back() {
        (void)proxy_->let_pass();
        if (what_ == 1) {
            hub_.kill_now();
            hub_.start();
        }
        ++breaks_;
        what_ = (what_ + 1) % 3;
    }

    Size size_;
    std::mt19937_64 random_;
    HubProgram hub_;
    std::unique_ptr<Proxy> proxy_;
    int what_{0};  ///< 0 terminal, 1 hub, 2 line: in turn
    int breaks_{0};
};

void require_sound(const TerminalProgram& terminal) {
    const Ended doctor = terminal.run({"doctor"});
    INFO(doctor.text());
    CHECK(doctor.code == 0);
}

TEST_CASE("However often terminal, hub and line break off, head office has everything once") {
    const TempFolder folder;
    BrokenWorld world(folder.path(), {6, 15'000, Milliseconds(240'000)}, seed_of_run());
    const TerminalProgram a(folder / "a", "a");
    a.enrol(world.address(), world.hub().code());
    const BankTable table = make_bank_table(seed_of_run(), 600);
    write_text(folder / "contacts.csv", table.csv());
    (void)a.ask({"import", (folder / "contacts.csv").string(), "--as", "interactions", "--map",
                 bank_map()});

    std::set<std::string> visits;
    world.send_broken(a, visits);
    world.sync_to_end(a);
    for (const std::string name : {"b", "c"}) {
        const TerminalProgram receiver(folder / name, name);
        world.receive_broken(receiver);
        world.sync_to_end(receiver);
        require_whole(receiver.exported("ndjson"), table, visits);
        require_sound(receiver);
    }

    require_whole(world.hub().exported("csv"), table, visits);
    require_whole(a.exported("csv"), table, visits);
    (void)world.hub().ask({"verify"});
    require_sound(a);
}

/// Says how long each step took, on how much.
class Steps {
  public:
    void done(const std::string& what) {
        const auto now = std::chrono::steady_clock::now();
        std::cout << "  " << what << ": " << std::chrono::duration<double>(now - begun_).count()
                  << " s" << std::endl;
        begun_ = std::chrono::steady_clock::now();
    }

  private:
    std::chrono::steady_clock::time_point begun_{std::chrono::steady_clock::now()};
};

// By name, for its length and as its data is not in this repository: the tests above do the same
// with a few hundred lines by default.
TEST_CASE("The bank's 45,211 contacts arrive whole through a line that breaks", "[.][whole]") {
    const auto file = std::filesystem::path(BALIE_SOURCE_DIR).parent_path() /
                      "shared/data/bank-marketing/bank-full.csv";
    INFO("this test reads " << file.string());
    REQUIRE(std::filesystem::exists(file));
    const BankTable table = read_bank_table(file);
    REQUIRE(table.rows.size() == 45'211);
    const TempFolder folder;
    Steps steps;
    BrokenWorld world(folder.path(), {12, 1'000'000, Milliseconds(1'200'000)}, seed_of_run());
    const TerminalProgram a(folder / "a", "a");
    a.enrol(world.address(), world.hub().code());
    steps.done("hub made, terminal enrolled");

    Words import{"import", file.string(), "--as", "interactions", "--map", bank_map(), "--json"};
    const Ended imported = run(a.command(import), Milliseconds(1'200'000));
    INFO(imported.text());
    REQUIRE(imported.code == 0);
    CHECK(number_of(one_document(imported), "imported") == 45'211);
    steps.done("45,211 lines imported");

    std::set<std::string> visits;
    world.send_broken(a, visits);
    steps.done("sync broken off " + std::to_string(world.breaks()) + " times");
    world.sync_to_end(a);
    steps.done("the rest of the sync, " + std::to_string(world.bytes() / 1'000'000) + " MB so far");
    const TerminalProgram b(folder / "b", "b");
    world.receive_broken(b);
    steps.done("second terminal enrolled, broken off until break " +
               std::to_string(world.breaks()));
    world.sync_to_end(b);
    steps.done("second terminal has the rest");
    CHECK(world.breaks() >= 20);

    require_whole(world.hub().exported("csv"), table, visits);
    steps.done("hub's export compared");
    require_whole(b.exported("csv"), table, visits);
    steps.done("second terminal's export compared");
    (void)world.hub().ask({"verify"});
    require_sound(a);
    require_sound(b);
    steps.done("hub verified, both terminals' doctor");
}

}  // namespace
}  // namespace balie::test
