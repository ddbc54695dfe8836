// What somebody saved on a customer that had left them: seen beside what is there, accepted or
// declined with keys, offline.
#include "tests/gui/window_world.h"

namespace balie::test {

namespace {

struct Proposed {
    World world;
    RecordId jansen;
    RecordId visit;

    explicit Proposed(const std::string& extra = {}) {
        jansen = world.customer("Piet", "van der", "Jansen", "0612345678", "Utrecht");
        visit = RecordId::random(world.entropy);
        must(world.store->writer().execute("UPDATE change_log SET state=2"));
        const std::string edit = R"({"t":"customer","id":")" + jansen.text() +
                                 R"(","op":"edit","f":{"note":["Likes sailing"]}})";
        const std::string create =
            R"({"t":"interaction","id":")" + visit.text() +
            R"(","op":"create","f":{"channel":["visit"],"outcome":["held"],"author":["gina"],)" +
            R"("occurred_at":[1779000000000],"note":["Wants a quote"],"customer_id":[")" +
            jansen.text() + R"("]}})";
        const FieldValues values{{"customer_id", jansen.text()},
                                 {"changes", "[" + edit + "," + create + extra + "]"},
                                 {"author", std::string("gina")},
                                 {"proposed_at", world.clock.wall_ms() - 3'600'000},
                                 {"state", std::string("open")}};
        // As the hub's snapshot brings it.
        must(
            store::RecordTables(world.store->writer())
                .insert(domain::RecordType::Proposal, RecordId::random(world.entropy), values, {}));
    }
    [[nodiscard]] std::string state() { return world.text("SELECT state FROM proposals"); }
    [[nodiscard]] std::int64_t pending() {
        return world.count("SELECT count(*) FROM change_log WHERE state=0");
    }
};

void open_proposal(Window& window) {
    GuiDriver& gui = window.gui();
    window.go(app::ScreenId::Sync);
    gui.click("sync.tab.proposals");
    gui.click("sync.proposals");
    gui.press("Enter");
    INFO(gui.transcript());
    REQUIRE(gui.has("proposal.accept"));
}

}  // namespace

TEST_CASE("A proposal is seen beside what is there now and accepted with the keyboard",
          "[gui][proposal]") {
    Proposed made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    CHECK(gui.sees("1 proposal"));
    open_proposal(window);
    INFO(gui.transcript());
    CHECK(gui.sees("gina proposes: Piet van der Jansen"));
    CHECK(gui.sees("Likes sailing"));
    CHECK(gui.sees("Wants a quote"));
    gui.press("Ctrl+Enter");
    REQUIRE_FALSE(gui.has("proposal.accept"));
    CHECK(gui.sees("No proposals"));
    CHECK(made.world.text("SELECT note FROM customers") == "Likes sailing");
    CHECK(made.world.text("SELECT note||author FROM interactions") == "Wants a quotegina");
    CHECK(made.state() == "accepted");
    CHECK(made.world.text("SELECT decided_by FROM proposals") == "anna");
    // The edit, the contact and the decision are one save.
    CHECK(made.pending() == 3);
    CHECK(must(made.world.replica->status()).pending_transactions == 1);
    require_sound(window);
}

TEST_CASE("A proposal may be declined, and the refusal taken back", "[gui][proposal]") {
    Proposed made;
    const std::string language = GENERATE("en", "nl");
    Window window(made.world, {.look = {.language = language}});
    GuiDriver& gui = window.gui();
    open_proposal(window);
    gui.press("Ctrl+d");
    CHECK(made.state() == "declined");
    CHECK(made.world.count("SELECT count(*) FROM interactions") == 0);
    gui.press("Ctrl+z");
    CHECK(made.state() == "open");
    CHECK(must(made.world.replica->status()).proposals == 1);
    require_sound(window);
}

TEST_CASE("A proposal that would write what no person in the field may is not accepted",
          "[gui][proposal]") {
    const std::string admin = R"(,{"t":"user","id":"0198c0de-3333-7000-8000-00000000c003","op":)"
                              R"("create","f":{"login":["eve"],"name":["Eve"],)"
                              R"("role":["administrator"]}})";
    Proposed made(admin);
    Window window(made.world);
    GuiDriver& gui = window.gui();
    open_proposal(window);
    gui.press("Ctrl+Enter");
    INFO(gui.transcript());
    CHECK(gui.sees("it would change users"));
    // Nothing of it, not even its harmless part.
    CHECK(made.state() == "open");
    CHECK(made.world.count("SELECT count(*) FROM interactions") == 0);
    CHECK(made.pending() == 0);
    require_sound(window);
}

TEST_CASE("A proposal that cannot be read can be declined and hides nothing", "[gui][proposal]") {
    Proposed made;
    must(made.world.store->writer().execute("UPDATE proposals SET changes='[{'"));
    Window window(made.world);
    GuiDriver& gui = window.gui();
    open_proposal(window);
    // The keyboard is on another button: what confirms does not press that one.
    gui.press("Tab");
    gui.press("Ctrl+Enter");
    CHECK(made.state() == "open");
    gui.press("Ctrl+d");
    CHECK(made.state() == "declined");
    require_sound(window);
}

}  // namespace balie::test
