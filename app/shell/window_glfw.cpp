#include "app/shell/window_glfw.h"

#include "app/shell/glfw_keys.h"

#include <GLFW/glfw3.h>
#include <imgui.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

namespace balie::shell {
namespace {

// GLFW is one per process; windows are made and ended on the main thread only.
int& open_windows() {
    static int count = 0;
    return count;
}

std::string& last_glfw_error() {
    static std::string text;
    return text;
}

Error no_window(ErrorCode code, const char* what) {
    return Error{code,
                 std::string(what) + (last_glfw_error().empty() ? "" : ": ") + last_glfw_error(),
                 "display",
                 "start it in a desktop session, or under xvfb-run; the subcommands need no "
                 "display (balie --help)"};
}

InputQueue* input_of(GLFWwindow* window) {
    return static_cast<InputQueue*>(glfwGetWindowUserPointer(window));
}

const char* clipboard_text(void* window) {
    return glfwGetClipboardString(static_cast<GLFWwindow*>(window));
}

void set_clipboard_text(void* window, const char* text) {
    glfwSetClipboardString(static_cast<GLFWwindow*>(window), text);
}

void on_key(GLFWwindow* window, int key, int scancode, int action, int /*mods*/) {
    InputQueue* const input = input_of(window);
    if (input == nullptr) {
        return;
    }
    if (action == GLFW_REPEAT) {
        // ImGui repeats held keys by its own timer; it only needs frames. Pressing again would be
        // a second chord.
        input->expose();
        return;
    }
    if (const ui::Key known = key_from_glfw(key, scancode); known != ui::Key::None) {
        input->key(known, action == GLFW_PRESS);
    }
}

void on_mouse_button(GLFWwindow* window, int button, int action, int /*mods*/) {
    if (InputQueue* const input = input_of(window); input != nullptr && button < 3) {
        input->mouse_button(static_cast<MouseButton>(button), action == GLFW_PRESS);
    }
}

struct WindowSize {
    int width;
    int height;
};

/// What is wanted, or as much as a small screen has beside its bars and the window's own title.
WindowSize fitting(const WindowOptions& options) {
    constexpr int kTitleBar = 36;
    GLFWmonitor* const monitor = glfwGetPrimaryMonitor();
    if (monitor == nullptr || !options.visible) return {options.width, options.height};
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
    glfwGetMonitorWorkarea(monitor, &left, &top, &width, &height);
    float across = 1;
    float down = 1;
    glfwGetMonitorContentScale(monitor, &across, &down);
    if (width <= 0 || height <= kTitleBar || across <= 0 || down <= 0) {
        return {options.width, options.height};
    }
    // The system enlarges the window by its own scale (GLFW_SCALE_TO_MONITOR).
    return {
        std::min(options.width, static_cast<int>(static_cast<float>(width) / across)),
        std::min(options.height, static_cast<int>(static_cast<float>(height - kTitleBar) / down))};
}

}  // namespace

Result<std::unique_ptr<WindowGlfw>> WindowGlfw::open(const WindowOptions& options) {
    glfwSetErrorCallback([](int /*code*/, const char* text) { last_glfw_error() = text; });
    if (glfwInit() != GLFW_TRUE) {
        return no_window(ErrorCode::NotFound, "no window can be opened");
    }
    std::unique_ptr<WindowGlfw> made(new WindowGlfw(options));
    ++open_windows();
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 0);
    glfwWindowHint(GLFW_VISIBLE, options.visible ? GLFW_TRUE : GLFW_FALSE);
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, options.visible ? GLFW_TRUE : GLFW_FALSE);
    // By this name a desktop finds the icon that belongs to the window (assets/icons).
    glfwWindowHintString(GLFW_X11_CLASS_NAME, "balie");
    glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "balie");
    const WindowSize size = fitting(options);
    made->window_ =
        glfwCreateWindow(size.width, size.height, options.title.c_str(), nullptr, nullptr);
    if (made->window_ == nullptr) {
        return no_window(ErrorCode::NotFound, "this machine gives no window with OpenGL 3");
    }
    glfwMakeContextCurrent(made->window_);
    glfwSwapInterval(options.visible ? 1 : 0);
    glfwSetWindowSizeLimits(made->window_, 640, 400, GLFW_DONT_CARE, GLFW_DONT_CARE);
    made->cursors_ = {nullptr, glfwCreateStandardCursor(GLFW_HAND_CURSOR),
                      glfwCreateStandardCursor(GLFW_IBEAM_CURSOR),
                      glfwCreateStandardCursor(GLFW_HRESIZE_CURSOR)};
    return made;
}

WindowGlfw::~WindowGlfw() {
    for (GLFWcursor* const cursor : cursors_) {
        if (cursor != nullptr) {
            glfwDestroyCursor(cursor);
        }
    }
    if (window_ != nullptr) {
        glfwDestroyWindow(window_);
    }
    if (--open_windows() == 0) {
        glfwTerminate();
    }
}

void WindowGlfw::attach(InputQueue& input) {
    input_ = &input;
    glfwSetWindowUserPointer(window_, input_);
    add_callbacks();
    ImGuiIO& io = ImGui::GetIO();
    io.ClipboardUserData = window_;
    io.GetClipboardTextFn = clipboard_text;
    io.SetClipboardTextFn = set_clipboard_text;
}

void WindowGlfw::detach() {
    glfwSetWindowUserPointer(window_, nullptr);
    glfwMakeContextCurrent(window_);
    if (ImGui::GetIO().BackendRendererUserData != nullptr) {
        renderer_.stop();
    }
    input_ = nullptr;
}

void WindowGlfw::add_callbacks() {
    glfwSetKeyCallback(window_, on_key);
    glfwSetMouseButtonCallback(window_, on_mouse_button);
    glfwSetCharCallback(window_, [](GLFWwindow* window, unsigned code) {
        if (InputQueue* const input = input_of(window)) {
            input->text(static_cast<char32_t>(code));
        }
    });
    glfwSetCursorPosCallback(window_, [](GLFWwindow* window, double x, double y) {
        if (InputQueue* const input = input_of(window)) {
            // Places come in window units, which are not pixels on every system.
            int width = 1;
            int height = 1;
            int pixels_x = 1;
            int pixels_y = 1;
            glfwGetWindowSize(window, &width, &height);
            glfwGetFramebufferSize(window, &pixels_x, &pixels_y);
            input->mouse_move({static_cast<float>(x * pixels_x / std::max(width, 1)),
                               static_cast<float>(y * pixels_y / std::max(height, 1))});
        }
    });
    glfwSetCursorEnterCallback(window_, [](GLFWwindow* window, int entered) {
        if (InputQueue* const input = input_of(window); input != nullptr && entered == 0) {
            input->mouse_leave();
        }
    });
    glfwSetScrollCallback(window_, [](GLFWwindow* window, double x, double y) {
        if (InputQueue* const input = input_of(window)) {
            input->wheel({static_cast<float>(x), static_cast<float>(y)});
        }
    });
    glfwSetDropCallback(window_, [](GLFWwindow* window, int count, const char** paths) {
        InputQueue* const input = input_of(window);
        for (int i = 0; input != nullptr && i < count; ++i) input->drop_file(paths[i]);
    });
    glfwSetWindowFocusCallback(window_, [](GLFWwindow* window, int focused) {
        if (InputQueue* const input = input_of(window)) {
            input->window_focus(focused != 0);
        }
    });
    const auto exposed = [](GLFWwindow* window) {
        if (InputQueue* const input = input_of(window)) {
            input->expose();
        }
    };
    glfwSetWindowRefreshCallback(window_, exposed);
    glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* window, int /*x*/, int /*y*/) {
        if (InputQueue* const input = input_of(window)) {
            input->expose();
        }
    });
    glfwSetWindowContentScaleCallback(window_, [](GLFWwindow* window, float /*x*/, float /*y*/) {
        if (InputQueue* const input = input_of(window)) {
            input->expose();
        }
    });
    glfwSetWindowIconifyCallback(window_, [](GLFWwindow* window, int /*iconified*/) {
        if (InputQueue* const input = input_of(window)) {
            input->expose();
        }
    });
}

void WindowGlfw::wait_events_ms(std::int64_t timeout_ms) {
    if (timeout_ms == 0) {
        glfwPollEvents();
    } else if (timeout_ms < 0) {
        glfwWaitEvents();
    } else {
        glfwWaitEventsTimeout(static_cast<double>(timeout_ms) / 1000.0);
    }
}

void WindowGlfw::wake() {
    glfwPostEmptyEvent();
}

void WindowGlfw::pause_ms(int ms) {
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

ui::Vec2 WindowGlfw::size() const {
    if (!options_.visible) {
        return {static_cast<float>(options_.width), static_cast<float>(options_.height)};
    }
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    return {static_cast<float>(width), static_cast<float>(height)};
}

float WindowGlfw::monitor_scale() const {
    if (options_.scale > 0) {
        return options_.scale;
    }
    float x = 1;
    float y = 1;
    glfwGetWindowContentScale(window_, &x, &y);
    return std::max(x, y);
}

bool WindowGlfw::iconified() const {
    return options_.visible && glfwGetWindowAttrib(window_, GLFW_ICONIFIED) == GLFW_TRUE;
}

bool WindowGlfw::should_close() const {
    return glfwWindowShouldClose(window_) == GLFW_TRUE;
}

void WindowGlfw::cancel_close() {
    glfwSetWindowShouldClose(window_, GLFW_FALSE);
}

void WindowGlfw::set_title(std::string_view title) {
    glfwSetWindowTitle(window_, std::string(title).c_str());
}

void WindowGlfw::set_cursor(Cursor cursor) {
    if (cursor_ != cursor) {
        cursor_ = cursor;
        glfwSetCursor(window_, cursors_[static_cast<std::size_t>(cursor)]);
    }
}

void WindowGlfw::upload_fonts() {
    glfwMakeContextCurrent(window_);
    // The first upload is also the first moment at which there is an atlas to start with.
    if (ImGui::GetIO().BackendRendererUserData == nullptr) {
        if (!renderer_.start()) {
            return;
        }
        if (!options_.visible) {
            (void)renderer_.use_picture(options_.width, options_.height);
        }
        return;
    }
    renderer_.upload_fonts();
}

void WindowGlfw::render(ui::Color background) {
    glfwMakeContextCurrent(window_);
    const ui::Vec2 pixels = size();
    renderer_.render(static_cast<int>(pixels.x), static_cast<int>(pixels.y), background);
    if (options_.visible) {
        glfwSwapBuffers(window_);
    }
}

Picture WindowGlfw::picture() const {
    glfwMakeContextCurrent(window_);
    return renderer_.read(options_.width, options_.height);
}

}  // namespace balie::shell
