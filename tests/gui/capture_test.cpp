// A representative logs contacts with keys alone; nothing typed is ever lost.
#include "tests/gui/window_world.h"

#include <string>

namespace balie::test {

TEST_CASE("A representative logs a visit with its next action in eight keys beside the note",
          "[gui][capture]") {
    World world;
    const RecordId jansen = world.customer("Piet", "van der", "Jansen", "0612345678", "Utrecht");
    Window window(world);
    window.open_customer(jansen);
    GuiDriver& gui = window.gui();
    const int before = gui.keys_pressed();
    const std::string note = "Wants a mortgage offer before the summer";

    gui.press("L");
    REQUIRE(gui.focused() == "visit.channel");
    gui.press("Tab");
    gui.type("he");
    gui.press("Tab");
    REQUIRE(gui.focused() == "visit.note");
    gui.type(note);
    gui.press("Tab");
    gui.type("7");
    INFO(gui.transcript());
    gui.press("Ctrl+Enter");

    const int keys = gui.keys_pressed() - before - static_cast<int>(note.size());
    REQUIRE(keys <= 8);
    REQUIRE_FALSE(gui.has("visit.save"));
    REQUIRE(gui.sees("Contact with Piet van der Jansen saved here"));
    REQUIRE(world.text("SELECT note FROM interactions") == note);
    REQUIRE(world.text("SELECT channel || outcome FROM interactions") == "visitheld");
    REQUIRE(world.text("SELECT due_on FROM tasks") == "2026-06-04");  // a week from 28 May
    REQUIRE(world.count("SELECT count(*) FROM tasks WHERE done_at IS NULL") == 1);
    REQUIRE(gui.sees("to send"));
    REQUIRE(gui.sees("saved here"));
    require_sound(window);
}

TEST_CASE("A visit is logged from anywhere: the customer is searched in the overlay",
          "[gui][capture]") {
    World world;
    world.customer("Piet", "van der", "Jansen", "0612345678", "Utrecht");
    world.customer("Els", "", "Bakker", "0301234567", "Zeist");
    Window window(world);
    GuiDriver& gui = window.gui();
    gui.press("Ctrl+Space");
    REQUIRE(gui.focused() == "visit.customer");
    gui.type("bakk");
    gui.press("Enter");
    REQUIRE(gui.focused() == "visit.channel");
    REQUIRE(gui.sees("Contact with Els Bakker"));
    gui.type("ph");
    gui.press("Tab");
    gui.type("no");
    gui.press("Ctrl+Enter");
    INFO(gui.transcript());
    REQUIRE(world.text("SELECT channel || ' ' || outcome FROM interactions") == "phone no_answer");
    require_sound(window);
}

TEST_CASE("A contact saved by mistake is taken back with one key, and the office is told",
          "[gui][capture]") {
    World world;
    const RecordId jansen = world.customer("Piet", "", "Jansen");
    Window window(world);
    window.open_customer(jansen);
    GuiDriver& gui = window.gui();
    gui.press("L");
    gui.press("Tab");
    gui.type("he");
    gui.press("Ctrl+Enter");
    REQUIRE(world.count("SELECT count(*) FROM interactions") == 1);
    gui.press("Ctrl+Z");
    INFO(gui.transcript());
    REQUIRE(gui.sees("Undone: contact with Piet Jansen"));
    // Nothing is erased: a withdrawal was added, which others see too.
    REQUIRE(world.count("SELECT count(*) FROM interactions") == 2);
    REQUIRE(world.count("SELECT count(*) FROM interactions WHERE outcome='withdrawn'") == 1);
    REQUIRE(gui.sees("No contacts yet"));
}

TEST_CASE("What is missing is said beside its field, and the first one gets the keyboard",
          "[gui][capture]") {
    World world;
    const RecordId jansen = world.customer("Piet", "", "Jansen");
    Window window(world);
    window.open_customer(jansen);
    GuiDriver& gui = window.gui();
    gui.press("L");
    gui.press("Ctrl+Enter");
    REQUIRE(gui.error("visit.outcome") == "Choose an outcome");
    REQUIRE(gui.focused() == "visit.outcome");
    REQUIRE(world.count("SELECT count(*) FROM interactions") == 0);
}

TEST_CASE("A full disk is said with how to mend it, and nothing typed is lost", "[gui][capture]") {
    World world;
    const RecordId jansen = world.customer("Piet", "", "Jansen");
    Window window(world);
    window.open_customer(jansen);
    GuiDriver& gui = window.gui();
    gui.press("L");
    gui.press("Tab");
    gui.type("he");
    gui.press("Tab");
    gui.type("do not lose me");
    window.fail_next_save({ErrorCode::DiskFull, "database or disk is full", "balie.db", ""});
    gui.press("Ctrl+Enter");
    INFO(gui.transcript());
    REQUIRE(gui.sees("The disk is full: it was not saved"));
    REQUIRE(gui.sees("Free some space on the disk and save again"));
    REQUIRE(gui.value("visit.note") == "do not lose me");
    gui.press("Ctrl+Enter");
    REQUIRE(world.text("SELECT note FROM interactions") == "do not lose me");
}

TEST_CASE("A code that the office took away is refused with what to do", "[gui][capture]") {
    World world;
    const RecordId jansen = world.customer("Piet", "", "Jansen");
    Window window(world);
    window.open_customer(jansen);
    GuiDriver& gui = window.gui();
    gui.press("L");
    gui.press("Tab");
    gui.type("he");
    gui.press("Tab");
    // The list changes under the hands of who is typing.
    must(world.store->writer().execute("UPDATE codes SET active=0 WHERE code='held'"));
    gui.press("Ctrl+Enter");
    INFO(gui.transcript());
    REQUIRE(gui.sees("This cannot be saved like this"));
    REQUIRE(gui.sees("held"));
    REQUIRE(gui.has("visit.save"));
    REQUIRE(world.count("SELECT count(*) FROM interactions") == 0);
}

TEST_CASE("A note over the limit says by how much, and loses nothing", "[gui][capture]") {
    World world;
    const RecordId jansen = world.customer("Piet", "", "Jansen");
    Window window(world);
    window.open_customer(jansen);
    GuiDriver& gui = window.gui();
    gui.press("L");
    gui.press("Tab");
    gui.type("he");
    gui.press("Tab");
    // A draft brings a long text in, as pasting would.
    gui.press("Esc");
    app::Draft draft{"visit", {{"note", std::string(16 * 1024 + 5, 'x')}, {"outcome", "held"}}};
    draft.fields.emplace("customer", jansen.text());
    draft.fields.emplace("customer_name", "Piet Jansen");
    app::SignedIn again{window.screens().app().user, {draft}};
    window.tell(again);
    gui.click("draft.visit.action");
    gui.press("Ctrl+Enter");
    INFO(gui.error("visit.note"));
    REQUIRE(gui.error("visit.note").find("5 bytes too long") != std::string::npos);
    REQUIRE(gui.value("visit.note").size() == 16 * 1024 + 5);
    REQUIRE(world.count("SELECT count(*) FROM interactions") == 0);
}

TEST_CASE("What was being typed when the program died is offered again", "[gui][capture]") {
    World world;
    const RecordId jansen = world.customer("Piet", "", "Jansen");
    {
        Window window(world);
        window.open_customer(jansen);
        GuiDriver& gui = window.gui();
        gui.press("L");
        gui.press("Tab");
        gui.type("he");
        gui.press("Tab");
        gui.type("half a sentence");
        gui.advance_ms(1000);
    }  // no goodbye: the overlay was open
    Window window(world);
    GuiDriver& gui = window.gui();
    INFO(gui.transcript());
    REQUIRE(gui.sees("You were logging a contact with Piet Jansen"));
    gui.click("draft.visit.action");
    REQUIRE(gui.value("visit.note") == "half a sentence");
    gui.press("Ctrl+Enter");
    REQUIRE(world.text("SELECT note FROM interactions") == "half a sentence");
    REQUIRE(world.text("SELECT value FROM setting WHERE key LIKE 'draft.visit/%'").empty());
}

TEST_CASE("A half-filled customer form is offered again after the program died", "[gui][capture]") {
    World world;
    const RecordId jansen = world.customer("Piet", "", "Jansen", "0612345678", "Utrecht");
    const bool known = GENERATE(false, true);
    {
        Window window(world);
        GuiDriver& gui = window.gui();
        window.go(app::ScreenId::CustomerForm, known ? jansen : RecordId{});
        gui.click("customer_form.note");
        gui.type("likes sailing");
        gui.advance_ms(1000);
    }  // no goodbye
    Window window(world);
    GuiDriver& gui = window.gui();
    INFO(gui.transcript());
    REQUIRE(gui.has("draft.customer_form.action"));
    gui.click("draft.customer_form.action");
    REQUIRE(window.screens().current().screen == app::ScreenId::CustomerForm);
    REQUIRE(gui.value("customer_form.note") == "likes sailing");
    REQUIRE(gui.value("customer_form.name") == (known ? "Jansen" : ""));
    if (!known) {
        gui.click("customer_form.name");
        gui.type("Bakker");
    }
    gui.press("Ctrl+Enter");
    REQUIRE(world.count("SELECT count(*) FROM customers WHERE note='likes sailing'") == 1);
    REQUIRE(world.text("SELECT value FROM setting WHERE key LIKE 'draft.customer_form/%'").empty());
}

TEST_CASE("Locking the screen keeps a half-filled form for who comes back", "[gui][capture]") {
    World world;
    const RecordId jansen = world.customer("Piet", "", "Jansen");
    Window window(world);
    GuiDriver& gui = window.gui();
    window.go(app::ScreenId::CustomerForm, jansen);
    gui.click("customer_form.number");
    gui.type("K-77");
    gui.press("Ctrl+L");
    REQUIRE(gui.has("sign_in.password"));
    gui.type("correct horse");
    gui.press("Enter");
    INFO(gui.transcript());
    gui.click("draft.customer_form.action");
    REQUIRE(gui.value("customer_form.number") == "K-77");
}

}  // namespace balie::test
