#include "app/ui/layout.h"
#include "app/ui/widget_core.h"
#include "app/ui/widgets.h"

#include <algorithm>
#include <cmath>

namespace balie::ui {
namespace {

constexpr float kSidebarEm = 16;
constexpr float kStatusEm = 2.1F;
constexpr float kPagePadEm = 1.8F;

constexpr ImGuiWindowFlags kStill = ImGuiWindowFlags_NoScrollbar |
                                    ImGuiWindowFlags_NoScrollWithMouse |
                                    ImGuiWindowFlags_NavFlattened;

void paint_nav_item(Ui& ui, const ImRect& rect, const NavItem& item, const Press& press) {
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
    const float middle = rect.GetCenter().y;
    const Color color = ui.color(item.active ? Role::SidebarText : Role::SidebarMuted);
    draw_icon(ui, list, {rect.Min.x + ui.em(1.35F), middle}, item.icon, color);
    float right = rect.Max.x - ui.em(0.7F);
    const float line = measure(ui, Face::Body, "x").y;
    const float small = measure(ui, Face::Caption, "x").y;
    if (ImGui::GetIO().KeyAlt && !item.shortcut.empty()) {
        const float width = measure(ui, Face::Caption, item.shortcut).x;
        right -= width;
        draw_text(ui, list, {right, middle - small / 2}, Face::Caption, ui.color(Role::SidebarText),
                  item.shortcut);
    } else if (!item.count.empty()) {
        const float width = measure(ui, Face::Caption, item.count).x + ui.em(0.9F);
        right -= width;
        const bool quiet = item.count_role == Role::Muted;
        const ImVec2 low(right, middle - small / 2 - ui.em(0.1F));
        const ImVec2 high(right + width, middle + small / 2 + ui.em(0.1F));
        if (!quiet) {
            list.AddRectFilled(low, high, paint(ui, Role::SidebarText), small);
        }
        draw_text(ui, list, {right + ui.em(0.45F), middle - small / 2}, Face::Caption,
                  ui.color(quiet ? Role::SidebarMuted : Role::Sidebar), item.count);
    }
    draw_text(ui, list, {rect.Min.x + ui.em(2.5F), middle - line / 2},
              item.active ? Face::Strong : Face::Body, ui.color(Role::SidebarText), item.label,
              right - rect.Min.x - ui.em(2.9F));
}

bool nav_item(Ui& ui, const NavItem& item) {
    const ImVec2 place = ImGui::GetCursorScreenPos();
    const ImVec2 size(ImGui::GetContentRegionAvail().x, ui.em(2.5F));
    const ImRect rect(place.x, place.y, place.x + size.x, place.y + size.y);
    ImGui::ItemSize(size);
    const ImGuiID id = hash_id(item.id);
    const Press press = press_item(ui, id, rect, true);
    if (press.visible) {
        paint_nav_item(ui, rect, item, press);
        focus_ring(ui, rect, id);
    }
    report(ui, rect,
           {.kind = Kind::NavItem,
            .id = item.id,
            .label = item.label,
            .value = item.count,
            .item = id,
            .selected = item.active});
    return press.pressed;
}

void sidebar_product(Ui& ui, std::string_view product) {
    const ImVec2 place = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float side = ui.em(1.9F);
    list.AddRectFilled(place, ImVec2(place.x + side, place.y + side), paint(ui, Role::SidebarText),
                       ui.em(0.45F));
    draw_icon(ui, list, {place.x + side / 2, place.y + side / 2}, Icon::Forum,
              ui.color(Role::Sidebar));
    const float line = measure(ui, Face::Heading, "x").y;
    draw_text(ui, list, {place.x + side + ui.em(0.7F), place.y + (side - line) / 2}, Face::Heading,
              ui.color(Role::SidebarText), product);
    ImGui::Dummy(ImVec2(ui.em(6), side));
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
    const float x = left + ui.em(0.3F) + radius * 2 + ui.em(0.6F);
    const float room = left + width - x;
    draw_text(ui, list, {x, top}, Face::Body, ui.color(Role::SidebarText), options.person, room);
    draw_text(ui, list, {x, top + line}, Face::Caption, ui.color(Role::SidebarMuted), options.place,
              room);
    report(ui, ImRect(left, top, left + width, top + height),
           {.kind = Kind::Text, .label = options.person, .value = options.place});
}

float status_icon_width(Ui& ui, const StatusItem& item) {
    return item.icon == Icon::None ? 0 : icon_width(ui, Face::Caption) + ui.em(0.35F);
}

float status_width(Ui& ui, const StatusItem& item) {
    return measure(ui, Face::Caption, item.text).x + status_icon_width(ui, item) + ui.em(1.2F);
}

bool status_item(Ui& ui, const StatusItem& item, float height) {
    const ImVec2 label = measure(ui, Face::Caption, item.text);
    const float icon = status_icon_width(ui, item);
    const ImVec2 size(label.x + icon + ui.em(1.2F), height);
    const ImVec2 place = ImGui::GetCursorScreenPos();
    const ImRect rect(place.x, place.y, place.x + size.x, place.y + size.y);
    ImGui::ItemSize(size);
    const ImGuiID id = item.id.empty() ? 0 : hash_id(item.id);
    Press press;
    if (id != 0) {
        press = press_item(ui, id, rect, true);
    } else {
        press.visible = ImGui::ItemAdd(rect, 0);
    }
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (press.hovered) {
        list.AddRectFilled(rect.Min, rect.Max, paint(ui, Role::Hover));
    }
    const Color color = ui.color(item.role);
    const float middle = rect.GetCenter().y;
    draw_icon(ui, list, {place.x + ui.em(0.6F) + (icon - ui.em(0.35F)) / 2, middle}, item.icon,
              color, Face::Caption);
    draw_text(ui, list, {place.x + ui.em(0.6F) + icon, middle - label.y / 2}, Face::Caption, color,
              item.text);
    if (id != 0) {
        focus_ring(ui, ImRect(rect.Min.x + 2, rect.Min.y + 3, rect.Max.x - 2, rect.Max.y - 3), id,
                   0.2F);
    }
    report(ui, rect,
           {.kind = Kind::StatusItem,
            .id = item.id,
            .label = item.text,
            .value = role_name(item.role),
            .item = id});
    return press.pressed;
}

}  // namespace

float status_bar_em() {
    return kStatusEm;
}

WindowFrame::WindowFrame(Ui& ui) : ui_(ui) {
    const ImGuiViewport* const view = ImGui::GetMainViewport();
    ImGui::SetNextWindowPos(view->Pos);
    ImGui::SetNextWindowSize(view->Size);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    ImGui::Begin("##balie", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                     ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleVar();
    ui.state().page_left = 0;
}

WindowFrame::~WindowFrame() {
    (void)ui_;
    ImGui::End();
}

std::optional<std::size_t> sidebar(Ui& ui, std::span<const NavItem> items,
                                   const SidebarOptions& options) {
    std::optional<std::size_t> chosen;
    const ImVec2 view = ImGui::GetMainViewport()->Size;
    const float width = std::floor(ui.em(kSidebarEm));
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

std::optional<std::size_t> status_bar(Ui& ui, std::span<const StatusItem> items) {
    std::optional<std::size_t> chosen;
    const ImVec2 view = ImGui::GetMainViewport()->Size;
    const float left = ui.state().page_left;
    const float height = std::floor(ui.em(kStatusEm));
    ImGui::SetCursorScreenPos(ImVec2(left, view.y - height));
    ImGui::PushStyleColor(ImGuiCol_ChildBg, paint(ui, Role::SurfaceRaised));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
    ImGui::BeginChild("##status", ImVec2(view.x - left, height), ImGuiChildFlags_None, kStill);
    float wanted = ui.em(2 * kPagePadEm);
    for (const StatusItem& item : items) {
        wanted += status_width(ui, item);
    }
    const bool all = wanted <= view.x - left;
    const auto draw_side = [&](bool right_side) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (items[i].right == right_side && (all || !items[i].may_go)) {
                chosen = status_item(ui, items[i], height) ? std::optional(i) : chosen;
                ImGui::SameLine(0, 0);
            }
        }
    };
    ImGui::SetCursorScreenPos(ImVec2(left + ui.em(kPagePadEm - 0.6F), view.y - height));
    draw_side(false);
    {
        const NarrowRegion narrow(view.x - ui.em(kPagePadEm - 0.6F));
        const RightGroup right(ui, "balie.status");
        draw_side(true);
    }
    ImGui::GetWindowDrawList()->AddLine(ImVec2(left, view.y - height),
                                        ImVec2(view.x, view.y - height), paint(ui, Role::Border));
    ImGui::EndChild();
    ImGui::PopStyleVar(2);
    ImGui::PopStyleColor();
    return chosen;
}

// --- page --------------------------------------------------------------------------------------

struct Page::State {
    State(Ui& of, std::string_view page_id, const PageOptions& given)
        : ui(of), id(page_id), options(given) {}

    Ui& ui;
    std::string id;
    PageOptions options;
    ImVec2 title_max;  // right end of the title's line
    float title_top = 0;
    float header_bottom = 0;
    bool actions_below = false;  // no word of the title would be whole beside them
    std::optional<RightGroup> actions;
    std::optional<NarrowRegion> narrow;
    bool in_body = false;
};

namespace {

/// As wide as a title's widest word, where it takes several lines.
float longest_word(Ui& ui, std::string_view title) {
    float widest = 0;
    while (!title.empty()) {
        const std::size_t end = std::min(title.find(' '), title.size());
        widest = std::max(widest, measure(ui, Face::Heading, title.substr(0, end)).x);
        title.remove_prefix(std::min(end + 1, title.size()));
    }
    return widest;
}

}  // namespace

Page::Page(Ui& ui, std::string_view id, std::string_view title, const PageOptions& options)
    : state_(std::make_unique<State>(ui, id, options)) {
    State& s = *state_;
    const ImVec2 view = ImGui::GetMainViewport()->Size;
    const float left = ui.state().page_left;
    ImGui::SetCursorScreenPos(ImVec2(left, 0));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(ui.em(kPagePadEm), ui.em(1.3F)));
    ImGui::BeginChild(hash_id(part_id(id, "page")),
                      ImVec2(view.x - left, view.y - std::floor(ui.em(kStatusEm))),
                      ImGuiChildFlags_AlwaysUseWindowPadding, kStill);
    ImGui::PopStyleVar();
    s.title_top = ImGui::GetCursorScreenPos().y;
    if (options.back) {
        const ImVec2 place = ImGui::GetCursorScreenPos();
        ImGui::SetCursorScreenPos(ImVec2(place.x - ui.em(0.4F), place.y + ui.em(0.2F)));
        back_ = icon_button(ui, part_id(id, "back"), ui.own_texts().back, Icon::ArrowLeft);
        same_line(ui, 0.3F);
    }
    {
        const auto known =
            ui.state().widths.find(hash_id(part_id(part_id(id, "actions"), "right")));
        const float taken = known == ui.state().widths.end() ? 0 : known->second + ui.em();
        const ImVec2 place = ImGui::GetCursorScreenPos();
        const float room = ImGui::GetContentRegionAvail().x;
        s.actions_below = taken > 0 && longest_word(ui, title) > room - taken;
        const NarrowRegion narrow(place.x + room - (s.actions_below ? 0 : taken));
        // The title is centred on the buttons beside it. One that is too long for that is smaller,
        // and takes the lines it needs: a name is never cut on its own page.
        const bool fits =
            measure(ui, Face::Title, title).x <= ImGui::GetContentRegionAvail().x + 0.5F;
        const Face face = fits ? Face::Title : Face::Heading;
        const float line = measure(ui, face, "x").y;
        ImGui::SetCursorScreenPos(ImVec2(place.x, s.title_top + (ui.em(2.3F) - line) / 2));
        ImGui::GetCurrentWindow()->DC.CurrLineTextBaseOffset = 0;
        text(ui, title, {.face = face, .wrap = !fits});
        s.title_max = ImVec2(ImGui::GetItemRectMax().x, s.title_top);
        s.header_bottom = std::max(s.title_top + ui.em(2.3F), ImGui::GetItemRectMax().y);
    }
    if (!options.subtitle.empty()) {
        const float indent = ImGui::GetWindowPos().x + ui.em(kPagePadEm);
        ImGui::SetCursorScreenPos(ImVec2(indent, s.header_bottom + ui.em(0.05F)));
        muted(ui, options.subtitle);
        s.header_bottom = ImGui::GetItemRectMax().y;
    }
}

void Page::beside_title() {
    State& s = *state_;
    const float line = measure(s.ui, Face::Body, "x").y;
    ImGui::SetCursorScreenPos(ImVec2(s.title_max.x + s.ui.em(0.8F),
                                     s.title_top + (s.ui.em(2.3F) - line) / 2 + s.ui.em(0.1F)));
}

void Page::actions() {
    State& s = *state_;
    float top = s.title_top;
    if (s.actions_below) {
        top = s.header_bottom + s.ui.em(0.4F);
        s.header_bottom = top + s.ui.em(2.3F);
    }
    ImGui::SetCursorScreenPos(ImVec2(ImGui::GetWindowPos().x + s.ui.em(kPagePadEm), top));
    s.actions.emplace(s.ui, part_id(s.id, "actions"), Line::Own);
}

void Page::body() {
    State& s = *state_;
    s.actions.reset();
    const float left = ImGui::GetWindowPos().x;
    const float pad = s.ui.em(kPagePadEm);
    ImGui::SetCursorScreenPos(ImVec2(left, s.header_bottom + s.ui.em(0.9F)));
    const float below = s.options.scroll ? 0 : s.ui.em(1.2F);
    const ImVec2 size(ImGui::GetWindowSize().x, ImGui::GetWindowPos().y + ImGui::GetWindowSize().y -
                                                    below - ImGui::GetCursorScreenPos().y);
    // The page's own padding would hide the scroll bar, which stands at its very edge.
    ImGui::PushClipRect(
        ImGui::GetWindowPos(),
        ImVec2(left + ImGui::GetWindowSize().x, ImGui::GetWindowPos().y + ImGui::GetWindowSize().y),
        false);
    const float right = left + size.x - pad;
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(pad, s.ui.em(0.2F)));
    ImGui::BeginChild(hash_id(part_id(s.id, "body")), ImVec2(size.x, std::max(1.0F, size.y)),
                      ImGuiChildFlags_AlwaysUseWindowPadding,
                      s.options.scroll ? ImGuiWindowFlags_NavFlattened : kStill);
    ImGui::PopStyleVar();
    s.in_body = true;
    // What scrolls ends where the title's buttons end, with or without a scroll bar.
    const float widest = ImGui::GetCursorScreenPos().x + s.ui.em(s.options.width_em);
    s.narrow.emplace(s.options.width_em > 0 ? std::min(right, widest) : right);
}

Page::~Page() {
    State& s = *state_;
    s.actions.reset();
    s.narrow.reset();
    if (s.in_body) {
        if (s.options.scroll) {
            space(s.ui, 1.0F);
        }
        ImGui::EndChild();
        ImGui::PopClipRect();
    }
    // The body fills the page to its edge. ImGui would count the page's own padding behind it as
    // more to see, and push the title out of sight to show what got the keyboard.
    ImGuiWindow& page = *ImGui::GetCurrentWindow();
    page.DC.CursorMaxPos = page.DC.IdealMaxPos = page.DC.CursorStartPos;
    ImGui::EndChild();
}

}  // namespace balie::ui
