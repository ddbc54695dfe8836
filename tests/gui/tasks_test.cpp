// Tasks and the timeline: what is to be done and what was, by a few keys.
#include "storage/base/date.h"
#include "storage/store/record_tables.h"
#include "tests/gui/window_world.h"

#include <string>

namespace balie::test {

namespace {

struct Work {
    World world;
    RecordId bakker;

    Work() { bakker = world.customer("Els", "", "Bakker", "0301234567", "Zeist"); }

    repo::SavedTask task(const std::string& subject, const std::string& due,
                         bool of_bakker = true) {
        repo::NewTask task;
        if (of_bakker) task.customer = bakker;
        task.subject = subject;
        task.due = due;
        return must(world.actions().add_task(task));
    }
    std::string due(const std::string& subject) {
        return world.text("SELECT due_on FROM tasks WHERE subject='" + subject + "'");
    }
};

}  // namespace

TEST_CASE("Tasks stand by when they are due; one is done with a key and back with another",
          "[gui][tasks]") {
    Work made;
    made.task("Send the offer", "2026-05-20");
    made.task("Call about the card", "+0d");
    made.task("Visit", "+3d");
    made.task("Some day", "", false);
    const std::string language = GENERATE("en", "nl");
    Window window(made.world, {.look = {.language = language}});
    GuiDriver& gui = window.gui();
    gui.press("Alt+7");
    REQUIRE(window.screens().current().screen == app::ScreenId::Tasks);
    REQUIRE(gui.focused() == "tasks.list");
    INFO(gui.transcript());
    CHECK(gui.sees(language == "nl" ? "Te laat" : "Overdue"));
    CHECK(gui.sees(language == "nl" ? "Komende 7 dagen" : "Next 7 days"));
    CHECK(gui.sees("Some day"));
    gui.press("D");
    CHECK(made.world.count("SELECT count(*) FROM tasks WHERE done_at IS NOT NULL") == 1);
    CHECK_FALSE(gui.sees(language == "nl" ? "1 te laat" : "1 overdue"));
    gui.press("Ctrl+Z");
    CHECK(made.world.count("SELECT count(*) FROM tasks WHERE done_at IS NOT NULL") == 0);
    gui.press("Home");
    gui.press("Enter");
    CHECK(window.screens().current() == app::Place{app::ScreenId::Customer, made.bakker});
    require_sound(window);
}

TEST_CASE("A task is put off by a day or a week in two keys, from today where it is late",
          "[gui][tasks]") {
    Work made;
    made.task("Send the offer", "2026-05-20");
    made.task("Visit", "2026-06-10");
    Window window(made.world);
    GuiDriver& gui = window.gui();
    gui.press("Alt+7");
    const int before = gui.keys_pressed();
    gui.press("P");
    gui.press("1");
    CHECK(gui.keys_pressed() - before == 2);
    CHECK(made.due("Send the offer") == "2026-05-29");
    INFO(gui.transcript());
    CHECK(gui.sees("Postponed to"));
    gui.press("Ctrl+Z");
    CHECK(made.due("Send the offer") == "2026-05-20");
    gui.press("End");
    gui.press("P");
    gui.press("7");
    CHECK(made.due("Visit") == "2026-06-17");
    gui.press("P");
    gui.press("Esc");
    CHECK_FALSE(gui.has("tasks.postpone_day"));
    CHECK(made.due("Visit") == "2026-06-17");
    require_sound(window);
}

TEST_CASE("A task is made and changed where the tasks are, and a change is taken back",
          "[gui][tasks]") {
    Work made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    gui.press("Alt+7");
    INFO(gui.transcript());
    REQUIRE(gui.sees("No tasks in this list"));
    gui.press("N");
    gui.type("Order leaflets");
    gui.press("Ctrl+Enter");
    REQUIRE(made.due("Order leaflets") == "2026-06-04");
    gui.press("E");
    REQUIRE(gui.value("task.subject") == "Order leaflets");
    gui.type(" in Dutch");
    gui.press("Ctrl+Enter");
    CHECK(made.world.text("SELECT subject FROM tasks") == "Order leaflets in Dutch");
    // Only what was changed is a change.
    CHECK(made.world.text("SELECT payload FROM change_log ORDER BY seq DESC LIMIT 1")
              .find("due_on") == std::string::npos);
    gui.press("Ctrl+Z");
    CHECK(made.world.text("SELECT subject FROM tasks") == "Order leaflets");
    require_sound(window);
}

TEST_CASE("Done tasks are a key away, other people's tasks another", "[gui][tasks]") {
    Work made;
    REQUIRE_OK(made.world.actions().done_task(made.task("Old work", "+0d").task));
    REQUIRE_OK(made.world.actions().edit_task(made.task("Of the office", "+1d").task,
                                              {{"assignee", Value{}}}));
    Window window(made.world);
    GuiDriver& gui = window.gui();
    gui.press("Alt+7");
    CHECK_FALSE(gui.sees("Old work"));
    CHECK_FALSE(gui.sees("Of the office"));
    gui.press("O");
    INFO(gui.transcript());
    REQUIRE(gui.sees("Old work"));
    gui.press("D");
    CHECK(made.world.count("SELECT count(*) FROM tasks WHERE done_at IS NOT NULL") == 0);
    gui.press("O");
    REQUIRE(gui.sees("Old work"));
    gui.press("W");
    REQUIRE(gui.focused() == "tasks.whose_list");
    gui.press("Esc");
    REQUIRE(gui.focused() == "tasks.list");
    gui.press("W");
    gui.type("every");
    gui.press("Enter");
    CHECK(gui.sees("Of the office"));
    REQUIRE(gui.focused() == "tasks.list");
    require_sound(window);
}

TEST_CASE("A thousand tasks come as one goes down the list", "[gui][tasks]") {
    Work made;
    for (int i = 0; i < 450; ++i) made.task("Task " + std::to_string(1000 + i), "+1d", false);
    Window window(made.world);
    GuiDriver& gui = window.gui();
    gui.press("Alt+7");
    CHECK(gui.value("tasks.list") == "200");
    gui.press("End");
    CHECK(gui.value("tasks.list") == "400");
    gui.press("End");
    CHECK(gui.value("tasks.list") == "450");
    require_sound(window);
}

TEST_CASE("The timeline is kept to a kind with one key, says so, and Esc shows everything",
          "[gui][timeline]") {
    Work made;
    made.world.visit(made.bakker, "First acquaintance");
    REQUIRE_OK(made.world.actions().add_fact({.customer = made.bakker,
                                              .kind = "likes",
                                              .text = "Sails on Sundays",
                                              .on = {},
                                              .source = {}}));
    REQUIRE_OK(made.world.actions().done_task(made.task("Old work", "+0d").task));
    Window window(made.world, {.gui = {.size = {1366, 1200}}});
    window.open_customer(made.bakker);
    GuiDriver& gui = window.gui();
    CHECK(gui.value("customer.timeline") == "3");
    gui.press("]");
    CHECK(gui.value("customer.timeline") == "1");
    CHECK(gui.sees("First acquaintance"));
    CHECK(gui.has("customer.filter_clear"));
    gui.press("]");
    CHECK(gui.sees("Old work"));
    gui.press("[", 2);
    CHECK(gui.value("customer.timeline") == "3");
    CHECK_FALSE(gui.has("customer.filter_clear"));
    gui.press("S");
    gui.type("acquaint");
    INFO(gui.transcript());
    CHECK(gui.value("customer.timeline") == "1");
    CHECK(gui.sees("“acquaint”"));
    gui.press("Enter");
    REQUIRE(gui.focused() == "customer.timeline");
    gui.press("Esc");
    CHECK(gui.value("customer.timeline") == "3");
    require_sound(window);
}

TEST_CASE("The timeline goes to a date that is typed, and what does not fit is said",
          "[gui][timeline]") {
    Work made;
    for (int year = 2018; year < 2026; ++year) {
        repo::NewInteraction visit;
        visit.customer = made.bakker;
        visit.channel = "visit";
        visit.outcome = "held";
        visit.note = "Talk of " + std::to_string(year);
        visit.at = must(parse_moment(std::to_string(year) + "-06-01T10:00", 120));
        REQUIRE_OK(made.world.actions().save_interaction(visit));
    }
    Window window(made.world, {.gui = {.size = {1366, 1200}}});
    window.open_customer(made.bakker);
    GuiDriver& gui = window.gui();
    CHECK(gui.value("customer.timeline") == "8");
    gui.press("G");
    REQUIRE(gui.focused() == "customer.day");
    gui.type("2020");
    gui.press("Enter");
    INFO(gui.transcript());
    CHECK(gui.value("customer.timeline") == "3");
    CHECK(gui.sees("Talk of 2020"));
    CHECK_FALSE(gui.sees("Talk of 2021"));
    CHECK(gui.sees("up to 31 December 2020"));
    gui.press("P");
    REQUIRE(gui.focused() == "customer.find_by");
    gui.press("Esc");
    CHECK(gui.value("customer.timeline") == "8");
    REQUIRE(gui.focused() == "customer.timeline");
    gui.press("G");
    REQUIRE(gui.focused() == "customer.day");
    gui.type("nonsense");
    CHECK(gui.error("customer.day").find("Type a date") == 0);
    gui.press("Esc");
    require_sound(window);
}

TEST_CASE("Ten years of contacts scroll to their beginning", "[gui][timeline]") {
    Work made;
    {
        auto unit = must(sqlite::Transaction::begin(made.world.store->writer()));
        store::RecordTables tables(made.world.store->writer());
        for (int i = 0; i < 2000; ++i) {
            must(tables.insert(
                domain::RecordType::Interaction, RecordId::random(made.world.entropy),
                {{"customer_id", made.bakker.text()},
                 {"channel", "visit"},
                 {"outcome", "held"},
                 {"note", "Talk " + std::to_string(i)},
                 {"occurred_at", std::int64_t{1'460'000'000'000} + i * std::int64_t{150'000'000}},
                 {"author", "anna"}},
                {}));
        }
        must(unit.commit());
    }
    Window window(made.world);
    window.open_customer(made.bakker);
    GuiDriver& gui = window.gui();
    gui.press("S");
    gui.press("Enter");
    REQUIRE(gui.focused() == "customer.timeline");
    for (int i = 0; i < 40 && gui.value("customer.timeline") != "2000"; ++i) gui.press("End");
    CHECK(gui.value("customer.timeline") == "2000");
    gui.press("End");
    CHECK(gui.sees("Talk 0"));
    // Only what is on screen is drawn.
    int rows = 0;
    for (const ui::Entry& entry : gui.ui().transcript().entries()) {
        if (entry.id.rfind("customer.timeline.", 0) == 0) ++rows;
    }
    CHECK(rows < 40);
    require_sound(window);
}

}  // namespace balie::test
