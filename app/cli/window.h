// Joins the window with a profile and its connection. Thread: main only.
#pragma once

#include "app/cli/context.h"

#include <string>

namespace balie::app {

struct WindowOptions {
    std::string screen;  ///< not empty: a picture of this screen
    std::string out;
    std::string size;
    int scale_percent{0};  ///< 0: as it was left
    std::string theme;
    std::string language;
};

/// Runs until the window is closed. Errors: NotFound (no profile), Io (no display).
[[nodiscard]] Result<int> open_window(Context& context, const WindowOptions& options);

}  // namespace balie::app
