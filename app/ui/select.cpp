#include "app/ui/field_core.h"
#include "app/ui/form.h"
#include "app/ui/widget_core.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>
#include <vector>

namespace balie::ui {
namespace {

constexpr float kLineEm = 2.1F;
constexpr int kLinesMax = 9;

std::string folded(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

// Indices of the choices for what was typed: code first, then the start of a word.
std::vector<std::size_t> matches(std::span<const Choice> choices, std::string_view typed) {
    const std::string wanted = folded(typed);
    std::vector<std::size_t> by_code;
    std::vector<std::size_t> by_label;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const std::string code = folded(choices[i].code);
        const std::string label = " " + folded(choices[i].label);
        if (wanted.empty() || (!code.empty() && code.starts_with(wanted))) {
            by_code.push_back(i);
        } else if (label.find(" " + wanted) != std::string::npos) {
            by_label.push_back(i);
        }
    }
    by_code.insert(by_code.end(), by_label.begin(), by_label.end());
    return by_code;
}

const Choice* chosen_of(std::span<const Choice> choices, std::string_view code) {
    const auto found = std::find_if(choices.begin(), choices.end(),
                                    [code](const Choice& c) { return c.code == code; });
    return found == choices.end() || code.empty() ? nullptr : &*found;
}

void paint_line(Ui& ui, const ImRect& row, const Choice& choice, bool marked, bool current) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (marked) {
        list.AddRectFilled(row.Min, row.Max, paint(ui, Role::Selection), ui.em(0.3F));
    }
    const float middle = row.GetCenter().y;
    const float line = measure(ui, Face::Body, "x").y;
    float x = row.Min.x + ui.em(0.6F);
    if (choice.icon != Icon::None) {
        draw_icon(ui, list, {x + icon_width(ui) / 2, middle}, choice.icon, ui.color(Role::Muted));
        x += icon_width(ui) + ui.em(0.5F);
    }
    const ImVec2 code = measure(ui, Face::Caption, choice.code);
    const float right = row.Max.x - ui.em(0.6F);
    draw_text(ui, list, {x, middle - line / 2}, current ? Face::Strong : Face::Body,
              ui.color(choice.enabled ? Role::Text : Role::Muted), choice.label,
              right - code.x - ui.em(1.8F) - x);
    draw_text(ui, list, {right - code.x, middle - code.y / 2}, Face::Caption, ui.color(Role::Muted),
              choice.code);
    if (current) {
        draw_icon(ui, list, {right - code.x - ui.em(0.9F), middle}, Icon::Check,
                  ui.color(Role::Accent), Face::Caption);
    }
}

struct ListView {
    std::string_view id;
    std::span<const Choice> choices;
    std::span<const std::size_t> lines;
    std::string_view code;
    ImRect field;
};

// The list under (or over) the field. Index among lines of what was clicked, else -1.
int draw_list(Ui& ui, const ListView& view) {
    auto& open = ui.state().select;
    const auto count = static_cast<int>(view.lines.size());
    const float row = std::floor(ui.em(kLineEm));
    const float pad = ui.em(0.35F);
    const float height = row * static_cast<float>(std::clamp(count, 1, kLinesMax)) + pad * 2;
    const float below = ImGui::GetMainViewport()->Size.y - view.field.Max.y - ui.em(0.4F);
    const float y = below >= height || view.field.Min.y < height
                        ? view.field.Max.y + ui.em(0.2F)
                        : view.field.Min.y - height - ui.em(0.2F);
    ImGui::SetNextWindowPos(ImVec2(view.field.Min.x, y));
    ImGui::SetNextWindowSize(ImVec2(view.field.GetWidth(), height));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(pad, pad));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui.em(0.5F));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
    ImGui::PushStyleColor(ImGuiCol_WindowBg, paint(ui, Role::SurfaceRaised));
    ImGui::Begin("##select.list", nullptr,
                 ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoResize |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing |
                     ImGuiWindowFlags_NoNav);
    ImGui::BringWindowToDisplayFront(ImGui::GetCurrentWindow());
    soft_shadow(ui, ImGui::GetCurrentWindow()->Rect(), ui.em(0.5F));
    int clicked = -1;
    if (count == 0) {
        const ImVec2 place = ImGui::GetCursorScreenPos();
        draw_text(ui, *ImGui::GetWindowDrawList(), {place.x + ui.em(0.6F), place.y + ui.em(0.4F)},
                  Face::Body, ui.color(Role::Muted), ui.own_texts().no_match);
        ImGui::Dummy(ImVec2(1, row));
    }
    const bool hovers = ImGui::IsWindowHovered();
    for (int i = 0; i < count; ++i) {
        const Choice& choice = view.choices[view.lines[static_cast<std::size_t>(i)]];
        const ImVec2 place = ImGui::GetCursorScreenPos();
        const ImRect rect(place.x, place.y, place.x + ImGui::GetContentRegionAvail().x,
                          place.y + row);
        ImGui::Dummy(rect.GetSize());
        const bool under = hovers && rect.Contains(ImGui::GetIO().MousePos);
        if (under && ImGui::GetIO().MouseDelta.y != 0) {
            open.marked = i;
        }
        if (under && ImGui::IsMouseClicked(ImGuiMouseButton_Left) && choice.enabled) {
            clicked = i;
        }
        if (i == open.marked && std::exchange(open.scroll, false)) {
            ImGui::SetScrollHereY(0.5F);
        }
        paint_line(ui, rect, choice, i == open.marked, choice.code == view.code);
        report(ui, rect,
               {.kind = Kind::Option,
                .id = part_id(view.id, choice.code),
                .label = choice.label,
                .value = choice.code,
                .enabled = choice.enabled,
                .selected = i == open.marked});
    }
    ImGui::End();
    ImGui::PopStyleColor();
    ImGui::PopStyleVar(4);
    return clicked;
}

void move_mark(Ui& ui, int count) {
    auto& open = ui.state().select;
    const int step = (ImGui::IsKeyPressed(ImGuiKey_DownArrow) ? 1 : 0) -
                     (ImGui::IsKeyPressed(ImGuiKey_UpArrow) ? 1 : 0);
    if (step != 0 && !std::exchange(open.shown, true)) {
        open.scroll = true;  // the first arrow unfolds the list where it stands
    } else if (step != 0) {
        open.marked += step;
        open.moved = true;
        open.scroll = true;
    }
    open.marked = std::clamp(open.marked, 0, std::max(0, count - 1));
}

bool left_by_taking_key() {
    return ImGui::IsKeyPressed(ImGuiKey_Enter, false) ||
           ImGui::IsKeyPressed(ImGuiKey_KeypadEnter, false) ||
           ImGui::IsKeyPressed(ImGuiKey_Tab, false);
}

// What one frame of the open list makes of keys and clicks: the code to take, or nothing.
std::string_view take_choice(Ui& ui, std::string_view id, std::span<const Choice> choices,
                             std::string_view code, const ImRect& field, bool active) {
    auto& open = ui.state().select;
    const std::vector<std::size_t> lines = matches(choices, open.filter);
    move_mark(ui, static_cast<int>(lines.size()));
    std::string_view taken;
    const Choice* const exact = chosen_of(choices, folded(open.filter));
    if (exact != nullptr && exact->enabled) {
        taken = exact->code;
    }
    const int clicked = open.shown ? draw_list(ui, {id, choices, lines, code, field}) : -1;
    if (clicked >= 0) {
        taken = choices[lines[static_cast<std::size_t>(clicked)]].code;
    }
    // In the frame of the key itself: when the keyboard goes to a field further down, this one lets
    // go only a frame later, and a list that opens there takes the state over.
    const bool wants = open.moved || !open.filter.empty();
    if (clicked < 0 && wants && left_by_taking_key() && !lines.empty()) {
        const Choice& marked = choices[lines[static_cast<std::size_t>(open.marked)]];
        taken = marked.enabled ? marked.code : taken;
    }
    if (!active) {
        open.id = 0;
        open.filter.clear();
    }
    return taken;
}

void paint_closed(Ui& ui, const ImRect& rect, const Choice* chosen, bool enabled) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float middle = rect.GetCenter().y;
    float x = rect.Min.x + ui.em(0.7F);
    if (chosen != nullptr && chosen->icon != Icon::None) {
        draw_icon(ui, list, {x + icon_width(ui) / 2, middle}, chosen->icon, ui.color(Role::Muted));
        x += icon_width(ui) + ui.em(0.4F);
    }
    const bool empty = chosen == nullptr;
    draw_text(ui, list, {x, middle - measure(ui, Face::Body, "x").y / 2}, Face::Body,
              ui.color(empty || !enabled ? Role::Muted : Role::Text),
              empty ? std::string_view(ui.own_texts().choose) : chosen->label,
              rect.Max.x - ui.em(2) - x);
}

}  // namespace

bool select(Ui& ui, std::string_view id, std::string_view label, std::span<const Choice> choices,
            std::string& code, const FieldOptions& options) {
    auto& open = ui.state().select;
    const ImGuiID key = hash_id(id);
    const FieldFrame frame(ui, label, options);
    const Choice* const chosen = chosen_of(choices, code);
    bool is_open = open.id == key;
    std::string typed = is_open ? open.filter : std::string{};
    ImGui::SetCursorScreenPos(frame.top());
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(ui.em(0.7F), ui.em(0.545F)));
    // What is chosen stands in the field as its placeholder, ready to be typed over.
    ImGui::PushStyleColor(ImGuiCol_TextDisabled, paint(ui, Role::Text));
    raw_input(ui,
              {.id = id,
               .placeholder = is_open && chosen != nullptr ? chosen->label : std::string_view{},
               .flags = ImGuiInputTextFlags_CallbackHistory,
               .enabled = options.enabled,
               .size = ImVec2(frame.width(), 0),
               .callback = keep_arrow_keys},
              typed);
    ImGui::PopStyleColor();
    ImGui::PopStyleVar();
    const ImRect rect = ImGui::GetCurrentContext()->LastItemData.Rect;
    const ImGuiID item = ImGui::GetItemID();
    const bool active = ImGui::IsItemActive();
    if (active && !is_open) {
        const auto at_chosen = chosen == nullptr ? 0 : static_cast<int>(chosen - choices.data());
        open = {.id = key, .filter = {}, .marked = at_chosen, .moved = false, .scroll = true};
        open.shown = ImGui::GetIO().MouseDown[ImGuiMouseButton_Left];
        is_open = true;
    } else if (is_open && active && typed != open.filter) {
        open.filter = typed;
        open.marked = 0;
        open.scroll = true;
        open.shown = true;
    }
    if (active && is_open && ImGui::IsItemClicked()) {
        open.shown = true;
    }
    const bool shown = active && open.shown;
    frame.paint_edge(rect, active);
    if (!active) {
        paint_closed(ui, rect, chosen, options.enabled);
        focus_ring(ui, rect, item);
    } else if (chosen != nullptr && !typed.empty()) {
        const ImVec2 size = measure(ui, Face::Caption, chosen->label);
        draw_text(ui, *ImGui::GetWindowDrawList(),
                  {rect.Max.x - size.x - ui.em(2), rect.GetCenter().y - size.y / 2}, Face::Caption,
                  ui.color(Role::Accent), chosen->label);
    }
    draw_icon(ui, *ImGui::GetWindowDrawList(), {rect.Max.x - ui.em(1.05F), rect.GetCenter().y},
              shown ? Icon::ChevronUp : Icon::ChevronDown, ui.color(Role::Muted));
    report(ui, rect,
           {.kind = Kind::Select,
            .id = id,
            .label = label,
            .value = chosen == nullptr ? std::string_view{} : chosen->label,
            .error = options.error,
            .item = item,
            .enabled = options.enabled});
    if (!is_open) {
        return false;
    }
    const std::string_view taken = take_choice(ui, id, choices, code, rect, active);
    if (taken.empty() || taken == code) {
        return false;
    }
    code = taken;
    return true;
}

}  // namespace balie::ui
