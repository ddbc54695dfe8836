#pragma once
// Lists: rows of cells under column heads, drawn with a clipper.
//
// Invariant: only rows on screen are asked for, so cost does not grow with the list. A table is
// one tab stop: Up, Down, PageUp, PageDown, Home and End move the selection, Enter or a double
// click opens it, a click selects.
// Thread: UI only. Ownership: the views a row gives must live until `fill` returns.

#include "app/ui/icons.h"
#include "app/ui/ui.h"
#include "app/ui/widgets.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

namespace balie::ui {

enum class Align : std::uint8_t { Left, Right };

struct Column {
    std::string_view title = {};
    float width_em = 0;  // fixed; 0: shares the rest by weight
    float weight = 1;
    Align align = Align::Left;
    int may_go = 0;  // where there is no room: 1 goes first, then 2…; 0 always stays
};

struct Cell {
    std::string_view text = {};
    std::string_view second = {};  // muted second line, when row_lines is 2
    Role role = Role::Text;
    Icon icon = Icon::None;
    bool strong = false;
    Badge badge = {};  // drawn after the text when it has a text
};

struct TableOptions {
    float height_em = 0;  // 0: what is available; < 0: as many rows as there are (short lists)
    int row_lines = 1;    // 1 or 2
    bool head = true;
    bool framed = true;  // false inside a card
    int mark = -1;       // a row with an accent edge
};

struct TableEvent {
    int selected = -1;    // the row now selected, when that changed
    int opened = -1;      // Enter or double click
    int last_drawn = -1;  // the lowest row on screen
};

// `fill(row, cells)` writes one Cell per column and returns the row's key, which makes the row's
// id "<id>.<key>" (a record's id: stable when the list is sorted otherwise).
using RowFill = std::function<std::string_view(int row, std::span<Cell> cells)>;

TableEvent table(Ui& ui, std::string_view id, std::span<const Column> columns, int row_count,
                 int& selected, const RowFill& fill, const TableOptions& options = {});

inline constexpr std::size_t kTableColumnsMax = 16;

}  // namespace balie::ui
