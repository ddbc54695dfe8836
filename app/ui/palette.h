#pragma once
// The command palette: one query, one list of actions and records, run with Enter.
//
// Invariant: it neither searches nor runs anything: the caller gives the rows for the query and
// acts on the row that was chosen.
// Thread: UI only. Ownership: edits the caller's query in place.

#include "app/ui/icons.h"
#include "app/ui/ui.h"

#include <span>
#include <string>
#include <string_view>

namespace balie::ui {

struct PaletteRow {
    std::string_view id = {};  // "action.visit.new"; the row's id is "palette.<id>"
    std::string_view label = {};
    std::string_view detail = {};    // muted, after the label
    std::string_view shortcut = {};  // at the right
    Icon icon = Icon::None;
    bool enabled = true;
};

struct PaletteEvent {
    bool query_changed = false;
    int chosen = -1;      // index of the row
    bool closed = false;  // Esc, or a click beside it
};

// Draw it while it is open; the field "palette.query" has the keyboard.
PaletteEvent palette(Ui& ui, std::string& query, std::string_view placeholder,
                     std::span<const PaletteRow> rows, int& marked);

}  // namespace balie::ui
