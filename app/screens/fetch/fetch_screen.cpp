#include "app/screens/fetch/fetch_screen.h"

#include "app/screens/parts_screen.h"
#include "app/ui/dialog.h"

namespace balie::app {

void draw(const FetchView& view, FetchForm& form, ui::Ui& ui) {
    ui::Dialog dialog(ui, "fetch", view.title,
                      {.icon = ui::Icon::Download, .closable = !view.busy});
    problem_banner(ui, "fetch.problem", view.problem, view.problem_detail);
    ui::muted(ui, view.busy ? view.progress : view.detail);
    ui::space(ui);
    const auto reasons = choices_of(view.reasons);
    if (ui::select(
            ui, "fetch.reason", ui.text(Text::FetchReason), reasons, form.reason,
            {.error = view.error("fetch.reason"), .required = true, .enabled = !view.busy})) {
        changed(ui, "fetch.reason");
    }
    ui::space(ui);
    const auto note =
        ui::note_field(ui, "fetch.note", ui.text(Text::FetchNote), form.note,
                       {.error = view.error("fetch.note"), .enabled = !view.busy, .lines = 2});
    if (note.changed) changed(ui, "fetch.note");
    run_buttons(ui, dialog, view.save);
}

}  // namespace balie::app
