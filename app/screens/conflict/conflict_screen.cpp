#include "app/screens/conflict/conflict_screen.h"

#include "app/screens/parts_screen.h"
#include "app/ui/dialog.h"

#include <array>
#include <initializer_list>

namespace balie::app {

namespace {

void versions(const ConflictView& view, ConflictForm& form, ui::Ui& ui) {
    const std::array<ui::Column, 3> columns{
        {{.title = ui.text(Text::ConflictColumnValue), .weight = 1},
         {.title = ui.text(Text::ConflictColumnWho), .width_em = 15},
         {.title = ui.text(Text::SyncColumnWhen),
          .width_em = 10.5F,
          .align = ui::Align::Right,
          .may_go = 1}}};
    const auto count = view.versions.size();
    const std::string_view another = ui.text(Text::ConflictAnother);
    tell(ui, "conflict.versions",
         ui::table(ui, "conflict.versions", columns,
                   static_cast<int>(count) + (view.may_write ? 1 : 0), form.selected,
                   [&view, count, another](int row, std::span<ui::Cell> cells) -> std::string_view {
                       const auto at = static_cast<std::size_t>(row);
                       if (at == count) {
                           cells[0] = {
                               .text = another, .role = ui::Role::Muted, .icon = ui::Icon::Edit};
                           return "other";
                       }
                       const ConflictVersionView& each = view.versions[at];
                       cells[0] = {.text = each.value, .strong = true};
                       cells[1] = {.text = each.who,
                                   .role = each.mine ? ui::Role::Accent : ui::Role::Muted};
                       cells[2] = {.text = each.when, .role = ui::Role::Muted};
                       return each.key;
                   },
                   {.height_em = -1, .framed = false}));
}

/// A table cuts what is long; here it is read in full.
void whole_value(const ConflictView& view, const ConflictForm& form, ui::Ui& ui) {
    const auto at = static_cast<std::size_t>(form.selected);
    if (form.selected < 0 || at >= view.versions.size()) return;
    if (!view.versions[at].is_long) return;
    ui::space(ui);
    ui::text(ui, view.versions[at].value);
}

/// By one key each; while a value is typed, letters are letters.
void choices(const ConflictView& view, ui::Ui& ui) {
    const auto row = [&ui](std::initializer_list<const ActionView*> actions) {
        bool first = true;
        for (const ActionView* each : actions) {
            if (!each->enabled) continue;
            if (!first) ui::same_line(ui);
            first = false;
            run_button(ui, *each, {.kind = ui::ButtonKind::Ghost, .small = true});
            if (!ui.typing() && ui.pressed(each->shortcut)) run(ui, each->id);
        }
    };
    ui::space(ui);
    // Two rows: five buttons beside each other are wider than the dialog.
    row({&view.mine, &view.theirs, &view.other});
    row({&view.ask, &view.next});
}

}  // namespace

void draw(const ConflictView& view, ConflictForm& form, ui::Ui& ui) {
    // Opens when there is something to choose, so that the keyboard goes to it.
    if (!view.known && view.problem.empty()) return;
    ui::Dialog dialog(ui, "conflict", view.title,
                      {.width_em = 44,
                       .icon = ui::Icon::Warning,
                       .role = ui::Role::Warn,
                       .detail = view.detail,
                       .first = "conflict.versions",
                       .closable = !view.busy});
    problem_banner(ui, "conflict.problem", view.problem, view.problem_detail);
    if (view.gone) {
        ui::empty_state(
            ui, "conflict.gone", ui.text(Text::ConflictGone),
            {.icon = ui::Icon::CheckCircle, .what_to_do = ui.text(Text::ConflictGoneHelp)});
    } else if (view.known) {
        versions(view, form, ui);
        if (view.writes) {
            ui::space(ui);
            const auto other = ui::note_field(ui, "conflict.other", view.other_label, form.other,
                                              {.enabled = !view.busy, .lines = 3});
            if (other.changed) changed(ui, "conflict.other");
        } else {
            whole_value(view, form, ui);
        }
        if (!view.former.empty()) ui::muted(ui, view.former);
        if (!view.asked.empty()) ui::muted(ui, view.asked);
        choices(view, ui);
    }
    run_buttons(ui, dialog, view.save);
}

}  // namespace balie::app
