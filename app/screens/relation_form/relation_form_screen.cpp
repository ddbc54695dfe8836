#include "app/screens/relation_form/relation_form_screen.h"

#include "app/screens/parts_screen.h"
#include "app/ui/dialog.h"

#include <algorithm>
#include <array>

namespace balie::app {

namespace {

void find_other(const RelationFormView& view, RelationForm& form, ui::Ui& ui) {
    if (ui.focused() == "relation.other") {
        const int last = static_cast<int>(view.hits.size()) - 1;
        if (ui.pressed("Down")) form.hit = std::min(form.hit + 1, last);
        if (ui.pressed("Up")) form.hit = std::max(form.hit - 1, 0);
    }
    const auto typed = ui::text_field(ui, "relation.other", ui.text(Text::RelationWho), form.query,
                                      {.placeholder = ui.text(Text::CaptureCustomerPlaceholder),
                                       .error = view.error("relation.other"),
                                       .icon = ui::Icon::Search});
    if (typed.changed) changed(ui, "relation.other");
    if (typed.submitted) ui.emit<Intent>(RowChosen{"relation.hits", form.hit, true});
    if (view.no_hits) {
        ui::muted(ui, ui.text(Text::RelationNoHits));
        return;
    }
    const std::array<ui::Column, 1> columns{{{.weight = 1}}};
    tell(ui, "relation.hits",
         ui::table(ui, "relation.hits", columns, static_cast<int>(view.hits.size()), form.hit,
                   [&view](int row, std::span<ui::Cell> cells) -> std::string_view {
                       const RelationHit& hit = view.hits[static_cast<std::size_t>(row)];
                       cells[0] = {.text = hit.name, .second = hit.detail, .strong = true};
                       return hit.key;
                   },
                   {.height_em = -1, .row_lines = 2, .head = false}));
}

void what_they_are(const RelationFormView& view, RelationForm& form, ui::Ui& ui) {
    if (ui::link(ui, "relation.other_again", ui.text(Text::CaptureOtherCustomer),
                 ui::Icon::Person)) {
        run(ui, "relation.other_again");
    }
    ui::text(ui, view.other, {.face = ui::Face::Strong});
    ui::space(ui);
    if (view.no_codes) {
        ui::banner(ui, "relation.no_codes", ui.text(Text::CaptureNoCodes),
                   {.role = ui::Role::Warn, .detail = ui.text(Text::KnownNoCodesHelp)});
        ui::space(ui);
    }
    const auto kinds = choices_of(view.kinds);
    if (ui::select(
            ui, "relation.kind", view.kind_label, kinds, form.kind,
            {.error = view.error("relation.kind"), .required = true, .enabled = !view.busy})) {
        changed(ui, "relation.kind");
    }
    ui::space(ui);
}

void dates_and_note(const RelationFormView& view, RelationForm& form, ui::Ui& ui) {
    {
        ui::Columns columns(ui, {1, 1}, 1, 10);
        columns.next();
        const auto since = ui::date_field(ui, "relation.since", ui.text(Text::RelationSinceLabel),
                                          form.since, view.since_understood,
                                          {.placeholder = ui.text(Text::RelationSincePlaceholder),
                                           .error = view.error("relation.since"),
                                           .enabled = !view.busy});
        if (since.changed) changed(ui, "relation.since");
        columns.next();
        const auto until = ui::date_field(ui, "relation.until", ui.text(Text::RelationUntilLabel),
                                          form.until, view.until_understood,
                                          {.placeholder = ui.text(Text::RelationUntilPlaceholder),
                                           .error = view.error("relation.until"),
                                           .enabled = !view.busy});
        if (until.changed) changed(ui, "relation.until");
    }
    ui::space(ui);
    const auto note = ui::note_field(ui, "relation.note", ui.text(Text::FieldNote), form.note,
                                     {.enabled = !view.busy, .lines = 2});
    if (note.changed) changed(ui, "relation.note");
}

}  // namespace

void draw(const RelationFormView& view, RelationForm& form, ui::Ui& ui) {
    ui::Dialog dialog(ui, "relation", view.title,
                      {.width_em = 36, .icon = ui::Icon::Link, .closable = !view.busy});
    problem_banner(ui, "relation.problem", view.problem, view.problem_detail);
    if (view.edits) {
        ui::text(ui, view.other, {.face = ui::Face::Strong});
        ui::space(ui);
        dates_and_note(view, form, ui);
    } else if (view.has_other) {
        what_they_are(view, form, ui);
        dates_and_note(view, form, ui);
    } else {
        find_other(view, form, ui);
    }
    run_buttons(ui, dialog, view.save);
}

}  // namespace balie::app
