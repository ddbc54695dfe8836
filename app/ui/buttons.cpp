#include "app/ui/layout.h"
#include "app/ui/widget_core.h"
#include "app/ui/widgets.h"

#include <algorithm>
#include <cmath>

namespace balie::ui {
namespace {

struct Look {
    Color fill;
    Color edge;
    Color label;
    bool has_fill = true;
    bool has_edge = false;
};

Look look_of(const Ui& ui, const ButtonOptions& options, const Press& press) {
    const bool lit = press.hovered || press.held;
    Look look;
    switch (options.kind) {
        case ButtonKind::Primary:
            look.fill = ui.color(lit ? Role::AccentHover : Role::Accent);
            look.label = ui.color(Role::AccentText);
            break;
        case ButtonKind::Danger:
            look.fill = lit ? mix(ui.color(Role::Text), ui.color(Role::Danger), 0.18F)
                            : ui.color(Role::Danger);
            look.label = ui.color(Role::AccentText);
            break;
        case ButtonKind::Secondary:
            look.fill = ui.color(lit ? Role::Hover : Role::SurfaceRaised);
            look.edge = mix(ui.color(Role::BorderStrong), ui.color(Role::SurfaceRaised), 0.6F);
            look.label = ui.color(Role::Text);
            look.has_edge = true;
            break;
        case ButtonKind::Ghost:
            look.fill = ui.color(Role::Hover);
            look.label = ui.color(Role::Text);
            look.has_fill = lit;
            break;
    }
    if (!options.enabled) {
        look.fill = ui.color(Role::SurfaceSunken);
        look.edge = ui.color(Role::Border);
        look.label = mix(ui.color(Role::Muted), ui.color(Role::SurfaceSunken), 0.7F);
        look.has_fill = options.kind != ButtonKind::Ghost;
        look.has_edge = look.has_fill;
    }
    return look;
}

struct Sizes {
    Face face = Face::Strong;
    ImVec2 label;
    ImVec2 shortcut;
    float icon = 0;
    float gap = 0;
    float content = 0;
    float pad = 0;
};

Sizes measure_button(Ui& ui, std::string_view label, const ButtonOptions& options) {
    Sizes s;
    s.face = options.small ? Face::Caption : Face::Strong;
    s.label = measure(ui, s.face, label);
    s.gap = ui.em(0.45F);
    s.pad = ui.em(options.small ? 0.65F : 0.95F);
    s.content = s.label.x;
    if (options.icon != Icon::None) {
        s.icon = icon_width(ui, s.face);
        s.content += s.icon + s.gap;
    }
    if (!options.shortcut.empty()) {
        s.shortcut = measure(ui, Face::Caption, options.shortcut);
        s.content += s.shortcut.x + ui.em(0.8F);
    }
    return s;
}

void paint_button(Ui& ui, const ImRect& rect, std::string_view label, const ButtonOptions& options,
                  const Sizes& s, const Look& look) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float rounding = ui.em(0.4F);
    if (look.has_fill) {
        list.AddRectFilled(rect.Min, rect.Max, paint(look.fill), rounding);
    }
    if (look.has_edge) {
        list.AddRect(rect.Min, rect.Max, paint(look.edge), rounding);
    }
    const float middle = rect.GetCenter().y;
    float x = rect.Min.x + std::max(s.pad, (rect.GetWidth() - s.content) / 2);
    if (options.icon != Icon::None) {
        draw_icon(ui, list, {x + s.icon / 2, middle}, options.icon, look.label, s.face);
        x += s.icon + s.gap;
    }
    draw_text(ui, list, {x, middle - s.label.y / 2}, s.face, look.label, label,
              std::max(1.0F, rect.Max.x - s.pad / 2 - x));
    if (!options.shortcut.empty()) {
        x += s.label.x + ui.em(0.8F);
        const Color hint = mix(look.label, look.fill, 0.8F);
        draw_text(ui, list, {x, middle - s.shortcut.y / 2}, Face::Caption, hint, options.shortcut);
    }
}

}  // namespace

float button_width(Ui& ui, std::string_view label, std::string_view shortcut) {
    const Sizes s = measure_button(ui, label, {.shortcut = shortcut});
    return std::ceil(s.content + 2 * s.pad);
}

float button_em(Ui& ui, std::string_view label, const ButtonOptions& options) {
    const Sizes s = measure_button(ui, label, options);
    return std::ceil(s.content + 2 * s.pad) / ui.em();
}

bool button(Ui& ui, std::string_view id, std::string_view label, const ButtonOptions& options) {
    const Sizes s = measure_button(ui, label, options);
    const float available = ImGui::GetContentRegionAvail().x;
    float width = std::ceil(s.content + 2 * s.pad);
    if (options.width_em < 0) {
        width = available;
    } else if (options.width_em > 0) {
        width = ui.em(options.width_em);
    }
    const ImVec2 size(width, std::ceil(ui.em(options.small ? 1.85F : 2.3F)));
    const ImVec2 place = ImGui::GetCursorScreenPos();
    const ImRect rect(place.x, place.y, place.x + size.x, place.y + size.y);
    ImGui::ItemSize(size, (size.y - measure(ui, Face::Body, "x").y) / 2);
    const ImGuiID item = hash_id(id);
    const Press press = press_item(ui, item, rect, options.enabled);
    if (press.visible) {
        paint_button(ui, rect, label, options, s, look_of(ui, options, press));
        focus_ring(ui, rect, item);
    }
    report(ui, rect,
           {.kind = Kind::Button,
            .id = id,
            .label = label,
            .value = options.shortcut,
            .item = item,
            .enabled = options.enabled});
    tooltip_for_last(ui, options.tooltip);
    return press.pressed;
}

bool icon_button(Ui& ui, std::string_view id, std::string_view label, Icon icon, bool enabled) {
    const float line = measure(ui, Face::Body, "x").y;
    const float side = std::ceil(ui.em(1.9F));
    const ImVec2 place = ImGui::GetCursorScreenPos();
    // As tall as it is, but sitting on the line of what stands beside it.
    const ImGuiWindowTempData& line_of = ImGui::GetCurrentWindow()->DC;
    const float rise = line_of.IsSameLine ? line_of.CurrLineTextBaseOffset + (line - side) / 2 : 0;
    const ImRect rect(place.x, place.y + rise, place.x + side, place.y + rise + side);
    ImGui::ItemSize(ImVec2(side, rise < 0 ? line : side), rise < 0 ? 0 : (side - line) / 2);
    const ImGuiID item = hash_id(id);
    const Press press = press_item(ui, item, rect, enabled);
    if (press.visible) {
        ImDrawList& list = *ImGui::GetWindowDrawList();
        if (press.hovered && enabled) {
            list.AddRectFilled(rect.Min, rect.Max, paint(ui, Role::Hover), ui.em(0.4F));
        }
        const Color color = enabled
                                ? ui.color(press.hovered ? Role::Text : Role::Muted)
                                : mix(ui.color(Role::Muted), ui.color(Role::SurfaceRaised), 0.5F);
        draw_icon(ui, list, {rect.GetCenter().x, rect.GetCenter().y}, icon, color);
        focus_ring(ui, rect, item);
    }
    report(ui, rect,
           {.kind = Kind::Button, .id = id, .label = label, .item = item, .enabled = enabled});
    tooltip_for_last(ui, label);
    return press.pressed;
}

bool link(Ui& ui, std::string_view id, std::string_view label, Icon icon) {
    const ImVec2 size = measure(ui, Face::Body, label);
    const float lead = icon == Icon::None ? 0 : icon_width(ui) + ui.em(0.35F);
    const ImVec2 place = ImGui::GetCursorScreenPos();
    const float y = place.y + ImGui::GetCurrentWindow()->DC.CurrLineTextBaseOffset;
    const float width = std::min(size.x + lead, std::max(1.0F, ImGui::GetContentRegionAvail().x));
    const ImRect rect(place.x, y, place.x + width, y + size.y);
    ImGui::ItemSize(ImVec2(width, size.y), 0.0F);
    const ImGuiID item = hash_id(id);
    const Press press = press_item(ui, item, rect, true);
    if (press.visible) {
        ImDrawList& list = *ImGui::GetWindowDrawList();
        const Color color = ui.color(press.hovered ? Role::AccentHover : Role::Accent);
        draw_icon(ui, list, {place.x + (lead - ui.em(0.35F)) / 2, rect.GetCenter().y}, icon, color);
        draw_text(ui, list, {place.x + lead, y}, Face::Body, color, label, width - lead);
        if (press.hovered) {
            list.AddLine(ImVec2(place.x + lead, rect.Max.y), rect.Max, paint(color));
        }
        focus_ring(ui, rect, item, 0.2F);
    }
    report(ui, rect, {.kind = Kind::Link, .id = id, .label = label, .item = item});
    return press.pressed;
}

}  // namespace balie::ui
