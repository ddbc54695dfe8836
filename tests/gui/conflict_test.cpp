// Conflicts as work: both values, whose they are, and a choice that can be made offline with keys.
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
    window.go(app::ScreenId::Sync);
    gui.click("sync.tab.conflicts");
    gui.press("s");
    INFO(gui.transcript());
    REQUIRE(gui.has("conflict.versions"));
    CHECK(gui.sees(language == "nl" ? "behouden" : "kept"));
    CHECK_FALSE(gui.has("conflict.other"));
    gui.press("Down");
    gui.press("Ctrl+Enter");
    CHECK(world.count("SELECT count(*) FROM customers WHERE deleted_at IS NULL") == 1);
    require_sound(window);
}

}  // namespace balie::test
