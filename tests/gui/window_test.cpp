// The jobs of the window, done with keys; every screen complete, in both languages, at rest.
#include "app/model/text_tables.h"
#include "app/ui/keys.h"
#include "tests/gui/window_world.h"

#include <random>
#include <string>
#include <vector>

namespace balie::test {

namespace {

app::SyncChanged status(std::int64_t pending, app::Connection connection) {
    app::SyncChanged event;
    event.connection = connection;
    event.status.pending = pending;
    event.status.pending_transactions = pending;
    event.status.oldest_pending_seconds = pending > 0 ? 720 : 0;
    event.status.last_receipt_ms = 1'780'000'000'000;
    return event;
}

struct OfCustomer {
    World world;
    RecordId bakker;
    RecordId jansen;

    OfCustomer() {
        jansen = world.customer("Piet", "van der", "Jansen", "0612345678", "Utrecht");
        bakker = world.customer("Els", "", "Bakker", "0301234567", "Zeist");
        world.visit(jansen, "First acquaintance");
        repo::NewFlag flag;
        flag.level = "B";
        flag.reason = "revenue";
        REQUIRE_OK(world.actions().flag_customer(jansen, flag));
        repo::NewTask task;
        task.customer = jansen;
        task.subject = "Send the offer";
        task.due = "+0d";
        REQUIRE_OK(world.actions().add_task(task));
    }
};

}  // namespace

TEST_CASE("A teller finds a customer by phone number and flags them with a reason",
          "[gui][window]") {
    OfCustomer made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    gui.press("/");
    REQUIRE(gui.focused() == "search.query");
    gui.type("030 1234");
    REQUIRE(gui.sees("Els Bakker"));
    REQUIRE_FALSE(gui.sees("Piet van der Jansen"));
    gui.press("Enter");
    REQUIRE(window.screens().current().screen == app::ScreenId::Customer);
    REQUIRE(gui.sees("Zeist"));
    gui.press("F");
    REQUIRE(gui.focused() == "flag.level");
    gui.press("Tab");
    gui.type("at");
    gui.press("Ctrl+Enter");
    INFO(gui.transcript());
    REQUIRE(gui.sees("Els Bakker is a priority customer"));
    REQUIRE(gui.sees("Priority A"));
    REQUIRE(gui.sees("At risk of leaving"));
    REQUIRE(made.world.text("SELECT level || ' ' || reason || ' ' || state FROM priority_flags "
                            "ORDER BY rowid DESC LIMIT 1") == "A at_risk approved");

    SECTION("and ends it again with a reason") {
        gui.press("U");
        REQUIRE(gui.sees("End priority of Els Bakker"));
        gui.press("Ctrl+Enter");
        REQUIRE(gui.error("flag.reason") == "Choose a reason");
        gui.type("re");
        gui.press("Ctrl+Enter");
        REQUIRE(gui.sees("is no priority customer any more"));
        REQUIRE(made.world.count("SELECT count(*) FROM priority_flags WHERE state='ended'") == 1);
    }
    SECTION("or takes it back") {
        gui.press("Ctrl+Z");
        REQUIRE(gui.sees("Undone: priority of Els Bakker"));
        REQUIRE(made.world.count("SELECT count(*) FROM priority_flags WHERE state='approved'") ==
                1);
    }
    require_sound(window);
}

TEST_CASE("The priority list shows who, why and since when, and opens with Enter",
          "[gui][window]") {
    OfCustomer made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    gui.press("Alt+3");
    REQUIRE(gui.sees("Piet van der Jansen"));
    REQUIRE(gui.sees("High revenue"));
    REQUIRE_FALSE(gui.sees("Els Bakker"));
    gui.press("Enter");
    REQUIRE(window.screens().current() == app::Place{app::ScreenId::Customer, made.jansen});
    gui.press("Alt+Left");
    REQUIRE(window.screens().current().screen == app::ScreenId::Priority);
    require_sound(window);
}

TEST_CASE("Today shows what is due, and a task is done with one key and back with another",
          "[gui][window]") {
    OfCustomer made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    REQUIRE(gui.sees("Send the offer"));
    REQUIRE(gui.sees("First acquaintance"));
    gui.press("D");
    REQUIRE(gui.sees("Done: Send the offer"));
    REQUIRE(gui.sees("No open tasks"));
    gui.press("Ctrl+Z");
    REQUIRE(made.world.count("SELECT count(*) FROM tasks WHERE done_at IS NULL") == 1);
    require_sound(window);
}

TEST_CASE("A new customer is entered with keys, and a likely double is shown before it is saved",
          "[gui][window]") {
    OfCustomer made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    gui.press("/");
    gui.type("Karel Smit");
    REQUIRE(gui.sees("Nobody fits"));
    gui.press("Ctrl+Enter");
    REQUIRE(window.screens().current().screen == app::ScreenId::CustomerForm);
    REQUIRE(gui.value("customer_form.given_name") == "Karel");
    REQUIRE(gui.value("customer_form.name") == "Smit");
    gui.click("customer_form.phone");
    gui.type("06 1234 5678");
    INFO(gui.transcript());
    REQUIRE(gui.transcript().find("Is it one of these?") != std::string::npos);
    REQUIRE(gui.transcript().find("Piet van der Jansen") != std::string::npos);
    gui.press("Ctrl+Enter");
    REQUIRE(gui.sees("Karel Smit saved here"));
    REQUIRE(window.screens().current().screen == app::ScreenId::Customer);
    REQUIRE(made.world.count("SELECT count(*) FROM customers WHERE name='Smit'") == 1);
    require_sound(window);
}

TEST_CASE("Leaving a changed form asks first, and staying keeps what was typed", "[gui][window]") {
    OfCustomer made;
    Window window(made.world);
    window.open_customer(made.bakker);
    GuiDriver& gui = window.gui();
    gui.press("E");
    gui.type("x");
    gui.press("Esc");
    INFO(gui.transcript());
    REQUIRE(gui.sees("Leave without saving?"));
    gui.press("Esc");
    REQUIRE_FALSE(gui.sees("Leave without saving?"));
    REQUIRE(window.screens().current().screen == app::ScreenId::CustomerForm);
    REQUIRE(made.world.count("SELECT count(*) FROM customers WHERE given_name='Els'") == 1);
}

TEST_CASE("The status line says what is saved here and what the office has", "[gui][window]") {
    OfCustomer made;
    Window window(made.world);
    window.tell(status(3, app::Connection::Offline));
    GuiDriver& gui = window.gui();
    REQUIRE(gui.sees("Saved here, 3 to send"));
    REQUIRE(gui.sees("oldest 12 min"));
    REQUIRE(gui.sees("with the office"));
    REQUIRE(gui.sees("Offline"));
    window.tell(status(0, app::Connection::Online));
    REQUIRE(gui.sees("Everything is with the office"));
    REQUIRE(gui.sees("Online"));
}

TEST_CASE("The oldest age on screen grows while the window stands still", "[gui][window]") {
    OfCustomer made;
    Window window(made.world);
    window.tell(status(3, app::Connection::Offline));
    window.gui().advance_ms(std::int64_t{3} * 60 * 1000);
    INFO(window.gui().transcript());
    REQUIRE(window.gui().sees("oldest 15 min"));
}

TEST_CASE("An idle window draws nothing for ten seconds", "[gui][window]") {
    OfCustomer made;
    Window window(made.world);
    window.tell(status(0, app::Connection::Online));
    window.gui().advance_ms(10'000);  // the last toast is gone
    const std::uint64_t before = window.gui().loop().frames_drawn();
    window.gui().advance_ms(10'000);
    REQUIRE(window.gui().loop().frames_drawn() == before);
}

TEST_CASE("The palette finds commands and customers, and runs them", "[gui][window]") {
    OfCustomer made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    gui.press("Ctrl+K");
    gui.type("priority");
    gui.press("Enter");
    REQUIRE(window.screens().current().screen == app::ScreenId::Priority);
    gui.press("Ctrl+K");
    gui.type("bakker");
    INFO(gui.transcript());
    gui.press("Enter");
    REQUIRE(window.screens().current() == app::Place{app::ScreenId::Customer, made.bakker});
    require_sound(window);
}

TEST_CASE("A wrong password is said with what to look at, the right one opens", "[gui][window]") {
    OfCustomer made;
    Window window(made.world, {.signed_in = false});
    GuiDriver& gui = window.gui();
    REQUIRE(gui.focused() == "sign_in.password");
    gui.type("guess");
    gui.press("Enter");
    REQUIRE(gui.sees("The name or the password is not right"));
    REQUIRE(gui.sees("Caps Lock"));
    REQUIRE(gui.value("sign_in.password").find("guess") == std::string::npos);
    gui.type("correct horse");
    gui.press("Enter");
    REQUIRE(gui.sees("Send the offer"));

    gui.press("Ctrl+L");
    REQUIRE(gui.has("sign_in.password"));
    REQUIRE_FALSE(gui.sees("Send the offer"));
    require_sound(window);
}

TEST_CASE("Everything reads Dutch, and the language changes at once", "[gui][window]") {
    OfCustomer made;
    Window window(made.world, {.look = {.language = "nl"}});
    GuiDriver& gui = window.gui();
    REQUIRE(gui.sees("Vandaag"));
    REQUIRE(gui.sees("Taken"));
    window.open_customer(made.jansen);
    REQUIRE(gui.sees("Prioriteit B"));
    REQUIRE(gui.sees("Hoge omzet"));
    gui.press("L");
    REQUIRE(gui.sees("Contact met Piet van der Jansen"));
    gui.press("Esc", 2);  // the list of channels, then the overlay
    gui.press("Alt+5");
    REQUIRE(gui.sees("Instellingen"));
    gui.press("Left");
    INFO(gui.transcript());
    REQUIRE(gui.sees("Settings"));
    require_sound(window);
}

TEST_CASE("Every screen is complete in the transcript, in both languages", "[gui][window]") {
    const std::string language = GENERATE("en", "nl");
    const std::string theme = GENERATE("light", "dark");
    OfCustomer made;
    Window window(made.world, {.look = {.language = language, .theme = theme}});
    GuiDriver& gui = window.gui();
    using enum app::ScreenId;
    for (const app::ScreenId screen : {Today, Search, Tasks, Priority, Sync, Settings, Help}) {
        window.go(screen);
        REQUIRE(window.screens().current().screen == screen);
        require_sound(window);
    }
    for (const char* action :
         {"customer.log", "customer.flag", "customer.task", "customer.fact", "customer.relation",
          "customer.attach", "customer.unflag", "palette.open"}) {
        window.open_customer(made.jansen);
        window.screens().act(app::RunAction{action});
        gui.settle();
        REQUIRE(app::is_overlay(window.screens().scope()));
        require_sound(window);
        gui.press("Esc", 2);  // a list that is open takes the first one
        REQUIRE_FALSE(app::is_overlay(window.screens().scope()));
    }
    window.go(CustomerForm, made.jansen);
    REQUIRE(gui.value("customer_form.name") == "Jansen");
    require_sound(window);
    // A key that no table has would show itself like this.
    REQUIRE_FALSE(gui.sees("⟦"));
}

TEST_CASE("At twice the size every screen still draws, and nothing is named twice",
          "[gui][window]") {
    OfCustomer made;
    Window window(made.world, {.look = {.language = "nl"}, .gui = {.size = {1366, 768}}});
    for (int i = 0; i < 5; ++i) window.gui().press("Ctrl+=");
    REQUIRE(window.screens().app().look.scale_percent == 200);
    using enum app::ScreenId;
    for (const app::ScreenId screen : {Today, Search, Tasks, Priority, Sync, Settings, Help}) {
        window.go(screen);
        require_sound(window);
    }
}

TEST_CASE("Every action has words in both languages and no key means two things", "[gui][window]") {
    const app::ActionRegistry registry = app::all_actions();
    REQUIRE(registry.problems() == std::vector<std::string>{});
    for (const app::Action& action : registry.all()) {
        const auto at = static_cast<std::size_t>(action.label);
        INFO(action.id);
        REQUIRE_FALSE(app::kTextsEn[at].other.empty());
        REQUIRE_FALSE(app::kTextsNl[at].other.empty());
        if (action.shortcut.empty() || action.shortcut == "?") continue;
        INFO(action.shortcut);
        const auto chord = ui::parse_chord(action.shortcut);
        REQUIRE(chord.has_value());
        // Spelled as the input door spells it, apart from the case of a lone letter.
        REQUIRE(registry.by_shortcut(ui::chord_text(*chord), action.scope) != nullptr);
    }
}

TEST_CASE("Random keys never break the window and never lose a saved contact", "[gui][fuzz]") {
    OfCustomer made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    const auto seed = static_cast<std::uint32_t>(GENERATE(1, 2, 3));
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const std::vector<std::string> chords{
        "Tab",        "Shift+Tab", "Enter",  "Esc",    "Up",         "Down",  "Left",   "Right",
        "Ctrl+Enter", "Ctrl+K",    "Ctrl+N", "Ctrl+Z", "Ctrl+Space", "Alt+1", "Alt+2",  "Alt+3",
        "Alt+4",      "Alt+5",     "F1",     "L",      "F",          "T",     "E",      "D",
        "Alt+7",      "A",         "R",      "P",      "]",          "F2",    "S",      "G",
        "U",          "Y",         "M",      "/",      "Alt+Left",   "Space", "Delete", "Home"};
    std::int64_t most = 0;
    for (int i = 0; i < 250; ++i) {
        gui.press(chords[random() % chords.size()]);
        if (random() % 8 == 0) gui.type("he7");
        const std::int64_t now = made.world.count("SELECT count(*) FROM interactions");
        REQUIRE(now >= most);
        most = now;
    }
    REQUIRE(gui.loop().failures() == 0);
    require_sound(window);
}

TEST_CASE("Random keys and clicks for thousands of frames break nothing and lose no row",
          "[gui][fuzz]") {
    OfCustomer made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    const auto seed = static_cast<std::uint32_t>(GENERATE(6, 7, 11, 12));
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const std::vector<std::string> chords{"Tab",    "Enter",  "Esc",   "Down",
                                          "Up",     "Space",  "L",     "Ctrl+Enter",
                                          "Ctrl+Z", "Ctrl+=", "Alt+1", "PageDown"};
    const auto rows = [&made](const char* table) {
        return made.world.count(std::string{"SELECT count(*) FROM "} + table);
    };
    std::int64_t contacts = 0;
    std::int64_t customers = 0;
    for (int i = 0; i < 500; ++i) {
        std::vector<std::string> there;
        for (const ui::Entry& entry : gui.ui().transcript().entries()) {
            const bool inside = entry.clip.contains(entry.rect.centre());
            if (entry.item != 0 && entry.enabled && inside) there.push_back(entry.id);
        }
        if (!there.empty() && random() % 2 == 0) {
            gui.click(there[random() % there.size()]);
        } else if (random() % 5 == 0) {
            gui.type("hé 7");
        } else {
            gui.press(chords[random() % chords.size()]);
        }
        REQUIRE(rows("interactions") >= contacts);
        REQUIRE(rows("customers") >= customers);
        contacts = rows("interactions");
        customers = rows("customers");
    }
    REQUIRE(gui.loop().frames_drawn() > 1500);
    REQUIRE(gui.loop().failures() == 0);
    require_sound(window);
}

TEST_CASE("Who gives a priority customer the same level again is told what else to do",
          "[gui][flag]") {
    OfCustomer made;  // Jansen has level B
    const std::string language = GENERATE("en", "nl");
    Window window(made.world, {.look = {.language = language}});
    GuiDriver& gui = window.gui();
    window.open_customer(made.jansen);
    gui.press("f");
    gui.press("Right");
    gui.press("Tab");
    gui.type("at");
    gui.press("Ctrl+Enter");
    INFO(gui.transcript());
    CHECK(gui.sees(language == "nl" ? "Piet van der Jansen heeft al prioriteit B"
                                    : "Piet van der Jansen has priority B already"));
    CHECK(gui.focused() == "flag.level");
    gui.press("Left");
    gui.press("Ctrl+Enter");
    CHECK(made.world.text("SELECT level FROM priority_flags WHERE state='approved'") == "A");
    require_sound(window);
}

}  // namespace balie::test
