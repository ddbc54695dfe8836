#include "app/ui/widget_core.h"

#include <cmath>

namespace balie::ui {

ImU32 paint(Color color) {
    return ImGui::ColorConvertFloat4ToU32(ImVec4(color.r, color.g, color.b, color.a));
}

std::string part_id(std::string_view id, std::string_view part) {
    std::string out(id);
    out += '.';
    return out += part;
}

ImVec2 measure(Ui& ui, Face face, std::string_view text) {
    const FaceScope scope(ui, face);
    return ImGui::CalcTextSize(text.data(), text.data() + text.size());
}

std::string icon_text(Icon icon) {
    std::string out;
    if (icon == Icon::None) {
        return out;
    }
    const auto code = static_cast<unsigned>(icon);
    out += static_cast<char>(0xE0U | (code >> 12U));
    out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
    out += static_cast<char>(0x80U | (code & 0x3FU));
    return out;
}

void note_ink(Ui& ui, const ImRect& rect, std::string_view text, bool cut) {
    if (!ui.transcript().recording() || text.empty()) {
        return;
    }
    const ImGuiWindow* const window = ImGui::GetCurrentWindow();
    bool scrolls = false;
    for (const ImGuiWindow* at = window; at != nullptr && !scrolls;
         at = at == at->RootWindow ? nullptr : at->ParentWindow) {
        scrolls = at->ScrollMax.y > 0;
    }
    ui.transcript().add_ink({.text = std::string(text),
                             .rect = rect_of(rect),
                             .clip = rect_of(window->ClipRect),
                             .window = window->ID,
                             .cut = cut,
                             .scrolls = scrolls});
}

void draw_line(Ui& ui, ImDrawList& list, Vec2 place, Color color, std::string_view text,
               float max_width) {
    if (text.empty()) {
        return;
    }
    const char* const end = text.data() + text.size();
    const ImVec2 size = ImGui::CalcTextSize(text.data(), end);
    const ImVec2 start(std::floor(place.x), std::floor(place.y));
    // Half a pixel: a place that is no whole number must not cost a text its last letters.
    const bool cut = max_width > 0 && size.x > max_width + 0.5F;
    note_ink(ui, ImRect(start.x, start.y, start.x + (cut ? max_width : size.x), start.y + size.y),
             text, cut);
    if (!cut) {
        list.AddText(start, paint(color), text.data(), end);
        return;
    }
    ImGui::PushStyleColor(ImGuiCol_Text, paint(color));
    const float edge = start.x + max_width;
    ImGui::RenderTextEllipsis(&list, start, ImVec2(edge, start.y + size.y), edge, edge, text.data(),
                              end, &size);
    ImGui::PopStyleColor();
}

void draw_text(Ui& ui, ImDrawList& list, Vec2 place, Face face, Color color, std::string_view text,
               float max_width) {
    const FaceScope scope(ui, face);
    draw_line(ui, list, place, color, text, max_width);
}

float icon_width(Ui& ui, Face face) {
    const FaceScope scope(ui, face);
    return std::ceil(ImGui::GetFontSize() * 0.95F);
}

void draw_icon(Ui& ui, ImDrawList& list, Vec2 centre, Icon icon, Color color, Face face) {
    if (icon == Icon::None) {
        return;
    }
    const FaceScope scope(ui, face);
    const ImFontGlyph* glyph = ImGui::GetFont()->FindGlyphNoFallback(static_cast<ImWchar>(icon));
    if (glyph == nullptr) {
        return;
    }
    // Centred by what is visible of it, which the font's own metrics do not promise.
    const ImVec2 start(std::floor(centre.x - (glyph->X0 + glyph->X1) / 2 + 0.5F),
                       std::floor(centre.y - (glyph->Y0 + glyph->Y1) / 2 + 0.5F));
    const std::string text = icon_text(icon);
    list.AddText(start, paint(color), text.data(), text.data() + text.size());
}

void report(Ui& ui, const ImRect& rect, const Report& what) {
    const ImGuiContext& g = *ImGui::GetCurrentContext();
    const bool focused = what.focused || (what.item != 0 && g.NavId == what.item);
    if (focused && what.item != 0) {
        ui.note_focus(what.id);
    }
    if (!ui.transcript().recording()) {
        return;
    }
    Entry entry;
    entry.id = what.id;
    entry.kind = what.kind;
    entry.label = what.label;
    entry.value = what.value;
    entry.error = what.error;
    entry.rect = rect_of(rect);
    entry.clip = rect_of(g.CurrentWindow->ClipRect);
    entry.enabled = what.enabled;
    entry.focused = focused;
    entry.selected = what.selected;
    entry.item = what.item;
    ui.transcript().add(std::move(entry));
}

void claim_focus(Ui& ui, ImGuiID id) {
    WidgetState& state = ui.state();
    if (state.focus_request != 0 && state.focus_request == id) {
        state.focus_request = 0;
        state.frames_to_settle = 2;
        // What has the keyboard in a window of its own, a table's rows, would cancel the request
        // when it is drawn after this.
        ImGuiContext& g = *ImGui::GetCurrentContext();
        if (g.NavWindow != g.CurrentWindow) {
            g.NavId = 0;
        }
        ImGui::SetKeyboardFocusHere();
    }
}

namespace {

// ImGui acts on Enter and Space only while it shows its keyboard highlight, which a click hides;
// a person who clicked a box still expects Space to tick it.
bool pressed_by_key_after_click(ImGuiID item) {
    ImGuiContext& g = *ImGui::GetCurrentContext();
    const bool waits = g.NavId == item && g.NavDisableHighlight && g.ActiveId == 0 &&
                       !g.IO.KeyCtrl && !g.IO.KeyAlt && g.NavWindow != nullptr &&
                       g.NavWindow->RootWindowForNav == g.CurrentWindow->RootWindowForNav;
    const bool pressed = waits && (ImGui::IsKeyPressed(ImGuiKey_Space, false) ||
                                   ImGui::IsKeyPressed(ImGuiKey_Enter, false) ||
                                   ImGui::IsKeyPressed(ImGuiKey_KeypadEnter, false));
    if (pressed) {
        g.NavDisableHighlight = false;
    }
    return pressed;
}

}  // namespace

Press press_item(Ui& ui, ImGuiID item, const ImRect& rect, bool enabled, const ImRect* nav_rect,
                 int button_flags) {
    Press press;
    claim_focus(ui, item);
    if (!enabled) {
        ImGui::BeginDisabled();
    }
    press.visible = ImGui::ItemAdd(rect, item, nav_rect);
    if (press.visible) {
        press.pressed =
            ImGui::ButtonBehavior(rect, item, &press.hovered, &press.held, button_flags);
        const bool after_click = pressed_by_key_after_click(item);
        press.pressed = press.pressed || after_click;
        // Ctrl+Enter belongs to the dialog's confirmation, whatever has the keyboard.
        const ImGuiContext& context = *ImGui::GetCurrentContext();
        if ((after_click || context.NavActivateId == item) && context.IO.KeyCtrl) {
            press.pressed = false;
        }
        if (press.hovered && enabled) {
            ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
        }
    }
    if (!enabled) {
        ImGui::EndDisabled();
        press.pressed = false;
    }
    press.focused = ImGui::GetCurrentContext()->NavId == item;
    return press;
}

void focus_ring(Ui& ui, const ImRect& rect, ImGuiID item, float rounding_em) {
    const ImGuiContext& g = *ImGui::GetCurrentContext();
    if (g.NavId != item || g.NavDisableHighlight) {
        return;
    }
    const float grow = ui.em(0.13F);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRect(ImVec2(rect.Min.x - grow, rect.Min.y - grow),
                 ImVec2(rect.Max.x + grow, rect.Max.y + grow), paint(ui, Role::Focus),
                 ui.em(rounding_em) + grow, 0, ui.em(0.13F));
}

void own_keys(ImGuiID item, std::initializer_list<ImGuiKey> keys) {
    for (const ImGuiKey key : keys) {
        ImGui::SetKeyOwner(key, item);
    }
}

bool own_key_pressed(ImGuiID item, ImGuiKey key) {
    return ImGui::IsKeyPressed(key, item, ImGuiInputFlags_Repeat);
}

NarrowRegion::NarrowRegion(float right_edge)
    : window_(ImGui::GetCurrentWindow()),
      work_(window_->WorkRect.Max.x),
      content_(window_->ContentRegionRect.Max.x) {
    window_->WorkRect.Max.x = right_edge;
    window_->ContentRegionRect.Max.x = right_edge;
}

NarrowRegion::~NarrowRegion() {
    window_->WorkRect.Max.x = work_;
    window_->ContentRegionRect.Max.x = content_;
}

void soft_shadow(Ui& ui, const ImRect& rect, float rounding) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.PushClipRectFullScreen();
    constexpr int kRings = 8;
    const float step = ui.em(0.14F);
    for (int i = 0; i < kRings; ++i) {
        const float grow = step * static_cast<float>(i);
        const float fade = 1.0F - static_cast<float>(i) / kRings;
        const Color color{0, 0, 0, (ui.theme().dark() ? 0.16F : 0.05F) * fade * fade};
        const float drop = ui.em(0.12F);
        list.AddRect(ImVec2(rect.Min.x - grow, rect.Min.y - grow + drop),
                     ImVec2(rect.Max.x + grow, rect.Max.y + grow + drop), paint(color),
                     rounding + grow, 0, step);
    }
    list.PopClipRect();
}

Icon role_icon(Role role) {
    switch (role) {
        case Role::Ok:
            return Icon::CheckCircle;
        case Role::Warn:
            return Icon::WarningOutline;
        case Role::Danger:
            return Icon::Error;
        case Role::Priority:
            return Icon::Star;
        case Role::Unsent:
            return Icon::CloudUpload;
        default:
            return Icon::Info;
    }
}

}  // namespace balie::ui
