#include "app/screens/fact_form/fact_form_screen.h"

#include "app/screens/parts_screen.h"
#include "app/ui/dialog.h"

namespace balie::app {

void draw(const FactFormView& view, FactForm& form, ui::Ui& ui) {
    ui::Dialog dialog(ui, "fact", view.title, {.icon = ui::Icon::Idea, .closable = !view.busy});
    problem_banner(ui, "fact.problem", view.problem, view.problem_detail);
    if (view.no_codes) {
        ui::banner(ui, "fact.no_codes", ui.text(Text::CaptureNoCodes),
                   {.role = ui::Role::Warn, .detail = ui.text(Text::KnownNoCodesHelp)});
        ui::space(ui);
    }
    const auto text = ui::note_field(ui, "fact.text", ui.text(Text::FactText), form.text,
                                     {.placeholder = ui.text(Text::FactTextPlaceholder),
                                      .error = view.error("fact.text"),
                                      .required = true,
                                      .enabled = !view.busy,
                                      .bytes_max = view.text_max,
                                      .lines = 2});
    if (text.changed) changed(ui, "fact.text");
    ui::space(ui);
    const auto kinds = choices_of(view.kinds);
    if (ui::select(ui, "fact.kind", ui.text(Text::FactKind), kinds, form.kind,
                   {.error = view.error("fact.kind"), .required = true, .enabled = !view.busy})) {
        changed(ui, "fact.kind");
    }
    ui::space(ui);
    const auto on =
        ui::date_field(ui, "fact.on", ui.text(Text::FactOn), form.on, view.on_understood,
                       {.placeholder = ui.text(Text::FactOnPlaceholder),
                        .error = view.error("fact.on"),
                        .enabled = !view.busy});
    if (on.changed) changed(ui, "fact.on");
    run_buttons(ui, dialog, view.save);
}

}  // namespace balie::app
