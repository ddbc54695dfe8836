// Conflicts as work: both values, whose they are, and a choice that can be made offline with keys.
#include "storage/store/record_tables.h"
#include "tests/gui/window_world.h"

namespace balie::test {

namespace {

struct TwoNotes {
    World world;
    RecordId jansen;

    TwoNotes() {
        jansen = world.customer("Piet", "van der", "Jansen", "0612345678", "Utrecht");
        // What was saved here is with the office, so that nothing of it waits.
        must(world.store->writer().execute("UPDATE change_log SET state=2"));
        world.conflict(jansen, "note", Value{std::string("Call after five")},
                       Value{std::string("Never call")});
    }
    [[nodiscard]] std::string note() { return world.text("SELECT note FROM customers"); }
};

/// To the sync centre, its list of conflicts, and the first of them.
void open_first(Window& window) {
    GuiDriver& gui = window.gui();
    window.go(app::ScreenId::Sync);
    gui.click("sync.tab.conflicts");
    INFO(gui.transcript());
    REQUIRE(gui.sees("Call after five  ↔  Never call"));
    gui.click("sync.conflicts");
    gui.press("Enter");
    REQUIRE(gui.has("conflict.versions"));
}

/// The same by the key that settles the first.
void settle_first(Window& window) {
    GuiDriver& gui = window.gui();
    window.go(app::ScreenId::Sync);
    gui.click("sync.tab.conflicts");
    gui.press("s");
    INFO(gui.transcript());
    REQUIRE(gui.has("conflict.versions"));
}

}  // namespace

TEST_CASE("Of two values one is chosen with the keyboard, offline, and can be taken back",
          "[gui][conflict]") {
    TwoNotes made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    open_first(window);
    INFO(gui.transcript());
    CHECK(gui.sees("Note of Piet van der Jansen: which counts?"));
    CHECK(gui.sees("This terminal"));
    CHECK(gui.sees("Another terminal"));
    REQUIRE(gui.focused() == "conflict.versions");
    gui.press("Down");
    gui.press("Ctrl+Enter");
    REQUIRE_FALSE(gui.has("conflict.versions"));
    CHECK(made.note() == "Never call");
    // One change that names both as what it replaces, waiting to be sent.
    CHECK(made.world.count("SELECT count(*) FROM change_log WHERE state=0") == 1);
    const auto status = must(made.world.replica->status());
    CHECK(status.conflicts == 0);
    CHECK(must(made.world.replica->conflicts(10)).front().settled_here);
    gui.press("Ctrl+z");
    CHECK(made.note() == "Call after five");
    require_sound(window);
}

TEST_CASE("Another value than the two may count", "[gui][conflict]") {
    TwoNotes made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    open_first(window);
    gui.press("End");
    INFO(gui.transcript());
    REQUIRE(gui.focused() == "conflict.other");
    gui.type("Call after five, on Mondays");
    gui.press("Ctrl+Enter");
    CHECK(made.note() == "Call after five, on Mondays");
    require_sound(window);
}

TEST_CASE("One key settles a conflict and brings the next one", "[gui][conflict]") {
    World world;
    const RecordId jansen = world.customer("Piet", "van der", "Jansen", "0612345678", "Utrecht");
    const RecordId claes = world.customer("Els", "", "Claes", "0612345679", "Gent");
    must(world.store->writer().execute("UPDATE change_log SET state=2"));
    const Value mine{std::string("mine")};
    const Value theirs{std::string("theirs")};
    world.conflict(jansen, "note", mine, theirs, Value{std::string("call on Monday")});
    world.conflict(claes, "note", mine, theirs);
    const auto note = [&world](const std::string& name) {
        return world.text("SELECT note FROM customers WHERE name='" + name + "'");
    };
    const std::string language = GENERATE("en", "nl");
    Window window(world, {.look = {.language = language}});
    GuiDriver& gui = window.gui();
    settle_first(window);
    INFO(gui.transcript());
    const std::string former = language == "en" ? "Before both changes: call on Monday"
                                                : "Vóór beide wijzigingen: call on Monday";
    const bool jansen_first = gui.sees(former);
    gui.press("n");
    REQUIRE(gui.has("conflict.versions"));
    CHECK(gui.sees(former) != jansen_first);
    gui.press("t");
    REQUIRE(gui.has("conflict.versions"));
    CHECK(gui.sees(former) == jansen_first);
    CHECK(note(jansen_first ? "Claes" : "Jansen") == "theirs");
    gui.press("m");
    CHECK_FALSE(gui.has("conflict.versions"));
    CHECK(note(jansen_first ? "Jansen" : "Claes") == "mine");
    CHECK(must(world.replica->status()).conflicts == 0);
    CHECK(world.count("SELECT count(*) FROM change_log WHERE state=0") == 2);
    require_sound(window);
}

TEST_CASE("Somebody is asked to settle it, by a day; whoever settles it has done the task",
          "[gui][conflict]") {
    TwoNotes made;
    must(store::RecordTables(made.world.store->writer())
             .insert(domain::RecordType::User, RecordId::random(made.world.entropy),
                     {{"login", "bert"}, {"name", "Bert de Wit"}, {"role", "representative"}}, {}));
    Window window(made.world);
    GuiDriver& gui = window.gui();
    open_first(window);
    gui.press("a");
    INFO(gui.transcript());
    REQUIRE(gui.has("task.assignee"));
    CHECK(gui.value("task.subject") == "Choose what counts: Note");
    gui.type("bert");
    gui.press("Enter");
    gui.press("Ctrl+Enter");
    REQUIRE_FALSE(gui.has("task.assignee"));
    CHECK(made.world.text("SELECT assignee FROM tasks WHERE done_at IS NULL") == "bert");
    CHECK(gui.sees("Bert de Wit"));
    gui.press("s");
    REQUIRE(gui.has("conflict.versions"));
    CHECK(gui.sees("Bert de Wit, by "));
    // Asked again: of somebody else. Taken back, it is Bert's again.
    gui.press("a");
    REQUIRE(gui.focused() == "task.assignee");
    gui.type("anna");
    gui.press("Enter");
    gui.press("Ctrl+Enter");
    REQUIRE_FALSE(gui.has("task.assignee"));
    CHECK(made.world.text("SELECT assignee FROM tasks WHERE done_at IS NULL") == "anna");
    gui.press("Ctrl+z");
    CHECK(made.world.text("SELECT assignee FROM tasks WHERE deleted_at IS NULL") == "bert");
    gui.press("s");
    REQUIRE(gui.has("conflict.versions"));
    // While a value is typed, letters are letters.
    gui.press("e");
    REQUIRE(gui.focused() == "conflict.other");
    gui.type("met");
    REQUIRE(gui.has("conflict.versions"));
    gui.press("Ctrl+Enter");
    CHECK(made.note() == "met");
    CHECK(made.world.count("SELECT count(*) FROM tasks WHERE done_at IS NULL") == 0);
    gui.press("Ctrl+z");
    CHECK(made.world.count("SELECT count(*) FROM tasks WHERE done_at IS NULL") == 1);
    require_sound(window);
}

TEST_CASE("Where one person works alone, the task of a conflict is theirs", "[gui][conflict]") {
    TwoNotes made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    open_first(window);
    gui.press("a");
    INFO(gui.transcript());
    REQUIRE(gui.focused() == "task.subject");
    CHECK_FALSE(gui.has("task.assignee"));
    gui.press("Ctrl+Enter");
    CHECK(made.world.text("SELECT assignee FROM tasks WHERE done_at IS NULL") == "anna");
    require_sound(window);
}

TEST_CASE("A conflict that is settled elsewhere while it is open says so", "[gui][conflict]") {
    TwoNotes made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    open_first(window);
    must(made.world.store->writer().execute("UPDATE conflict SET closed_ms=1"));
    window.tell(app::DataChanged{app::ChangedBy::Office});
    INFO(gui.transcript());
    CHECK(gui.sees("This conflict is settled"));
    gui.press("Ctrl+Enter");
    CHECK(made.world.count("SELECT count(*) FROM change_log WHERE state=0") == 0);
    gui.press("Esc");
    CHECK(gui.sees("No conflicting changes"));
    require_sound(window);
}

TEST_CASE("A deletion against an edit is a choice between deleted and kept", "[gui][conflict]") {
    World world;
    const RecordId jansen = world.customer("Piet", "", "Jansen", "0612345678", "Utrecht");
    must(world.store->writer().execute("UPDATE change_log SET state=2"));
    const Value deleted{world.clock.wall_ms()};
    const Value kept;
    world.conflict(jansen, "deleted_at", deleted, kept);
    const std::string language = GENERATE("en", "nl");
    Window window(world, {.look = {.language = language}});
    GuiDriver& gui = window.gui();
    settle_first(window);
    INFO(gui.transcript());
    CHECK(gui.sees(language == "nl" ? "behouden" : "kept"));
    CHECK_FALSE(gui.has("conflict.other"));
    gui.press("Down");
    gui.press("Ctrl+Enter");
    CHECK(world.count("SELECT count(*) FROM customers WHERE deleted_at IS NULL") == 1);
    require_sound(window);
}

}  // namespace balie::test
