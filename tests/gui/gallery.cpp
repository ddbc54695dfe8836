// Pictures of the gallery for a person to look at:
//   balie-gallery PAGE THEME SCALE FILE [WIDTH HEIGHT]
// PAGE is today, form, select, table, notices, dialog, danger or palette. With "-" as FILE a window
// opens instead, and the number of frames it drew is printed when it is closed.
#include "app/platform/data_dir.h"
#include "app/shell/screenshot.h"
#include "app/shell/window_glfw.h"
#include "storage/base/clock.h"
#include "tests/gui/gallery_screen.h"

#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>

namespace {

using balie::test::GalleryPage;
using balie::test::GalleryState;

void show(GalleryState& state, const std::string& page) {
    state.page = page == "form" || page == "select"                          ? GalleryPage::Form
                 : page == "table"                                           ? GalleryPage::Table
                 : page == "notices" || page == "dialog" || page == "danger" ? GalleryPage::Notices
                                                                             : GalleryPage::Today;
    state.dialog = page == "dialog";
    state.danger = page == "danger";
    state.palette = page == "palette";
    state.channel = "ph";
    state.row = 2;
    if (page == "form") {
        state.name_error = "Give at least a last name, so that the office can find the contact.";
        state.note =
            "Wants to compare a ten-year and a twenty-year fixed rate.\nCalls back on Thursday.";
        state.toasts.push({.id = "form.saved",
                           .text = "Saved here. It goes to the office when you are online.",
                           .action = "Undo",
                           .shortcut = "Ctrl+Z"},
                          0);
    }
}

int fail(const balie::Error& error) {
    std::cerr << error.text() << '\n';
    return 1;
}

int open_window(const balie::shell::ScreenshotOptions& options, const balie::Clock& clock,
                balie::shell::FrameSteps steps,
                const std::function<void(balie::shell::FrameLoop&)>& prepare) {
    auto window = balie::shell::WindowGlfw::open(
        {.width = options.width, .height = options.height, .scale = options.scale});
    if (!window.ok()) {
        return fail(window.error());
    }
    balie::shell::FrameLoop loop(**window, clock, std::move(steps));
    prepare(loop);
    loop.run();
    std::cout << loop.frames_drawn() << " frames\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5 && argc != 7) {
        std::cerr << "usage: balie-gallery PAGE THEME SCALE FILE [WIDTH HEIGHT]\n";
        return 2;
    }
    const std::string page = argv[1];
    balie::Result<std::string> data = balie::platform::data_dir();
    if (!data.ok()) {
        return fail(data.error());
    }
    balie::Result<balie::ui::Theme> theme =
        balie::ui::load_theme(*data + "/themes/" + argv[2] + ".json");
    if (!theme.ok()) {
        return fail(theme.error());
    }
    balie::shell::ScreenshotOptions options;
    options.file = argv[4];
    options.scale = std::strtof(argv[3], nullptr);
    if (argc == 7) {
        options.width = std::atoi(argv[5]);
        options.height = std::atoi(argv[6]);
    }
    GalleryState state;
    show(state, page);
    balie::shell::FrameSteps steps;
    steps.draw = [&state](balie::ui::Ui& ui) { balie::test::draw_gallery(ui, state); };
    const balie::SystemClock clock;
    const auto prepare = [&](balie::shell::FrameLoop& loop) {
        const balie::Result<void> fonts =
            loop.ui().fonts().load(balie::ui::font_files_in(*data + "/fonts"));
        if (!fonts.ok()) {
            std::cerr << fonts.error().text() << '\n';
        }
        loop.ui().set_theme(*theme);
        loop.ui().focus(page == "select"  ? "form.outcome"
                        : page == "form"  ? "form.channel"
                        : page == "table" ? "table.list"
                                          : "");
    };
    if (options.file == "-") {
        return open_window(options, clock, std::move(steps), prepare);
    }
    const balie::Result<void> taken =
        balie::shell::take_screenshot(options, clock, std::move(steps), prepare);
    return taken.ok() ? 0 : fail(taken.error());
}
