// The frame loop, its scheduler and its guard, with a false clock and no window.
#include "app/platform/data_dir.h"
#include "app/shell/png.h"
#include "app/shell/render_scheduler.h"
#include "app/ui/layout.h"
#include "app/ui/widgets.h"
#include "tests/gui/gallery_screen.h"
#include "tests/support/catch.h"
#include "tests/support/gui_driver.h"

#include <random>
#include <stdexcept>

namespace balie::test {

TEST_CASE("Ten idle seconds draw no frame", "[gui][shell]") {
    GalleryState state;
    GuiDriver gui([&state](ui::Ui& ui) { draw_gallery(ui, state); });
    const std::uint64_t before = gui.loop().frames_drawn();
    gui.advance_ms(10'000);
    REQUIRE(gui.loop().frames_drawn() == before);
    REQUIRE(gui.loop().wait_ms() == shell::kForever);
}

TEST_CASE("A caret in a field costs no frames either", "[gui][shell]") {
    GalleryState state;
    state.page = GalleryPage::Form;
    GuiDriver gui([&state](ui::Ui& ui) { draw_gallery(ui, state); });
    gui.click("form.name");
    gui.advance_ms(2'000);
    const std::uint64_t before = gui.loop().frames_drawn();
    gui.advance_ms(10'000);
    REQUIRE(gui.loop().frames_drawn() == before);
}

TEST_CASE("News from a worker is drawn without any input", "[gui][shell]") {
    std::string shown = "nothing yet";
    std::string sent;
    shell::FrameSteps steps;
    steps.drain = [&] {
        const bool news = !sent.empty();
        shown = news ? std::exchange(sent, {}) : shown;
        return news;
    };
    steps.draw = [&shown](ui::Ui& ui) {
        const ui::WindowFrame frame(ui);
        ui::text(ui, shown);
    };
    GuiDriver gui(std::move(steps));
    sent = "the office has it";
    gui.loop().wake();
    REQUIRE(gui.platform().wakes() == 1);
    gui.settle();
    REQUIRE(gui.sees("the office has it"));
}

TEST_CASE("A window that is iconified takes news but draws nothing", "[gui][shell]") {
    int drained = 0;
    shell::FrameSteps steps;
    steps.drain = [&drained] { return ++drained < 0; };
    steps.draw = [](ui::Ui&) {};
    GuiDriver gui(std::move(steps));
    gui.platform().set_iconified(true);
    const std::uint64_t before = gui.loop().frames_drawn();
    const int drained_before = drained;
    gui.advance_ms(500);
    REQUIRE(gui.loop().frames_drawn() == before);
    REQUIRE(drained > drained_before);
}

TEST_CASE("A fault while drawing shows a panel, and going on brings the screen back",
          "[gui][shell]") {
    GalleryState state;
    std::vector<std::string> logged;
    shell::FrameSteps steps;
    steps.draw = [&state](ui::Ui& ui) { draw_gallery(ui, state); };
    steps.failed = [&logged](const std::string& what) { logged.push_back(what); };
    GuiDriver gui(std::move(steps));
    state.fail_while_drawing = true;
    gui.loop().request_frames();
    gui.settle();
    REQUIRE(gui.sees("Something went wrong while drawing this screen"));
    REQUIRE(gui.sees("the drawing failed on purpose"));
    REQUIRE(logged == std::vector<std::string>{"the drawing failed on purpose"});
    state.fail_while_drawing = false;
    gui.click("balie.failure.again");
    REQUIRE(gui.sees("Good morning, Anna"));
    gui.click("today.search");
    REQUIRE(state.log == std::vector<std::string>{"search"});
}

TEST_CASE("A fault inside an open dialog leaves a window that still works", "[gui][shell]") {
    GalleryState state;
    state.page = GalleryPage::Notices;
    bool fail = false;
    GuiDriver gui([&](ui::Ui& ui) {
        draw_gallery(ui, state);
        if (fail) {
            const ui::WindowFrame frame(ui);
            const ui::Card card(ui, "broken");
            throw std::runtime_error("inside");
        }
    });
    gui.click("notices.ask");
    fail = true;
    gui.press("F5");
    REQUIRE(gui.sees("inside"));
    fail = false;
    gui.click("balie.failure.again");
    REQUIRE(gui.has("flag.reason"));
    gui.press("Esc");
    REQUIRE_FALSE(gui.has("flag.reason"));
}

TEST_CASE("Ten faults end the program instead of repeating for ever", "[gui][shell]") {
    shell::FrameSteps steps;
    steps.update = []() -> bool { throw std::runtime_error("every time"); };
    shell::HeadlessPlatform platform;
    const GuiClock clock;
    shell::FrameLoop loop(platform, clock, std::move(steps));
    int turns = 0;
    while (loop.poll() && turns < 100) {
        ++turns;
    }
    REQUIRE(loop.failures() == shell::kFailuresMax);
    REQUIRE(turns < 100);
}

TEST_CASE("Random keys and clicks never break the window", "[gui][shell][fuzz]") {
    for (const unsigned seed : {1U, 2U, 3U, 4U}) {
        std::mt19937 random(seed);
        GalleryState state;
        GuiDriver gui([&state](ui::Ui& ui) { draw_gallery(ui, state); });
        shell::InputQueue& input = gui.loop().input();
        const auto below = [&random](std::size_t end) {
            return static_cast<std::size_t>(random() % end);
        };
        for (int i = 0; i < 400; ++i) {
            const auto key =
                static_cast<ui::Key>(1 + below(static_cast<std::size_t>(ui::Key::Count) - 1));
            switch (below(5)) {
                case 0:
                    input.key(key, below(2) == 0);
                    break;
                case 1:
                    input.text(static_cast<char32_t>(32 + below(600)));
                    break;
                case 2:
                    input.mouse_move(
                        {static_cast<float>(below(1280)), static_cast<float>(below(800))});
                    break;
                case 3:
                    input.mouse_button(shell::MouseButton::Left, below(2) == 0);
                    break;
                default:
                    input.wheel({0, below(2) == 0 ? 1.0F : -1.0F});
                    break;
            }
            gui.advance_ms(20);
            state.now_ms += 20;
            state.toasts.tick(state.now_ms);
        }
        INFO("seed " << seed);
        REQUIRE(gui.loop().failures() == 0);
        REQUIRE(gui.problems() == std::vector<std::string>{});
    }
}

TEST_CASE("Closing can be refused while work is unsaved", "[gui][shell]") {
    bool unsaved = true;
    shell::FrameSteps steps;
    steps.may_close = [&unsaved] { return !unsaved; };
    shell::HeadlessPlatform platform;
    const GuiClock clock;
    shell::FrameLoop loop(platform, clock, std::move(steps));
    platform.request_close();
    REQUIRE(loop.poll());
    REQUIRE_FALSE(platform.should_close());
    unsaved = false;
    platform.request_close();
    REQUIRE_FALSE(loop.poll());
}

TEST_CASE("A change of scale bakes the fonts anew and makes everything larger", "[gui][shell]") {
    GalleryState state;
    GuiDriver gui([&state](ui::Ui& ui) { draw_gallery(ui, state); });
    const int uploads = gui.platform().uploads();
    const float width = gui.entry("today.search").rect.width();
    gui.loop().set_user_scale(1.75F);
    gui.settle();
    REQUIRE(gui.platform().uploads() == uploads + 1);
    REQUIRE(gui.entry("today.search").rect.width() > width * 1.6F);
    REQUIRE(gui.problems() == std::vector<std::string>{});
}

TEST_CASE("Two windows live in one process without mixing", "[gui][shell]") {
    GalleryState first;
    GalleryState second;
    GuiDriver one([&first](ui::Ui& ui) { draw_gallery(ui, first); });
    GuiDriver two([&second](ui::Ui& ui) { draw_gallery(ui, second); });
    one.click("nav.form");
    REQUIRE(first.page == GalleryPage::Form);
    REQUIRE(second.page == GalleryPage::Today);
    two.click("nav.notices");
    REQUIRE(one.has("form.name"));
    REQUIRE(two.has("notices.now"));
}

TEST_CASE("Frames are due three times after news, once at a deadline, and never else", "[shell]") {
    shell::RenderScheduler scheduler;
    int drawn = 0;
    while (scheduler.take_frame(0)) {
        ++drawn;
    }
    REQUIRE(drawn == shell::kFramesAfterNews);
    REQUIRE(scheduler.wait_ms(0) == shell::kForever);
    scheduler.request_at(500);
    scheduler.request_at(900);
    REQUIRE(scheduler.wait_ms(100) == 400);
    REQUIRE_FALSE(scheduler.take_frame(499));
    REQUIRE(scheduler.take_frame(500));
    REQUIRE(scheduler.wait_ms(500) == shell::kForever);
}

TEST_CASE("Waits that keep returning at once are noticed", "[shell]") {
    shell::BusyGuard guard;
    int paused = 0;
    for (int i = 0; i < 60; ++i) {
        paused += guard.idle_return(1000 + i) ? 1 : 0;
    }
    REQUIRE(paused == 60 - shell::BusyGuard::kReturnsASecondMax);
    REQUIRE_FALSE(guard.idle_return(2500));
}

TEST_CASE("A picture becomes a PNG that other programs read", "[shell]") {
    const shell::Picture picture{2, 1, {255, 0, 0, 0, 0, 255}};
    const std::vector<std::uint8_t> bytes = shell::encode_png(picture);
    REQUIRE(bytes.size() > 57);
    REQUIRE(std::string(bytes.begin() + 1, bytes.begin() + 4) == "PNG");
    REQUIRE(std::string(bytes.begin() + 12, bytes.begin() + 16) == "IHDR");
    REQUIRE(bytes[19] == 2);
    REQUIRE(bytes[23] == 1);
    REQUIRE(std::string(bytes.end() - 8, bytes.end() - 4) == "IEND");
    REQUIRE_ERROR(shell::save_png(picture, "/nowhere/at/all.png"), ErrorCode::Io);
}

TEST_CASE("The data lies beside the program, or where the user says", "[shell]") {
    REQUIRE_OK(platform::data_dir());
    REQUIRE_ERROR(platform::data_dir_for("/nowhere/bin/balie", ""), ErrorCode::NotFound);
    const Result<std::string> here = platform::data_dir_for("/nowhere/bin/balie", "/tmp");
    REQUIRE(must(here) == "/tmp");
}

}  // namespace balie::test
