#include "app/screens/flag/flag_screen.h"

#include "app/screens/parts_screen.h"
#include "app/ui/dialog.h"

namespace balie::app {

namespace {

void level(const FlagView& view, FlagForm& form, ui::Ui& ui) {
    const auto levels = choices_of(view.levels);
    if (ui::segmented(ui, "flag.level", ui.text(Text::FlagLevel), levels, form.level,
                      {.enabled = !view.busy})) {
        changed(ui, "flag.level");
    }
    ui::space(ui);
}

void reason(const FlagView& view, FlagForm& form, ui::Ui& ui) {
    const auto reasons = choices_of(view.reasons);
    if (ui::select(ui, "flag.reason", ui.text(Text::FlagReason), reasons, form.reason,
                   {.error = view.error("flag.reason"), .required = true, .enabled = !view.busy})) {
        changed(ui, "flag.reason");
    }
    ui::space(ui);
}

void until_and_note(const FlagView& view, FlagForm& form, ui::Ui& ui) {
    const auto until = ui::date_field(ui, "flag.until", ui.text(Text::FlagUntilLabel), form.until,
                                      view.until_understood,
                                      {.placeholder = ui.text(Text::FlagUntilPlaceholder),
                                       .error = view.error("flag.until"),
                                       .enabled = !view.busy});
    if (until.changed) changed(ui, "flag.until");
    ui::space(ui);
    const auto note = ui::note_field(ui, "flag.note", ui.text(Text::FlagNote), form.note,
                                     {.enabled = !view.busy, .lines = 2});
    if (note.changed) changed(ui, "flag.note");
}

}  // namespace

void draw(const FlagView& view, FlagForm& form, ui::Ui& ui) {
    ui::Dialog dialog(ui, "flag", view.title,
                      {.icon = view.ends ? ui::Icon::FlagOutline : ui::Icon::Flag,
                       .role = view.ends ? ui::Role::Text : ui::Role::Priority,
                       .closable = !view.busy});
    problem_banner(ui, "flag.problem", view.problem, view.problem_detail);
    if (!view.ends) level(view, form, ui);
    reason(view, form, ui);
    if (!view.ends) until_and_note(view, form, ui);
    run_buttons(ui, dialog, view.save);
}

}  // namespace balie::app
