// Nothing is clipped, cut or painted over: every screen, both languages and one whose words are
// 40 % longer, at the sizes that people have.
#include "app/runtime/asked.h"
#include "tests/gui/layout_check.h"
#include "tests/gui/window_world.h"

#include <string>
#include <vector>

namespace balie::test {

namespace {

constexpr const char* kLongName = "Schimmelpenninck-Wolvenkamp-de Bruijnsteijn";

/// A working terminal: names that are too long, notes that are too long, and many of them.
struct FullWorld {
    World world;
    RecordId jansen;
    RecordId person;

    FullWorld() {
        person = world.customer("Maximiliaan-Alexander", "van der", kLongName, "0612345679",
                                "'s-Hertogenbosch");
        must(world.store->writer().execute("UPDATE change_log SET state=2"));
        world.visit(person, "First acquaintance");
        world.refuse_all("scope",
                         "customer 0198c0de-3333-7000-8000-00000000c003 is not in scope branch:12");
        std::string report;
        for (int i = 0; i < 40; ++i) report += "A long report of all that was said and agreed. ";
        for (int i = 0; i < 12; ++i) world.visit(person, report);
        for (const char* name : {"Bakker", "Visser", "Smit", "Meijer", "Mulder", "Vos"}) {
            flag(world.customer("Els", "", name, "0301234567", "Zeist"), "B");
        }
        flag(person, "A");
        jansen = world.customer("Piet", "van der", "Jansen", "0612345678", "Utrecht");
        for (const RecordId& customer : {person, jansen}) paper(customer);
        world.visit(jansen, "First acquaintance");
        flag(jansen, "B");
        for (const char* due : {"+0d", "+1d", "+7d"}) {
            repo::NewTask task;
            task.customer = jansen;
            task.subject = "Send the offer";
            task.due = due;
            REQUIRE_OK(world.actions().add_task(task));
        }
        const Value report_a{std::string("Never before ten, and not during the school holidays")};
        const Value report_b{std::string("Only by e-mail")};
        const Value before{std::string("Call on Monday, or on Tuesday when Monday is a holiday")};
        world.conflict(jansen, "note", report_a, report_b, before);
        world.conflict(person, "note", report_a, report_b);
        ask_for(world);
        know(world);
    }

    /// Facts, relations, days and wishes.
    void know(World& world_of) const {
        repo::Actions actions = world_of.actions();
        for (const char* text : {"Sails on Sundays", "Has promised to think about the mortgage"}) {
            REQUIRE_OK(actions.add_fact({.customer = jansen,
                                         .kind = "promise",
                                         .text = text,
                                         .on = "--05-30",
                                         .source = {}}));
        }
        REQUIRE_OK(actions.add_relation({.customer = jansen,
                                         .other = person,
                                         .kind = "employer",
                                         .since = "2019-03-01",
                                         .until = "2030-12-31",
                                         .note = {}}));
        REQUIRE_OK(actions.edit_customer(jansen, {.fields = {{"birthday", "1980-05-29"},
                                                             {"do_not_call", std::int64_t{1}},
                                                             {"preferred_channel", "phone"},
                                                             {"preferred_time", "after ten"}},
                                                  .added = {},
                                                  .changed = {},
                                                  .removed = {}}));
    }

    /// A name that is too long, of a file that is elsewhere.
    void paper(const RecordId& customer) {
        const std::string name =
            std::string(kLongName) + " - signed contract of the third party.pdf";
        const FieldValues values{{"customer_id", customer.text()},
                                 {"kind", std::string("document")},
                                 {"name", name},
                                 {"bytes", std::int64_t{12'345'678}},
                                 {"blob", std::string(43, 'A')},
                                 {"author", std::string("anna")},
                                 {"added_at", world.clock.wall_ms()},
                                 {"note", std::string("The annex follows by post next week")}};
        must(
            store::RecordTables(world.store->writer())
                .insert(domain::RecordType::Document, RecordId::random(world.entropy), values, {}));
    }

    /// Somebody is to settle them.
    static void ask_for(World& world) {
        for (const sync::ConflictEntry& entry : must(world.replica->conflicts(10))) {
            repo::NewTask task;
            task.subject = "Choose what counts";
            task.due = "+3d";
            task.id = app::task_of_conflict(entry.conflict);
            REQUIRE_OK(world.actions().add_task(task));
        }
    }

    void flag(const RecordId& customer, const std::string& level) {
        repo::NewFlag flag;
        flag.level = level;
        flag.reason = "at_risk";
        REQUIRE_OK(world.actions().flag_customer(customer, flag));
    }
};

struct Size {
    ui::Vec2 window;
    float scale;
};

/// The smallest and the largest that people have, and what they set their size of text to.
const std::vector<Size> kSizes{{{1366, 768}, 1.0F},  {{1366, 768}, 1.25F}, {{1366, 768}, 1.5F},
                               {{1366, 768}, 1.75F}, {{1366, 768}, 2.0F},  {{1920, 1080}, 1.75F}};

/// 40 % longer words at twice the size on the smallest window: no language that people have.
bool beyond(const std::string& language, const Size& size) {
    return language == "stretched" && size.scale == 2.0F;
}

void require_tidy(Window& window, const std::string& where) {
    INFO(where);
    const std::vector<std::string> found =
        layout_problems(window.gui().ui().transcript(),
                        {kLongName, "A long report", "First acquaintance", "Never before ten",
                         "Has promised to think", "Sails on Sundays", "The annex"});
    INFO(window.gui().transcript());
    CHECK(found == std::vector<std::string>{});
}

app::SyncChanged troubled() {
    app::SyncChanged event;
    event.connection = app::Connection::Offline;
    event.status.pending = 1234;
    event.status.pending_transactions = 321;
    event.status.oldest_pending_seconds = 260'000;
    event.status.last_receipt_ms = 1'779'000'000'000;
    event.link.settings = {sync::Metered::Ask, 20'000'000, sync::BudgetPer::Month};
    event.link.metered = true;
    event.link.asks = true;
    event.link.used = {19'000'000, 1'234'567};
    event.link.exhausted = true;
    event.link.held = 1200;
    event.link.pull_held = true;
    return event;
}

}  // namespace

TEST_CASE("No text is clipped, cut or painted over, on any screen, in any language",
          "[gui][layout]") {
    const std::string language = GENERATE("en", "nl", "stretched");
    const Size size = GENERATE(from_range(kSizes));
    if (beyond(language, size)) return;
    FullWorld made;
    Window window(made.world, {.look = {.language = language},
                               .gui = {.size = size.window, .scale = size.scale}});
    GuiDriver& gui = window.gui();
    window.tell(troubled());
    gui.advance_ms(10'000);
    const std::string where = language + " " + std::to_string(static_cast<int>(size.window.x)) +
                              " at " + std::to_string(size.scale);
    using enum app::ScreenId;
    for (const app::ScreenId screen :
         {Today, Search, Tasks, Priority, Sync, Settings, Help, Departure}) {
        window.go(screen);
        require_tidy(window, where + " " + std::string{app::screen_name(screen)});
    }
    for (const char* tab :
         {"sync.tab.set_aside", "sync.tab.conflicts", "sync.tab.proposals", "sync.tab.log"}) {
        window.go(Sync);
        gui.click(tab);
        require_tidy(window, where + " " + tab);
    }
    window.go(Sync);
    gui.click("sync.tab.set_aside");
    gui.press("m");
    REQUIRE(app::is_overlay(window.screens().scope()));
    require_tidy(window, where + " set_aside");
    gui.press("Esc", 2);
    window.go(Sync);
    gui.click("sync.tab.conflicts");
    gui.press("s");
    REQUIRE(gui.has("conflict.next"));
    require_tidy(window, where + " conflict");
    gui.press("e");
    REQUIRE(gui.has("conflict.other"));
    require_tidy(window, where + " conflict with another value");
    gui.press("Esc", 2);
    for (const RecordId& customer : {made.jansen, made.person}) {
        window.open_customer(customer);
        require_tidy(window, where + " customer");
        window.go(CustomerForm, customer);
        require_tidy(window, where + " customer_form");
    }
    window.go(Tasks);
    gui.press("P");
    REQUIRE(gui.has("tasks.postpone_week"));
    require_tidy(window, where + " tasks.postpone");
    gui.press("Esc");
    window.open_customer(made.jansen);
    gui.press("]");
    require_tidy(window, where + " customer with a filter");
    gui.click("customer.relations");
    gui.press("F2");
    REQUIRE(window.screens().scope() == RelationForm);
    require_tidy(window, where + " relation");
    gui.press("Esc");
    window.screens().act(app::RunAction{"customer.relation"});
    gui.settle();
    gui.type("bakk");
    gui.press("Enter");
    REQUIRE(gui.has("relation.kind"));
    require_tidy(window, where + " relation with somebody");
    gui.press("Esc", 2);
    window.go(Today);
    gui.press("Ctrl+Space");
    require_tidy(window, where + " visit.new");
    gui.press("Esc");
    for (const char* action :
         {"customer.log", "customer.flag", "customer.task", "customer.fact", "customer.relation",
          "customer.attach", "customer.unflag", "palette.open"}) {
        window.open_customer(made.jansen);
        window.screens().act(app::RunAction{action});
        gui.settle();
        REQUIRE(app::is_overlay(window.screens().scope()));
        require_tidy(window, where + " " + action);
        gui.press("Ctrl+Enter");  // what is missing is said
        require_tidy(window, where + " " + action + " with problems");
        gui.press("Esc", 2);
    }
}

TEST_CASE("Nothing is clipped on the way in, nor where there is nothing yet", "[gui][layout]") {
    const std::string language = GENERATE("en", "nl", "stretched");
    const Size size = GENERATE(from_range(kSizes));
    if (beyond(language, size)) return;
    World world;
    const app::Look look{.language = language};
    const GuiOptions gui{.size = size.window, .scale = size.scale};
    {
        Window window(world, {.look = look, .signed_in = false, .gui = gui});
        require_tidy(window, language + " sign_in");
        window.gui().type("guess");
        window.gui().press("Enter");
        require_tidy(window, language + " sign_in refused");
    }
    Window window(world, {.look = look, .gui = gui});
    using enum app::ScreenId;
    for (const app::ScreenId screen : {Today, Search, Tasks, Priority, Sync, CustomerForm}) {
        window.go(screen);
        require_tidy(window, language + " empty " + std::string{app::screen_name(screen)});
    }
    window.go(Search);
    window.gui().type("nobody of that name");
    require_tidy(window, language + " nothing found");
}

TEST_CASE("A long note is read in full, and Esc closes it", "[gui][layout]") {
    FullWorld made;
    Window window(made.world, {.gui = {.size = {1366, 768}}});
    window.open_customer(made.person);
    GuiDriver& gui = window.gui();
    gui.click("customer.timeline");
    gui.press("Enter");
    INFO(gui.transcript());
    REQUIRE(gui.has("customer.reading"));
    REQUIRE(gui.focused() == "customer.reading.done");
    require_tidy(window, "reading");
    gui.press("PageDown", 2);
    gui.press("Esc");
    REQUIRE_FALSE(gui.has("customer.reading"));
    REQUIRE(window.screens().current().screen == app::ScreenId::Customer);
}

TEST_CASE("What gets the keyboard comes into view, and the title stays where it is",
          "[gui][layout]") {
    FullWorld made;
    Window window(made.world, {.gui = {.size = {1366, 768}, .scale = 1.75F}});
    GuiDriver& gui = window.gui();
    const auto title_top = [&gui] {
        for (const ui::Ink& ink : gui.ui().transcript().ink()) {
            if (ink.text == "Today" && ink.rect.min.x > 150) return ink.rect.min.y;
        }
        return -1.0F;
    };
    window.go(app::ScreenId::Today);
    const float before = title_top();
    REQUIRE(before > 0);
    for (int i = 0; i < 8; ++i) {
        gui.press("Tab");
        INFO(gui.focused());
        REQUIRE(title_top() == before);
    }
}

TEST_CASE("In a window that is narrow for its letters the sidebar is icons, whose names are said",
          "[gui][layout]") {
    const float scale = GENERATE(1.25F, 1.5F, 1.75F);
    FullWorld made;
    Window window(made.world, {.gui = {.size = {1366, 768}, .scale = scale}});
    GuiDriver& gui = window.gui();
    const bool rail = scale > 1.25F;
    const auto painted = [&gui](std::string_view text) {
        for (const ui::Ink& ink : gui.ui().transcript().ink()) {
            if (ink.text == text) return true;
        }
        return false;
    };
    window.go(app::ScreenId::Search);
    INFO(gui.transcript());
    CHECK(painted("Priority") != rail);
    gui.hover("nav.priority");
    gui.advance_ms(2'000);
    CHECK(painted("Priority"));
    gui.click("nav.priority");
    CHECK(window.screens().current().screen == app::ScreenId::Priority);
    require_sound(window);
}

TEST_CASE("A title keeps its words whole, and its buttons go below it when there is no room",
          "[gui][layout]") {
    FullWorld made;
    const float scale = GENERATE(1.0F, 1.75F);
    WindowSettings settings;
    settings.look.language = "nl";
    settings.gui = {.size = {1366, 768}, .scale = scale};
    Window window(made.world, settings);
    window.go(app::ScreenId::Priority);
    const std::string title = "Voorkeursklanten";
    const ui::Ink* found = nullptr;
    const auto& ink = window.gui().ui().transcript().ink();
    for (const ui::Ink& each : ink) {
        if (each.text == title) found = &each;
    }
    REQUIRE(found != nullptr);
    const float line = found->rect.max.y - found->rect.min.y;
    CHECK(line < 40 * scale);  // one line, not a letter or two on each of several
    const ui::Entry* button = window.gui().ui().transcript().find("priority.log");
    REQUIRE(button != nullptr);
    const bool below = button->rect.min.y > found->rect.max.y;
    const bool beside = button->rect.min.x > found->rect.max.x;
    CHECK((below || beside));
}

}  // namespace balie::test
