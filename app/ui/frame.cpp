#include "app/ui/layout.h"
#include "app/ui/widget_core.h"
#include "app/ui/widgets.h"

#include <algorithm>
#include <cmath>

namespace balie::ui {
namespace {

constexpr float kStatusEm = 2.1F;
constexpr float kPagePadEm = 1.8F;

float status_icon_width(Ui& ui, const StatusItem& item) {
    return item.icon == Icon::None ? 0 : icon_width(ui, Face::Caption) + ui.em(0.35F);
}

/// What a status bar leaves out, in this order, until all has room.
enum class StatusRoom : std::uint8_t { All, Lasting, IconsAtRight };

bool shows(const StatusItem& item, StatusRoom room) {
    return room == StatusRoom::All || !item.may_go;
}

bool icon_alone(const StatusItem& item, StatusRoom room) {
    return room == StatusRoom::IconsAtRight && item.right && item.icon != Icon::None;
}

float status_width(Ui& ui, const StatusItem& item) {
    return measure(ui, Face::Caption, item.text).x + status_icon_width(ui, item) + ui.em(1.2F);
}

StatusRoom status_room(Ui& ui, std::span<const StatusItem> items, float room) {
    for (const StatusRoom each : {StatusRoom::All, StatusRoom::Lasting}) {
        float wanted = ui.em(2 * kPagePadEm);
        for (const StatusItem& item : items) {
            wanted += shows(item, each) ? status_width(ui, item) : 0;
        }
        if (wanted <= room) return each;
    }
    return StatusRoom::IconsAtRight;
}

bool status_item(Ui& ui, const StatusItem& item, float height, bool only_icon) {
    const std::string_view words = only_icon ? std::string_view{} : item.text;
    const ImVec2 label = measure(ui, Face::Caption, words);
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
              words);
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
    const StatusRoom room = status_room(ui, items, view.x - left);
    const auto draw_side = [&](bool right_side) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (items[i].right == right_side && shows(items[i], room)) {
                const bool alone = icon_alone(items[i], room);
                chosen = status_item(ui, items[i], height, alone) ? std::optional(i) : chosen;
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
    float beside_left = 0;       // where badges begin; 0: none
    bool actions_below = false;  // no word of the title would be whole beside them
    std::optional<RightGroup> actions;
    bool actions_flow = false;  // wider than the page, so on more lines
    std::optional<NarrowRegion> narrow;
    bool in_body = false;

    // Of the last frame; 0 in the first.
    [[nodiscard]] float& known_width(std::string_view part) const {
        return ui.state().widths[hash_id(part_id(id, part))];
    }

    void end_actions() {
        actions.reset();
        if (!actions_flow) return;
        actions_flow = false;
        ImGui::EndGroup();
        header_bottom = std::max(header_bottom, ImGui::GetItemRectMax().y);
    }

    void end_beside() {
        const float width =
            beside_left == 0 ? 0 : ImGui::GetItemRectMax().x - beside_left + ui.em(0.8F);
        beside_left = 0;
        float& known = known_width("beside");
        if (known != width) {
            known = width;
            ui.need_frame_in_ms(0);
        }
    }
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
        const float wanted =
            std::max(s.known_width("wanted"),
                     ui.state().widths[hash_id(part_id(part_id(id, "actions"), "right"))]);
        const float taken = wanted == 0 ? 0 : wanted + ui.em();
        const ImVec2 place = ImGui::GetCursorScreenPos();
        const float room = ImGui::GetContentRegionAvail().x - s.known_width("beside");
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
    s.beside_left = s.title_max.x + s.ui.em(0.8F);
    ImGui::SetCursorScreenPos(
        ImVec2(s.beside_left, s.title_top + (s.ui.em(2.3F) - line) / 2 + s.ui.em(0.1F)));
}

void Page::actions(float width_em) {
    State& s = *state_;
    s.end_beside();
    s.known_width("wanted") = s.ui.em(width_em);
    float top = s.title_top;
    if (s.actions_below) {
        top = s.header_bottom + s.ui.em(0.4F);
        s.header_bottom = top + s.ui.em(2.3F);
    }
    ImGui::SetCursorScreenPos(ImVec2(ImGui::GetWindowPos().x + s.ui.em(kPagePadEm), top));
    if (s.ui.em(width_em) <= ImGui::GetContentRegionAvail().x) {
        s.actions.emplace(s.ui, part_id(s.id, "actions"), Line::Own);
    } else {
        ImGui::BeginGroup();
        s.actions_flow = true;
    }
}

void Page::body() {
    State& s = *state_;
    if (!s.actions && !s.actions_flow) s.end_beside();
    s.end_actions();
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
    s.end_actions();
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
