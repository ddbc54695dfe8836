// Drawing that several screens share: buttons that run actions, problems, badges, lists of choices.
// Invariant: emits intents and changes nothing. Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/screen_types.h"
#include "app/ui/dialog.h"
#include "app/ui/form.h"
#include "app/ui/layout.h"
#include "app/ui/table.h"
#include "app/ui/widgets.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace balie::app {

/// By the name in app/ui/icons.h; Icon::None when there is none of that name.
[[nodiscard]] ui::Icon icon_named(std::string_view name);

struct RunOptions {
    ui::ButtonKind kind{ui::ButtonKind::Secondary};
    bool small{false};
};
/// A button for an action; its widget id is the action's id. A press asks for the action.
void run_button(ui::Ui& ui, const ActionView& action, const RunOptions& options = {});
void run(ui::Ui& ui, std::string_view action);
struct RowButton {
    const ActionView* action{nullptr};
    ui::ButtonKind kind{ui::ButtonKind::Secondary};
};
/// Beside each other, on more lines where one is too short.
void run_row(ui::Ui& ui, std::initializer_list<RowButton> buttons);
/// The same in the title's line of a page, at its end.
void page_actions(ui::Ui& ui, ui::Page& page, std::initializer_list<RowButton> buttons);
/// The last row of an overlay: cancel, and the action that confirms it.
void run_buttons(ui::Ui& ui, ui::Dialog& dialog, const ActionView& confirm);
void changed(ui::Ui& ui, std::string_view field);
/// Tells selections and openings of a table.
void tell(ui::Ui& ui, std::string_view list, const ui::TableEvent& event);

/// One sees the last rows of a table: what comes after them is to be asked for.
[[nodiscard]] bool reaches_end(const ui::TableEvent& event, std::size_t rows);

void problem_banner(ui::Ui& ui, std::string_view id, std::string_view headline,
                    std::string_view detail);
/// Saved here, or with the office: never by colour alone.
[[nodiscard]] ui::Badge sent_badge(const ui::Ui& ui, bool pending);
[[nodiscard]] ui::Badge level_badge(std::string_view text);

/// Labels and values below each other, the values in one line.
void facts(ui::Ui& ui, const std::vector<FactView>& list);

[[nodiscard]] std::vector<ui::Choice> choices_of(const std::vector<ChoiceView>& views);

}  // namespace balie::app
