// Several processes on one profile at once: shells that save, shells that synchronise, and one that
// would put a backup in the place of what the others have open.
#include "tests/e2e/office_fixture.h"
#include "tests/support/catch.h"

#include <csignal>
#include <thread>

namespace balie::test {
namespace {

constexpr Milliseconds kLookEvery{20};
constexpr Milliseconds kPatience{240'000};
constexpr int kLooksMax = 3000;
constexpr int kFreezesMax = 5;

Words visit(const std::string& note) {
    return {"log",       "--customer", "BM-1",   "--channel", "visit",
            "--outcome", "no_sale",    "--note", note,        "--json"};
}

/// `balie sync --follow`, which holds the lock of synchronising until it is ended.
class Follower {
  public:
    explicit Follower(const TerminalProgram& terminal)
        : process_(terminal.command({"sync", "--follow"})) {
        const auto lock = terminal.profile() / "sync.lock";
        const std::string mine = std::to_string(process_.id()) + " ";
        for (int looks = 0; read_text(lock).rfind(mine, 0) != 0; ++looks) {
            if (process_.ends_within(kLookEvery) || looks > kLooksMax) {
                FAIL("sync --follow does not begin: " << process_.kill_now().text());
            }
        }
    }
    [[nodiscard]] Process& process() { return process_; }
    [[nodiscard]] std::string id() const { return std::to_string(process_.id()); }

  private:
    Process process_;
};

/// Freezes `process` between two of its transactions and saves a visit meanwhile: its id. Frozen
/// within one, it would hold the database's write lock; then nobody can save, which `log` says
/// and changes nothing, and the process is let go on for a moment.
std::string visit_beside_the_frozen(Process& process, const TerminalProgram& terminal,
                                    const std::string& note) {
    for (int attempt = 0; attempt < kFreezesMax; ++attempt) {
        process.signal(SIGSTOP);
        const Ended saved = terminal.run(visit(note));
        INFO(saved.text());
        const Json answer = one_document(saved);
        if (saved.code == 0) return text_of(answer, "id");
        REQUIRE(text_of(answer, "error") == "busy");
        process.signal(SIGCONT);
        (void)process.ends_within(kLookEvery);
    }
    FAIL("frozen " << kFreezesMax << " times, each time within a transaction");
    return {};
}

std::multiset<std::string> interaction_ids(const Exported& exported) {
    std::multiset<std::string> ids;
    for (const ExportedRow& row : exported.interactions) ids.insert(row.at("id"));
    return ids;
}

/// One chain without a gap, here and at the hub, and nothing that waits.
void require_whole_chain(const TerminalProgram& terminal, const HubProgram& hub) {
    const Ended doctor = terminal.run({"doctor"});
    INFO(doctor.text());
    CHECK(doctor.code == 0);
    CHECK(number_of(terminal.ask({"status"}), "pending") == 0);
    (void)hub.ask({"verify"});
}

TEST_CASE("Three shells that save at the same time lose nothing and leave no gap") {
    constexpr int kShells = 3;
    constexpr int kVisits = 5;
    Office office;
    std::vector<std::vector<Ended>> ended(kShells);
    std::vector<std::thread> shells;
    for (int shell = 0; shell < kShells; ++shell) {
        const TerminalProgram& terminal = office.terminal();
        shells.emplace_back([terminal, shell, &ended] {
            for (int i = 0; i < kVisits; ++i) {
                ended[static_cast<std::size_t>(shell)].push_back(terminal.run(
                    visit("shell " + std::to_string(shell) + ", visit " + std::to_string(i))));
            }
        });
    }
    for (std::thread& shell : shells) shell.join();
    std::set<std::string> ids;
    for (const auto& all : ended) {
        for (const Ended& each : all) {
            INFO(each.text());
            REQUIRE(each.code == 0);
            ids.insert(text_of(one_document(each), "id"));
        }
    }
    REQUIRE(ids.size() == kShells * kVisits);
    office.start_hub();
    (void)office.terminal().ask({"sync"});
    const auto there = interaction_ids(office.hub().exported("csv"));
    CHECK(there.size() == kOfficeRows + 1 + ids.size());
    for (const std::string& id : ids) CHECK(there.count(id) == 1);
    require_whole_chain(office.terminal(), office.hub());
}

TEST_CASE("What is saved while the profile synchronises arrives too") {
    Office office;
    const TerminalProgram& terminal = office.terminal();
    const BankTable table = make_bank_table(5, 800);
    write_text(office.file("more.csv"), table.csv());
    (void)terminal.ask(
        {"import", office.file("more.csv").string(), "--as", "interactions", "--map", bank_map()});
    office.start_hub();
    Process sync(terminal.command({"sync", "--json"}));
    std::set<std::string> ids;
    do {
        ids.insert(text_of(terminal.ask({"log", "--customer", "BM-500", "--channel", "visit",
                                         "--outcome", "no_sale", "--note", "in between"}),
                           "id"));
    } while (sync.running());
    const Ended ended = sync.wait(kPatience);
    INFO(ended.text());
    CHECK(ended.code == 0);
    (void)terminal.ask({"sync"});
    const auto there = interaction_ids(office.hub().exported("csv"));
    CHECK(there.size() == kOfficeRows + 1 + table.rows.size() + ids.size());
    for (const std::string& id : ids) CHECK(there.count(id) == 1);
    require_whole_chain(terminal, office.hub());
}

TEST_CASE("Two that synchronise at once: both end well, and everything is there once") {
    Office office;
    const TerminalProgram& terminal = office.terminal();
    office.start_hub();
    Process first(terminal.command({"sync", "--json"}));
    Process second(terminal.command({"sync", "--json"}));
    for (Process* each : {&first, &second}) {
        const Ended ended = each->wait(kPatience);
        INFO(ended.text());
        REQUIRE(ended.code == 0);
        CHECK(number_of(one_document(ended), "pending") == 0);
    }
    CHECK(office.hub().exported("csv").interactions.size() == kOfficeRows + 1);
    require_whole_chain(terminal, office.hub());
}

TEST_CASE("Whoever finds the profile being synchronised asks the one that does it, and waits") {
    Office office;
    const TerminalProgram& terminal = office.terminal();
    office.start_hub();
    Follower follower(terminal);
    const std::string id = text_of(terminal.ask(visit("asked for")), "id");
    const Ended asked = terminal.run({"sync", "--json"});
    INFO(asked.text());
    REQUIRE(asked.code == 0);
    CHECK(number_of(one_document(asked), "pending") == 0);
    CHECK_THAT(asked.err, Catch::Matchers::ContainsSubstring(follower.id()));
    CHECK(interaction_ids(office.hub().exported("csv")).count(id) == 1);

    // What the one that synchronises finds out, the one that asked is told.
    office.hub().stop();
    const std::string later = text_of(terminal.ask(visit("there is no hub")), "id");
    require_clear_error(terminal.run({"sync"}), 3, {follower.id(), "127.0.0.1"});
    CHECK(number_of(terminal.ask({"status"}), "pending") > 0);
    office.start_hub();
    (void)terminal.ask({"sync"});
    CHECK(interaction_ids(office.hub().exported("csv")).count(later) == 1);

    follower.process().signal(SIGTERM);
    const Ended ended = follower.process().wait(kPatience);
    INFO(ended.text());
    CHECK(ended.code == 0);
    require_whole_chain(terminal, office.hub());
}

TEST_CASE("When the one that synchronises is killed, the one that waits takes its place") {
    Office office;
    const TerminalProgram& terminal = office.terminal();
    office.start_hub();
    Follower follower(terminal);
    const std::string id =
        visit_beside_the_frozen(follower.process(), terminal, "nobody sends this");
    Process waiting(terminal.command({"sync", "--json"}));
    CHECK_FALSE(waiting.ends_within(Milliseconds(3000)));
    follower.process().kill_now();
    const Ended ended = waiting.wait(kPatience);
    INFO(ended.text());
    REQUIRE(ended.code == 0);
    CHECK(number_of(one_document(ended), "sent") > 0);
    CHECK(interaction_ids(office.hub().exported("csv")).count(id) == 1);
    require_whole_chain(terminal, office.hub());
}

TEST_CASE("Whoever is told to end while it begins to connect ends in good order") {
    constexpr Milliseconds kLongerThanItsTick{1100};
    Office office;
    office.start_hub();
    for (int round = 0; round < kFreezesMax; ++round) {
        Follower follower(office.terminal());
        // When it goes on, what it hands itself to do is there at the same moment as the signal.
        follower.process().signal(SIGSTOP);
        CHECK_FALSE(follower.process().ends_within(kLongerThanItsTick));
        follower.process().signal(SIGTERM);
        follower.process().signal(SIGCONT);
        const Ended ended = follower.process().wait(kPatience);
        INFO(ended.text());
        // It listens to signals from when it connects; before, the system ends it.
        REQUIRE((ended.signal == 0 || ended.signal == SIGTERM));
        if (ended.signal == 0) CHECK(ended.code == 0);
    }
    (void)office.terminal().ask({"sync"});
    require_whole_chain(office.terminal(), office.hub());
}

TEST_CASE("A backup is not put in the place of a database that another process has open") {
    Office office;
    const TerminalProgram& terminal = office.terminal();
    const auto backup = office.file("safe.db");
    (void)terminal.ask({"backup", backup.string()});
    office.start_hub();
    {
        const Follower follower(terminal);
        require_clear_error(terminal.run({"restore", backup.string()}), 1,
                            {"open", terminal.profile().string(), "Close"});
    }
    CHECK(text_of(terminal.ask({"restore", backup.string()}), "restored") == backup.string());
    REQUIRE(terminal.everything() == Office::everything());
}

TEST_CASE("Two that enrol one folder at once: one terminal, and a word for the other") {
    Office office;
    office.start_hub();
    const TerminalProgram fresh(office.file("fresh"), "new");
    const auto enrol = [&](const std::string& code) {
        return fresh.command({"enrol", "--hub", office.hub().address(), "--code", code});
    };
    const Command one = enrol(office.hub().code());
    const Command other = enrol(office.hub().code());
    Process first(one);
    Process second(other);
    const Ended a = first.wait(kPatience);
    const Ended b = second.wait(kPatience);
    INFO(a.text() << b.text());
    REQUIRE(((a.code == 0) != (b.code == 0)));
    require_clear_error(a.code == 0 ? b : a, 1, {fresh.profile().string()});
    CHECK(text_of(fresh.ask({"whoami"}), "user") == "anna");
    CHECK(office.hub().ask({"devices"}).find("devices")->items()->size() == 2);
}

}  // namespace
}  // namespace balie::test
