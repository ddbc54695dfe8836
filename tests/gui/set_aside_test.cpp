// What the office refused, as work: read in full, mended and sent again, or put away, with keys.
#include "storage/store/record_tables.h"
#include "sync/log/origins.h"
#include "tests/gui/window_world.h"

namespace balie::test {

namespace {

struct RefusedVisit {
    World world;
    RecordId jansen;
    RecordId visit;

    explicit RefusedVisit(const std::string& code = "invalid") {
        jansen = world.customer("Piet", "van der", "Jansen", "0612345678", "Utrecht");
        must(world.store->writer().execute("UPDATE change_log SET state=2"));
        visit = world.visit(jansen, "Wants a quote").interaction;
        world.refuse_all(code, "the outcome is none of the list");
    }
    [[nodiscard]] std::string note() { return world.text("SELECT note FROM interactions"); }
    [[nodiscard]] std::int64_t pending() {
        return world.count("SELECT count(*) FROM change_log WHERE state=0");
    }
    [[nodiscard]] std::int64_t listed() { return must(world.replica->status()).set_aside; }
};

void open_refused(Window& window) {
    GuiDriver& gui = window.gui();
    window.go(app::ScreenId::Sync);
    gui.click("sync.tab.set_aside");
    INFO(gui.transcript());
    REQUIRE(gui.sees("Contacts: Piet van der Jansen"));
    gui.click("sync.set_aside");
    gui.press("Enter");
    REQUIRE(gui.has("set_aside.send"));
}

}  // namespace

TEST_CASE("What the office refused is read in full, mended and sent again with the keyboard",
          "[gui][set_aside]") {
    RefusedVisit made;
    REQUIRE(made.world.count("SELECT count(*) FROM interactions") == 0);
    Window window(made.world);
    GuiDriver& gui = window.gui();
    open_refused(window);
    INFO(gui.transcript());
    CHECK(
        gui.sees("The office found a value that cannot be: the outcome is none of the list. "
                 "Correct it here and send it again."));
    gui.click("set_aside.field.note");
    gui.press("Ctrl+a");
    gui.type("Wants a quote by Friday");
    gui.press("Ctrl+Enter");
    REQUIRE_FALSE(gui.has("set_aside.send"));
    CHECK(gui.sees("Contacts: Piet van der Jansen: saved again, on its way to the office"));
    CHECK(gui.sees("Nothing was set aside"));
    // The same contact, in the customer's timeline again, waiting to be sent once.
    CHECK(made.note() == "Wants a quote by Friday");
    CHECK(made.world.count("SELECT count(*) FROM interactions WHERE channel='visit'") == 1);
    CHECK(made.pending() == 1);
    CHECK(made.listed() == 0);
    require_sound(window);
}

TEST_CASE("What was refused may be put away, and taken up again", "[gui][set_aside]") {
    RefusedVisit made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    open_refused(window);
    gui.press("Ctrl+d");
    REQUIRE_FALSE(gui.has("set_aside.send"));
    CHECK(made.listed() == 0);
    CHECK(gui.sees("Nothing was set aside"));
    // It stays on record.
    CHECK(must(sync::SetAsideList(made.world.store->writer()).all(10)).front().state ==
          sync::AsideState::Dismissed);
    gui.press("Ctrl+z");
    INFO(gui.transcript());
    CHECK(made.listed() == 1);
    CHECK(gui.sees("Contacts: Piet van der Jansen"));
    CHECK(made.pending() == 0);
    require_sound(window);
}

TEST_CASE("A contact whose customer has left says who can accept it now", "[gui][set_aside]") {
    RefusedVisit made("scope");
    REQUIRE(must(store::RecordTables(made.world.store->writer())
                     .remove(domain::RecordType::Customer, made.jansen)));
    const std::string language = GENERATE("en", "nl");
    Window window(made.world, {.look = {.language = language}});
    GuiDriver& gui = window.gui();
    window.go(app::ScreenId::Sync);
    gui.click("sync.tab.set_aside");
    gui.press("m");
    REQUIRE(gui.has("set_aside.send"));
    gui.press("Ctrl+Enter");
    INFO(gui.transcript());
    CHECK(gui.has("set_aside.send"));
    CHECK(gui.sees("the customer it belongs to is not at this terminal"));
    CHECK(made.pending() == 0);
    CHECK(made.listed() == 1);
    require_sound(window);
}

TEST_CASE("What another terminal wrote waits by itself: there is nothing to send",
          "[gui][set_aside]") {
    World world;
    sync::Origins origins(world.store->writer());
    const auto other = must(
        origins.number_of({DeviceId::random(world.entropy), Incarnation::random(world.entropy)}));
    auto insert = must(world.store->writer().prepare(
        "INSERT INTO set_aside(origin,seq,record_type,record_id,code,detail,at_ms,payload) "
        "VALUES(?,7,'customer',?,'needs','a customer',0,'{}')"));
    must(insert.bind(1, other).bind(2, RecordId::random(world.entropy).bytes).run());
    Window window(world);
    GuiDriver& gui = window.gui();
    window.go(app::ScreenId::Sync);
    gui.click("sync.tab.set_aside");
    gui.press("m");
    INFO(gui.transcript());
    CHECK(gui.sees("tried again"));
    gui.press("Ctrl+Enter");
    gui.press("Ctrl+d");
    CHECK(must(world.replica->status()).set_aside == 1);
    CHECK(world.count("SELECT count(*) FROM change_log WHERE state=0") == 0);
    require_sound(window);
}

TEST_CASE("Several changes of one save are sent again together", "[gui][set_aside]") {
    World world;
    const RecordId jansen = world.customer("Piet", "", "Jansen", "0612345678", "Utrecht");
    must(world.store->writer().execute("UPDATE change_log SET state=2"));
    repo::NewInteraction visit;
    visit.customer = jansen;
    visit.channel = "visit";
    visit.outcome = "held";
    visit.next.emplace();
    visit.next->subject = "Send the quote";
    visit.next->due = "+7d";
    REQUIRE_OK(world.actions().save_interaction(visit));
    world.refuse_all("limit", "too large");
    REQUIRE(must(world.replica->status()).set_aside == 2);
    REQUIRE(world.count("SELECT count(*) FROM tasks") == 0);
    Window window(world);
    GuiDriver& gui = window.gui();
    window.go(app::ScreenId::Sync);
    gui.click("sync.tab.set_aside");
    gui.press("m");
    gui.press("Ctrl+Enter");
    INFO(gui.transcript());
    CHECK(must(world.replica->status()).set_aside == 0);
    CHECK(world.count("SELECT count(*) FROM tasks") == 1);
    CHECK(world.count("SELECT count(*) FROM interactions") == 1);
    CHECK(must(world.replica->status()).pending_transactions == 1);
    require_sound(window);
}

TEST_CASE("Somebody is asked to mend it, by a day; whoever deals with it has done the task",
          "[gui][set_aside]") {
    RefusedVisit made;
    must(store::RecordTables(made.world.store->writer())
             .insert(domain::RecordType::User, RecordId::random(made.world.entropy),
                     {{"login", "bert"}, {"name", "Bert de Wit"}, {"role", "representative"}}, {}));
    Window window(made.world);
    GuiDriver& gui = window.gui();
    const auto open_tasks = [&made] {
        return made.world.count("SELECT count(*) FROM tasks WHERE done_at IS NULL");
    };
    open_refused(window);
    gui.press("Ctrl+t");
    INFO(gui.transcript());
    REQUIRE(gui.focused() == "task.assignee");
    CHECK(gui.value("task.subject") == "Mend what was set aside: Contacts: Piet van der Jansen");
    gui.type("bert");
    gui.press("Enter");
    gui.press("Ctrl+Enter");
    REQUIRE_FALSE(gui.has("task.assignee"));
    CHECK(made.world.text("SELECT assignee FROM tasks WHERE done_at IS NULL") == "bert");
    CHECK(gui.sees("Bert de Wit"));
    gui.click("sync.set_aside");
    gui.press("Enter");
    CHECK(gui.sees("Bert de Wit, by "));
    gui.press("Ctrl+d");
    CHECK(made.listed() == 0);
    CHECK(open_tasks() == 0);
    gui.press("Ctrl+z");
    CHECK(made.listed() == 1);
    CHECK(open_tasks() == 1);
    open_refused(window);
    gui.press("Ctrl+Enter");
    CHECK(made.listed() == 0);
    CHECK(open_tasks() == 0);
    require_sound(window);
}

}  // namespace balie::test
