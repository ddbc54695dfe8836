// Files of a customer, with keys and without a network: attached, saved as a copy, removed and
// taken back; and every reason for which a file cannot be attached, told where it was typed.
#include "tests/gui/window_world.h"

#include <filesystem>
#include <fstream>

namespace balie::test {

namespace {

struct WithPapers {
    World world;
    RecordId jansen;

    WithPapers() { jansen = world.customer("Piet", "van der", "Jansen", "0612345678", "Utrecht"); }
    [[nodiscard]] std::string file(const std::string& name, const std::string& text) const {
        const auto path = world.folder / name;
        std::ofstream(path, std::ios::binary) << text;
        return path.string();
    }
    [[nodiscard]] std::int64_t documents() {
        return world.count("SELECT count(*) FROM documents WHERE deleted_at IS NULL");
    }
};

void attach_file(Window& window, const std::string& path) {
    GuiDriver& gui = window.gui();
    gui.press("B");
    REQUIRE(gui.focused() == "document.path");
    gui.type(path);
    gui.press("Ctrl+Enter");
    gui.settle();
}

}  // namespace

TEST_CASE("A contract is attached with the keyboard, offline, and stands in the list",
          "[gui][document]") {
    WithPapers made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    window.open_customer(made.jansen);
    CHECK(gui.sees("No documents yet"));
    attach_file(window, made.file("contract.pdf", "signed by both"));
    INFO(gui.transcript());
    REQUIRE(made.documents() == 1);
    CHECK(gui.sees("contract.pdf"));
    CHECK(gui.sees("here, to be sent"));
    CHECK(made.world.text("SELECT kind FROM documents") == "document");
    CHECK(made.world.count("SELECT count(*) FROM attachment WHERE whole=1 AND at_hub=0") == 1);
    require_sound(window);
    // Undone, and undone that.
    gui.press("Ctrl+Z");
    gui.settle();
    CHECK(made.documents() == 0);
}

TEST_CASE("A file that is dropped on the window is attached to the customer on screen",
          "[gui][document]") {
    WithPapers made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    window.open_customer(made.jansen);
    gui.loop().input().drop_file(made.file("photo.jpg", "light and shade"));
    gui.settle();
    REQUIRE(gui.has("document.path"));
    CHECK(gui.value("document.path").find("photo.jpg") != std::string::npos);
    gui.press("Ctrl+Enter");
    gui.settle();
    CHECK(made.world.text("SELECT kind FROM documents") == "photo");
}

TEST_CASE("A copy is saved and the document removed, and that taken back", "[gui][document]") {
    WithPapers made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    window.open_customer(made.jansen);
    attach_file(window, made.file("contract.pdf", "signed by both"));
    gui.press("K");
    REQUIRE(gui.focused() == "document.path");
    gui.press("Ctrl+A");
    const std::string copy = (made.world.folder / "copy.pdf").string();
    gui.type(copy);
    gui.press("Ctrl+Enter");
    gui.settle();
    INFO(gui.transcript());
    CHECK(file_text(copy) == "signed by both");
    gui.press("X");
    gui.settle();
    CHECK(made.documents() == 0);
    CHECK(gui.sees("Removed: contract.pdf"));
    gui.press("Ctrl+Z");
    gui.settle();
    CHECK(made.documents() == 1);
}

TEST_CASE("What cannot be attached is said where it was typed, and what was typed stays",
          "[gui][document]") {
    WithPapers made;
    Window window(made.world);
    GuiDriver& gui = window.gui();
    window.open_customer(made.jansen);
    const std::string missing = (made.world.folder / "nowhere.pdf").string();
    attach_file(window, missing);
    INFO(gui.transcript());
    CHECK(gui.sees("there is no such file"));
    CHECK(gui.value("document.path") == missing);
    CHECK(made.documents() == 0);
    require_sound(window);
    gui.press("Escape");
    attach_file(window, made.file("empty.pdf", ""));
    CHECK(gui.sees("this file is empty"));
    gui.press("Escape");
    attach_file(window, made.world.folder.path().string());
    CHECK(gui.sees("this is a folder, not a file"));
    gui.press("Escape");
    attach_file(window, "");
    CHECK(gui.error("document.path") == "Name a file");
}

TEST_CASE("A document whose bytes are elsewhere is asked for with a key", "[gui][document]") {
    WithPapers made;
    const FieldValues values{{"customer_id", made.jansen.text()},
                             {"kind", std::string("photo")},
                             {"name", std::string("shop.jpg")},
                             {"bytes", std::int64_t{2'000'000}},
                             {"blob", std::string(43, 'A')},
                             {"author", std::string("gina")},
                             {"added_at", made.world.clock.wall_ms() - 3'600'000}};
    // As the hub's snapshot brings it.
    must(store::RecordTables(made.world.store->writer())
             .insert(domain::RecordType::Document, RecordId::random(made.world.entropy), values,
                     {}));
    Window window(made.world);
    GuiDriver& gui = window.gui();
    window.open_customer(made.jansen);
    CHECK(gui.sees("with the office"));
    gui.click("customer.documents");
    gui.press("Enter");
    INFO(gui.transcript());
    CHECK(gui.has("customer.reading.done"));
    CHECK(gui.sees("2 MB"));
    gui.press("Escape");
    gui.press("Y");
    gui.settle();
    CHECK(gui.sees("to be fetched"));
    CHECK(made.world.count("SELECT asked FROM attachment") == 1);
    window.go(app::ScreenId::Sync);
    CHECK(gui.sees("1 file to fetch"));
    require_sound(window);
}

}  // namespace balie::test
