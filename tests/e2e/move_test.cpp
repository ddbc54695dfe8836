// A territory changes hands while both branches work: nobody's visit is lost, nothing stays where
// it should not, and it is said how long it took. [whole]: 10,000 customers; by default 400.
#include "tests/e2e/world.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iostream>
#include <thread>

namespace balie::test {
namespace {

std::string id_of(int number) {
    return fmt::format("0198c0de-1111-7000-8000-{:012x}", number);
}

void write_file(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
}

double seconds_since(std::chrono::steady_clock::time_point begun) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

struct Territory {
    explicit Territory(int customers) : count(customers) {
        hub.set_up();
        hub.start();
        for (const auto& [login, branch] : {std::pair{"gina", "12"}, std::pair{"bert", "34"}}) {
            (void)hub.ask({"user", "add", "--login", login, "--name", login, "--role",
                           "representative", "--branch", branch});
        }
        gina.enrol(hub.address(), hub.code("gina", "24h", "branch:12"));
        bert.enrol(hub.address(), hub.code("bert", "24h", "branch:34"));
        office.enrol(hub.address(), hub.code());
        std::string lines = "id,name,number\n";
        for (int i = 0; i < count; ++i) {
            lines += fmt::format("{},Customer {},M-{}\n", id_of(i), i, i);
        }
        write_file(folder / "territory.csv", lines);
        give_to("12");
    }
    /// By the file that the office has: the branch of every customer in it.
    void give_to(const std::string& branch) {
        const auto map = folder / (branch + ".map.json");
        write_file(map,
                   R"({"version":1,"records":[{"as":"customer","fields":{"id":"id","name":"name",)"
                   R"("number":"number","kind":{"value":"person"},"branch":{"value":")" +
                       branch + R"("}}}]})");
        const Json done = office.ask({"import", (folder / "territory.csv").string(), "--as",
                                      "customers", "--map", map.string()});
        REQUIRE(number_of(done, "imported") == count);
        (void)office.ask({"sync"});
    }
    [[nodiscard]] static std::set<std::string> visits_of(const Exported& exported) {
        std::set<std::string> notes;
        for (const ExportedRow& row : exported.interactions) notes.insert(row.at("note"));
        return notes;
    }

    int count;
    TempFolder folder;
    HubProgram hub{folder / "hub"};
    TerminalProgram gina{folder / "gina", "gina"};
    TerminalProgram bert{folder / "bert", "bert"};
    TerminalProgram office{folder / "office", "office"};
};

/// Somebody who logs visits until told to stop, each on another customer of the territory.
class Visiting {
  public:
    Visiting(const TerminalProgram& terminal, int customers) {
        thread_ = std::thread([this, &terminal, customers] {
            for (int i = 0; !stop_; ++i) {
                const std::string note = fmt::format("{} {}", terminal.folder().string(), i);
                const Ended ended =
                    terminal.run({"log", "--customer", fmt::format("M-{}", i * 7 % customers),
                                  "--channel", "visit", "--outcome", "held", "--note", note});
                // Where the customer is not (any more): the command says so, and saved nothing.
                if (ended.code == 0) saved_.insert(note);
            }
        });
    }
    Visiting(const Visiting&) = delete;
    Visiting& operator=(const Visiting&) = delete;
    ~Visiting() { (void)stop(); }

    std::set<std::string> stop() {
        stop_ = true;
        if (thread_.joinable()) thread_.join();
        return saved_;
    }

  private:
    std::atomic<bool> stop_{false};
    std::set<std::string> saved_;  ///< the thread's until it has ended
    std::thread thread_;
};

void move_while_both_work(int customers) {
    Territory world(customers);
    (void)world.gina.ask({"sync"});
    (void)world.bert.ask({"sync"});
    REQUIRE(world.gina.exported("csv").customers.size() == static_cast<std::size_t>(customers));
    REQUIRE(world.bert.exported("csv").customers.empty());
    Process gina_follows(world.gina.command({"sync", "--follow"}));
    Process bert_follows(world.bert.command({"sync", "--follow"}));
    std::set<std::string> saved;
    double took = 0;
    {
        Visiting at_gina(world.gina, customers);
        Visiting at_bert(world.bert, customers);
        const auto begun = std::chrono::steady_clock::now();
        world.give_to("34");
        took = seconds_since(begun);
        saved.merge(at_gina.stop());
        saved.merge(at_bert.stop());
    }
    for (Process* each : {&gina_follows, &bert_follows}) {
        each->signal(SIGTERM);
        (void)each->wait(std::chrono::minutes(2));
    }
    const auto caught_up = std::chrono::steady_clock::now();
    // 4: something of Gina's was set aside, and somebody is needed.
    const Ended synced = world.gina.run({"sync"});
    INFO(synced.text());
    REQUIRE((synced.code == 0 || synced.code == 4));
    (void)world.bert.ask({"sync"});
    (void)world.office.run({"sync"});
    const double rest = seconds_since(caught_up);

    // All of it is Bert's now, and nothing of it is at Gina's.
    CHECK(world.gina.exported("csv").customers.empty());
    CHECK(world.bert.exported("csv").customers.size() == static_cast<std::size_t>(customers));
    // Each visit that was saved is with the office, or a proposal to whoever has the customer.
    std::set<std::string> found = Territory::visits_of(world.hub.exported("csv"));
    const std::size_t arrived = found.size();
    const Json proposals = world.bert.ask({"proposals", "list"});
    for (const Json& each : *proposals.find("proposals")->items()) {
        const Json shown = world.bert.ask({"proposals", "show", text_of(each, "id")});
        const std::string text = shown.print();
        for (const std::string& note : saved) {
            if (text.find("\"" + note + "\"") != std::string::npos) found.insert(note);
        }
    }
    CHECK((found == saved));
    CHECK(Territory::visits_of(world.bert.exported("csv")) ==
          Territory::visits_of(world.office.exported("csv")));
    (void)world.hub.ask({"verify"});
    (void)world.gina.ask({"doctor"});
    (void)world.bert.ask({"doctor"});
    std::cout << fmt::format(
        "{} customers moved in {:.1f} s (edited, sent and accepted; {:.0f} a second) while {} "
        "visits were saved, of which {} became proposals; {:.1f} s until everybody had all of "
        "it\n",
        customers, took, customers / took, saved.size(), saved.size() - arrived, rest);
}

TEST_CASE("A territory moves while both branches work, and nobody's visit is lost") {
    move_while_both_work(400);
}

TEST_CASE("A territory of ten thousand customers moves", "[.][whole]") {
    move_while_both_work(10'000);
}

}  // namespace
}  // namespace balie::test
