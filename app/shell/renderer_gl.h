#pragma once
// ImGui's draw data through OpenGL 3, on the window or on a picture.
//
// Invariant: every call is made with the window's GL context current.
// Thread: UI only. Ownership: owns the GL objects from start() to stop().

#include "app/shell/png.h"
#include "app/ui/geometry.h"

namespace balie::shell {

class RendererGl {
  public:
    // False when the GL of this machine is too old.
    [[nodiscard]] bool start();
    void stop();
    void upload_fonts();
    // What follows goes to a picture of this size, for windows that are not shown.
    [[nodiscard]] bool use_picture(int width, int height);
    void render(int width, int height, ui::Color background);
    [[nodiscard]] Picture read(int width, int height) const;

  private:
    unsigned picture_ = 0;
    unsigned picture_color_ = 0;
};

}  // namespace balie::shell
