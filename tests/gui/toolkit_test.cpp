// The toolkit through the real frame loop: what a person does with keys and pointer, and what
// they then see.
#include "app/ui/icons.h"
#include "app/ui/keys.h"
#include "tests/gui/gallery_screen.h"
#include "tests/support/catch.h"
#include "tests/support/gui_driver.h"

#include <stdexcept>

namespace balie::test {
namespace {

// The gallery with its state, driven.
struct Gallery {
    explicit Gallery(GalleryPage page, const GuiOptions& options = {})
        : gui([this](ui::Ui& ui) { draw_gallery(ui, state); }, options) {
        state.page = page;
        gui.loop().request_frames();
        gui.settle();
    }

    GalleryState state;
    GuiDriver gui;
};

void require_sound(const GuiDriver& gui) {
    INFO(gui.transcript());
    REQUIRE(gui.problems() == std::vector<std::string>{});
}

}  // namespace

TEST_CASE("Every widget of every page is in the transcript, once", "[gui][toolkit]") {
    for (const GalleryPage page :
         {GalleryPage::Today, GalleryPage::Form, GalleryPage::Table, GalleryPage::Notices}) {
        Gallery g(page);
        require_sound(g.gui);
        REQUIRE(g.gui.has("nav.today"));
    }
}

TEST_CASE("A click on a button does what its label says, once", "[gui][toolkit]") {
    Gallery g(GalleryPage::Today);
    g.gui.click("today.search");
    REQUIRE(g.state.log == std::vector<std::string>{"search"});
    g.gui.click("nav.table");
    REQUIRE(g.state.page == GalleryPage::Table);
    REQUIRE(g.gui.selected("nav.table"));
}

TEST_CASE("A button that is off cannot be pressed by pointer or key", "[gui][toolkit]") {
    Gallery g(GalleryPage::Form);
    REQUIRE_FALSE(g.gui.enabled("form.save"));
    g.gui.click("form.save");
    REQUIRE(g.state.saved == 0);
    g.state.name = "Jansen";
    g.gui.click("form.save");
    REQUIRE(g.state.saved == 1);
}

TEST_CASE("Typing in any language lands in the field that was clicked", "[gui][toolkit]") {
    Gallery g(GalleryPage::Form);
    g.gui.click("form.name");
    REQUIRE(g.gui.focused() == "form.name");
    g.gui.type("Şükrü Łukasik-Ærø 7");
    REQUIRE(g.state.name == "Şükrü Łukasik-Ærø 7");
    REQUIRE(g.gui.value("form.name") == "Şükrü Łukasik-Ærø 7");
    g.gui.press("Backspace", 2);
    REQUIRE(g.state.name == "Şükrü Łukasik-Ærø");
    require_sound(g.gui);
}

TEST_CASE("Esc leaves a field and keeps what was typed", "[gui][toolkit]") {
    Gallery g(GalleryPage::Form);
    g.gui.click("form.name");
    g.gui.type("Jansen");
    g.gui.press("Esc");
    REQUIRE(g.state.name == "Jansen");
    g.gui.click("form.note");
    g.gui.type("three words typed");
    g.gui.press("Esc");
    REQUIRE(g.state.note == "three words typed");
}

TEST_CASE("A password is not in the transcript", "[gui][toolkit]") {
    Gallery g(GalleryPage::Form);
    g.gui.click("form.secret");
    g.gui.type("hunter2");
    REQUIRE(g.state.secret == "hunter2");
    REQUIRE(g.gui.transcript().find("hunter2") == std::string::npos);
}

TEST_CASE("A scanner's burst arrives whole and in order", "[gui][toolkit]") {
    Gallery g(GalleryPage::Form);
    g.gui.click("form.name");
    const std::string code = "8712345678906-ABCDEFGHIJKLMNOPQRSTUVWXYZ-00112233445566778899";
    g.gui.burst(code);
    REQUIRE(g.state.name == code);
}

TEST_CASE("A chord waits for what was typed before it", "[gui][toolkit]") {
    Gallery g(GalleryPage::Form);
    g.gui.click("form.name");
    shell::InputQueue& input = g.gui.loop().input();
    for (const char32_t c : std::u32string(U"Jansen")) {
        input.text(c);
    }
    input.key(ui::Key::LeftCtrl, true);
    input.key(ui::Key::Enter, true);
    input.key(ui::Key::Enter, false);
    input.key(ui::Key::LeftCtrl, false);
    g.gui.settle();
    REQUIRE(g.state.log == std::vector<std::string>{"saved Jansen []"});
}

TEST_CASE("A scan over no field sets off no one-letter shortcut, a single letter does",
          "[gui][toolkit]") {
    std::vector<std::string> seen;
    GuiDriver gui([&seen](ui::Ui& ui) {
        for (const ui::Chord& chord : ui.chords()) {
            seen.push_back(ui::chord_text(chord));
        }
    });
    gui.burst("SN8712");
    gui.press("Enter");
    gui.advance_ms(500);
    CHECK(seen == std::vector<std::string>{"Enter"});
    seen.clear();
    gui.press("N");
    gui.advance_ms(500);
    REQUIRE(seen == std::vector<std::string>{"N"});
}

TEST_CASE("Tab walks through the fields in the order they are drawn", "[gui][toolkit]") {
    Gallery g(GalleryPage::Form);
    g.gui.ui().focus("form.channel");
    g.gui.settle();
    REQUIRE(g.gui.focused() == "form.channel");
    for (const char* const next :
         {"form.outcome", "form.when", "form.name", "form.secret", "form.note", "form.consent"}) {
        g.gui.press("Tab");
        INFO(g.gui.transcript());
        REQUIRE(g.gui.focused() == next);
    }
    g.gui.press("Shift+Tab");
    REQUIRE(g.gui.focused() == "form.note");
}

TEST_CASE("A visible choice is made with arrows or by typing its two letters", "[gui][toolkit]") {
    Gallery g(GalleryPage::Form);
    g.gui.ui().focus("form.channel");
    g.gui.settle();
    g.gui.press("Right");
    REQUIRE(g.state.channel == "vi");
    g.gui.press("Right", 2);
    REQUIRE(g.state.channel == "em");
    g.gui.type("ph");
    REQUIRE(g.state.channel == "ph");
    g.gui.press("End");
    REQUIRE(g.state.channel == "vc");
    g.gui.press("Right");
    REQUIRE(g.state.channel == "vc");
    g.gui.click("form.channel.ch");
    REQUIRE(g.state.channel == "ch");
    REQUIRE(g.gui.selected("form.channel.ch"));
    REQUIRE(g.gui.value("form.channel") == "Chat");
}

TEST_CASE("A list of choices is filtered by typing and chosen by code, Enter, Tab or click",
          "[gui][toolkit]") {
    Gallery g(GalleryPage::Form);
    g.gui.ui().focus("form.outcome");
    g.gui.settle();
    // The keyboard alone does not cover what stands below; an arrow or a letter unfolds the list.
    REQUIRE_FALSE(g.gui.has("form.outcome.he"));
    g.gui.press("Down");
    REQUIRE(g.gui.has("form.outcome.he"));
    g.gui.type("ns");
    REQUIRE(g.state.outcome == "ns");
    g.gui.press("Tab");
    REQUIRE(g.state.outcome == "ns");
    REQUIRE(g.gui.focused() == "form.when");
    REQUIRE_FALSE(g.gui.has("form.outcome.he"));

    g.gui.press("Shift+Tab");
    g.gui.type("taken");
    REQUIRE_FALSE(g.gui.has("form.outcome.he"));
    g.gui.press("Enter");
    REQUIRE(g.state.outcome == "or");
    REQUIRE(g.gui.value("form.outcome") == "Order taken");

    g.gui.click("form.outcome");
    g.gui.click("form.outcome.he");
    REQUIRE(g.state.outcome == "he");

    g.gui.click("form.outcome");
    g.gui.press("Down", 2);
    g.gui.press("Enter");
    REQUIRE(g.state.outcome == "ns");

    g.gui.click("form.outcome");
    g.gui.type("co");
    g.gui.press("Backspace");
    g.gui.press("Esc");
    REQUIRE_FALSE(g.gui.has("form.outcome.he"));
    require_sound(g.gui);
}

TEST_CASE("A box is ticked by click, label and Space", "[gui][toolkit]") {
    Gallery g(GalleryPage::Form);
    g.gui.click("form.consent");
    REQUIRE(g.state.consent);
    REQUIRE(g.gui.value("form.consent") == "on");
    g.gui.press("Space");
    REQUIRE_FALSE(g.state.consent);
}

TEST_CASE("A note takes several lines, and Tab leaves it", "[gui][toolkit]") {
    Gallery g(GalleryPage::Form);
    g.gui.click("form.note");
    g.gui.type("first");
    g.gui.press("Enter");
    g.gui.type("second");
    REQUIRE(g.state.note == "first\nsecond");
    g.gui.press("Tab");
    REQUIRE(g.gui.focused() == "form.consent");
    REQUIRE(g.state.note == "first\nsecond");
}

TEST_CASE("A long line of a note wraps on screen and is kept as one line", "[gui][toolkit]") {
    Gallery g(GalleryPage::Form);
    g.gui.click("form.note");
    const std::string line =
        "Wants to compare a ten-year and a twenty-year fixed rate before the end of January.";
    g.gui.type(line);
    REQUIRE(g.state.note == line);
    g.gui.press("Ctrl+Home");
    g.gui.type("She ");
    REQUIRE(g.state.note == "She " + line);
    g.gui.press("Ctrl+End");
    g.gui.press("Backspace", 8);
    REQUIRE(g.state.note == "She " + line.substr(0, line.size() - 8));
}

TEST_CASE("What is over the limit stays, and the count says so", "[gui][toolkit]") {
    Gallery g(GalleryPage::Form);
    g.state.name = std::string(38, 'x');
    g.gui.click("form.name");
    g.gui.press("End");
    g.gui.burst("abcdef");
    REQUIRE(g.state.name == std::string(38, 'x') + "abcdef");
}

TEST_CASE("A table is one stop: arrows move, Enter opens, and the selection stays in view",
          "[gui][toolkit]") {
    Gallery g(GalleryPage::Table);
    g.gui.ui().focus("table.list");
    g.gui.settle();
    REQUIRE(g.gui.focused() == "table.list");
    g.gui.press("Home");
    REQUIRE(g.state.row == 0);
    g.gui.press("Down", 3);
    REQUIRE(g.state.row == 3);
    g.gui.press("Enter");
    REQUIRE(g.state.opened == 3);
    g.gui.press("End");
    REQUIRE(g.state.row == 199);
    REQUIRE(g.gui.entry("table.list.199").visible());
    REQUIRE(g.gui.selected("table.list.199"));
    REQUIRE_FALSE(g.gui.has("table.list.0"));
    g.gui.press("PageUp");
    REQUIRE(g.state.row < 199);
    REQUIRE(g.state.row > 170);
    g.gui.press("Up");
    require_sound(g.gui);
}

TEST_CASE("A click selects a row, a double click opens it", "[gui][toolkit]") {
    Gallery g(GalleryPage::Table);
    g.gui.click("table.list.4");
    REQUIRE(g.state.row == 4);
    REQUIRE(g.state.opened == -1);
    g.gui.double_click("table.list.6");
    REQUIRE(g.state.row == 6);
    REQUIRE(g.state.opened == 6);
}

TEST_CASE("A table of a hundred thousand rows draws only what is on screen", "[gui][toolkit]") {
    Gallery g(GalleryPage::Table);
    g.state.rows = 100'000;
    g.gui.ui().focus("table.list");
    g.gui.settle();
    g.gui.press("End");
    REQUIRE(g.state.row == 99'999);
    REQUIRE(g.gui.has("table.list.99999"));
    REQUIRE(g.gui.ui().transcript().entries().size() < 120);
}

TEST_CASE("Tabs are chosen by click and by arrow", "[gui][toolkit]") {
    Gallery g(GalleryPage::Table);
    g.gui.click("table.tab.prio");
    REQUIRE(g.state.tab == 2);
    g.gui.press("Left");
    REQUIRE(g.state.tab == 1);
    REQUIRE(g.gui.selected("table.tab.mine"));
}

TEST_CASE("A dialog takes the keyboard and gives it back", "[gui][toolkit]") {
    Gallery g(GalleryPage::Notices);
    g.gui.click("notices.ask");
    REQUIRE(g.gui.ui().modal_open() == "flag");
    REQUIRE(g.gui.focused() == "flag.reason");
    g.gui.type("twenty years a customer");
    g.gui.click("notices.now");
    REQUIRE(g.state.dialog);
    g.gui.click("flag.reason");
    g.gui.press("Ctrl+Enter");
    REQUIRE(g.state.log == std::vector<std::string>{"flag twenty years a customer"});
    REQUIRE(g.gui.ui().modal_open().empty());
    REQUIRE(g.gui.focused() == "notices.ask");
    require_sound(g.gui);
}

TEST_CASE("Esc closes a list inside a dialog first, then the dialog", "[gui][toolkit]") {
    Gallery g(GalleryPage::Notices);
    g.gui.click("notices.ask");
    g.gui.click("flag.level");
    REQUIRE(g.gui.has("flag.level.he"));
    g.gui.press("Esc");
    REQUIRE(g.state.dialog);
    REQUIRE_FALSE(g.gui.has("flag.level.he"));
    g.gui.press("Esc");
    REQUIRE_FALSE(g.state.dialog);
}

TEST_CASE("What cannot be undone is not one Enter away", "[gui][toolkit]") {
    Gallery g(GalleryPage::Notices);
    g.gui.click("notices.delete");
    REQUIRE(g.gui.focused() == "delete.cancel");
    g.gui.press("Enter");
    REQUIRE(g.state.log == std::vector<std::string>{"kept"});
}

TEST_CASE("The palette is opened, walked and run with keys, and closed with Esc",
          "[gui][toolkit]") {
    Gallery g(GalleryPage::Today);
    g.gui.press("Ctrl+K");
    REQUIRE(g.gui.focused() == "palette.query");
    g.gui.press("Down", 2);
    REQUIRE(g.gui.selected("palette.sync"));
    g.gui.press("Enter");
    REQUIRE(g.state.log == std::vector<std::string>{"palette sync"});
    REQUIRE_FALSE(g.gui.has("palette.query"));
    g.gui.press("Ctrl+K");
    g.gui.type("jan");
    REQUIRE(g.state.palette_query == "jan");
    g.gui.click("palette.jansen");
    REQUIRE(g.state.log.back() == "palette jansen");
    g.gui.press("Ctrl+K");
    g.gui.press("Esc");
    REQUIRE_FALSE(g.gui.has("palette.query"));
    require_sound(g.gui);
}

TEST_CASE("A toast offers its action and goes when it is dismissed", "[gui][toolkit]") {
    Gallery g(GalleryPage::Form);
    g.state.name = "Jansen";
    g.gui.press("Ctrl+Enter");
    REQUIRE(g.gui.sees("Saved here."));
    g.gui.click("form.saved.action");
    REQUIRE(g.state.log.back() == "undo form.saved");
    REQUIRE_FALSE(g.gui.sees("Saved here."));
    g.gui.press("Ctrl+Enter");
    g.gui.click("form.saved.dismiss");
    REQUIRE_FALSE(g.gui.sees("Saved here."));
}

TEST_CASE("Toasts end at their time, but not while they are held", "[toolkit]") {
    ui::ToastQueue queue;
    for (const char* const id : {"a", "b", "c", "d", "e"}) {
        queue.push({.id = id, .text = id}, 1000);
    }
    REQUIRE(queue.items().size() == ui::kToastsMax);
    REQUIRE(queue.items().front().id == "b");
    REQUIRE(queue.next_deadline_ms() == 1000 + ui::kToastMs);
    queue.hold(true);
    REQUIRE(queue.next_deadline_ms() == -1);  // the window rests meanwhile
    REQUIRE_FALSE(queue.tick(1000 + ui::kToastMs));
    queue.hold(false);
    REQUIRE(queue.tick(1000 + ui::kToastMs));
    REQUIRE(queue.items().empty());
    REQUIRE(queue.next_deadline_ms() == -1);
}

TEST_CASE("Banners and progress bars can be acted on", "[gui][toolkit]") {
    Gallery g(GalleryPage::Notices);
    g.gui.click("notices.offline.action");
    g.gui.click("notices.import.cancel");
    REQUIRE(g.state.log == std::vector<std::string>{"try now", "import cancelled"});
    REQUIRE(g.gui.value("notices.import") == "62 %");
}

TEST_CASE("Alt alone opens nothing, and does not move the keyboard", "[gui][toolkit]") {
    Gallery g(GalleryPage::Form);
    g.gui.click("form.name");
    shell::InputQueue& input = g.gui.loop().input();
    input.key(ui::Key::LeftAlt, true);
    g.gui.settle();
    input.key(ui::Key::LeftAlt, false);
    g.gui.settle();
    g.gui.type("still here");
    REQUIRE(g.state.name == "still here");
}

TEST_CASE("What lies below the fold is scrolled to before it is clicked", "[gui][toolkit]") {
    Gallery g(GalleryPage::Form, {.size = {900, 420}});
    g.state.name = "Jansen";
    g.gui.click("form.save");
    REQUIRE(g.state.saved == 1);
}

TEST_CASE("Every icon the toolkit names is in the font", "[gui][toolkit]") {
    GuiDriver gui([](ui::Ui&) {});
    for (const ui::Icon icon : ui::all_icons()) {
        INFO("icon U+" << std::hex << static_cast<int>(icon));
        REQUIRE(gui.ui().fonts().has(static_cast<unsigned>(icon)));
    }
    for (const unsigned letter : {0x20ACU, 0x0141U, 0x015EU, 0x0133U, 0x2019U, 0x2192U}) {
        REQUIRE(gui.ui().fonts().has(letter));
    }
}

}  // namespace balie::test
