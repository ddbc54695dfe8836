#include "app/screens/set_aside/set_aside_screen.h"

#include "app/screens/parts_screen.h"
#include "app/ui/dialog.h"

namespace balie::app {

namespace {

void field(const AsideFieldView& view, std::string& text, bool enabled, ui::Ui& ui) {
    bool touched = false;
    if (!view.choices.empty()) {
        touched = ui::select(ui, view.id, view.label, choices_of(view.choices), text,
                             {.enabled = enabled});
    } else if (view.is_long) {
        touched =
            ui::note_field(ui, view.id, view.label, text, {.enabled = enabled, .lines = 3}).changed;
    } else {
        touched = ui::text_field(ui, view.id, view.label, text, {.enabled = enabled}).changed;
    }
    if (touched) changed(ui, view.id);
    ui::space(ui);
}

void content(const SetAsideView& view, SetAsideForm& form, ui::Ui& ui) {
    if (!view.facts.empty()) {
        facts(ui, view.facts);
        ui::space(ui);
    }
    for (std::size_t i = 0; i < view.fields.size() && i < form.texts.size(); ++i) {
        field(view.fields[i], form.texts[i], !view.busy && !view.foreign, ui);
    }
    if (view.foreign) return;
    if (!view.asked.empty()) ui::muted(ui, view.asked);
    run_row(ui, {{&view.dismiss, ui::ButtonKind::Ghost}, {&view.ask, ui::ButtonKind::Ghost}});
}

}  // namespace

void draw(const SetAsideView& view, SetAsideForm& form, ui::Ui& ui) {
    // Opens when there is something to see, so that the keyboard goes to it.
    if (!view.known && view.problem.empty()) return;
    ui::Dialog dialog(ui, "set_aside", view.title,
                      {.width_em = 40,
                       .icon = ui::Icon::Warning,
                       .role = ui::Role::Warn,
                       .detail = view.detail,
                       .first = view.fields.empty() ? std::string_view{} : view.fields.front().id,
                       .closable = !view.busy});
    problem_banner(ui, "set_aside.problem", view.problem, view.problem_detail);
    if (view.gone) {
        ui::empty_state(
            ui, "set_aside.gone", ui.text(Text::SetAsideGone),
            {.icon = ui::Icon::CheckCircle, .what_to_do = ui.text(Text::SetAsideGoneHelp)});
    } else if (view.known) {
        content(view, form, ui);
    }
    for (const ActionView* each : {&view.dismiss, &view.ask}) {
        if (each->enabled && ui.pressed(each->shortcut)) run(ui, each->id);
    }
    run_buttons(ui, dialog, view.send);
}

}  // namespace balie::app
