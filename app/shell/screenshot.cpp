#include "app/shell/screenshot.h"

#include "app/shell/png.h"
#include "app/shell/window_glfw.h"

#include <utility>

namespace balie::shell {

Result<void> take_screenshot(const ScreenshotOptions& options, const Clock& clock, FrameSteps steps,
                             const std::function<void(FrameLoop&)>& prepare) {
    Result<std::unique_ptr<WindowGlfw>> window = WindowGlfw::open({.title = "Balie",
                                                                   .width = options.width,
                                                                   .height = options.height,
                                                                   .visible = false,
                                                                   .scale = options.scale});
    if (!window.ok()) {
        return window.error();
    }
    FrameLoop loop(**window, clock, std::move(steps));
    if (prepare) {
        prepare(loop);
    }
    while (loop.frames_drawn() < static_cast<std::uint64_t>(options.frames)) {
        loop.request_frames(1);
        if (!loop.poll()) {
            return Error{ErrorCode::Internal, "the screen cannot be drawn", options.file,
                         "see the log for the fault that was caught"};
        }
    }
    return save_png((*window)->picture(), options.file);
}

}  // namespace balie::shell
