// What the line costs, and the check before leaving, as people meet them in the window.
#include "tests/gui/window_world.h"

namespace balie::test {

namespace {

app::SyncChanged held_back() {
    app::SyncChanged event;
    event.connection = app::Connection::Budget;
    event.status.pending = 12;
    event.status.pending_transactions = 12;
    event.link.settings = {sync::Metered::On, 20'000'000, sync::BudgetPer::Day};
    event.link.metered = true;
    event.link.used = {12'000'000, 8'400'000};
    event.link.exhausted = true;
    event.link.pending = 12;
    event.link.held = 12;
    event.link.pull_held = true;
    return event;
}

}  // namespace

TEST_CASE("A line is made metered and given a budget with the keyboard, and it is kept",
          "[gui][link]") {
    World world;
    {
        Window window(world);
        GuiDriver& gui = window.gui();
        window.go(app::ScreenId::Settings);
        gui.click("settings.metered");
        gui.press("Home");
        gui.press("Right");
        gui.press("Tab");
        gui.press("Home");
        gui.press("Right", 2);
        gui.press("Tab");
        gui.press("End");
        INFO(gui.transcript());
        const auto kept = must(world.replica->link().settings());
        CHECK(kept == sync::LinkSettings{sync::Metered::On, 20'000'000, sync::BudgetPer::Month});
        require_sound(window);
    }
    Window again(world);
    again.go(app::ScreenId::Settings);
    CHECK(again.gui().value("settings.metered") == "Metered");
    CHECK(again.gui().value("settings.budget") == "20 MB");
}

TEST_CASE("What the budget holds back is said honestly, and a key lets it go", "[gui][link]") {
    World world;
    const std::string language = GENERATE("en", "nl");
    Window window(world, {.look = {.language = language}});
    GuiDriver& gui = window.gui();
    window.tell(held_back());
    window.go(app::ScreenId::Sync);
    window.tell(held_back());
    INFO(gui.transcript());
    if (language == "en") {
        CHECK(gui.sees("12 waiting: held back by your budget of 20 MB a day"));
        CHECK(gui.sees("20 MB of 20 MB a day"));
        CHECK(gui.sees("12 held back by the budget"));
    } else {
        CHECK(gui.sees("12 wachten: tegengehouden door uw budget van 20 MB per dag"));
        CHECK(gui.sees("20 MB van 20 MB per dag"));
    }
    require_sound(window);
    must(world.replica->link().set({sync::Metered::On, 20'000'000, sync::BudgetPer::Day}));
    REQUIRE_FALSE(must(world.replica->link().state("")).allowed);
    gui.press("a");
    CHECK(must(world.replica->link().state("")).allowed);
}

TEST_CASE("Of a network that nobody spoke of it is asked what it costs", "[gui][link]") {
    World world;
    must(world.replica->link().set({sync::Metered::Ask, 0, sync::BudgetPer::Day}));
    Window window(world);
    GuiDriver& gui = window.gui();
    window.go(app::ScreenId::Sync);
    INFO(gui.transcript());
    REQUIRE(gui.sees("What does this network cost?"));
    gui.press("f");
    CHECK_FALSE(gui.sees("What does this network cost?"));
    CHECK_FALSE(must(world.replica->link().state("")).metered);
    require_sound(window);
}

TEST_CASE("What a synchronisation would move is shown before it is begun", "[gui][link]") {
    World world;
    const RecordId jansen = world.customer("Piet", "van der", "Jansen");
    for (int i = 0; i < 20; ++i) world.visit(jansen, "Wants a quote " + std::to_string(i));
    Window window(world);
    window.go(app::ScreenId::Sync);
    const auto estimate = must(world.replica->link().estimate());
    INFO(window.gui().transcript());
    REQUIRE(estimate.up_bytes > 1'000);
    CHECK(window.gui().sees("kB up"));
}

TEST_CASE("Green to go offline: one key from anywhere, in words, and what to do about each",
          "[gui][departure]") {
    World world;
    const std::string language = GENERATE("en", "nl");
    Window window(world, {.look = {.language = language}});
    GuiDriver& gui = window.gui();
    gui.press("Alt+6");
    INFO(gui.transcript());
    CHECK(window.screens().current().screen == app::ScreenId::Departure);
    if (language == "en") {
        CHECK(gui.sees("Not ready: mend what is red first"));
        CHECK(gui.sees("Red: never in contact with the office"));
        CHECK(gui.sees("Synchronise now, while there is a network."));
        CHECK(gui.sees("Amber: there is no backup of this profile"));
    } else {
        CHECK(gui.sees("Nog niet klaar: verhelp eerst wat rood is"));
        CHECK(gui.sees("Rood: nog nooit contact met de centrale"));
        CHECK(gui.sees("Oranje: er is geen reservekopie van dit profiel"));
    }
    require_sound(window);
    // A task for a customer who is not here, a day ahead: seen when one looks that far.
    repo::NewTask task;
    task.customer = world.customer("Els", "", "Bakker");
    task.subject = "Bring the contract";
    task.due = "+5d";
    REQUIRE_OK(world.actions().add_task(task));
    must(world.store->writer().execute("DELETE FROM customers"));
    gui.press("r");
    CHECK(gui.sees(language == "en" ? "Green: no customer has a task due within 3 days"
                                    : "Groen: geen klant heeft een taak die binnen 3 dagen"));
    gui.click("departure.days");
    gui.press("End");
    INFO(gui.transcript());
    CHECK(gui.sees(language == "en" ? "Red: 1 of 1 customers with tasks due within 14 days"
                                    : "Rood: 1 van 1 klanten met taken binnen 14 dagen"));
    require_sound(window);
}

TEST_CASE("A sign-in page is named in the language of the window", "[gui][link]") {
    World world;
    const std::string language = GENERATE("en", "nl");
    Window window(world, {.look = {.language = language}});
    GuiDriver& gui = window.gui();
    window.go(app::ScreenId::Sync);
    app::SyncChanged event;
    event.connection = app::Connection::Offline;
    event.problem = {ErrorCode::SignInPage, "this network answers in place of head office",
                     "wss://hub", ""};
    window.tell(event);
    INFO(gui.transcript());
    CHECK(gui.sees(language == "en" ? "This network answers in place of the office: a sign-in page?"
                                    : "Dit netwerk antwoordt in plaats van de centrale"));
    CHECK(gui.sees(language == "en" ? "Open a browser and sign in" : "Open een browser"));
}

}  // namespace balie::test
