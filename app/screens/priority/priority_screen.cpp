#include "app/screens/priority/priority_screen.h"

#include "app/screens/parts_screen.h"

#include <array>

namespace balie::app {

namespace {

void list(const PriorityView& view, PriorityForm& form, ui::Ui& ui) {
    const std::array<ui::Column, 6> columns{
        {{.title = ui.text(Text::PriorityColumnName), .weight = 2.4F},
         {.title = ui.text(Text::PriorityColumnLevel), .width_em = 5},
         {.title = ui.text(Text::PriorityColumnReason), .weight = 2},
         {.title = ui.text(Text::PriorityColumnSince), .width_em = 8.5F, .may_go = 1},
         {.title = ui.text(Text::PriorityColumnUntil), .width_em = 9.5F, .may_go = 2},
         {.title = ui.text(Text::PriorityColumnLast),
          .width_em = 11,
          .align = ui::Align::Right,
          .may_go = 3}}};
    const auto event =
        ui::table(ui, "priority.list", columns, static_cast<int>(view.rows.size()), form.selected,
                  [&view](int row, std::span<ui::Cell> cells) -> std::string_view {
                      const PriorityListRow& each = view.rows[static_cast<std::size_t>(row)];
                      cells[0] = {.text = each.name, .second = each.number, .strong = true};
                      cells[1] = {.badge = level_badge(each.level)};
                      cells[2] = {.text = each.reason};
                      cells[3] = {.text = each.since, .role = ui::Role::Muted};
                      cells[4] = {.text = each.until,
                                  .role = each.ends_soon ? ui::Role::Warn : ui::Role::Muted,
                                  .icon = each.ends_soon ? ui::Icon::Warning : ui::Icon::None};
                      cells[5] = {.text = each.last_contact,
                                  .role = each.long_ago ? ui::Role::Warn : ui::Role::Muted,
                                  .icon = each.long_ago ? ui::Icon::Clock : ui::Icon::None};
                      return each.key;
                  },
                  {.row_lines = 2});
    tell(ui, "priority.list", event);
}

}  // namespace

void draw(const PriorityView& view, PriorityForm& form, ui::Ui& ui) {
    ui::Page page(ui, "priority", ui.text(Text::PriorityTitle),
                  {.subtitle = view.summary, .scroll = false});
    page_actions(ui, page, {{&view.unflag}, {&view.log, ui::ButtonKind::Primary}});
    page.body();
    problem_banner(ui, "priority.problem", view.problem, view.problem_detail);
    const std::array<ui::TabItem, 4> levels{{{.id = "priority.level.all", .label = view.levels[0]},
                                             {.id = "priority.level.a", .label = view.levels[1]},
                                             {.id = "priority.level.b", .label = view.levels[2]},
                                             {.id = "priority.level.c", .label = view.levels[3]}}};
    if (ui::tabs(ui, "priority.level_tabs", levels, form.level)) changed(ui, "priority.level");
    ui::space(ui);
    if (view.known && view.rows.empty()) {
        if (ui::empty_state(ui, "priority.empty", ui.text(Text::PriorityEmpty),
                            {.icon = ui::Icon::StarOutline,
                             .what_to_do = ui.text(Text::PriorityEmptyHelp),
                             .action = view.find.label,
                             .shortcut = view.find.shortcut})) {
            run(ui, view.find.id);
        }
        return;
    }
    list(view, form, ui);
}

}  // namespace balie::app
