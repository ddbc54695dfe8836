// What two terminals do to each other, and a terminal that goes back to a backup.
#include "tests/e2e/world.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

namespace balie::test {
namespace {

struct TwoTerminals {
    TwoTerminals() {
        hub.set_up();
        hub.start();
        a.enrol(hub.address(), hub.code());
        b.enrol(hub.address(), hub.code());
        customer = text_of(a.ask({"customer", "add", "--name", "Jansen", "--number", "K-1",
                                  "--email", "jansen@example.org"}),
                           "id");
        (void)a.ask({"sync"});
        (void)b.ask({"sync"});
    }
    /// Until nothing moves any more.
    void sync_all() const {
        for (const TerminalProgram* each : {&a, &b, &a, &b}) {
            const Ended ended = each->run({"sync"});
            INFO(ended.text());
            REQUIRE((ended.code == 0 || ended.code == 4));
        }
    }
    [[nodiscard]] static std::string note(const TerminalProgram& terminal) {
        return text_of(terminal.ask({"customer", "show", "K-1"}), "note");
    }
    /// A list answers 0 whatever is on it; status, sync and doctor say that somebody is needed (4).
    [[nodiscard]] static std::size_t conflicts(const TerminalProgram& terminal) {
        const Json list = terminal.ask({"conflicts", "list"}, 0);
        const std::size_t count = list.find("conflicts")->items()->size();
        CHECK(number_of(terminal.ask({"status"}, count > 0 ? 4 : 0), "conflicts") ==
              static_cast<std::int64_t>(count));
        return count;
    }

    TempFolder folder;
    HubProgram hub{folder / "hub"};
    TerminalProgram a{folder / "a", "a"};
    TerminalProgram b{folder / "b", "b"};
    std::string customer;
};

TEST_CASE("Two people change the same field offline: one conflict, settled by one of them") {
    TwoTerminals world;
    world.hub.stop();
    (void)world.a.ask({"customer", "edit", "K-1", "--note", "likes mornings"});
    (void)world.b.ask({"customer", "edit", "K-1", "--note", "likes evenings"});
    // Another field of the same customer is no conflict.
    (void)world.b.ask({"customer", "edit", "K-1", "--given", "Piet"});
    world.hub.start();
    world.sync_all();
    REQUIRE(world.conflicts(world.a) == 1);
    REQUIRE(world.conflicts(world.b) == 1);
    CHECK(world.note(world.a) == world.note(world.b));
    CHECK(text_of(world.a.ask({"customer", "show", "K-1"}), "given_name") == "Piet");

    const Json open = world.b.ask({"conflicts", "list"});
    const Json& conflict = open.find("conflicts")->items()->front();
    CHECK(text_of(conflict, "field") == "note");
    CHECK(conflict.find("versions")->items()->size() == 2);
    CHECK(*conflict.find("before_known")->boolean());
    CHECK(text_of(conflict, "assignee").empty());
    // Anna is asked to settle it; Bert does, and the task is done for both.
    (void)world.b.ask(
        {"conflicts", "assign", text_of(conflict, "id"), "--to", "anna", "--due", "+3d"});
    world.sync_all();
    const auto tasks = [](const TerminalProgram& terminal, const std::string& filter) {
        return terminal.ask({"task", "list", "--everybody", "--filter", filter})
            .find("tasks")
            ->items()
            ->size();
    };
    const Json asked = world.a.ask({"conflicts", "list"});
    CHECK(text_of(asked.find("conflicts")->items()->front(), "assignee") == "anna");
    CHECK(tasks(world.a, "open") == 1);
    (void)world.b.ask({"conflicts", "resolve", text_of(conflict, "id"), "--value",
                       "mornings, or evenings by phone"});
    // Chosen, and no work for anybody any more: it closes when the hub has the choice.
    const Json chosen = world.b.ask({"conflicts", "list"}, 0);
    CHECK(*chosen.find("conflicts")->items()->front().find("settled_here")->boolean());
    CHECK(number_of(world.b.ask({"status"}, 0), "conflicts") == 0);
    (void)world.b.ask({"sync"});
    // It greets with one change to send. Once that came, the office sees that nothing is left.
    const auto left = [&world] {
        const Json fleet = world.hub.ask({"devices"});
        std::int64_t sum = 0;
        for (const Json& device : *fleet.find("devices")->items()) {
            sum += number_of(device, "pending");
        }
        return sum;
    };
    for (int looks = 0; left() != 0; ++looks) {
        REQUIRE(looks < 100);
        REQUIRE_FALSE(world.hub.process().ends_within(Milliseconds{100}));
    }
    world.sync_all();
    CHECK(world.conflicts(world.a) == 0);
    CHECK(world.conflicts(world.b) == 0);
    CHECK(tasks(world.a, "open") == 0);
    CHECK(tasks(world.a, "done") == 1);
    CHECK(world.note(world.a) == "mornings, or evenings by phone");
    CHECK(world.note(world.b) == "mornings, or evenings by phone");
    CHECK(world.a.exported("csv").customers == world.b.exported("csv").customers);
    CHECK(world.a.run({"doctor"}).code == 0);
    (void)world.hub.ask({"verify"});
}

TEST_CASE("After a restore a terminal goes on under a new incarnation and loses nothing") {
    TwoTerminals world;
    const auto backup = world.folder / "a.db";
    (void)world.a.ask({"backup", backup.string()});
    const std::string before = text_of(world.a.ask({"status"}), "incarnation");
    const auto visit = [&](const std::string& note) {
        return text_of(world.a.ask({"log", "--customer", "K-1", "--channel", "visit", "--outcome",
                                    "no_sale", "--note", note}),
                       "id");
    };
    const std::string sent = visit("after the backup, sent");
    (void)world.a.ask({"sync"});
    const Json restored = world.a.ask({"restore", backup.string()});
    CHECK(std::filesystem::exists(text_of(restored, "kept")));
    const std::string later = visit("after the restore");
    world.sync_all();
    CHECK(text_of(world.a.ask({"status"}), "incarnation") != before);
    const std::string last = visit("under the new incarnation");
    world.sync_all();

    const auto ids = [](const Exported& exported) {
        std::multiset<std::string> out;
        for (const ExportedRow& row : exported.interactions) out.insert(row.at("id"));
        return out;
    };
    const std::multiset<std::string> all{sent, later, last};
    CHECK(ids(world.hub.exported("csv")) == all);
    CHECK(ids(world.a.exported("csv")) == all);
    CHECK(ids(world.b.exported("csv")) == all);
    CHECK(world.a.run({"doctor"}).code == 0);
    (void)world.hub.ask({"verify"});
}

TEST_CASE("A terminal that head office has put out is told so and keeps what it holds") {
    TwoTerminals world;
    (void)world.a.ask({"log", "--customer", "K-1", "--channel", "visit", "--outcome", "sale"});
    const std::string device = text_of(world.a.ask({"whoami"}), "device");
    (void)world.hub.ask({"revoke", device});
    const Ended ended = world.a.run({"sync"});
    INFO(ended.text());
    CHECK(ended.code == 1);
    CHECK_FALSE(ended.err.empty());
    CHECK(world.b.run({"sync"}).code == 0);
}

TEST_CASE("Another hub at the same address is not trusted, and gets nothing") {
    TwoTerminals world;
    (void)world.a.ask({"log", "--customer", "K-1", "--channel", "visit", "--outcome", "sale"});
    world.hub.stop();
    HubProgram other(world.folder / "other");
    other.set_up();
    other.start_at(world.hub.port());
    const Ended ended = world.a.run({"sync"});
    INFO(ended.text());
    CHECK(ended.code == 1);
    CHECK(number_of(other.ask({"status"}), "interactions") == 0);
    other.stop();
    world.hub.start();
    (void)world.a.ask({"sync"});
    CHECK(world.hub.exported("csv").interactions.size() == 1);
}

}  // namespace
}  // namespace balie::test
