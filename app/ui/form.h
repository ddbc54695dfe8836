#pragma once
// Fields: each has a label above, a hint or an error below, and one line of behaviour.
//
// Invariant: a field shows its error only when given one: validation is the caller's. Fields
// fill the width they are given. Tab goes to the next field, Shift+Tab back; in lists of choices
// arrows move, letters filter.
// Thread: UI only. Ownership: edits the caller's buffers in place and keeps no copy.

#include "app/ui/icons.h"
#include "app/ui/ui.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace balie::ui {

struct FieldOptions {
    std::string_view placeholder = {};
    std::string_view help = {};
    std::string_view error = {};  // replaces help, in danger with an icon
    bool required = false;        // marks the label
    bool enabled = true;
    float width_em = 0;         // 0: available
    std::size_t bytes_max = 0;  // 0: no limit; else a counter appears near the end
    int lines = 1;              // note_field: visible lines
    Icon icon = Icon::None;     // inside, at the left
    bool hide_label = false;    // label only in the transcript (search boxes)
};

struct FieldEvent {
    bool changed = false;
    bool submitted = false;  // Enter (Ctrl+Enter belongs to the action registry)
    bool left = false;       // lost the keyboard after an edit: the moment to parse
    explicit operator bool() const { return changed; }
};

FieldEvent text_field(Ui& ui, std::string_view id, std::string_view label, std::string& value,
                      const FieldOptions& options = {});
FieldEvent password_field(Ui& ui, std::string_view id, std::string_view label, std::string& value,
                          const FieldOptions& options = {});
// Several lines; Enter makes a new line, Tab leaves.
FieldEvent note_field(Ui& ui, std::string_view id, std::string_view label, std::string& value,
                      const FieldOptions& options = {});
// Free text ("+7d", "fri", "3-12"); the caller parses it and passes what it understood
// ("Thu 3 Dec 2026"), which is shown inside the field at the right.
FieldEvent date_field(Ui& ui, std::string_view id, std::string_view label, std::string& value,
                      std::string_view understood, const FieldOptions& options = {});

// One of a code list. `code` (two letters) can be typed to choose at once.
struct Choice {
    std::string_view code = {};
    std::string_view label = {};
    Icon icon = Icon::None;
    bool enabled = true;
};

// A field that opens a list when it gets the keyboard. Typing filters by code and label; an
// exact code chooses; Enter or Tab takes the marked line; Esc leaves all as it was.
// True when `code` changed.
bool select(Ui& ui, std::string_view id, std::string_view label, std::span<const Choice> choices,
            std::string& code, const FieldOptions& options = {});

// All choices visible side by side, one tab stop. Left, Right, Home and End move; typing a code's
// two letters chooses. For up to seven choices; wraps to further lines when narrow.
bool segmented(Ui& ui, std::string_view id, std::string_view label, std::span<const Choice> choices,
               std::string& code, const FieldOptions& options = {});

bool checkbox(Ui& ui, std::string_view id, std::string_view label, bool& value,
              std::string_view help = {}, bool enabled = true);

}  // namespace balie::ui
