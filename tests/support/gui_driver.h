#pragma once
// Drives a window that is none, as a person would: the real frame loop, a false clock, and verbs
// on widget ids. Clicks go to the place a widget reported, so hit-testing is real.
//
// Invariant: after each verb the window is at rest (no frame is due). A verb that cannot be done
// throws with the transcript in its words. After every frame it is checked that ImGui and the
// transcript agree about what is there: problems() must be empty.
// Thread: the test's own. Ownership: owns platform, clock and loop.

#include "app/shell/frame_loop.h"
#include "app/shell/headless.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::test {

class GuiClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t wall_ms() const override { return 1'780'000'000'000 + now_ms_; }
    [[nodiscard]] std::int64_t steady_ms() const override { return now_ms_; }
    [[nodiscard]] int zone_offset_min(std::int64_t /*wall_ms*/) const override { return 120; }
    void advance(std::int64_t ms) { now_ms_ += ms; }

  private:
    std::int64_t now_ms_ = 1000;
};

struct GuiOptions {
    ui::Vec2 size = {1280, 800};
    float scale = 1.0F;
    std::string theme = "light";
};

class GuiDriver {
  public:
    // Draws with the steps given; fonts and themes are those beside the test program.
    explicit GuiDriver(shell::FrameSteps steps, const GuiOptions& options = {});
    explicit GuiDriver(std::function<void(ui::Ui&)> draw, const GuiOptions& options = {});
    ~GuiDriver();
    GuiDriver(const GuiDriver&) = delete;
    GuiDriver& operator=(const GuiDriver&) = delete;

    // Verbs.
    void click(std::string_view id);
    void double_click(std::string_view id);
    void hover(std::string_view id);
    // As a person types: each character has its key, and is drawn before the next comes.
    void type(std::string_view utf8);
    // As a scanner types: all at once, no frame between.
    void burst(std::string_view utf8);
    void press(std::string_view chord);
    void press(std::string_view chord, int times);
    // Lets time pass, frame by frame where frames are due.
    void advance_ms(std::int64_t ms);
    // Runs frames until the text is on screen; false when it does not come.
    [[nodiscard]] bool until(std::string_view text, std::int64_t timeout_ms = 5000);
    // Runs the frames that are due now.
    void settle();

    // Looking.
    [[nodiscard]] bool sees(std::string_view text) const;
    [[nodiscard]] bool has(std::string_view id) const;
    [[nodiscard]] std::string value(std::string_view id) const;
    [[nodiscard]] std::string label(std::string_view id) const;
    [[nodiscard]] std::string error(std::string_view id) const;
    [[nodiscard]] bool enabled(std::string_view id) const;
    [[nodiscard]] bool selected(std::string_view id) const;
    [[nodiscard]] std::string focused() const;
    [[nodiscard]] std::string transcript() const;
    [[nodiscard]] const ui::Entry& entry(std::string_view id) const;
    // Interactive ImGui items without an entry, and ids used twice; gathered over all frames.
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
    // Keys and clicks so far: the cost of a task.
    [[nodiscard]] int keys_pressed() const { return keys_; }

    [[nodiscard]] shell::FrameLoop& loop() { return *loop_; }
    [[nodiscard]] ui::Ui& ui() { return loop_->ui(); }
    [[nodiscard]] shell::HeadlessPlatform& platform() { return platform_; }
    [[nodiscard]] GuiClock& clock() { return clock_; }

  private:
    void look(const GuiOptions& options);
    bool step();
    void check_frame();
    void bring_into_view(std::string_view id);
    void push_character(char32_t code_point);
    ui::Vec2 place_of(std::string_view id);

    shell::HeadlessPlatform platform_;
    GuiClock clock_;
    std::unique_ptr<shell::FrameLoop> loop_;
    std::vector<std::string> problems_;
    int keys_ = 0;
};

}  // namespace balie::test
