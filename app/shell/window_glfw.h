#pragma once
// A real window by GLFW and OpenGL 3, or a hidden one that only makes pictures.
//
// Invariant: at most one thread ever touches it (GLFW's rule: the main thread), wake() apart.
// Thread: UI only, wake() apart: any. Ownership: owns GLFW's window and the renderer; GLFW itself
// is started by the first window and ended by the last.

#include "app/shell/platform.h"
#include "app/shell/png.h"
#include "app/shell/renderer_gl.h"
#include "storage/base/result.h"

#include <array>
#include <memory>
#include <string>

struct GLFWcursor;
struct GLFWwindow;

namespace balie::shell {

struct WindowOptions {
    std::string title = "Balie";
    int width = 1280;
    int height = 800;
    bool visible = true;
    float scale = 0;  // 0: the monitor's
};

class WindowGlfw final : public Platform {
  public:
    // Offline-safe error when there is no display, or no OpenGL 3.
    static Result<std::unique_ptr<WindowGlfw>> open(const WindowOptions& options);
    ~WindowGlfw() override;

    void attach(InputQueue& input) override;
    void detach() override;
    void wait_events_ms(std::int64_t timeout_ms) override;
    void wake() override;
    void pause_ms(int ms) override;
    [[nodiscard]] ui::Vec2 size() const override;
    [[nodiscard]] float monitor_scale() const override;
    [[nodiscard]] bool iconified() const override;
    [[nodiscard]] bool should_close() const override;
    void cancel_close() override;
    void set_title(std::string_view title) override;
    void set_cursor(Cursor cursor) override;
    void upload_fonts() override;
    void render(ui::Color background) override;

    // What the last frame drew; only for windows that are not visible.
    [[nodiscard]] Picture picture() const;

  private:
    explicit WindowGlfw(const WindowOptions& options) : options_(options) {}
    void add_callbacks();

    WindowOptions options_;
    GLFWwindow* window_ = nullptr;
    InputQueue* input_ = nullptr;
    RendererGl renderer_;
    std::array<GLFWcursor*, 4> cursors_{};
    Cursor cursor_ = Cursor::Arrow;
};

}  // namespace balie::shell
