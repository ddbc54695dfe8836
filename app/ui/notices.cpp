#include "app/ui/layout.h"
#include "app/ui/widget_core.h"
#include "app/ui/widgets.h"

#include <algorithm>
#include <cmath>

namespace balie::ui {

BannerEvent banner(Ui& ui, std::string_view id, std::string_view what,
                   const BannerOptions& options) {
    BannerEvent event = BannerEvent::None;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float pad = ui.em(0.8F);
    ImDrawListSplitter layers;
    layers.Split(&list, 2);
    layers.SetCurrentChannel(&list, 1);
    const float lead = icon_width(ui) + ui.em(0.6F);
    const float tail =
        (options.dismissable ? ui.em(2.2F) : 0) +
        (options.action.empty() ? 0 : measure(ui, Face::Caption, options.action).x + ui.em(2.2F));
    ImGui::SetCursorScreenPos(ImVec2(start.x + pad + lead, start.y + pad));
    ImGui::BeginGroup();
    {
        const NarrowRegion narrow(start.x + width - pad - tail);
        text(ui, what, {.face = options.detail.empty() ? Face::Body : Face::Strong});
        if (!options.detail.empty()) {
            ImGui::SetCursorPosY(ImGui::GetCursorPosY() - ui.em(0.3F));
            text(ui, options.detail, {.role = Role::Muted});
        }
    }
    ImGui::EndGroup();
    const float bottom = ImGui::GetItemRectMax().y + pad;
    const ImRect rect(start.x, start.y, start.x + width, bottom);
    const float middle = (start.y + bottom) / 2;
    float x = rect.Max.x - pad - tail + ui.em(0.6F);
    if (!options.action.empty()) {
        ImGui::SetCursorScreenPos(ImVec2(x, std::floor(middle - ui.em(0.925F))));
        if (button(ui, part_id(id, "action"), options.action, {.small = true})) {
            event = BannerEvent::Action;
        }
        x = ImGui::GetItemRectMax().x + ui.em(0.3F);
    }
    if (options.dismissable) {
        ImGui::SetCursorScreenPos(ImVec2(rect.Max.x - pad - ui.em(1.4F), middle - ui.em(0.95F)));
        if (icon_button(ui, part_id(id, "dismiss"), ui.own_texts().dismiss, Icon::Close)) {
            event = BannerEvent::Dismissed;
        }
    }
    layers.SetCurrentChannel(&list, 0);
    list.AddRectFilled(rect.Min, rect.Max, paint(ui.theme().soft(options.role)), ui.em(0.4F));
    list.AddRectFilled(rect.Min, ImVec2(rect.Min.x + ui.em(0.25F), rect.Max.y),
                       paint(ui, options.role), ui.em(0.4F), ImDrawFlags_RoundCornersLeft);
    const Icon icon = options.icon == Icon::None ? role_icon(options.role) : options.icon;
    draw_icon(
        ui, list,
        {start.x + pad + icon_width(ui) / 2, start.y + pad + measure(ui, Face::Body, "x").y / 2},
        icon, ui.color(options.role));
    layers.Merge(&list);
    ImGui::SetCursorScreenPos(start);
    ImGui::ItemSize(rect.GetSize());
    ImGui::ItemAdd(rect, 0);
    report(ui, rect,
           {.kind = Kind::Banner, .id = id, .label = what, .value = role_name(options.role)});
    return event;
}

namespace {

// One centred line; wraps nothing: headlines are short.
void centred(Ui& ui, std::string_view what, Face face, Role role, float left, float width) {
    const ImVec2 size = measure(ui, face, what);
    if (size.x <= width) {
        const ImVec2 place = ImGui::GetCursorScreenPos();
        ImGui::SetCursorScreenPos(ImVec2(std::floor(left + (width - size.x) / 2), place.y));
    }
    text(ui, what, {.role = role, .face = face});
}

}  // namespace

bool empty_state(Ui& ui, std::string_view id, std::string_view headline,
                 const EmptyOptions& options) {
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    bool chosen = false;
    ImGui::BeginGroup();
    space(ui, 1.2F);
    const float radius = ui.em(1.9F);
    const ImVec2 place = ImGui::GetCursorScreenPos();
    const ImVec2 centre(start.x + width / 2, place.y + radius);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddCircleFilled(centre, radius, paint(ui.theme().soft(Role::Accent)));
    draw_icon(ui, list, {centre.x, centre.y}, options.icon, ui.color(Role::Accent), Face::Title);
    ImGui::Dummy(ImVec2(width, radius * 2 + ui.em(0.3F)));
    centred(ui, headline, Face::Heading, Role::Text, start.x, width);
    if (!options.what_to_do.empty()) {
        centred(ui, options.what_to_do, Face::Body, Role::Muted, start.x, width);
    }
    if (!options.action.empty()) {
        space(ui, 0.4F);
        const float wide = measure(ui, Face::Strong, options.action).x + ui.em(1.9F) +
                           (options.shortcut.empty()
                                ? 0
                                : measure(ui, Face::Caption, options.shortcut).x + ui.em(0.8F));
        ImGui::SetCursorScreenPos(
            ImVec2(std::floor(start.x + (width - wide) / 2), ImGui::GetCursorScreenPos().y));
        chosen = button(ui, part_id(id, "action"), options.action,
                        {.kind = ButtonKind::Primary, .shortcut = options.shortcut});
    }
    space(ui, 1.2F);
    ImGui::EndGroup();
    report(ui, ImGui::GetCurrentContext()->LastItemData.Rect,
           {.kind = Kind::Empty, .id = id, .label = headline, .value = options.what_to_do});
    return chosen;
}

}  // namespace balie::ui
