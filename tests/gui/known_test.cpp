// What is known of a customer, whom they belong with, and how they want to be reached: with keys.
#include "storage/store/record_tables.h"
#include "tests/gui/window_world.h"

#include <string>

namespace balie::test {

namespace {

struct Known {
    World world;
    RecordId bakker;
    RecordId smit;

    Known() {
        bakker = world.customer("Els", "", "Bakker", "0301234567", "Zeist");
        smit = world.customer("Piet", "", "Smit", "0612345678", "Utrecht");
    }

    RecordId fact(const std::string& text, const std::string& kind = "likes",
                  const std::string& on = {}) {
        return must(world.actions().add_fact(
            {.customer = bakker, .kind = kind, .text = text, .on = on, .source = {}}));
    }
    RecordId relation(const std::string& kind) {
        return must(world.actions().add_relation({.customer = bakker,
                                                  .other = smit,
                                                  .kind = kind,
                                                  .since = {},
                                                  .until = {},
                                                  .note = {}}));
    }
    void set(const std::string& field, const Value& value) {
        REQUIRE_OK(world.actions().edit_customer(
            bakker, {.fields = {{field, value}}, .added = {}, .changed = {}, .removed = {}}));
    }
};

}  // namespace

TEST_CASE("A fact is noted in two keys beside its words, and taken back with one", "[gui][known]") {
    Known made;
    const std::string language = GENERATE("en", "nl");
    Window window(made.world, {.look = {.language = language}});
    window.open_customer(made.bakker);
    GuiDriver& gui = window.gui();
    const int before = gui.keys_pressed();
    const std::string words = "Sails on Sundays";
    gui.press("A");
    REQUIRE(gui.focused() == "fact.text");
    gui.type(words);
    gui.press("Ctrl+Enter");
    CHECK(gui.keys_pressed() - before - static_cast<int>(words.size()) == 2);
    INFO(gui.transcript());
    REQUIRE_FALSE(gui.has("fact.save"));
    CHECK(gui.sees("Sails on Sundays"));
    CHECK(made.world.text("SELECT kind || ' ' || text || ' ' || author FROM facts") ==
          "likes Sails on Sundays anna");
    gui.press("Ctrl+Z");
    CHECK(made.world.count("SELECT count(*) FROM facts WHERE deleted_at IS NULL") == 0);
    CHECK(gui.sees(language == "nl" ? "Nog niets genoteerd" : "Nothing noted yet"));
    require_sound(window);
}

TEST_CASE("An important date asks for its day, and a day without a year is enough",
          "[gui][known]") {
    Known made;
    Window window(made.world);
    window.open_customer(made.bakker);
    GuiDriver& gui = window.gui();
    gui.press("A");
    gui.type("Wedding day");
    gui.press("Tab");
    gui.type("da");
    gui.press("Ctrl+Enter");
    CHECK(gui.error("fact.on").find("Type the day") == 0);
    REQUIRE(gui.focused() == "fact.on");
    gui.type("31-5");
    gui.press("Ctrl+Enter");
    CHECK(made.world.text("SELECT kind || ' ' || \"on\" FROM facts") == "date --05-31");
    CHECK(gui.sees("31 May"));
    gui.press("Alt+1");
    INFO(gui.transcript());
    CHECK(gui.sees("Wedding day"));
    CHECK(gui.sees("in 3 days"));
    require_sound(window);
}

TEST_CASE("A fact is changed with Enter and removed with Delete where it stands", "[gui][known]") {
    Known made;
    made.fact("Likes tea");
    Window window(made.world);
    window.open_customer(made.bakker);
    GuiDriver& gui = window.gui();
    gui.click("customer.known");
    gui.press("Enter");
    REQUIRE(gui.value("fact.text") == "Likes tea");
    gui.press("End");
    gui.type(", no sugar");
    gui.press("Ctrl+Enter");
    CHECK(made.world.text("SELECT text FROM facts") == "Likes tea, no sugar");
    REQUIRE(gui.focused() == "customer.known");
    gui.press("Delete");
    INFO(gui.transcript());
    CHECK(gui.sees("Removed: Likes tea, no sugar"));
    gui.press("Ctrl+Z");
    CHECK(made.world.count("SELECT count(*) FROM facts WHERE deleted_at IS NULL") == 1);
    // Away from the list the key means nothing.
    gui.click("customer.find_text");
    gui.press("Esc");
    gui.press("Delete");
    CHECK(made.world.count("SELECT count(*) FROM facts WHERE deleted_at IS NULL") == 1);
    require_sound(window);
}

TEST_CASE("A relation is made in five keys beside the name, seen from both sides, and leads there",
          "[gui][known]") {
    Known made;
    Window window(made.world);
    window.open_customer(made.bakker);
    GuiDriver& gui = window.gui();
    const int before = gui.keys_pressed();
    gui.press("R");
    REQUIRE(gui.focused() == "relation.other");
    gui.type("smit");
    gui.press("Enter");
    REQUIRE(gui.focused() == "relation.kind");
    gui.type("pa");
    gui.press("Ctrl+Enter");
    CHECK(gui.keys_pressed() - before - 4 == 5);
    INFO(gui.transcript());
    CHECK(gui.sees("Relation with Piet Smit saved here"));
    CHECK(made.world.text("SELECT kind FROM relations") == "partner");
    gui.click("customer.relations");
    gui.press("Enter");
    REQUIRE(window.screens().current() == app::Place{app::ScreenId::Customer, made.smit});
    CHECK(gui.sees("Els Bakker"));
    CHECK(gui.sees("Partner"));
    require_sound(window);
}

TEST_CASE("An employer's page names the employee; the relation ends, and is removed with undo",
          "[gui][known]") {
    Known made;
    made.relation("employer");
    Window window(made.world);
    window.open_customer(made.smit);
    GuiDriver& gui = window.gui();
    INFO(gui.transcript());
    REQUIRE(gui.sees("Employee"));
    gui.click("customer.relations");
    gui.press("F2");
    REQUIRE(gui.focused() == "relation.until");
    gui.type("1-6-2026");
    gui.press("Ctrl+Enter");
    CHECK(made.world.text("SELECT until FROM relations") == "2026-06-01");
    CHECK(gui.sees("– 01/06/2026"));
    gui.press("Delete");
    CHECK(made.world.count("SELECT count(*) FROM relations WHERE deleted_at IS NULL") == 0);
    CHECK(gui.sees("No relations yet"));
    gui.press("Ctrl+Z");
    CHECK(made.world.count("SELECT count(*) FROM relations WHERE deleted_at IS NULL") == 1);
    require_sound(window);
}

TEST_CASE("A relation with somebody outside the scope says so instead of failing", "[gui][known]") {
    Known made;
    must(store::RecordTables(made.world.store->writer())
             .insert(domain::RecordType::Relation, RecordId::random(made.world.entropy),
                     {{"customer_id", made.bakker.text()},
                      {"other_id", RecordId::random(made.world.entropy).text()},
                      {"kind", "employer"}},
                     {}));
    Window window(made.world);
    window.open_customer(made.bakker);
    GuiDriver& gui = window.gui();
    CHECK(gui.sees("A customer outside your scope"));
    gui.click("customer.relations");
    gui.press("Enter");
    INFO(gui.transcript());
    CHECK(gui.sees("This customer is not on this terminal"));
    CHECK(window.screens().current() == app::Place{app::ScreenId::Customer, made.bakker});
    require_sound(window);
}

TEST_CASE("Who does not want to be called is said while logging, and a reason is asked",
          "[gui][capture][wish]") {
    Known made;
    made.set("do_not_call", std::int64_t{1});
    Window window(made.world);
    window.open_customer(made.bakker);
    GuiDriver& gui = window.gui();
    gui.press("L");
    CHECK_FALSE(gui.has("visit.why"));  // a visit is fine
    gui.type("ph");
    gui.press("Tab");
    INFO(gui.transcript());
    CHECK(gui.sees("Els Bakker does not want to be called"));
    gui.type("he");
    gui.press("Ctrl+Enter");
    CHECK(gui.error("visit.why") == "Say why it was done all the same");
    REQUIRE(gui.focused() == "visit.why");
    CHECK(made.world.count("SELECT count(*) FROM interactions") == 0);
    gui.type("stolen card");
    gui.press("Ctrl+Enter");
    CHECK(made.world.text("SELECT note FROM interactions") ==
          "Against the customer's wish: stolen card");
    require_sound(window);
}

TEST_CASE("Another channel than the preferred one is said, and the note is reason enough",
          "[gui][capture][wish]") {
    Known made;
    made.set("preferred_channel", "phone");
    made.set("preferred_time", "after ten");
    Window window(made.world);
    window.open_customer(made.bakker);
    GuiDriver& gui = window.gui();
    CHECK(gui.sees("Prefers: Phone"));
    gui.press("L");
    INFO(gui.transcript());
    CHECK(gui.sees("Els Bakker prefers Phone"));
    CHECK(gui.sees("after ten"));
    gui.press("Tab");
    gui.type("he");
    gui.press("Ctrl+Enter");
    REQUIRE(gui.focused() == "visit.note");
    CHECK(gui.error("visit.note").find("Say why it went otherwise") == 0);
    gui.type("Passed by");
    gui.press("Ctrl+Enter");
    CHECK(made.world.text("SELECT note FROM interactions") == "Passed by");
    require_sound(window);
}

TEST_CASE("What is learnt in a contact is noted in its form, and both are taken back by one key",
          "[gui][capture][known]") {
    Known made;
    Window window(made.world);
    window.open_customer(made.bakker);
    GuiDriver& gui = window.gui();
    gui.press("L");
    gui.press("Tab");
    gui.type("he");
    gui.press("Tab", 4);
    REQUIRE(gui.focused() == "visit.fact");
    gui.type("Has bought a boat");
    gui.press("Ctrl+Enter");
    INFO(gui.transcript());
    CHECK(gui.sees("Has bought a boat"));
    CHECK(made.world.count("SELECT count(*) FROM facts f JOIN interactions i ON "
                           "hex(i.id)=upper(replace(f.source_id,'-',''))") == 1);
    gui.press("Ctrl+Z");
    CHECK(made.world.count("SELECT count(*) FROM facts WHERE deleted_at IS NULL") == 0);
    require_sound(window);
}

TEST_CASE("The time at which a customer likes to be reached is filled in with the rest",
          "[gui][wish]") {
    Known made;
    Window window(made.world);
    window.open_customer(made.bakker);
    GuiDriver& gui = window.gui();
    gui.press("E");
    gui.click("customer_form.time");
    gui.type("after ten");
    gui.press("Ctrl+Enter");
    CHECK(made.world.text("SELECT preferred_time FROM customers WHERE name='Bakker'") ==
          "after ten");
    CHECK(gui.sees("after ten"));
    require_sound(window);
}

TEST_CASE("Birthdays of the coming week stand on Today, and lead to the customer", "[gui][known]") {
    Known made;
    made.set("birthday", "1986-05-30");
    Window window(made.world);
    GuiDriver& gui = window.gui();
    INFO(gui.transcript());
    CHECK(gui.sees("turns 40"));
    CHECK(gui.sees("in 2 days"));
    gui.click("today.days");
    gui.press("Enter");
    CHECK(window.screens().current() == app::Place{app::ScreenId::Customer, made.bakker});
    require_sound(window);
}

}  // namespace balie::test
