#include "app/ui/form.h"

#include "app/ui/field_core.h"
#include "app/ui/layout.h"
#include "app/ui/widget_core.h"
#include "app/ui/widgets.h"

#include <imgui_stdlib.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace balie::ui {

// --- what all fields share ---------------------------------------------------------------------

FieldFrame::FieldFrame(Ui& ui, std::string_view label, const FieldOptions& options)
    : ui_(ui),
      options_(options),
      start_(ImGui::GetCursorScreenPos()),
      width_(options.width_em > 0
                 ? std::min(ui.em(options.width_em), ImGui::GetContentRegionAvail().x)
                 : ImGui::GetContentRegionAvail().x) {
    ImGui::BeginGroup();
    if (!options.hide_label) {
        std::string shown(label);
        shown += options.required ? " *" : "";
        draw_text(ui, *ImGui::GetWindowDrawList(), {start_.x, start_.y}, Face::Caption,
                  ui.color(Role::Muted), shown, width_);
        const float line = measure(ui, Face::Caption, "x").y;
        ImGui::SetCursorScreenPos(ImVec2(start_.x, std::floor(start_.y + line + ui.em(0.28F))));
    }
    top_ = ImGui::GetCursorScreenPos();
}

FieldFrame::~FieldFrame() {
    const bool failed = !options_.error.empty();
    const std::string_view below = failed ? options_.error : options_.help;
    if (!below.empty()) {
        ImGui::SetCursorPosY(ImGui::GetCursorPosY() - ui_.em(0.3F));
        const NarrowRegion narrow(start_.x + width_);
        text(ui_, below,
             {.role = failed ? Role::Danger : Role::Muted,
              .face = Face::Caption,
              .icon = failed ? Icon::Error : Icon::None});
    }
    ImGui::Dummy(ImVec2(0, 0));  // a little air to the next field
    ImGui::EndGroup();
}

void FieldFrame::paint_edge(const ImRect& rect, bool active) const {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float rounding = ui_.em(0.4F);
    const bool failed = !options_.error.empty();
    if (active) {
        list.AddRect(rect.Min, rect.Max, paint(ui_, failed ? Role::Danger : Role::Accent), rounding,
                     0, ui_.em(0.13F));
        return;
    }
    const Color edge =
        failed ? ui_.color(Role::Danger)
               : mix(ui_.color(Role::BorderStrong), ui_.color(Role::SurfaceRaised), 0.75F);
    list.AddRect(rect.Min, rect.Max, paint(edge), rounding);
}

void FieldFrame::paint_counter(std::size_t used) const {
    if (options_.bytes_max == 0 || used * 5 < options_.bytes_max * 4) {
        return;
    }
    const std::string count = std::to_string(used) + " / " + std::to_string(options_.bytes_max);
    const float wide = measure(ui_, Face::Caption, count).x;
    const Role role = used > options_.bytes_max ? Role::Danger : Role::Muted;
    draw_text(ui_, *ImGui::GetWindowDrawList(), {start_.x + width_ - wide, start_.y}, Face::Caption,
              ui_.color(role), count);
}

int keep_arrow_keys(ImGuiInputTextCallbackData* /*data*/) {
    return 0;
}

bool raw_input(Ui& ui, const RawInput& input, std::string& value) {
    // Esc means "leave this" everywhere; ImGui would also undo what was typed since the field got
    // the keyboard, and nothing typed may be lost by one key.
    const bool escape = ImGui::IsKeyPressed(ImGuiKey_Escape, false);
    const std::optional<std::string> kept = escape ? std::optional(value) : std::nullopt;
    claim_focus(ui, hash_id(input.id));
    ImGui::PushOverrideID(hash_id(input.id));
    ImGui::PushStyleColor(ImGuiCol_FrameBg,
                          paint(ui, input.enabled ? Role::SurfaceRaised : Role::SurfaceSunken));
    ImGui::PushStyleColor(ImGuiCol_Text, paint(ui, input.enabled ? Role::Text : Role::Muted));
    ImGui::PushStyleColor(ImGuiCol_Border, 0);
    if (!input.enabled) {
        ImGui::BeginDisabled();
    }
    bool changed = false;
    const std::string hint(input.placeholder);
    if (input.lines > 1) {
        changed = ImGui::InputTextMultiline("##edit", &value, input.size, input.flags,
                                            input.callback, input.user);
    } else {
        ImGui::SetNextItemWidth(input.size.x);
        changed = ImGui::InputTextWithHint("##edit", hint.c_str(), &value, input.flags,
                                           input.callback, input.user);
    }
    if (!input.enabled) {
        ImGui::EndDisabled();
    }
    ImGui::PopStyleColor(3);
    ImGui::PopID();
    if (kept && value != *kept) {
        value = *kept;
        changed = false;
    }
    return changed;
}

namespace {

FieldEvent event_of_last(bool changed, bool submitted) {
    FieldEvent event;
    event.changed = changed;
    event.submitted = submitted;
    event.left = ImGui::IsItemDeactivatedAfterEdit();
    return event;
}

bool submitted_now() {
    return ImGui::IsItemDeactivated() && (ImGui::IsKeyPressed(ImGuiKey_Enter, false) ||
                                          ImGui::IsKeyPressed(ImGuiKey_KeypadEnter, false));
}

struct OneLine {
    Kind kind = Kind::Field;
    ImGuiInputTextFlags flags = 0;
    std::string_view inside_right = {};
};

FieldEvent one_line(Ui& ui, std::string_view id, std::string_view label, std::string& value,
                    const FieldOptions& options, const OneLine& line) {
    const FieldFrame frame(ui, label, options);
    const float lead = options.icon == Icon::None ? 0 : icon_width(ui) + ui.em(0.35F);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(ui.em(0.7F) + lead, ui.em(0.545F)));
    ImGui::SetCursorScreenPos(frame.top());
    const bool changed = raw_input(ui,
                                   {.id = id,
                                    .placeholder = options.placeholder,
                                    .flags = line.flags,
                                    .enabled = options.enabled,
                                    .size = ImVec2(frame.width(), 0)},
                                   value);
    ImGui::PopStyleVar();
    const FieldEvent event = event_of_last(changed, submitted_now());
    const ImRect rect = ImGui::GetCurrentContext()->LastItemData.Rect;
    const ImGuiID item = ImGui::GetItemID();
    frame.paint_edge(rect, ImGui::IsItemActive());
    frame.paint_counter(value.size());
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (lead > 0) {
        draw_icon(ui, list,
                  {rect.Min.x + ui.em(0.6F) + (lead - ui.em(0.35F)) / 2, rect.GetCenter().y},
                  options.icon, ui.color(Role::Muted));
    }
    if (!line.inside_right.empty()) {
        const ImVec2 size = measure(ui, Face::Caption, line.inside_right);
        const float x = rect.Max.x - size.x - ui.em(0.7F);
        const float used = rect.Min.x + ui.em(1.2F) + lead + measure(ui, Face::Body, value).x;
        if (x > used) {
            draw_text(ui, list, {x, rect.GetCenter().y - size.y / 2}, Face::Caption,
                      ui.color(Role::Muted), line.inside_right);
        }
    }
    if (!ImGui::IsItemActive()) {
        focus_ring(ui, rect, item);
    }
    const bool secret = line.kind == Kind::Password;
    report(ui, rect,
           {.kind = line.kind,
            .id = id,
            .label = label,
            .value = secret ? std::string_view{} : std::string_view{value},
            .error = options.error,
            .item = item,
            .enabled = options.enabled});
    return event;
}

}  // namespace

FieldEvent text_field(Ui& ui, std::string_view id, std::string_view label, std::string& value,
                      const FieldOptions& options) {
    return one_line(ui, id, label, value, options, {});
}

FieldEvent password_field(Ui& ui, std::string_view id, std::string_view label, std::string& value,
                          const FieldOptions& options) {
    return one_line(ui, id, label, value, options,
                    {.kind = Kind::Password, .flags = ImGuiInputTextFlags_Password});
}

FieldEvent date_field(Ui& ui, std::string_view id, std::string_view label, std::string& value,
                      std::string_view understood, const FieldOptions& options) {
    FieldOptions with_icon = options;
    with_icon.icon = options.icon == Icon::None ? Icon::Calendar : options.icon;
    return one_line(ui, id, label, value, with_icon,
                    {.kind = Kind::Date, .inside_right = understood});
}

bool checkbox(Ui& ui, std::string_view id, std::string_view label, bool& value,
              std::string_view help, bool enabled) {
    const ImVec2 size = measure(ui, Face::Body, label);
    const float box = std::ceil(ui.em(1.15F));
    const float height = std::ceil(std::max(ui.em(1.7F), size.y));
    const ImVec2 place = ImGui::GetCursorScreenPos();
    const ImRect rect(place.x, place.y, place.x + box + ui.em(0.6F) + size.x, place.y + height);
    ImGui::ItemSize(rect.GetSize(), (height - size.y) / 2);
    const ImGuiID item = hash_id(id);
    const Press press = press_item(ui, item, rect, enabled);
    value = press.pressed ? !value : value;
    if (press.visible) {
        ImDrawList& list = *ImGui::GetWindowDrawList();
        const float y = std::floor(place.y + (height - box) / 2);
        const ImVec2 low(place.x, y);
        const ImVec2 high(place.x + box, y + box);
        const Role fill = value ? (enabled ? Role::Accent : Role::BorderStrong)
                                : (enabled ? Role::SurfaceRaised : Role::SurfaceSunken);
        list.AddRectFilled(low, high, paint(ui, fill), ui.em(0.25F));
        if (value) {
            draw_icon(ui, list, {place.x + box / 2, y + box / 2}, Icon::Check,
                      ui.color(Role::AccentText), Face::Caption);
        } else {
            list.AddRect(low, high, paint(ui, press.hovered ? Role::Accent : Role::BorderStrong),
                         ui.em(0.25F));
        }
        draw_text(ui, list, {place.x + box + ui.em(0.6F), place.y + (height - size.y) / 2},
                  Face::Body, ui.color(enabled ? Role::Text : Role::Muted), label);
        focus_ring(ui, ImRect(low, high), item, 0.25F);
    }
    report(ui, rect,
           {.kind = Kind::Checkbox,
            .id = id,
            .label = label,
            .value = value ? "on" : "off",
            .item = item,
            .enabled = enabled});
    if (!help.empty()) {
        ImGui::SetCursorScreenPos(
            ImVec2(place.x + box + ui.em(0.6F), ImGui::GetCursorScreenPos().y - ui.em(0.45F)));
        ImGui::BeginGroup();
        caption(ui, help);
        ImGui::EndGroup();
    }
    return press.pressed;
}

}  // namespace balie::ui
