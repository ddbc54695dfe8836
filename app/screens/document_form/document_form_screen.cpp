#include "app/screens/document_form/document_form_screen.h"

#include "app/screens/parts_screen.h"
#include "app/ui/dialog.h"

namespace balie::app {

void draw(const DocumentFormView& view, DocumentForm& form, ui::Ui& ui) {
    ui::Dialog dialog(
        ui, "document", view.title,
        {.icon = view.attaches ? ui::Icon::Document : ui::Icon::Download, .closable = !view.busy});
    problem_banner(ui, "document.problem", view.problem, view.problem_detail);
    const std::string_view placeholder =
        view.attaches ? ui.text(Text::DocumentFormPathPlaceholder) : std::string_view{};
    const auto path = ui::text_field(ui, "document.path", view.path_label, form.path,
                                     {.placeholder = placeholder,
                                      .error = view.path_error,
                                      .required = true,
                                      .enabled = !view.busy});
    if (path.changed) changed(ui, "document.path");
    ui::space(ui);
    if (view.attaches) {
        if (!view.kinds.empty()) {
            const auto kinds = choices_of(view.kinds);
            if (ui::select(ui, "document.kind", ui.text(Text::DocumentFormKind), kinds, form.kind,
                           {.enabled = !view.busy})) {
                changed(ui, "document.kind");
            }
            ui::space(ui);
        }
        const auto note = ui::note_field(ui, "document.note", ui.text(Text::DocumentFormNote),
                                         form.note, {.enabled = !view.busy, .lines = 2});
        if (note.changed) changed(ui, "document.note");
    }
    run_buttons(ui, dialog, view.save);
}

}  // namespace balie::app
