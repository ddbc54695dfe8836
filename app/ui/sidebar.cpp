#include "app/ui/layout.h"
#include "app/ui/widget_core.h"
#include "app/ui/widgets.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace balie::ui {
namespace {

constexpr float kSidebarEm = 16;
/// In a window that is narrower than this, for its letters, the sidebar is a rail of icons.
constexpr float kRailBelowEm = 66;
constexpr float kRailEm = 4.6F;

bool is_rail(Ui& ui) {
    return ImGui::GetMainViewport()->Size.x < ui.em(kRailBelowEm);
}

void paint_nav_ground(Ui& ui, const ImRect& rect, const NavItem& item, const Press& press) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float rounding = ui.em(0.4F);
    if (item.active) {
        list.AddRectFilled(rect.Min, rect.Max, paint(ui, Role::SidebarActive), rounding);
        const float inset = ui.em(0.55F);
        list.AddRectFilled(ImVec2(rect.Min.x, rect.Min.y + inset),
                           ImVec2(rect.Min.x + ui.em(0.2F), rect.Max.y - inset),
                           paint(ui, Role::SidebarText), ui.em(0.1F));
    } else if (press.hovered) {
        list.AddRectFilled(rect.Min, rect.Max,
                           paint(mix(ui.color(Role::SidebarActive), ui.color(Role::Sidebar), 0.5F)),
                           rounding);
    }
}

/// Ends at `right`; answers where it begins.
float paint_nav_count(Ui& ui, const NavItem& item, float right, float middle) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float small = measure(ui, Face::Caption, "x").y;
    const float left = right - measure(ui, Face::Caption, item.count).x - ui.em(0.9F);
    const bool quiet = item.count_role == Role::Muted;
    if (!quiet) {
        list.AddRectFilled(ImVec2(left, middle - small / 2 - ui.em(0.1F)),
                           ImVec2(right, middle + small / 2 + ui.em(0.1F)),
                           paint(ui, Role::SidebarText), small);
    }
    draw_text(ui, list, {left + ui.em(0.45F), middle - small / 2}, Face::Caption,
              ui.color(quiet ? Role::SidebarMuted : Role::Sidebar), item.count);
    return left;
}

/// Ends at `right`; answers where it begins.
float paint_nav_shortcut(Ui& ui, const NavItem& item, float right, float middle) {
    const ImVec2 size = measure(ui, Face::Caption, item.shortcut);
    draw_text(ui, *ImGui::GetWindowDrawList(), {right - size.x, middle - size.y / 2}, Face::Caption,
              ui.color(Role::SidebarText), item.shortcut);
    return right - size.x;
}

void paint_nav_item(Ui& ui, const ImRect& rect, const NavItem& item) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float middle = rect.GetCenter().y;
    const Color color = ui.color(item.active ? Role::SidebarText : Role::SidebarMuted);
    draw_icon(ui, list, {rect.Min.x + ui.em(1.35F), middle}, item.icon, color);
    float right = rect.Max.x - ui.em(0.7F);
    const float line = measure(ui, Face::Body, "x").y;
    if (ImGui::GetIO().KeyAlt && !item.shortcut.empty()) {
        right = paint_nav_shortcut(ui, item, right, middle);
    } else if (!item.count.empty()) {
        right = paint_nav_count(ui, item, right, middle);
    }
    draw_text(ui, list, {rect.Min.x + ui.em(2.5F), middle - line / 2},
              item.active ? Face::Strong : Face::Body, ui.color(Role::SidebarText), item.label,
              right - rect.Min.x - ui.em(2.9F));
}

/// The icon alone, or with Alt its keys; the label is said when the pointer is on it.
void paint_rail_item(Ui& ui, const ImRect& rect, const NavItem& item) {
    const ImVec2 centre = rect.GetCenter();
    if (ImGui::GetIO().KeyAlt && !item.shortcut.empty()) {
        const float half = measure(ui, Face::Caption, item.shortcut).x / 2;
        paint_nav_shortcut(ui, item, centre.x + half, centre.y);
        return;
    }
    const float aside = item.count.empty() ? 0 : ui.em(0.5F);
    draw_icon(ui, *ImGui::GetWindowDrawList(), {centre.x - aside, centre.y}, item.icon,
              ui.color(item.active ? Role::SidebarText : Role::SidebarMuted));
    if (!item.count.empty()) {
        paint_nav_count(ui, item, rect.Max.x, rect.Min.y + ui.em(0.6F));
    }
}

bool nav_item(Ui& ui, const NavItem& item) {
    const ImVec2 place = ImGui::GetCursorScreenPos();
    const ImVec2 size(ImGui::GetContentRegionAvail().x, ui.em(2.5F));
    const ImRect rect(place.x, place.y, place.x + size.x, place.y + size.y);
    ImGui::ItemSize(size);
    const ImGuiID id = hash_id(item.id);
    const Press press = press_item(ui, id, rect, true);
    if (press.visible) {
        paint_nav_ground(ui, rect, item, press);
        if (is_rail(ui)) {
            paint_rail_item(ui, rect, item);
        } else {
            paint_nav_item(ui, rect, item);
        }
        focus_ring(ui, rect, id);
    }
    report(ui, rect,
           {.kind = Kind::NavItem,
            .id = item.id,
            .label = item.label,
            .value = item.count,
            .item = id,
            .selected = item.active});
    if (is_rail(ui)) tooltip_for_last(ui, item.label);
    return press.pressed;
}

void sidebar_product(Ui& ui, std::string_view product) {
    ImVec2 place = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float side = ui.em(1.9F);
    if (is_rail(ui)) place.x += (ImGui::GetContentRegionAvail().x - side) / 2;
    list.AddRectFilled(place, ImVec2(place.x + side, place.y + side), paint(ui, Role::SidebarText),
                       ui.em(0.45F));
    draw_icon(ui, list, {place.x + side / 2, place.y + side / 2}, Icon::Forum,
              ui.color(Role::Sidebar));
    const float line = measure(ui, Face::Heading, "x").y;
    if (!is_rail(ui)) {
        draw_text(ui, list, {place.x + side + ui.em(0.7F), place.y + (side - line) / 2},
                  Face::Heading, ui.color(Role::SidebarText), product);
    }
    ImGui::Dummy(ImVec2(std::min(ui.em(6), ImGui::GetContentRegionAvail().x), side));
    report(ui, ImRect(place.x, place.y, place.x + ui.em(8), place.y + side),
           {.kind = Kind::Text, .label = product});
}

// The first letters of the first and last word, by code point.
std::string initials(std::string_view name) {
    const auto first_letter = [](std::string_view word) {
        std::size_t length = 1;
        while (length < word.size() &&
               (static_cast<unsigned char>(word[length]) & 0xC0U) == 0x80U) {
            ++length;
        }
        return std::string(word.substr(0, length));
    };
    if (name.empty()) {
        return {};
    }
    const std::size_t last = name.find_last_of(' ');
    std::string out = first_letter(name);
    if (last != std::string_view::npos && last + 1 < name.size()) {
        out += first_letter(name.substr(last + 1));
    }
    return out;
}

void sidebar_person(Ui& ui, const SidebarOptions& options, float left, float width, float bottom) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float radius = ui.em(1.05F);
    const float line = measure(ui, Face::Body, "x").y;
    const float small = measure(ui, Face::Caption, "x").y;
    const float height = line + small;
    const float top = bottom - height - ui.em(1.1F);
    list.AddLine(ImVec2(left, top - ui.em(0.9F)), ImVec2(left + width, top - ui.em(0.9F)),
                 paint(ui, Role::SidebarActive));
    const ImVec2 centre(left + ui.em(0.3F) + radius, top + height / 2);
    list.AddCircleFilled(centre, radius, paint(ui, Role::SidebarActive));
    const std::string letters = initials(options.person);
    const ImVec2 size = measure(ui, Face::Caption, letters);
    draw_text(ui, list, {centre.x - size.x / 2, centre.y - size.y / 2}, Face::Caption,
              ui.color(Role::SidebarText), letters);
    if (!is_rail(ui)) {
        const float x = left + ui.em(0.3F) + radius * 2 + ui.em(0.6F);
        const float room = left + width - x;
        draw_text(ui, list, {x, top}, Face::Body, ui.color(Role::SidebarText), options.person,
                  room);
        draw_text(ui, list, {x, top + line}, Face::Caption, ui.color(Role::SidebarMuted),
                  options.place, room);
    }
    report(ui, ImRect(left, top, left + width, top + height),
           {.kind = Kind::Text, .label = options.person, .value = options.place});
}

}  // namespace

std::optional<std::size_t> sidebar(Ui& ui, std::span<const NavItem> items,
                                   const SidebarOptions& options) {
    std::optional<std::size_t> chosen;
    const ImVec2 view = ImGui::GetMainViewport()->Size;
    const float width = std::floor(ui.em(is_rail(ui) ? kRailEm : kSidebarEm));
    ImGui::SetCursorScreenPos(ImVec2(0, 0));
    ImGui::PushStyleColor(ImGuiCol_ChildBg, paint(ui, Role::Sidebar));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(ui.em(0.9F), ui.em(1.1F)));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(ui.em(0.3F), ui.em(0.15F)));
    ImGui::BeginChild("##sidebar", ImVec2(width, view.y), ImGuiChildFlags_AlwaysUseWindowPadding,
                      kStill);
    sidebar_product(ui, options.product);
    space(ui, 1.0F);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (nav_item(ui, items[i])) {
            chosen = i;
        }
    }
    if (!options.person.empty()) {
        sidebar_person(ui, options, ui.em(0.9F), width - ui.em(1.8F), view.y);
    }
    const float edge = width - 1;
    ImGui::GetWindowDrawList()->AddLine(ImVec2(edge, 0), ImVec2(edge, view.y),
                                        paint(ui, Role::SidebarActive));
    ImGui::EndChild();
    ImGui::PopStyleVar(2);
    ImGui::PopStyleColor();
    ui.state().page_left = width;
    return chosen;
}

}  // namespace balie::ui
