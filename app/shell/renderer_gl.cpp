#include "app/shell/renderer_gl.h"

#include <GL/gl.h>
#include <GL/glext.h>
#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_impl_opengl3.h>

#include <algorithm>
#include <cstddef>

namespace balie::shell {
namespace {

// The loader of ImGui's back end leaves out what only pictures need.
template <typename Function>
Function gl(const char* name) {
    return reinterpret_cast<Function>(glfwGetProcAddress(name));
}

}  // namespace

bool RendererGl::start() {
    if (!ImGui_ImplOpenGL3_Init("#version 130")) {
        return false;
    }
    ImGui_ImplOpenGL3_NewFrame();
    return true;
}

void RendererGl::stop() {
    if (picture_ != 0) {
        gl<PFNGLDELETEFRAMEBUFFERSPROC>("glDeleteFramebuffers")(1, &picture_);
        gl<PFNGLDELETERENDERBUFFERSPROC>("glDeleteRenderbuffers")(1, &picture_color_);
        picture_ = 0;
    }
    ImGui_ImplOpenGL3_Shutdown();
}

void RendererGl::upload_fonts() {
    ImGui_ImplOpenGL3_DestroyFontsTexture();
    ImGui_ImplOpenGL3_CreateFontsTexture();
}

bool RendererGl::use_picture(int width, int height) {
    const auto gen_frame = gl<PFNGLGENFRAMEBUFFERSPROC>("glGenFramebuffers");
    const auto gen_color = gl<PFNGLGENRENDERBUFFERSPROC>("glGenRenderbuffers");
    if (gen_frame == nullptr || gen_color == nullptr) {
        return false;
    }
    gen_frame(1, &picture_);
    gl<PFNGLBINDFRAMEBUFFERPROC>("glBindFramebuffer")(GL_FRAMEBUFFER, picture_);
    gen_color(1, &picture_color_);
    gl<PFNGLBINDRENDERBUFFERPROC>("glBindRenderbuffer")(GL_RENDERBUFFER, picture_color_);
    gl<PFNGLRENDERBUFFERSTORAGEPROC>("glRenderbufferStorage")(GL_RENDERBUFFER, GL_RGB8, width,
                                                              height);
    gl<PFNGLFRAMEBUFFERRENDERBUFFERPROC>("glFramebufferRenderbuffer")(
        GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, picture_color_);
    const GLenum state =
        gl<PFNGLCHECKFRAMEBUFFERSTATUSPROC>("glCheckFramebufferStatus")(GL_FRAMEBUFFER);
    return state == GL_FRAMEBUFFER_COMPLETE;
}

void RendererGl::render(int width, int height, ui::Color background) {
    glViewport(0, 0, width, height);
    glClearColor(background.r, background.g, background.b, 1.0F);
    glClear(GL_COLOR_BUFFER_BIT);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

Picture RendererGl::read(int width, int height) const {
    Picture picture{width, height, {}};
    const auto row = static_cast<std::size_t>(width) * 3;
    std::vector<std::uint8_t> flipped(row * static_cast<std::size_t>(height));
    glFinish();
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, flipped.data());
    picture.rgb.reserve(flipped.size());
    for (auto y = static_cast<std::ptrdiff_t>(height) - 1; y >= 0; --y) {
        const auto start = flipped.begin() + y * static_cast<std::ptrdiff_t>(row);
        picture.rgb.insert(picture.rgb.end(), start, start + static_cast<std::ptrdiff_t>(row));
    }
    return picture;
}

}  // namespace balie::shell
