// Somebody from another branch is at the counter: head office is asked, and the customer fetched,
// with keys alone; and what is said when that cannot be.
#include "storage/store/record_tables.h"
#include "tests/gui/window_world.h"

namespace balie::test {

namespace {

/// Head office knows Smit, who is another branch's, and Bos, who is one's own.
struct AtHeadOffice {
    AtHeadOffice() : smit(RecordId::random(world.entropy)) {
        bos = world.customer("Bo", "", "Bos", "", "Utrecht");
        settings.ask_hub = [this](const sync::HubQuestion& question,
                                  const std::function<void(const sync::HubAnswer&)>& taker) {
            if (!refused.empty()) return taker(sync::refused(question, {refused, ""}));
            if (const auto* find = std::get_if<sync::Find>(&question)) {
                asked = find->text;
                return taker(sync::Found{find->token,
                                         {},
                                         {{smit, "K-7", "Jo Smit", "Zeist", false},
                                          {bos, "", "Bo Bos", "Utrecht", true}},
                                         false});
            }
            const auto& fetch = std::get<sync::Fetch>(question);
            why = fetch.reason + "|" + fetch.note;
            arrive();
            taker(sync::Fetched{fetch.token, {}, smit, until()});
        };
    }
    [[nodiscard]] std::int64_t until() const { return world.clock.wall_ms() + 3'600'000; }
    void arrive() {
        must(store::RecordTables(world.store->writer())
                 .insert(domain::RecordType::Customer, smit,
                         {{"kind", "person"}, {"name", "Smit"}, {"given_name", "Jo"}}, {}));
        must(world.replica->note_fetched({"t", smit, "at_counter", "lost her card"}, until(), 0));
    }

    World world;
    RecordId smit;
    RecordId bos;
    WindowSettings settings;
    std::string refused;
    std::string asked;
    std::string why;
};

}  // namespace

TEST_CASE("A teller fetches another branch's customer in five keys beside what is typed",
          "[gui][window][fetch]") {
    AtHeadOffice made;
    Window window(made.world, made.settings);
    GuiDriver& gui = window.gui();
    gui.press("/");
    const int before = gui.keys_pressed();
    gui.type("smit");
    REQUIRE(gui.sees("Nobody fits"));
    gui.press("Ctrl+H");
    INFO(gui.transcript());
    REQUIRE(made.asked == "smit");
    REQUIRE(gui.sees("At head office"));
    REQUIRE(gui.sees("Jo Smit"));
    REQUIRE(gui.focused() == "search.office");
    gui.press("Enter");
    REQUIRE(gui.sees("Fetch Jo Smit"));
    REQUIRE(gui.focused() == "fetch.reason");
    gui.type("at");
    gui.press("Ctrl+Enter");
    const int keys = gui.keys_pressed() - before - 4;
    CHECK(keys <= 5);
    REQUIRE(made.why == "at_counter|");
    REQUIRE(window.screens().current() == app::Place{app::ScreenId::Customer, made.smit});
    REQUIRE(gui.sees("Jo Smit is here for a while"));
    REQUIRE(gui.sees("Fetched until"));
    REQUIRE(gui.sees("At the counter"));
    REQUIRE(gui.sees("lost her card"));
    require_sound(window);
}

TEST_CASE("Who is one's own is opened from head office's list without a reason",
          "[gui][window][fetch]") {
    AtHeadOffice made;
    Window window(made.world, made.settings);
    GuiDriver& gui = window.gui();
    gui.press("/");
    gui.type("bos");
    gui.press("Ctrl+H");
    REQUIRE(gui.sees("Yours"));
    gui.press("Down");
    gui.press("Enter");
    REQUIRE(window.screens().current() == app::Place{app::ScreenId::Customer, made.bos});
    require_sound(window);
}

TEST_CASE("A customer is not fetched without a reason", "[gui][window][fetch]") {
    AtHeadOffice made;
    Window window(made.world, made.settings);
    GuiDriver& gui = window.gui();
    gui.press("/");
    gui.type("smit");
    gui.press("Ctrl+H");
    gui.press("Enter");
    gui.press("Ctrl+Enter");
    REQUIRE(made.why.empty());
    REQUIRE_FALSE(gui.error("fetch.reason").empty());
    SECTION("and is, once it is there") {
        gui.type("comp");
        gui.press("Ctrl+Enter");
        REQUIRE(made.why == "complaint|");
    }
    SECTION("and what head office refuses is said where one is") {
        gui.type("comp");
        made.refused = "full";
        gui.press("Ctrl+Enter");
        REQUIRE(gui.sees("holds as many fetched customers as it may"));
        REQUIRE(gui.sees("Wait until some of them have gone"));
        require_sound(window);
    }
}

TEST_CASE("Offline it is said that head office cannot be asked now", "[gui][window][fetch]") {
    AtHeadOffice made;
    made.settings.ask_hub = {};
    SECTION("in English") {
        Window window(made.world, made.settings);
        window.gui().press("/");
        window.gui().type("sm");
        REQUIRE_FALSE(window.gui().enabled("search.ask_office"));
        window.gui().type("it");
        window.gui().press("Ctrl+H");
        REQUIRE(window.gui().sees("Head office cannot be asked now"));
        REQUIRE(window.gui().focused() == "search.query");
        window.gui().type("s");
        REQUIRE_FALSE(window.gui().sees("Head office cannot be asked now"));
        require_sound(window);
    }
    SECTION("in Dutch") {
        made.settings.look.language = "nl";
        Window window(made.world, made.settings);
        window.gui().press("/");
        window.gui().type("smit");
        window.gui().press("Ctrl+H");
        REQUIRE(window.gui().sees("De centrale is nu niet te bereiken"));
        require_sound(window);
    }
}

TEST_CASE("An old head office is told apart from one that is away", "[gui][window][fetch]") {
    AtHeadOffice made;
    made.refused = std::string(sync::kAskOldHub);
    Window window(made.world, made.settings);
    window.gui().press("/");
    window.gui().type("smit");
    window.gui().press("Ctrl+H");
    REQUIRE(window.gui().sees("too old to be asked"));
}

TEST_CASE("The office sees on a customer's page who fetched it", "[gui][window][fetch]") {
    AtHeadOffice made;
    must(store::RecordTables(made.world.store->writer())
             .insert(domain::RecordType::AuditEntry, RecordId::random(made.world.entropy),
                     {{"what", "fetch"},
                      {"who", "anna"},
                      {"customer_id", made.bos.text()},
                      {"reason", "complaint"},
                      {"at", made.world.clock.wall_ms()}},
                     {}));
    Window window(made.world, made.settings);
    window.open_customer(made.bos);
    REQUIRE(window.gui().sees("Fetched by others"));
    REQUIRE(window.gui().sees("Complaint"));
    require_sound(window);
}

}  // namespace balie::test
