#include "app/screens/tasks/tasks_screen.h"

#include "app/screens/parts_screen.h"
#include "app/ui/dialog.h"

#include <array>

namespace balie::app {

namespace {

void task_list(const TasksView& view, TasksForm& form, ui::Ui& ui) {
    const std::array<ui::Column, 4> columns{
        {{.title = ui.text(Text::TasksColumnWhat), .weight = 2.6F},
         {.title = ui.text(Text::TasksColumnGroup), .width_em = 12, .may_go = 2},
         {.title = ui.text(Text::TasksColumnWhose), .width_em = 11, .may_go = 1},
         {.title = ui.text(view.done ? Text::TasksColumnDone : Text::TasksColumnWhen),
          .width_em = 12.5F,
          .align = ui::Align::Right}}};
    const auto event =
        ui::table(ui, "tasks.list", columns, static_cast<int>(view.rows.size()), form.selected,
                  [&view, &ui](int row, std::span<ui::Cell> cells) -> std::string_view {
                      const TasksRow& task = view.rows[static_cast<std::size_t>(row)];
                      cells[0] = {.text = task.subject,
                                  .second = task.customer,
                                  .strong = true,
                                  .badge = task.pending ? sent_badge(ui, true) : ui::Badge{}};
                      const ui::Role urgent = task.overdue ? ui::Role::Danger
                                              : task.today ? ui::Role::Warn
                                                           : ui::Role::Muted;
                      cells[1] = {.text = task.group, .role = urgent};
                      cells[2] = {.text = task.whose, .role = ui::Role::Muted};
                      cells[3] = {.text = task.when,
                                  .role = urgent,
                                  .icon = task.overdue ? ui::Icon::Warning : ui::Icon::None};
                      return task.key;
                  },
                  {.row_lines = 2});
    tell(ui, "tasks.list", event);
    if (view.more && reaches_end(event, view.rows.size())) run(ui, "tasks.more");
}

/// By how much: a key each.
void postpone(const PostponeView& view, ui::Ui& ui) {
    if (!view.open) return;
    ui::Dialog dialog(
        ui, "tasks.later", view.title,
        {.width_em = 24, .icon = ui::Icon::CalendarClock, .first = "tasks.postpone_day"});
    struct Choice {
        const char* key;
        const char* action;
        std::string_view label;
    };
    const std::array<Choice, 3> choices{{{"1", "tasks.postpone_day", view.day},
                                         {"7", "tasks.postpone_week", view.week},
                                         {"M", "tasks.postpone_month", view.month}}};
    for (const Choice& each : choices) {
        const bool pressed =
            ui::button(ui, each.action, each.label, {.shortcut = each.key, .width_em = -1});
        if (pressed || ui.pressed(each.key)) run(ui, each.action);
        ui::space(ui, 0.3F);
    }
    if (dialog.cancelled()) run(ui, "tasks.postpone_cancel");
}

void controls(const TasksView& view, TasksForm& form, ui::Ui& ui) {
    const auto tabs = choices_of(view.tabs);
    if (ui::segmented(ui, "tasks.tab", ui.text(Text::TasksTitle), tabs, form.tab,
                      {.hide_label = true})) {
        changed(ui, "tasks.tab");
    }
    ui::space(ui);
    const auto people = choices_of(view.people);
    if (ui::select(ui, "tasks.whose_list", ui.text(Text::TasksWhose), people, form.whose,
                   {.width_em = 18})) {
        changed(ui, "tasks.whose_list");
    }
    ui::space(ui);
}

}  // namespace

void draw(const TasksView& view, TasksForm& form, ui::Ui& ui) {
    ui::Page page(ui, "tasks", ui.text(Text::TasksTitle),
                  {.subtitle = view.summary, .scroll = false});
    page_actions(
        ui, page,
        {{&view.finish}, {&view.postpone}, {&view.edit}, {&view.add, ui::ButtonKind::Primary}});
    page.body();
    problem_banner(ui, "tasks.problem", view.problem, view.problem_detail);
    controls(view, form, ui);
    if (view.known && view.rows.empty()) {
        if (ui::empty_state(ui, "tasks.empty", view.nothing,
                            {.icon = ui::Icon::CheckAll,
                             .what_to_do = view.nothing_help,
                             .action = view.add.label,
                             .shortcut = view.add.shortcut})) {
            run(ui, view.add.id);
        }
    } else {
        task_list(view, form, ui);
    }
    postpone(view.later, ui);
}

}  // namespace balie::app
