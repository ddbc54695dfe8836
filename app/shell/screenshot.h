#pragma once
// Draws screens without showing a window and writes what is seen as PNG.
//
// Invariant: the same frame loop, theme and fonts as the real window; only the target differs.
// Thread: UI only. Ownership: everything lives for the one call.

#include "app/shell/frame_loop.h"
#include "app/ui/geometry.h"
#include "storage/base/clock.h"
#include "storage/base/result.h"

#include <functional>
#include <string>

namespace balie::shell {

struct ScreenshotOptions {
    std::string file;
    int width = 1280;  // pixels
    int height = 800;
    float scale = 1.0F;
    int frames = 8;  // so many, so that layouts that correct themselves have settled
};

// `prepare` sets theme and fonts (and focus, if wanted) before the first frame.
Result<void> take_screenshot(const ScreenshotOptions& options, const Clock& clock, FrameSteps steps,
                             const std::function<void(FrameLoop&)>& prepare);

}  // namespace balie::shell
