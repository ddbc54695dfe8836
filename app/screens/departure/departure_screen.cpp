#include "app/screens/departure/departure_screen.h"

#include "app/screens/parts_screen.h"

namespace balie::app {

namespace {

ui::Role role_of(Light light) {
    if (light == Light::Green) return ui::Role::Ok;
    return light == Light::Amber ? ui::Role::Warn : ui::Role::Danger;
}

}  // namespace

void draw(const DepartureView& view, DepartureForm& form, ui::Ui& ui) {
    ui::Page page(ui, "departure", ui.text(Text::DepartureTitle),
                  {.subtitle = ui.text(Text::DepartureSubtitle)});
    page_actions(ui, page,
                 {{&view.again, ui::ButtonKind::Ghost}, {&view.now, ui::ButtonKind::Primary}});
    page.body();
    problem_banner(ui, "departure.problem", view.problem, view.problem_detail);
    if (view.known) ui::heading(ui, view.verdict);
    const auto days = choices_of(view.days);
    if (ui::segmented(ui, "departure.days", ui.text(Text::DepartureAhead), days, form.days)) {
        changed(ui, "departure.days");
    }
    ui::space(ui);
    for (const DepartureLineView& line : view.lines) {
        ui::banner(ui, line.id, line.text, {.role = role_of(line.light), .detail = line.mend});
        ui::space(ui, 0.3F);
    }
}

}  // namespace balie::app
