#include "app/screens/proposal/proposal_screen.h"

#include "app/screens/parts_screen.h"
#include "app/ui/dialog.h"

#include <array>

namespace balie::app {

namespace {

void fields(const ProposalView& view, ProposalForm& form, ui::Ui& ui) {
    const std::array<ui::Column, 3> columns{
        {{.title = ui.text(Text::SyncColumnField), .width_em = 11},
         {.title = ui.text(Text::ProposalNow), .weight = 1},
         {.title = ui.text(Text::ProposalProposed), .weight = 1}}};
    tell(
        ui, "proposal.fields",
        ui::table(ui, "proposal.fields", columns, static_cast<int>(view.rows.size()), form.selected,
                  [&view](int row, std::span<ui::Cell> cells) -> std::string_view {
                      const ProposalRow& each = view.rows[static_cast<std::size_t>(row)];
                      cells[0] = {.text = each.label, .role = ui::Role::Muted};
                      cells[1] = {.text = each.now};
                      cells[2] = {.text = each.proposed, .strong = true};
                      return each.key;
                  },
                  {.height_em = -1, .framed = false}));
    // A table cuts what is long; here it is read in full.
    const auto at = static_cast<std::size_t>(form.selected);
    if (form.selected < 0 || at >= view.rows.size()) return;
    ui::space(ui);
    ui::text(ui, view.rows[at].proposed);
}

}  // namespace

void draw(const ProposalView& view, ProposalForm& form, ui::Ui& ui) {
    // Opens when there is something to see, so that the keyboard goes to it.
    if (!view.known && view.problem.empty()) return;
    ui::Dialog dialog(ui, "proposal", view.title,
                      {.width_em = 44,
                       .icon = ui::Icon::Chat,
                       .detail = view.detail,
                       .first = "proposal.fields",
                       .closable = !view.busy});
    problem_banner(ui, "proposal.problem", view.problem, view.problem_detail);
    if (view.gone) {
        ui::empty_state(
            ui, "proposal.gone", ui.text(Text::ProposalGone),
            {.icon = ui::Icon::CheckCircle, .what_to_do = ui.text(Text::ProposalGoneHelp)});
    } else if (view.known) {
        fields(view, form, ui);
        ui::space(ui);
        run_button(ui, view.decline, {.kind = ui::ButtonKind::Ghost});
    }
    if (view.decline.enabled && ui.pressed("Ctrl+D")) run(ui, view.decline.id);
    run_buttons(ui, dialog, view.accept);
}

}  // namespace balie::app
