#include "app/ui/widgets.h"

#include "app/ui/layout.h"
#include "app/ui/widget_core.h"

#include <algorithm>
#include <cmath>

namespace balie::ui {
namespace {

// A little more than ImGui's own delay.
constexpr std::int64_t kTooltipMs = 450;

ImRect last_rect() {
    return ImGui::GetCurrentContext()->LastItemData.Rect;
}

// Text as an ImGui item, wrapped or cut, in the current face.
void put_text(Ui& ui, std::string_view text, Color color, bool wrap) {
    if (wrap) {
        ImGui::PushStyleColor(ImGuiCol_Text, paint(color));
        ImGui::PushTextWrapPos(0.0F);
        ImGui::TextUnformatted(text.data(), text.data() + text.size());
        ImGui::PopTextWrapPos();
        ImGui::PopStyleColor();
        note_ink(ui, last_rect(), text);
        return;
    }
    const ImVec2 size = ImGui::CalcTextSize(text.data(), text.data() + text.size());
    const ImVec2 place = ImGui::GetCursorScreenPos();
    ImGuiWindow* const window = ImGui::GetCurrentWindow();
    const float width = std::min(size.x, std::max(1.0F, ImGui::GetContentRegionAvail().x));
    const float y = place.y + window->DC.CurrLineTextBaseOffset;
    ImGui::ItemSize(ImVec2(width, size.y), 0.0F);
    const ImRect rect(place.x, y, place.x + width, y + size.y);
    if (ImGui::ItemAdd(rect, 0)) {
        draw_line(ui, *window->DrawList, {rect.Min.x, rect.Min.y}, color, text, width);
    }
}

void put_icon(Ui& ui, Icon icon, Color color, Face face) {
    const FaceScope scope(ui, face);
    const ImVec2 place = ImGui::GetCursorScreenPos();
    const float side = icon_width(ui, face);
    const float line = ImGui::GetFontSize();
    const float y = place.y + ImGui::GetCurrentWindow()->DC.CurrLineTextBaseOffset;
    ImGui::ItemSize(ImVec2(side, line), 0.0F);
    if (ImGui::ItemAdd(ImRect(place.x, y, place.x + side, y + line), 0)) {
        draw_icon(ui, *ImGui::GetWindowDrawList(), {place.x + side / 2, y + line / 2}, icon, color,
                  face);
    }
}

}  // namespace

void text(Ui& ui, std::string_view what, const TextOptions& options) {
    const Color color = ui.color(options.role);
    if (options.icon != Icon::None) {
        put_icon(ui, options.icon, color, options.face);
        same_line(ui, 0.4F);
    }
    const FaceScope scope(ui, options.face);
    put_text(ui, what, color, options.wrap);
    report(ui, last_rect(), {.kind = Kind::Text, .label = what});
}

void muted(Ui& ui, std::string_view what) {
    text(ui, what, {.role = Role::Muted});
}

void caption(Ui& ui, std::string_view what) {
    text(ui, what, {.role = Role::Muted, .face = Face::Caption});
}

void heading(Ui& ui, std::string_view what, std::string_view trailing) {
    const float left = ImGui::GetCursorScreenPos().x;
    const float wide = measure(ui, Face::Heading, what).x;
    const float more = trailing.empty() ? 0 : measure(ui, Face::Body, trailing).x + ui.em(0.6F);
    const bool beside = wide + more <= ImGui::GetContentRegionAvail().x + 0.5F;
    {
        const FaceScope scope(ui, Face::Heading);
        put_text(ui, what, ui.color(Role::Text), !beside || trailing.empty());
        report(ui, last_rect(), {.kind = Kind::Heading, .label = what, .value = trailing});
    }
    if (trailing.empty()) {
        return;
    }
    if (beside) {
        same_line(ui, 0.6F);
        const float drop =
            measure(ui, Face::Heading, "x").y * 0.82F - measure(ui, Face::Body, "x").y * 0.82F;
        ImGui::SetCursorPosY(ImGui::GetCursorPosY() + drop);
    } else {
        ImGui::SetCursorScreenPos(ImVec2(left, ImGui::GetCursorScreenPos().y - ui.em(0.35F)));
    }
    const FaceScope scope(ui, Face::Body);
    put_text(ui, trailing, ui.color(Role::Muted), !beside);
}

float text_em(Ui& ui, std::string_view what, Face face) {
    return measure(ui, face, what).x / ui.em();
}

void labelled(Ui& ui, std::string_view label, std::string_view value, Icon icon, float column_em) {
    const float left = ImGui::GetCursorScreenPos().x;
    const float column = left + ui.em(column_em);
    const float room = ImGui::GetContentRegionAvail().x;
    if (icon != Icon::None) {
        put_icon(ui, icon, ui.color(Role::Muted), Face::Body);
        same_line(ui, 0.5F);
    }
    const float words = ImGui::GetCursorScreenPos().x;
    const bool narrow = room - ui.em(column_em) < ui.em(5);
    const bool beside = !narrow && words + measure(ui, Face::Body, label).x <= column - ui.em(0.5F);
    {
        const FaceScope scope(ui, Face::Body);
        put_text(ui, label, ui.color(Role::Muted), !beside);
    }
    if (beside) {
        same_line(ui, 0);
        ImGui::SetCursorScreenPos(ImVec2(column, ImGui::GetCursorScreenPos().y));
    } else {
        // Too long a label, or too narrow a card: the value stands below.
        ImGui::SetCursorScreenPos(ImVec2(words, ImGui::GetCursorScreenPos().y - ui.em(0.35F)));
    }
    put_text(ui, value, ui.color(Role::Text), true);
    report(ui, last_rect(), {.kind = Kind::Text, .label = label, .value = value});
}

void badge(Ui& ui, const Badge& what) {
    const ImVec2 label = measure(ui, Face::Caption, what.text);
    const float gap = what.text.empty() ? 0 : ui.em(0.25F);
    const float icon = what.icon == Icon::None ? 0 : icon_width(ui, Face::Caption) + gap;
    const ImVec2 size(std::ceil(label.x + icon + ui.em(1.0F)), std::ceil(label.y + ui.em(0.34F)));
    const ImVec2 place = ImGui::GetCursorScreenPos();
    const ImGuiWindow& window = *ImGui::GetCurrentWindow();
    // Centred on the line of body text it stands in.
    const float line = measure(ui, Face::Body, "x").y;
    const float y = std::floor(place.y + window.DC.CurrLineTextBaseOffset + (line - size.y) / 2);
    ImGui::ItemSize(ImVec2(size.x, line), 0.0F);
    const ImRect rect(place.x, y, place.x + size.x, y + size.y);
    if (ImGui::ItemAdd(rect, 0)) {
        ImDrawList& list = *ImGui::GetWindowDrawList();
        list.AddRectFilled(rect.Min, rect.Max, paint(ui.theme().soft(what.role)), size.y / 2);
        list.AddRect(rect.Min, rect.Max,
                     paint(mix(ui.color(what.role), ui.theme().soft(what.role), 0.35F)),
                     size.y / 2);
        float x = rect.Min.x + ui.em(0.5F);
        if (what.icon != Icon::None) {
            draw_icon(ui, list, {x + (icon - gap) / 2, rect.GetCenter().y}, what.icon,
                      ui.color(what.role), Face::Caption);
            x += icon;
        }
        draw_text(ui, list, {x, rect.Min.y + (size.y - label.y) / 2}, Face::Caption,
                  ui.color(what.role), what.text);
    }
    report(ui, rect, {.kind = Kind::Badge, .label = what.text, .value = role_name(what.role)});
}

void badges(Ui& ui, std::span<const Badge> row) {
    bool first = true;
    for (const Badge& each : row) {
        if (!first) {
            same_line(ui, 0.45F);
            const float wide = measure(ui, Face::Caption, each.text).x + ui.em(2.4F);
            if (ImGui::GetContentRegionAvail().x < wide) {
                ImGui::NewLine();
            }
        }
        badge(ui, each);
        first = false;
    }
}

namespace {

void key_cap(Ui& ui, std::string_view chord, std::string_view what) {
    const ImVec2 label = measure(ui, Face::Caption, chord);
    const float line = measure(ui, Face::Body, "x").y;
    const ImVec2 place = ImGui::GetCursorScreenPos();
    const float base = ImGui::GetCurrentWindow()->DC.CurrLineTextBaseOffset;
    const ImVec2 size(std::max(label.x + ui.em(0.7F), ui.em(1.5F)), label.y + ui.em(0.2F));
    const float y = std::floor(place.y + base + (line - size.y) / 2);
    ImGui::ItemSize(ImVec2(size.x, line), 0.0F);
    const ImRect rect(place.x, y, place.x + size.x, y + size.y);
    if (ImGui::ItemAdd(rect, 0)) {
        ImDrawList& list = *ImGui::GetWindowDrawList();
        list.AddRectFilled(rect.Min, rect.Max, paint(ui, Role::SurfaceSunken), ui.em(0.25F));
        list.AddRect(rect.Min, rect.Max, paint(ui, Role::Border), ui.em(0.25F));
        draw_text(ui, list, {place.x + (size.x - label.x) / 2, y + ui.em(0.1F)}, Face::Caption,
                  ui.color(Role::Text), chord);
    }
    report(ui, rect, {.kind = Kind::KeyHint, .label = chord, .value = what});
}

}  // namespace

void key_hint(Ui& ui, std::string_view chord, std::string_view what, float column_em) {
    const float left = ImGui::GetCursorScreenPos().x;
    std::string_view rest = chord;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        key_cap(ui, rest.substr(0, end), what);
        rest.remove_prefix(std::min(rest.find_first_not_of(' ', end), rest.size()));
        if (!rest.empty()) same_line(ui, 0.3F);
    }
    if (what.empty()) return;
    same_line(ui, 0.6F);
    const float column = left + ui.em(column_em);
    if (ImGui::GetCursorScreenPos().x < column) {
        ImGui::SetCursorScreenPos(ImVec2(column, ImGui::GetCursorScreenPos().y));
    }
    const FaceScope scope(ui, Face::Body);
    put_text(ui, what, ui.color(Role::Text), true);
}

void tooltip_for_last(Ui& ui, std::string_view what) {
    if (what.empty() || !ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) {
        return;
    }
    if (!ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled |
                              ImGuiHoveredFlags_DelayNormal)) {
        // The delay passes without input; the frame that shows it has to be asked for.
        ui.need_frame_in_ms(kTooltipMs);
        return;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(ui.em(0.7F), ui.em(0.45F)));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui.em(0.4F));
    if (ImGui::BeginTooltip()) {
        {
            const FaceScope scope(ui, Face::Caption);
            ImGui::PushTextWrapPos(ui.em(24));
            ImGui::TextUnformatted(what.data(), what.data() + what.size());
            ImGui::PopTextWrapPos();
            note_ink(ui, last_rect(), what);
        }
        ImGui::EndTooltip();
    }
    ImGui::PopStyleVar(2);
}

bool progress(Ui& ui, std::string_view id, std::string_view label, float share, bool cancellable) {
    const std::string percent =
        share < 0 ? std::string("…")
                  : std::to_string(static_cast<int>(std::clamp(share, 0.0F, 1.0F) * 100)) + " %";
    const std::string right_id = part_id(id, "side");
    {
        const auto known = ui.state().widths.find(hash_id(part_id(right_id, "right")));
        const float taken = known == ui.state().widths.end() ? 0 : known->second + ui.em(0.6F);
        const NarrowRegion narrow(ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x -
                                  taken);
        text(ui, label, {.wrap = false});
    }
    bool cancelled = false;
    {
        const RightGroup right(ui, right_id);
        text(ui, percent, {.role = Role::Muted, .wrap = false});
        if (cancellable) {
            same_line(ui, 0.3F);
            cancelled = icon_button(ui, part_id(id, "cancel"), ui.own_texts().cancel, Icon::Close);
        }
    }
    const ImVec2 place = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float height = ui.em(0.45F);
    ImGui::ItemSize(ImVec2(width, height));
    const ImRect rect(place.x, place.y, place.x + width, place.y + height);
    if (ImGui::ItemAdd(rect, 0)) {
        ImDrawList& list = *ImGui::GetWindowDrawList();
        list.AddRectFilled(rect.Min, rect.Max, paint(ui, Role::Border), height / 2);
        const float done = share < 0 ? 0.3F : std::clamp(share, 0.0F, 1.0F);
        if (done * width >= height) {
            const Color color = share < 0
                                    ? mix(ui.color(Role::Accent), ui.color(Role::Border), 0.5F)
                                    : ui.color(Role::Accent);
            list.AddRectFilled(rect.Min, ImVec2(rect.Min.x + width * done, rect.Max.y),
                               paint(color), height / 2);
        }
    }
    report(ui, rect, {.kind = Kind::Progress, .id = id, .label = label, .value = percent});
    return cancelled;
}

void figure(Ui& ui, std::string_view id, std::string_view value, std::string_view label, Role role,
            Icon icon) {
    ImGui::BeginGroup();
    {
        if (icon != Icon::None) {
            put_icon(ui, icon, ui.color(role == Role::Text ? Role::Muted : role), Face::Title);
            same_line(ui, 0.4F);
        }
        // A figure that is cut says nothing: rather a smaller one.
        const float room = ImGui::GetContentRegionAvail().x + 0.5F;
        const auto fits = [&](Face face) { return measure(ui, face, value).x <= room; };
        const Face face = fits(Face::Title)     ? Face::Title
                          : fits(Face::Heading) ? Face::Heading
                                                : Face::Strong;
        const FaceScope scope(ui, face);
        if (face != Face::Title) {
            const float drop = measure(ui, Face::Title, "x").y - ImGui::GetFontSize();
            ImGui::SetCursorPosY(ImGui::GetCursorPosY() + drop);
        }
        put_text(ui, value, ui.color(role), false);
    }
    {
        ImGui::SetCursorPosY(ImGui::GetCursorPosY() - ui.em(0.4F));
        const FaceScope scope(ui, Face::Caption);
        put_text(ui, label, ui.color(Role::Muted), true);
    }
    ImGui::EndGroup();
    report(ui, last_rect(), {.kind = Kind::Text, .id = id, .label = label, .value = value});
}

}  // namespace balie::ui
