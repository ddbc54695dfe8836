#pragma once
// One turn of the window: wait → drain → update → draw → render, the same for the real window,
// the tests and screenshots.
//
// Invariant: the loop never draws when nothing happened; an exception inside a turn never leaves
// it: the ImGui frame is closed, a panel offers to go on, and after kFailuresMax it stops.
// Thread: UI only, wake() apart: any. Ownership: owns the ImGui context and the Ui; borrows
// platform and clock, which outlive it.

#include "app/shell/input.h"
#include "app/shell/platform.h"
#include "app/shell/render_scheduler.h"
#include "app/ui/ui.h"
#include "storage/base/clock.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

struct ImGuiContext;

namespace balie::shell {

inline constexpr int kFailuresMax = 10;

struct FrameSteps {
    // Takes what the workers sent (the mailbox); true when something came.
    std::function<bool()> drain = {};
    // A file was dropped on the window. Before update().
    std::function<void(const std::string& path)> dropped = {};
    // Acts on intents and recomputes views; true when what is shown may have changed.
    std::function<bool()> update = {};
    // Translates views into widgets. May be called any number of times.
    std::function<void(ui::Ui&)> draw = {};
    // An exception was caught; for the log. The text never holds personal data of ours.
    std::function<void(const std::string& what)> failed = {};
    // True before, false after draw: lets a guard forbid storage and sockets meanwhile.
    std::function<void(bool drawing)> guard = {};
    // The user wants to close the window; false keeps it open (unsaved work). Default: close.
    std::function<bool()> may_close = {};
};

class FrameLoop {
  public:
    FrameLoop(Platform& platform, const Clock& clock, FrameSteps steps);
    ~FrameLoop();
    FrameLoop(const FrameLoop&) = delete;
    FrameLoop& operator=(const FrameLoop&) = delete;

    [[nodiscard]] ui::Ui& ui() { return *ui_; }
    [[nodiscard]] InputQueue& input() { return input_; }

    // Waits as long as nothing is due, then does at most one frame. False: time to leave.
    bool turn();
    // The same without waiting.
    bool poll();
    void run();

    // Something changed elsewhere. Thread: any.
    void wake() { platform_.wake(); }
    // Draw even without input (theme or scale was changed).
    void request_frames(int frames = kFramesAfterNews) { scheduler_.request(frames); }
    void request_at(std::int64_t steady_ms) { scheduler_.request_at(steady_ms); }

    [[nodiscard]] std::uint64_t frames_drawn() const { return frames_drawn_; }
    // How long the next turn() would wait, -1: until something happens.
    [[nodiscard]] std::int64_t wait_ms() const;
    [[nodiscard]] int failures() const { return failures_; }
    // The user's size of text, 1..2; multiplied by the monitor's scale.
    void set_user_scale(float scale);

  private:
    bool after_wait(bool waited);
    void frame(std::int64_t now_ms);
    void draw_guarded();
    void recovery_panel();
    void note_failure(const std::string& what);
    void plan_next(std::int64_t now_ms);
    bool run_step(const std::function<bool()>& step);

    Platform& platform_;
    const Clock& clock_;
    FrameSteps steps_;
    ImGuiContext* context_;
    std::unique_ptr<ui::Ui> ui_;
    InputQueue input_;
    RenderScheduler scheduler_;
    BusyGuard busy_;
    float user_scale_ = 1.0F;
    std::int64_t last_frame_ms_ = -1;
    std::uint64_t frames_drawn_ = 0;
    int failures_ = 0;
    std::string failure_;  // what the panel shows; empty: all is well
};

}  // namespace balie::shell
