#include "app/ui/palette.h"

#include "app/ui/field_core.h"
#include "app/ui/layout.h"
#include "app/ui/widget_core.h"
#include "app/ui/widgets.h"

#include <algorithm>
#include <cmath>

namespace balie::ui {
namespace {

constexpr std::string_view kId = "palette";
constexpr std::string_view kQueryId = "palette.query";
constexpr int kRowsMax = 10;
constexpr float kTopShare = 0.12F;
constexpr float kRowEm = 2.5F;
constexpr float kAroundRowsEm = 9;  // query, separators, keys and edges

void paint_row(Ui& ui, const ImRect& rect, const PaletteRow& row, bool marked) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (marked) {
        list.AddRectFilled(rect.Min, rect.Max, paint(ui, Role::Selection), ui.em(0.4F));
    }
    const float middle = rect.GetCenter().y;
    const float line = measure(ui, Face::Body, "x").y;
    float x = rect.Min.x + ui.em(0.8F);
    draw_icon(ui, list, {x + icon_width(ui) / 2, middle}, row.icon,
              ui.color(marked ? Role::Accent : Role::Muted));
    x += icon_width(ui) + ui.em(0.7F);
    float right = rect.Max.x - ui.em(0.8F);
    if (!row.shortcut.empty()) {
        const ImVec2 keys = measure(ui, Face::Caption, row.shortcut);
        right -= keys.x;
        draw_text(ui, list, {right, middle - keys.y / 2}, Face::Caption, ui.color(Role::Muted),
                  row.shortcut);
        right -= ui.em(0.8F);
    }
    const float label = measure(ui, Face::Body, row.label).x;
    draw_text(ui, list, {x, middle - line / 2}, Face::Body,
              ui.color(row.enabled ? Role::Text : Role::Muted), row.label,
              std::max(1.0F, right - x));
    x += label + ui.em(0.7F);
    if (!row.detail.empty() && x < right - ui.em(3)) {
        const float small = measure(ui, Face::Caption, "x").y;
        draw_text(ui, list, {x, middle - small / 2}, Face::Caption, ui.color(Role::Muted),
                  row.detail, right - x);
    }
}

// Index of the row that was clicked, else -1.
int draw_rows(Ui& ui, std::span<const PaletteRow> rows, int& marked, bool moved) {
    const float height = std::floor(ui.em(kRowEm));
    const auto count = static_cast<int>(rows.size());
    const float room = ImGui::GetMainViewport()->Size.y * (1 - kTopShare) - ui.em(kAroundRowsEm);
    const int fitting = std::clamp(static_cast<int>(room / height), 2, kRowsMax);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
    ImGui::BeginChild("##rows",
                      ImVec2(0, height * static_cast<float>(std::clamp(count, 1, fitting))),
                      ImGuiChildFlags_None, ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NavFlattened);
    int clicked = -1;
    const bool hovers = ImGui::IsWindowHovered();
    for (int i = 0; i < count; ++i) {
        const PaletteRow& row = rows[static_cast<std::size_t>(i)];
        const ImVec2 place = ImGui::GetCursorScreenPos();
        const ImRect rect(place.x, place.y, place.x + ImGui::GetContentRegionAvail().x,
                          place.y + height);
        ImGui::Dummy(rect.GetSize());
        const bool under = hovers && rect.Contains(ImGui::GetIO().MousePos);
        if (under && ImGui::GetIO().MouseDelta.y != 0) {
            marked = i;
        }
        if (under && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
            clicked = i;
        }
        if (moved && i == marked) {
            ImGui::SetScrollHereY(0.5F);
        }
        if (ImGui::IsRectVisible(rect.Min, rect.Max)) {
            paint_row(ui, rect, row, i == marked);
        }
        report(ui, rect,
               {.kind = Kind::Option,
                .id = part_id(kId, row.id),
                .label = row.label,
                .value = row.detail,
                .enabled = row.enabled,
                .selected = i == marked});
    }
    if (count == 0) {
        muted(ui, ui.own_texts().no_match);
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
    return clicked;
}

bool query_field(Ui& ui, std::string& query, std::string_view placeholder) {
    const ImVec2 place = ImGui::GetCursorScreenPos();
    draw_icon(ui, *ImGui::GetWindowDrawList(), {place.x + ui.em(1.1F), place.y + ui.em(1.2F)},
              Icon::Search, ui.color(Role::Muted), Face::Heading);
    ImGui::SetCursorScreenPos(ImVec2(place.x + ui.em(2.1F), place.y));
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(ui.em(0.3F), ui.em(0.5F)));
    bool changed = false;
    {
        const FaceScope face(ui, Face::Heading);
        changed = raw_input(ui,
                            {.id = kQueryId,
                             .placeholder = placeholder,
                             .flags = ImGuiInputTextFlags_CallbackHistory,
                             .size = ImVec2(ImGui::GetContentRegionAvail().x, 0),
                             .callback = keep_arrow_keys},
                            query);
    }
    ImGui::PopStyleVar();
    report(ui, ImGui::GetCurrentContext()->LastItemData.Rect,
           {.kind = Kind::Palette,
            .id = kQueryId,
            .label = placeholder,
            .value = query,
            .item = ImGui::GetItemID()});
    return changed;
}

}  // namespace

PaletteEvent palette(Ui& ui, std::string& query, std::string_view placeholder,
                     std::span<const PaletteRow> rows, int& marked) {
    PaletteEvent event;
    const bool opens =
        begin_modal(ui, kId, Kind::Dialog, placeholder,
                    {.width_em = 40, .top_share = kTopShare, .padding_em = 0.7F, .scrolls = false});
    if (opens) {
        ui.focus(kQueryId);
    }
    const ImRect window = ImGui::GetCurrentWindow()->Rect();
    event.query_changed = query_field(ui, query, placeholder);
    const bool typing = ImGui::IsItemActive();
    const bool enter =
        ImGui::IsItemDeactivated() && (ImGui::IsKeyPressed(ImGuiKey_Enter, false) ||
                                       ImGui::IsKeyPressed(ImGuiKey_KeypadEnter, false));
    const int step = (ImGui::IsKeyPressed(ImGuiKey_DownArrow) ? 1 : 0) -
                     (ImGui::IsKeyPressed(ImGuiKey_UpArrow) ? 1 : 0);
    marked = event.query_changed ? 0 : marked + step;
    marked = std::clamp(marked, 0, std::max(0, static_cast<int>(rows.size()) - 1));
    separator(ui);
    event.chosen = draw_rows(ui, rows, marked, step != 0);
    if (enter && !rows.empty() && !event.query_changed) {
        event.chosen = marked;
    }
    if (event.chosen >= 0 && !rows[static_cast<std::size_t>(event.chosen)].enabled) {
        event.chosen = -1;
    }
    separator(ui);
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ui.em(0.6F));
    caption(ui, ui.own_texts().palette_keys);
    const bool outside =
        ImGui::IsMouseClicked(ImGuiMouseButton_Left) && !window.Contains(ImGui::GetIO().MousePos);
    event.closed = !opens && (ui.pressed(Chord{Key::Escape}) || outside);
    if (!typing && !opens && !event.closed && event.chosen < 0) {
        ui.focus(kQueryId);
    }
    end_modal();
    return event;
}

}  // namespace balie::ui
