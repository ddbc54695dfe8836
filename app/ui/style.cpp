#include "app/ui/theme.h"

#include <imgui.h>

namespace balie::ui {
namespace {

ImVec4 vec(Color c) {
    return {c.r, c.g, c.b, c.a};
}

void apply_sizes(ImGuiStyle& style, float em) {
    style.WindowPadding = ImVec2(em, em);
    style.FramePadding = ImVec2(0.75F * em, 0.545F * em);
    style.ItemSpacing = ImVec2(0.6F * em, 0.55F * em);
    style.ItemInnerSpacing = ImVec2(0.4F * em, 0.3F * em);
    style.CellPadding = ImVec2(0.6F * em, 0.4F * em);
    style.ScrollbarSize = 0.75F * em;
    style.GrabMinSize = 1.4F * em;
    style.WindowRounding = 0;
    style.ChildRounding = 0;
    style.FrameRounding = 0.4F * em;
    style.PopupRounding = 0.5F * em;
    style.ScrollbarRounding = 0.4F * em;
    style.GrabRounding = 0.4F * em;
    style.WindowBorderSize = 0;
    style.ChildBorderSize = 0;
    style.PopupBorderSize = 1;
    style.FrameBorderSize = 1;
    style.DisabledAlpha = 1.0F;  // disabled things are drawn in muted colours of their own
    style.AntiAliasedLinesUseTex = true;
    style.CircleTessellationMaxError = 0.2F;
}

}  // namespace

void apply_style(const Theme& theme, float em) {
    ImGuiStyle& style = ImGui::GetStyle();
    apply_sizes(style, em);
    const auto set = [&style, &theme](ImGuiCol slot, Role role, float alpha = 1.0F) {
        ImVec4 color = vec(theme.color(role));
        color.w *= alpha;
        style.Colors[slot] = color;
    };
    set(ImGuiCol_Text, Role::Text);
    set(ImGuiCol_TextDisabled, Role::Muted);
    set(ImGuiCol_WindowBg, Role::Surface);
    set(ImGuiCol_ChildBg, Role::Surface, 0);
    set(ImGuiCol_PopupBg, Role::SurfaceRaised);
    set(ImGuiCol_Border, Role::Border);
    set(ImGuiCol_BorderShadow, Role::Border, 0);
    set(ImGuiCol_FrameBg, Role::SurfaceRaised);
    set(ImGuiCol_FrameBgHovered, Role::SurfaceRaised);
    set(ImGuiCol_FrameBgActive, Role::SurfaceRaised);
    set(ImGuiCol_ScrollbarBg, Role::Surface, 0);
    set(ImGuiCol_ScrollbarGrab, Role::BorderStrong, 0.45F);
    set(ImGuiCol_ScrollbarGrabHovered, Role::BorderStrong, 0.8F);
    set(ImGuiCol_ScrollbarGrabActive, Role::BorderStrong);
    set(ImGuiCol_Separator, Role::Border);
    set(ImGuiCol_TextSelectedBg, Role::Accent, 0.3F);
    // The toolkit draws its own ring; ImGui's would be a second one.
    set(ImGuiCol_NavHighlight, Role::Focus, 0);
    set(ImGuiCol_NavWindowingDimBg, Role::Scrim, 0);
    set(ImGuiCol_ModalWindowDimBg, Role::Scrim);
}

}  // namespace balie::ui
