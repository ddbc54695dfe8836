// A customer changes hands while somebody who does not know it yet works on without a network:
// nothing of it is lost, whoever has the customer now decides, and both can see it.
#include "tests/e2e/world.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>

namespace balie::test {
namespace {

/// Gina of branch 12, Bert of branch 34, and the office.
struct Branches {
    Branches() {
        hub.set_up();
        hub.start();
        for (const auto& [login, branch] : {std::pair{"gina", "12"}, std::pair{"bert", "34"}}) {
            (void)hub.ask({"user", "add", "--login", login, "--name", login, "--role",
                           "representative", "--branch", branch});
        }
        gina.enrol(hub.address(), hub.code("gina", "24h", "branch:12"));
        bert.enrol(hub.address(), hub.code("bert", "24h", "branch:34"));
        office.enrol(hub.address(), hub.code());
        (void)gina.ask({"customer", "add", "--name", "Jansen", "--number", "K-1"});
        (void)gina.ask({"customer", "add", "--name", "Claes", "--number", "K-2"});
        (void)gina.ask({"sync"});
        (void)office.ask({"sync"});
    }
    [[nodiscard]] static std::string visit(const TerminalProgram& terminal,
                                           const std::string& customer, const std::string& note) {
        return text_of(terminal.ask({"log", "--customer", customer, "--channel", "visit",
                                     "--outcome", "no_sale", "--note", note}),
                       "id");
    }
    [[nodiscard]] static std::vector<Json> items(const TerminalProgram& terminal,
                                                 const std::string& noun) {
        const Json answer = terminal.ask({noun, "list"});
        return *answer.find(noun == "set-aside" ? "set_aside" : noun)->items();
    }
    [[nodiscard]] static std::string find(const std::vector<Json>& list, const std::string& word) {
        for (const Json& each : list) {
            if (each.print().find(word) != std::string::npos) return text_of(each, "id");
        }
        FAIL("nothing has " << word);
        return {};
    }

    TempFolder folder;
    HubProgram hub{folder / "hub"};
    TerminalProgram gina{folder / "gina", "gina"};
    TerminalProgram bert{folder / "bert", "bert"};
    TerminalProgram office{folder / "office", "office"};
};

TEST_CASE("What was saved on a customer that had left is proposed to whoever has it now") {
    Branches world;
    (void)world.office.ask({"customer", "edit", "K-1", "--set", "branch=34"});
    (void)world.office.ask({"sync"});
    // Gina has no network, and does not know.
    const std::string visit = world.visit(world.gina, "K-1", "wants a quote");
    (void)world.gina.ask({"customer", "edit", "K-1", "--note", "likes sailing"});
    const std::string hers = world.visit(world.gina, "K-2", "her own customer");
    const Json synced = world.gina.ask({"sync"}, 4);
    CHECK(number_of(synced, "pending") == 0);
    CHECK(number_of(synced, "set_aside") == 2);
    CHECK(world.hub.exported("csv").interactions.size() == 1);

    const Json receipt = world.gina.ask({"receipt", hers});
    const Json& signed_for = receipt.find("changes")->items()->front();
    CHECK(*signed_for.find("verified")->boolean());
    CHECK(text_of(signed_for, "state") == "received");
    CHECK(number_of(signed_for, "reference") > 0);
    CHECK(world.bert.run({"receipt", hers}).code == 1);
    // What was set aside was received too, and signed for.
    const Json refused = world.gina.ask({"receipt", visit});
    CHECK(text_of(refused.find("changes")->items()->front(), "state") == "set_aside");

    // To Gina it is work: she sees all of it, and why; the customer itself is gone from her.
    CHECK(world.gina.run({"customer", "show", "K-1"}).code == 1);
    const auto aside = world.items(world.gina, "set-aside");
    REQUIRE(aside.size() == 2);
    const std::string lost = world.find(aside, "wants a quote");
    const Ended again = world.gina.run({"set-aside", "send-again", lost});
    INFO(again.text());
    CHECK(again.code == 1);
    CHECK_THAT(again.err, Catch::Matchers::ContainsSubstring("proposal"));

    // Bert and the office see both as proposals; Bert decides.
    (void)world.bert.ask({"sync"});
    const auto open = world.items(world.bert, "proposals");
    REQUIRE(open.size() == 2);
    const std::string quote = world.find(open, "wants a quote");
    const std::string sailing = world.find(open, "likes sailing");
    CHECK(text_of(world.bert.ask({"proposals", "show", quote}), "author") == "gina");
    (void)world.bert.ask({"proposals", "accept", quote});
    (void)world.bert.ask({"proposals", "decline", sailing});
    CHECK(world.bert.run({"proposals", "accept", quote}).code == 1);
    (void)world.bert.ask({"sync"});
    (void)world.office.ask({"sync"});
    const Exported hub = world.hub.exported("csv");
    REQUIRE(hub.interactions.size() == 2);
    for (const ExportedRow& row : hub.interactions) {
        const bool accepted = row.at("id") == visit;
        CHECK((accepted || row.at("id") == hers));
        CHECK(row.at("author") == "gina");
        CHECK(row.at("note") == (accepted ? "wants a quote" : "her own customer"));
    }
    for (const ExportedRow& row : hub.customers) CHECK(row.count("note") == 0);
    CHECK(world.items(world.office, "proposals").empty());
    CHECK(world.office.exported("csv").interactions.size() == 2);
    (void)world.hub.ask({"verify"});
}

TEST_CASE("A customer that comes back: what was set aside is mended and sent again") {
    Branches world;
    (void)world.office.ask({"customer", "edit", "K-1", "--set", "branch=34"});
    (void)world.office.ask({"sync"});
    const std::string visit = world.visit(world.gina, "K-1", "wants a qoute");
    (void)world.gina.ask({"sync"}, 4);
    (void)world.office.ask({"customer", "edit", "K-1", "--set", "branch=12"});
    (void)world.office.ask({"sync"});
    // She takes her part in the proposal back by sending it herself.
    (void)world.gina.ask({"sync"}, 4);
    const std::string lost = world.find(world.items(world.gina, "set-aside"), "qoute");
    const Ended wrong = world.gina.run({"set-aside", "send-again", lost, "--set", "channel=drum"});
    INFO(wrong.text());
    CHECK(wrong.code == 1);
    const Json sent =
        world.gina.ask({"set-aside", "send-again", lost, "--set", "note=wants a quote"});
    CHECK(number_of(sent, "changes") == 1);
    CHECK(world.gina.run({"set-aside", "send-again", lost}).code == 1);
    CHECK(number_of(world.gina.ask({"sync"}), "set_aside") == 0);
    const Exported hub = world.hub.exported("csv");
    REQUIRE(hub.interactions.size() == 1);
    CHECK(hub.interactions.front().at("id") == visit);
    CHECK(hub.interactions.front().at("note") == "wants a quote");
    // Whoever accepts the proposal now adds nothing twice.
    (void)world.office.ask({"sync"});
    const std::string open = world.find(world.items(world.office, "proposals"), "qoute");
    (void)world.office.ask({"proposals", "accept", open});
    (void)world.office.ask({"sync"});
    CHECK(world.hub.exported("csv").interactions.size() == 1);
    (void)world.hub.ask({"verify"});
}

TEST_CASE("What needs nobody any more is put away, kept, exported and taken up again") {
    Branches world;
    (void)world.office.ask({"customer", "edit", "K-1", "--set", "branch=34"});
    (void)world.office.ask({"sync"});
    (void)world.visit(world.gina, "K-1", "wants a quote");
    (void)world.gina.ask({"sync"}, 4);
    const std::string id = text_of(world.items(world.gina, "set-aside").front(), "id");
    // Whoever is asked has a task with a date, until it is dealt with.
    (void)world.gina.ask({"set-aside", "assign", id, "--to", "gina", "--due", "+3d"});
    CHECK(text_of(world.items(world.gina, "set-aside").front(), "assignee") == "gina");
    const auto open_tasks = [&world] {
        return world.gina.ask({"task", "list"}).find("tasks")->items()->size();
    };
    CHECK(open_tasks() == 1);
    CHECK(world.gina.run({"set-aside", "assign", id, "--to", "nobody"}).code == 1);
    (void)world.gina.ask({"set-aside", "dismiss", id});
    CHECK(open_tasks() == 0);
    CHECK(world.gina.run({"set-aside", "assign", id, "--to", "gina"}).code == 1);
    CHECK(world.items(world.gina, "set-aside").empty());
    CHECK(number_of(world.gina.ask({"status"}, 0), "set_aside") == 0);
    CHECK(world.gina.ask({"set-aside", "list", "--all"}).find("set_aside")->items()->size() == 1);
    const auto file = world.folder / "aside.ndjson";
    (void)world.gina.ask({"set-aside", "export", "--all", "--out", file.string()});
    CHECK_THAT(read_text(file), Catch::Matchers::ContainsSubstring("wants a quote"));
    (void)world.gina.ask({"set-aside", "restore", id});
    CHECK(world.items(world.gina, "set-aside").size() == 1);
    const Ended wrong = world.gina.run({"set-aside", "dismiss", "not/an/id"});
    CHECK(wrong.code == 1);
    CHECK_THAT(wrong.err, Catch::Matchers::ContainsSubstring("set-aside list"));
}

TEST_CASE("A customer that left is in no backup of the terminal either") {
    Branches world;
    const std::filesystem::path folder = world.gina.profile() / "backups";
    const auto files = [&folder] {
        std::vector<std::string> names;
        for (const auto& each : std::filesystem::directory_iterator(folder)) {
            names.push_back(each.path().filename().string());
        }
        return names;
    };
    (void)world.gina.ask({"backup"});
    (void)world.gina.ask({"backup"});
    const auto before = files();
    REQUIRE(before.size() == 2);
    // Nothing left: they stay.
    (void)world.gina.ask({"sync"});
    CHECK(files() == before);

    (void)world.office.ask({"customer", "edit", "K-1", "--set", "branch=34"});
    (void)world.office.ask({"sync"});
    (void)world.gina.ask({"sync"});
    const auto after = files();
    REQUIRE(after.size() == 1);
    CHECK(std::find(before.begin(), before.end(), after.front()) == before.end());
    // It is whole, and she can go back to it: with the customer that is hers, without the other.
    (void)world.gina.ask({"restore", (folder / after.front()).string()});
    CHECK(world.gina.run({"customer", "show", "K-1"}).code == 1);
    CHECK(world.gina.run({"customer", "show", "K-2"}).code == 0);
    // What she wrote of it is erased from her log once the office has a backup.
    (void)world.hub.ask({"backup", (world.folder / "office.db").string()});
    (void)world.gina.ask({"sync"});
    const auto last = files();
    REQUIRE(last.size() == 1);
    CHECK(last != after);
    (void)world.gina.ask({"doctor"});
}

TEST_CASE("The office puts old entries of its log away while it serves, and a newcomer has all") {
    Branches world;
    (void)world.office.ask({"customer", "edit", "K-1", "--set", "branch=34"});
    (void)world.office.ask({"sync"});
    (void)world.gina.ask({"sync"});
    (void)world.bert.ask({"sync"});
    const Json would = world.hub.ask({"compact", "--keep", "1s", "--dry-run"});
    const Json done = world.hub.ask({"compact", "--keep", "400d"});
    CHECK(number_of(done, "floor") == 0);  // nothing is that old
    CHECK(number_of(would, "floor_before") == 0);
    // A second later everything but the last is, and everybody has it.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    std::int64_t floor = 0;
    while (floor == 0 && std::chrono::steady_clock::now() < deadline) {
        floor = number_of(world.hub.ask({"compact", "--keep", "1s"}), "floor");
    }
    CHECK(floor > 10);
    (void)world.hub.ask({"verify"});
    TerminalProgram newcomer{world.folder / "new", "new"};
    newcomer.enrol(world.hub.address(), world.hub.code());
    (void)newcomer.ask({"sync"});
    CHECK(newcomer.exported("csv").customers.size() == 2);
    // And those that were there go on.
    (void)world.visit(world.gina, "K-2", "after it was put away");
    (void)world.gina.ask({"sync"});
    (void)newcomer.ask({"sync"});
    CHECK(newcomer.exported("csv").interactions.size() == 1);
    CHECK(world.hub.command({"compact", "--keep", "soon"}).code == 2);
    (void)world.hub.ask({"verify"});
}

TEST_CASE("A customer of another branch is fetched with a reason, and goes by itself") {
    Branches world;
    world.hub.stop();
    world.hub.serve_with({"--fetch-for", "5s"});
    world.hub.start();
    // Somebody stays connected meanwhile: whoever asks does not need the lock for it.
    Process follower(world.bert.command({"sync", "--follow"}));
    const Json found = world.bert.ask({"find", "jansen"});
    const auto rows = *found.find("found")->items();
    REQUIRE(rows.size() == 1);
    CHECK(text_of(rows[0], "number") == "K-1");
    CHECK_FALSE(*rows[0].find("in_scope")->boolean());
    const std::string jansen = text_of(rows[0], "id");
    CHECK(world.bert.run({"fetch", jansen, "--reason", "curious"}).code == 1);
    const Json fetched =
        world.bert.ask({"fetch", jansen, "--reason", "at_counter", "--note", "lost her card"});
    CHECK(*fetched.find("here")->boolean());
    CHECK_FALSE(text_of(fetched, "until").empty());
    const std::string visit = world.visit(world.bert, "K-1", "new card");
    follower.signal(SIGTERM);
    (void)follower.wait(Milliseconds(20'000));
    (void)world.bert.ask({"sync"});

    const Json audit = world.hub.ask({"audit", "list"});
    const auto entries = *audit.find("audit")->items();
    REQUIRE(entries.size() == 2);
    CHECK(text_of(entries[0], "what") == "fetch");
    CHECK(text_of(entries[0], "who") == "bert");
    CHECK(text_of(entries[0], "customer") == "Jansen");
    CHECK(text_of(entries[0], "reason") == "at_counter");
    CHECK(text_of(entries[0], "note") == "lost her card");
    CHECK(text_of(entries[1], "note") == "jansen");
    (void)world.office.ask({"sync"});
    const Ended exported =
        world.office.run({"export", "audit_entries", "--format", "ndjson", "--out", "-"});
    CHECK(exported.out.find("lost her card") != std::string::npos);

    for (int looks = 0; world.bert.run({"customer", "show", "K-1"}).code == 0; ++looks) {
        REQUIRE(looks < 20);
        (void)world.bert.ask({"sync"});
    }
    (void)world.gina.ask({"sync"});
    const Json hers = world.gina.ask({"customer", "show", "K-1"});
    CHECK(hers.print().find("new card") != std::string::npos);
    world.hub.stop();
    CHECK(world.bert.run({"find", "jansen"}).code == 3);
    CHECK(world.hub.command({"verify"}).code == 0);
}

TEST_CASE(
    "What is known of a customer reaches who has them; a relation shows nobody a foreign one") {
    Branches world;
    (void)world.office.ask({"customer", "add", "--name", "Bakker", "--number", "K-3", "--set",
                            "branch=34", "--set", "do_not_call=true"});
    (void)world.office.ask({"relation", "add", "K-1", "--other", "K-3", "--kind", "employer"});
    (void)world.office.ask(
        {"fact", "add", "K-3", "--kind", "date", "--text", "Wedding day", "--on", "14-03-2016"});
    (void)world.office.ask({"sync"});
    (void)world.gina.ask({"sync"});
    (void)world.bert.ask({"sync"});

    // Gina has Jansen, and that there is an employer; not who that is.
    const Json hers = world.gina.ask({"relation", "list", "K-1"});
    const Json& line = hers.find("relations")->items()->front();
    CHECK(*line.find("outside_scope")->boolean());
    CHECK(line.print().find("Bakker") == std::string::npos);
    CHECK(world.gina.run({"customer", "show", "K-3"}).code == 1);
    // Bert has the employer, and nothing of branch 12.
    CHECK(world.bert.ask({"relation", "list", "K-3"}).find("relations")->items()->empty());
    const Json days = world.bert.ask({"fact", "near", "--days", "366", "--everybody"});
    CHECK(days.print().find("Wedding day") != std::string::npos);

    const Words call{"log",       "--customer", "K-3",    "--channel", "phone",
                     "--outcome", "no_answer",  "--note", "Card found"};
    const Ended refused = world.bert.run(call);
    CHECK(refused.code == 1);
    CHECK(refused.err.find("--override") != std::string::npos);
    Words all_the_same = call;
    all_the_same.insert(all_the_same.end(), {"--override", "lost card", "--fact", "Has a dog"});
    (void)world.bert.ask(all_the_same);
    (void)world.bert.ask({"sync"});
    (void)world.office.ask({"sync"});
    const Json seen = world.office.ask({"timeline", "K-3", "--text", "card"});
    CHECK(seen.print().find("Against the customer's wish: lost card") != std::string::npos);
    CHECK(world.office.ask({"fact", "list", "K-3"}).find("facts")->items()->size() == 2);
}

}  // namespace
}  // namespace balie::test
