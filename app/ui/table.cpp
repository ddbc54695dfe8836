#include "app/ui/table.h"

#include "app/ui/widget_core.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace balie::ui {
namespace {

constexpr float kHeadEm = 2.1F;
constexpr float kPadEm = 0.8F;

struct Grid {
    std::array<float, kTableColumnsMax + 1> x{};  // left edges, and the right end
    std::array<bool, kTableColumnsMax> gone{};
    std::size_t columns = 0;
    float row_height = 0;
};

// Of the narrowest column that shares the rest; below it columns that may go do so.
constexpr float kLeastShareEm = 12;

float width_of(Ui& ui, const Column& column, float rest_of_one) {
    return column.width_em > 0 ? ui.em(column.width_em) : rest_of_one * column.weight;
}

Grid make_grid(Ui& ui, std::span<const Column> columns, float left, float width, int row_lines) {
    Grid grid;
    grid.columns = std::min(columns.size(), kTableColumnsMax);
    float rest = 0;  // for one unit of weight
    for (int least = 0;; ++least) {
        float weights = 0;
        float least_weight = 1000;
        float fixed = 0;
        bool others = false;
        for (std::size_t i = 0; i < grid.columns; ++i) {
            const Column& column = columns[i];
            grid.gone[i] = column.may_go > 0 && column.may_go <= least;
            if (grid.gone[i]) continue;
            others = others || column.may_go > least;
            fixed += ui.em(column.width_em);
            if (column.width_em > 0) continue;
            weights += column.weight;
            least_weight = std::min(least_weight, column.weight);
        }
        rest = std::max(0.0F, width - fixed) / std::max(weights, 0.01F);
        if (rest * least_weight >= ui.em(kLeastShareEm) || !others) break;
    }
    float x = left;
    for (std::size_t i = 0; i < grid.columns; ++i) {
        grid.x[i] = std::floor(x);
        x += grid.gone[i] ? 0 : width_of(ui, columns[i], rest);
    }
    grid.x[grid.columns] = left + width;
    grid.row_height = std::floor(ui.em(row_lines > 1 ? 3.5F : 2.45F));
    return grid;
}

void paint_head(Ui& ui, std::span<const Column> columns, const Grid& grid, const ImRect& rect,
                bool framed) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (framed) {
        list.AddRectFilled(rect.Min, rect.Max, paint(ui, Role::SurfaceSunken), ui.em(0.5F),
                           ImDrawFlags_RoundCornersTop);
    }
    list.AddLine(ImVec2(rect.Min.x, rect.Max.y - 1), ImVec2(rect.Max.x, rect.Max.y - 1),
                 paint(ui, Role::Border));
    const float pad = ui.em(kPadEm);
    for (std::size_t i = 0; i < grid.columns; ++i) {
        if (grid.gone[i]) continue;
        const ImVec2 size = measure(ui, Face::Caption, columns[i].title);
        const float room = grid.x[i + 1] - grid.x[i] - pad * 2;
        const float shift = columns[i].align == Align::Right ? std::max(0.0F, room - size.x) : 0.0F;
        draw_text(ui, list, {grid.x[i] + pad + shift, rect.GetCenter().y - size.y / 2},
                  Face::Caption, ui.color(Role::Muted), columns[i].title, room);
        report(ui, ImRect(grid.x[i], rect.Min.y, grid.x[i + 1], rect.Max.y),
               {.kind = Kind::Column, .label = columns[i].title});
    }
}

void paint_badge_at(Ui& ui, const Badge& what, float x, float middle) {
    const ImVec2 back = ImGui::GetCursorScreenPos();
    const float line = measure(ui, Face::Body, "x").y;
    ImGui::GetCurrentWindow()->DC.CurrLineTextBaseOffset = 0;
    ImGui::SetCursorScreenPos(ImVec2(x, std::floor(middle - line / 2)));
    badge(ui, what);
    ImGui::SetCursorScreenPos(back);
}

void paint_cell(Ui& ui, const Cell& cell, const ImRect& rect, Align align, int row_lines) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float pad = ui.em(kPadEm);
    float x = rect.Min.x + pad;
    const float right = rect.Max.x - pad;
    const float line = measure(ui, Face::Body, "x").y;
    const float small = measure(ui, Face::Caption, "x").y;
    const bool two = row_lines > 1 && !cell.second.empty();
    const float block = two ? line + small : line;
    const float top = rect.GetCenter().y - block / 2;
    const Face face = cell.strong ? Face::Strong : Face::Body;
    const float width = measure(ui, face, cell.text).x;
    const float icon = cell.icon == Icon::None ? 0 : icon_width(ui) + ui.em(0.45F);
    // At the right end everything moves together, icon and second line too.
    const auto shift_of = [&](float wide) {
        return align == Align::Right ? std::max(0.0F, right - x - wide) : 0.0F;
    };
    const float second_shift = two ? shift_of(measure(ui, Face::Caption, cell.second).x + icon) : 0;
    const float shift = shift_of(width + icon);
    if (cell.icon != Icon::None) {
        const Role role = cell.role == Role::Text ? Role::Muted : cell.role;
        draw_icon(ui, list, {x + shift + icon_width(ui) / 2, top + line / 2}, cell.icon,
                  ui.color(role));
        x += icon;
    }
    const bool has_badge = !cell.badge.text.empty();
    Badge tag = cell.badge;
    const auto tag_width = [&ui, &tag] {
        return measure(ui, Face::Caption, tag.text).x + ui.em(2.6F);
    };
    float badge_width = has_badge ? tag_width() : 0;
    if (has_badge && tag.icon != Icon::None && width + badge_width > right - x) {
        tag.text = {};  // its icon says it too
        badge_width = tag_width();
    }
    draw_text(ui, list, {x + shift, top}, face, ui.color(cell.role), cell.text,
              std::max(1.0F, right - x - badge_width));
    if (two) {
        draw_text(ui, list, {x + second_shift, top + line}, Face::Caption, ui.color(Role::Muted),
                  cell.second, right - x);
    }
    if (has_badge) {
        const float gap = cell.text.empty() ? 0 : ui.em(0.6F);
        paint_badge_at(ui, tag, std::min(x + width + gap, right - badge_width + gap),
                       top + line / 2);
    }
}

void report_row(Ui& ui, std::string_view id, std::string_view key, std::span<const Cell> cells,
                const ImRect& rect, bool selected) {
    if (!ui.transcript().recording()) {
        return;
    }
    std::string value;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) {
            value += value.empty() ? "" : " | ";
            value += cells[i].text;
        }
        for (const std::string_view more : {cells[i].second, cells[i].badge.text}) {
            if (!more.empty()) {
                value += value.empty() ? "" : " | ";
                value += more;
            }
        }
    }
    report(ui, rect,
           {.kind = Kind::Row,
            .id = part_id(id, key),
            .label = cells.empty() ? std::string_view{} : cells[0].text,
            .value = value,
            .selected = selected});
}

int row_by_keys(ImGuiID item, int selected, int count, int page) {
    own_keys(item, {ImGuiKey_UpArrow, ImGuiKey_DownArrow, ImGuiKey_PageUp, ImGuiKey_PageDown,
                    ImGuiKey_Home, ImGuiKey_End});
    int row = selected;
    row += own_key_pressed(item, ImGuiKey_DownArrow) ? 1 : 0;
    row -= own_key_pressed(item, ImGuiKey_UpArrow) ? 1 : 0;
    row += own_key_pressed(item, ImGuiKey_PageDown) ? page : 0;
    row -= own_key_pressed(item, ImGuiKey_PageUp) ? page : 0;
    row = own_key_pressed(item, ImGuiKey_Home) ? 0 : row;
    row = own_key_pressed(item, ImGuiKey_End) ? count - 1 : row;
    return std::clamp(row, 0, count - 1);
}

void scroll_to_row(int row, float row_height) {
    const float top = static_cast<float>(row) * row_height;
    const float view = ImGui::GetWindowHeight();
    if (top < ImGui::GetScrollY()) {
        ImGui::SetScrollY(top);
    } else if (top + row_height > ImGui::GetScrollY() + view) {
        ImGui::SetScrollY(top + row_height - view);
    }
}

struct Rows {
    std::string_view id;
    std::span<const Column> columns;
    int count;
    const RowFill& fill;
    const TableOptions& options;
};

void paint_row(Ui& ui, const Rows& rows, const Grid& grid, int row, const ImRect& rect,
               bool selected, bool hovered, bool focused) {
    std::array<Cell, kTableColumnsMax> cells{};
    const std::span<Cell> used(cells.data(), grid.columns);
    const std::string key(rows.fill(row, used));
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (selected || hovered) {
        list.AddRectFilled(rect.Min, rect.Max, paint(ui, selected ? Role::Selection : Role::Hover));
    }
    const bool edge = row == rows.options.mark || (selected && focused);
    if (edge) {
        list.AddRectFilled(rect.Min, ImVec2(rect.Min.x + ui.em(0.22F), rect.Max.y),
                           paint(ui, Role::Accent));
    }
    if (row + 1 < rows.count) {
        list.AddLine(ImVec2(rect.Min.x, rect.Max.y - 1), ImVec2(rect.Max.x, rect.Max.y - 1),
                     paint(mix(ui.color(Role::Border), ui.color(Role::SurfaceRaised), 0.6F)));
    }
    report_row(ui, rows.id, key, used, rect, selected);
    for (std::size_t i = 0; i < grid.columns; ++i) {
        if (grid.gone[i]) continue;
        paint_cell(ui, cells[i], ImRect(grid.x[i], rect.Min.y, grid.x[i + 1], rect.Max.y),
                   rows.columns[i].align, rows.options.row_lines);
    }
}

TableEvent draw_body(Ui& ui, const Rows& rows, const Grid& grid, int& selected) {
    TableEvent event;
    const ImGuiID item = hash_id(rows.id);
    ImGuiWindow* const window = ImGui::GetCurrentWindow();
    const float top = ImGui::GetCursorScreenPos().y;
    const ImRect visible = window->InnerRect;
    const float height = grid.row_height;
    ImGui::ItemSize(ImVec2(1, height * static_cast<float>(rows.count)));
    const bool focused_before = ui.focused() == rows.id;
    const Press press =
        press_item(ui, item, visible, rows.count > 0, nullptr, ImGuiButtonFlags_PressedOnClick);
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const int under = press.hovered ? static_cast<int>(std::floor((mouse.y - top) / height)) : -1;
    const int before = selected;
    if (press.focused && rows.count > 0) {
        const int page = std::max(1, static_cast<int>(visible.GetHeight() / height) - 1);
        const bool by_keyboard = !ImGui::GetCurrentContext()->NavDisableHighlight;
        if (selected >= 0 || focused_before) {
            selected = row_by_keys(item, selected, rows.count, page);
        } else if (by_keyboard) {
            selected = 0;
        }
        if (selected != before) {
            scroll_to_row(selected, height);
        }
    }
    if (press.pressed) {
        const bool clicked = ImGui::IsMouseClicked(ImGuiMouseButton_Left);
        if (clicked && under >= 0 && under < rows.count) {
            selected = under;
        }
        const bool opens = !clicked || ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
        if (opens && selected >= 0 && selected < rows.count && (!clicked || under == selected)) {
            event.opened = selected;
        }
    }
    event.selected = selected == before ? -1 : selected;
    const int first = std::max(0, static_cast<int>((visible.Min.y - top) / height));
    const int last = std::min(rows.count, static_cast<int>((visible.Max.y - top) / height) + 1);
    event.last_drawn = last - 1;
    for (int row = first; row < last; ++row) {
        const float y = top + static_cast<float>(row) * height;
        paint_row(ui, rows, grid, row, ImRect(grid.x[0], y, grid.x[grid.columns], y + height),
                  row == selected, row == under, press.focused);
    }
    return event;
}

}  // namespace

TableEvent table(Ui& ui, std::string_view id, std::span<const Column> columns, int row_count,
                 int& selected, const RowFill& fill, const TableOptions& options) {
    selected = std::min(selected, row_count - 1);
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const ImVec2 available = ImGui::GetContentRegionAvail();
    const float head = options.head ? std::floor(ui.em(kHeadEm)) : 0;
    const Grid probe = make_grid(ui, columns, 0, available.x, options.row_lines);
    float height = available.y;
    if (options.height_em > 0) {
        height = ui.em(options.height_em);
    } else if (options.height_em < 0) {
        height = head + probe.row_height * static_cast<float>(std::max(row_count, 1)) + 2;
    }
    height = std::max(height, head + probe.row_height);
    const ImRect rect(start.x, start.y, start.x + available.x, start.y + height);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (options.framed) {
        list.AddRectFilled(rect.Min, rect.Max, paint(ui, Role::SurfaceRaised), ui.em(0.5F));
    }
    const bool scrolls = head + probe.row_height * static_cast<float>(row_count) > height + 1;
    const float inner = available.x - 2 - (scrolls ? ImGui::GetStyle().ScrollbarSize : 0);
    const Grid grid = make_grid(ui, columns, start.x + 1, inner, options.row_lines);
    if (options.head) {
        paint_head(ui, columns, grid, ImRect(rect.Min, ImVec2(rect.Max.x, rect.Min.y + head)),
                   options.framed);
    }
    ImGui::SetCursorScreenPos(ImVec2(start.x + 1, start.y + head));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
    ImGui::BeginChild(hash_id(part_id(id, "rows")), ImVec2(available.x - 2, height - head - 1),
                      ImGuiChildFlags_None, ImGuiWindowFlags_NavFlattened);
    const Rows rows{id, columns, row_count, fill, options};
    report(ui, rect,
           {.kind = Kind::Table,
            .id = id,
            .value = std::to_string(row_count),
            .item = hash_id(id),
            .enabled = row_count > 0});
    const TableEvent event = draw_body(ui, rows, grid, selected);
    ImGui::EndChild();
    ImGui::PopStyleVar();
    if (options.framed) {
        list.AddRect(rect.Min, rect.Max, paint(ui, Role::Border), ui.em(0.5F));
    }
    focus_ring(ui, ImRect(rect.Min.x + 2, rect.Min.y + 2, rect.Max.x - 2, rect.Max.y - 2),
               hash_id(id), 0.5F);
    ImGui::SetCursorScreenPos(start);
    ImGui::ItemSize(rect.GetSize());
    ImGui::ItemAdd(rect, 0);
    return event;
}

}  // namespace balie::ui
