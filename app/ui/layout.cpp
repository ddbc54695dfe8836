#include "app/ui/layout.h"

#include "app/ui/widget_core.h"
#include "app/ui/widgets.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace balie::ui {

void space(Ui& ui, float em) {
    ImGui::Dummy(ImVec2(0, ui.em(em)));
}

void same_line(Ui& ui, float gap_em) {
    ImGui::SameLine(0, ui.em(gap_em));
}

void same_line_if(Ui& ui, float width_em) {
    const float right = ImGui::GetWindowPos().x + ImGui::GetContentRegionMax().x;
    if (ImGui::GetItemRectMax().x + ui.em(kGapEm + width_em) <= right + 0.5F) same_line(ui);
}

void separator(Ui& ui) {
    const ImVec2 place = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;
    ImGui::ItemSize(ImVec2(width, ui.em(0.3F)));
    const float y = std::floor(place.y + ui.em(0.15F));
    ImGui::GetWindowDrawList()->AddLine(ImVec2(place.x, y), ImVec2(place.x + width, y),
                                        paint(ui, Role::Border));
}

float available_em(Ui& ui) {
    return ImGui::GetContentRegionAvail().x / ui.em();
}

float available_height_em(Ui& ui) {
    return ImGui::GetContentRegionAvail().y / ui.em();
}

// --- scroll areas ------------------------------------------------------------------------------

ScrollArea::ScrollArea(Ui& ui, std::string_view id, const AreaOptions& options) : ui_(ui) {
    const ImVec2 available = ImGui::GetContentRegionAvail();
    ImVec2 size = available;
    if (options.width_em > 0) {
        size.x = ui.em(options.width_em);
    }
    if (options.height_em > 0) {
        size.y = ui.em(options.height_em);
    } else if (options.height_em < 0) {
        size.y = available.y + ui.em(options.height_em);
    }
    size.x = std::max(size.x, 1.0F);
    size.y = std::max(size.y, 1.0F);
    ImGui::PushStyleColor(ImGuiCol_ChildBg, paint(ui, options.background));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding,
                        options.padded ? ImVec2(ui.em(), ui.em()) : ImVec2(0, 0));
    ImGui::BeginChild(hash_id(id), size, ImGuiChildFlags_AlwaysUseWindowPadding,
                      ImGuiWindowFlags_NavFlattened);
    ImGui::PopStyleVar();
    ImGui::PopStyleColor();
    report(ui, ImGui::GetCurrentWindow()->Rect(), {.kind = Kind::Area, .id = id});
}

ScrollArea::~ScrollArea() {
    (void)ui_;
    ImGui::EndChild();
}

void ScrollArea::to_top() {
    ImGui::SetScrollY(0);
}

// --- cards -------------------------------------------------------------------------------------

struct Card::State {
    State(Ui& of, std::string_view card_id, std::string_view card_title, const CardOptions& given)
        : ui(of),
          id(card_id),
          title(card_title),
          options(given),
          list(ImGui::GetWindowDrawList()),
          start(ImGui::GetCursorScreenPos()),
          width(ImGui::GetContentRegionAvail().x),
          pad(of.em(given.padding_em)),
          narrow(start.x + width - pad) {}

    Ui& ui;
    std::string id;
    std::string title;
    CardOptions options;
    ImDrawList* list;
    ImDrawListSplitter layers;
    ImVec2 start;
    float width;
    float pad;
    NarrowRegion narrow;
};

Card::Card(Ui& ui, std::string_view id, std::string_view title, const CardOptions& options)
    : state_(std::make_unique<State>(ui, id, title, options)) {
    State& s = *state_;
    // The background is drawn last, under what stands on it, when its height is known.
    s.layers.Split(s.list, 2);
    s.layers.SetCurrentChannel(s.list, 1);
    ImGui::SetCursorScreenPos(ImVec2(s.start.x + s.pad, s.start.y + s.pad));
    ImGui::BeginGroup();
    if (!title.empty()) {
        if (options.icon != Icon::None) {
            text(ui, icon_text(options.icon), {.role = Role::Muted, .face = Face::Heading});
            same_line(ui, 0.5F);
        }
        heading(ui, title, options.trailing);
        space(ui, 0.15F);
    }
}

Card::~Card() {
    State& s = *state_;
    ImGui::EndGroup();
    const float content = ImGui::GetItemRectMax().y + s.pad;
    const float bottom = std::max(content, s.start.y + s.ui.em(s.options.min_height_em));
    const ImRect rect(s.start.x, s.start.y, s.start.x + s.width, std::floor(bottom));
    s.layers.SetCurrentChannel(s.list, 0);
    const float rounding = s.ui.em(0.5F);
    s.list->AddRectFilled(rect.Min, rect.Max, paint(s.ui, Role::SurfaceRaised), rounding);
    s.list->AddRect(rect.Min, rect.Max, paint(s.ui, Role::Border), rounding);
    if (s.options.accent != Role::Border) {
        s.list->AddRectFilled(rect.Min, ImVec2(rect.Min.x + s.ui.em(0.25F), rect.Max.y),
                              paint(s.ui, s.options.accent), rounding,
                              ImDrawFlags_RoundCornersLeft);
    }
    s.layers.Merge(s.list);
    ImGui::SetCursorScreenPos(s.start);
    // Cards stand as far apart below each other as columns do beside each other.
    ImGui::ItemSize(ImVec2(rect.GetWidth(), rect.GetHeight() + s.ui.em(0.6F)));
    ImGui::ItemAdd(rect, 0);
    report(s.ui, rect, {.kind = Kind::Card, .id = s.id, .label = s.title});
}

// --- columns -----------------------------------------------------------------------------------

struct Columns::State {
    explicit State(Ui& of) : ui(of) {}

    Ui& ui;
    std::vector<float> widths;
    float gap = 0;
    ImVec2 start;
    float next_x = 0;
    float bottom = 0;
    std::size_t index = 0;
    bool stacked = false;
    std::optional<NarrowRegion> narrow;
};

Columns::Columns(Ui& ui, std::initializer_list<float> weights, float gap_em, float min_em)
    : state_(std::make_unique<State>(ui)) {
    State& s = *state_;
    s.gap = ui.em(gap_em);
    s.start = ImGui::GetCursorScreenPos();
    s.next_x = s.start.x;
    s.bottom = s.start.y;
    float total = 0;
    for (const float weight : weights) {
        total += weight;
    }
    const float free =
        ImGui::GetContentRegionAvail().x - s.gap * static_cast<float>(weights.size() - 1);
    for (const float weight : weights) {
        s.widths.push_back(std::floor(free * weight / total));
        s.stacked = s.stacked || s.widths.back() < ui.em(min_em);
    }
}

void Columns::next() {
    State& s = *state_;
    if (s.stacked) {
        if (s.index++ > 0) {
            space(s.ui, 0.2F);
        }
        return;
    }
    if (s.index > 0) {
        ImGui::EndGroup();
        s.narrow.reset();
        s.bottom = std::max(s.bottom, ImGui::GetItemRectMax().y);
    }
    const float width = s.widths[std::min(s.index, s.widths.size() - 1)];
    ImGui::SetCursorScreenPos(ImVec2(s.next_x, s.start.y));
    ImGui::BeginGroup();
    s.narrow.emplace(s.next_x + width);
    s.next_x += width + s.gap;
    ++s.index;
}

Columns::~Columns() {
    State& s = *state_;
    if (s.stacked || s.index == 0) {
        return;
    }
    ImGui::EndGroup();
    s.narrow.reset();
    s.bottom = std::max(s.bottom, ImGui::GetItemRectMax().y);
    ImGui::SetCursorScreenPos(s.start);
    ImGui::Dummy(ImVec2(ImGui::GetContentRegionAvail().x, s.bottom - s.start.y));
}

// --- right group -------------------------------------------------------------------------------

RightGroup::RightGroup(Ui& ui, std::string_view id, Line line)
    : ui_(ui), key_(hash_id(part_id(id, "right"))) {
    if (line == Line::Same) {
        ImGui::SameLine(0, 0);
    }
    // Its width is known once it has been drawn: the first frame is corrected by the second.
    const auto known = ui.state().widths.find(key_);
    const ImVec2 place = ImGui::GetCursorScreenPos();
    const float right = place.x + ImGui::GetContentRegionAvail().x;
    const float width = known == ui.state().widths.end() ? 0 : known->second;
    ImGui::SetCursorScreenPos(ImVec2(std::max(place.x, right - width), place.y));
    ImGui::BeginGroup();
    // Its content is as wide as it likes; only where it starts follows from that.
    wide_ = std::make_unique<NarrowRegion>(right + ui.em(200));
}

RightGroup::~RightGroup() {
    wide_.reset();
    ImGui::EndGroup();
    float& known = ui_.state().widths[key_];
    const float width = ImGui::GetItemRectSize().x;
    if (known != width) {
        known = width;
        ui_.need_frame_in_ms(0);
    }
}

}  // namespace balie::ui
