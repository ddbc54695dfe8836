#include "app/ui/field_core.h"
#include "app/ui/form.h"
#include "app/ui/layout.h"
#include "app/ui/widget_core.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>
#include <vector>

namespace balie::ui {
namespace {

// Letters of a code are taken together when they come within this time.
constexpr double kTypeaheadSeconds = 1.0;

// Left, Right, Home, End for a widget that has the keyboard as a whole.
std::size_t moved_by_keys(ImGuiID item, std::size_t at, std::size_t count) {
    own_keys(item, {ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_Home, ImGuiKey_End});
    if (own_key_pressed(item, ImGuiKey_LeftArrow)) {
        return at == 0 || at >= count ? 0 : at - 1;
    }
    if (own_key_pressed(item, ImGuiKey_RightArrow)) {
        return at >= count ? 0 : std::min(at + 1, count - 1);
    }
    if (own_key_pressed(item, ImGuiKey_Home)) {
        return 0;
    }
    if (own_key_pressed(item, ImGuiKey_End)) {
        return count - 1;
    }
    return at;
}

// Codes of two letters are for fingers. Where some are longer, or numbers, they are names for the
// program, and none is shown.
bool codes_are_typed(std::span<const Choice> choices) {
    return std::all_of(choices.begin(), choices.end(), [](const Choice& choice) {
        return choice.code.size() == 2 &&
               std::all_of(choice.code.begin(), choice.code.end(),
                           [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; });
    });
}

// Index of the choice whose code was typed just now, or `at`.
std::size_t typed_code(Ui& ui, ImGuiID item, std::span<const Choice> choices, std::size_t at) {
    auto& typing = ui.state().typeahead;
    ui.state().wants_letters = true;
    const double now = ImGui::GetTime();
    const ImVector<ImWchar>& queue = ImGui::GetIO().InputQueueCharacters;
    for (int i = 0; i < queue.Size; ++i) {
        const ImWchar c = queue[i];
        if (typing.id != item || now - typing.at > kTypeaheadSeconds) {
            typing.letters.clear();
        }
        typing.id = item;
        typing.at = now;
        if (c <= 32 || c >= 127) {
            continue;
        }
        typing.letters += static_cast<char>(std::tolower(static_cast<int>(c)));
        for (std::size_t index = 0; index < choices.size(); ++index) {
            const std::string_view code = choices[index].code;
            if (choices[index].enabled && typing.letters.ends_with(code) && !code.empty()) {
                at = index;
                typing.letters.clear();
                break;
            }
        }
    }
    return at;
}

struct Segment {
    ImRect rect;
    float label = 0;
    std::string_view hint = {};  // what to type for it
};

// Places segments from left to right, wrapping at `width`.
std::vector<Segment> place_segments(Ui& ui, std::span<const Choice> choices, ImVec2 start,
                                    float width) {
    std::vector<Segment> out;
    const float height = std::ceil(ui.em(2.3F));
    const float gap = ui.em(0.4F);
    const bool typed = codes_are_typed(choices);
    out.reserve(choices.size());
    float x = start.x;
    float y = start.y;
    for (const Choice& choice : choices) {
        const std::string_view hint = typed ? choice.code : std::string_view{};
        const float label = measure(ui, Face::Strong, choice.label).x;
        const float code = measure(ui, Face::Caption, hint).x;
        const float icon = choice.icon == Icon::None ? 0 : icon_width(ui) + ui.em(0.4F);
        const float wide = std::ceil(label + code + icon + ui.em(hint.empty() ? 1.5F : 2.0F));
        if (x > start.x && x + wide > start.x + width) {
            x = start.x;
            y += height + gap;
        }
        out.push_back({ImRect(x, y, x + wide, y + height), label, hint});
        x += wide + gap;
    }
    return out;
}

void paint_segment(Ui& ui, const Segment& segment, const Choice& choice, bool selected,
                   bool hovered, bool enabled) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImRect& rect = segment.rect;
    const float rounding = ui.em(0.4F);
    const Role fill = selected  ? Role::Accent
                      : hovered ? Role::Hover
                      : enabled ? Role::SurfaceRaised
                                : Role::SurfaceSunken;
    list.AddRectFilled(rect.Min, rect.Max, paint(ui, fill), rounding);
    if (!selected) {
        list.AddRect(rect.Min, rect.Max,
                     paint(mix(ui.color(Role::BorderStrong), ui.color(Role::SurfaceRaised), 0.6F)),
                     rounding);
    }
    const Color strong = ui.color(selected ? Role::AccentText : enabled ? Role::Text : Role::Muted);
    const Color weak = selected ? mix(strong, ui.color(Role::Accent), 0.8F) : ui.color(Role::Muted);
    const float middle = rect.GetCenter().y;
    float x = rect.Min.x + ui.em(0.75F);
    if (choice.icon != Icon::None) {
        draw_icon(ui, list, {x + icon_width(ui) / 2, middle}, choice.icon,
                  selected ? strong : weak);
        x += icon_width(ui) + ui.em(0.4F);
    }
    const Face face = selected ? Face::Strong : Face::Body;
    const ImVec2 label = measure(ui, face, choice.label);
    draw_text(ui, list, {x, middle - label.y / 2}, face, strong, choice.label);
    const ImVec2 code = measure(ui, Face::Caption, segment.hint);
    draw_text(ui, list, {rect.Max.x - ui.em(0.7F) - code.x, middle - code.y / 2}, Face::Caption,
              weak, segment.hint);
}

}  // namespace

bool segmented(Ui& ui, std::string_view id, std::string_view label, std::span<const Choice> choices,
               std::string& code, const FieldOptions& options) {
    if (choices.empty()) {
        return false;
    }
    const FieldFrame frame(ui, label, options);
    const std::vector<Segment> segments = place_segments(ui, choices, frame.top(), frame.width());
    ImRect all = segments.front().rect;
    for (const Segment& segment : segments) {
        all.Add(segment.rect);
    }
    ImGui::SetCursorScreenPos(frame.top());
    ImGui::ItemSize(all.GetSize());
    const ImGuiID item = hash_id(id);
    const Press press =
        press_item(ui, item, all, options.enabled, nullptr, ImGuiButtonFlags_PressedOnClick);
    const auto current = std::find_if(choices.begin(), choices.end(),
                                      [&code](const Choice& c) { return c.code == code; });
    const auto before = static_cast<std::size_t>(current - choices.begin());
    std::size_t now = before;
    if (press.focused && options.enabled) {
        now = moved_by_keys(item, now, choices.size());
        now = typed_code(ui, item, choices, now);
    }
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const bool under = press.hovered && segments[i].rect.Contains(mouse);
        if (press.pressed && under && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
            now = i;
        }
    }
    if (now < choices.size() && !choices[now].enabled) {
        now = before;
    }
    for (std::size_t i = 0; i < choices.size(); ++i) {
        const bool under = press.hovered && segments[i].rect.Contains(mouse);
        paint_segment(ui, segments[i], choices[i], i == now, under,
                      options.enabled && choices[i].enabled);
    }
    focus_ring(ui, all, item);
    report(ui, all,
           {.kind = Kind::Segmented,
            .id = id,
            .label = label,
            .value = now < choices.size() ? choices[now].label : std::string_view{},
            .error = options.error,
            .item = item,
            .enabled = options.enabled});
    for (std::size_t i = 0; i < choices.size(); ++i) {
        report(ui, segments[i].rect,
               {.kind = Kind::Segment,
                .id = part_id(id, choices[i].code),
                .label = choices[i].label,
                .enabled = choices[i].enabled,
                .selected = i == now});
    }
    if (now == before || now >= choices.size()) {
        return false;
    }
    code = choices[now].code;
    return true;
}

bool tabs(Ui& ui, std::string_view id, std::span<const TabItem> items, std::size_t& active) {
    if (items.empty()) {
        return false;
    }
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    const float height = std::ceil(ui.em(2.4F));
    const ImRect all(start.x, start.y, start.x + width, start.y + height);
    ImGui::ItemSize(all.GetSize());
    const ImGuiID item = hash_id(id);
    const Press press = press_item(ui, item, all, true, nullptr, ImGuiButtonFlags_PressedOnClick);
    const std::size_t before = active;
    if (press.focused) {
        active = std::min(moved_by_keys(item, active, items.size()), items.size() - 1);
    }
    report(ui, all, {.kind = Kind::Segmented, .id = id, .label = id, .item = item});
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddLine(ImVec2(all.Min.x, all.Max.y - 1), ImVec2(all.Max.x, all.Max.y - 1),
                 paint(ui, Role::Border));
    float x = start.x;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const float label = measure(ui, Face::Strong, items[i].label).x;
        const ImVec2 count = measure(ui, Face::Caption, items[i].count);
        const float lead = items[i].count.empty() ? 0 : ui.em(0.45F);
        const ImRect rect(x, start.y, x + label + lead + count.x, start.y + height);
        if (press.pressed && rect.Contains(ImGui::GetIO().MousePos) &&
            ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
            active = i;
        }
        const bool now = i == active;
        const float middle = rect.GetCenter().y - ui.em(0.1F);
        draw_text(ui, list, {x, middle - measure(ui, Face::Body, "x").y / 2},
                  now ? Face::Strong : Face::Body, ui.color(now ? Role::Text : Role::Muted),
                  items[i].label);
        draw_text(ui, list, {x + label + lead, middle - count.y / 2}, Face::Caption,
                  ui.color(Role::Muted), items[i].count);
        if (now) {
            list.AddRectFilled(ImVec2(rect.Min.x, rect.Max.y - ui.em(0.16F)), rect.Max,
                               paint(ui, Role::Accent), ui.em(0.08F));
            focus_ring(
                ui,
                ImRect(rect.Min.x, rect.Min.y + ui.em(0.3F), rect.Max.x, rect.Max.y - ui.em(0.4F)),
                item);
        }
        report(ui, rect,
               {.kind = Kind::Tab,
                .id = items[i].id,
                .label = items[i].label,
                .value = items[i].count,
                .selected = now});
        x = rect.Max.x + ui.em(1.6F);
    }
    return active != before;
}

}  // namespace balie::ui
