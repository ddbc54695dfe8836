#include "app/screens/today/today_screen.h"

#include "app/screens/parts_screen.h"

#include <array>

namespace balie::app {

namespace {

void figures(const TodayView& view, ui::Ui& ui) {
    ui::Columns columns(ui, {1, 1, 1}, 1.2F, 10);
    columns.next();
    {
        const ui::Card card(ui, "today.card.overdue", {},
                            {.accent = view.any_overdue ? ui::Role::Danger : ui::Role::Border});
        ui::figure(ui, "today.figure.overdue", view.overdue_count,
                   ui.text(Text::TodayFigureOverdue),
                   view.any_overdue ? ui::Role::Danger : ui::Role::Text, ui::Icon::CalendarClock);
    }
    columns.next();
    {
        const ui::Card card(ui, "today.card.due");
        ui::figure(ui, "today.figure.due", view.due_count, ui.text(Text::TodayFigureDue),
                   ui::Role::Text, ui::Icon::CalendarToday);
    }
    columns.next();
    {
        const ui::Card card(ui, "today.card.pending", {},
                            {.accent = view.any_pending ? ui::Role::Unsent : ui::Role::Ok});
        ui::figure(ui, "today.figure.pending", view.pending_count, view.pending_label,
                   view.any_pending ? ui::Role::Unsent : ui::Role::Ok,
                   view.any_pending ? ui::Icon::CloudUpload : ui::Icon::CloudDone);
    }
}

void tasks(const TodayView& view, TodayForm& form, ui::Ui& ui) {
    const ui::Card card(ui, "today.card.tasks", ui.text(Text::TodayTasks),
                        {.trailing = view.tasks_trailing, .icon = ui::Icon::TaskList});
    if (view.known && view.tasks.empty()) {
        if (ui::empty_state(ui, "today.tasks.empty", ui.text(Text::TodayEmptyTasks),
                            {.icon = ui::Icon::CheckAll,
                             .what_to_do = ui.text(Text::TodayEmptyTasksHelp),
                             .action = view.log.label,
                             .shortcut = view.log.shortcut})) {
            run(ui, view.log.id);
        }
        return;
    }
    const std::array<ui::Column, 2> columns{
        {{.weight = 1}, {.width_em = 11, .align = ui::Align::Right}}};
    const auto event =
        ui::table(ui, "today.tasks", columns, static_cast<int>(view.tasks.size()), form.task,
                  [&view](int row, std::span<ui::Cell> cells) -> std::string_view {
                      const TodayTaskRow& task = view.tasks[static_cast<std::size_t>(row)];
                      cells[0] = {.text = task.subject, .second = task.customer, .strong = true};
                      cells[1] = {.text = task.due,
                                  .role = task.overdue ? ui::Role::Danger : ui::Role::Muted,
                                  .icon = task.overdue ? ui::Icon::Warning : ui::Icon::None};
                      return task.key;
                  },
                  {.height_em = -1, .row_lines = 2, .head = false, .framed = false});
    tell(ui, "today.tasks", event);
    ui::space(ui);
    run_button(ui, view.done, {.small = true});
    ui::same_line(ui);
    run_button(ui, view.move, {.small = true});
}

void priority(const TodayView& view, TodayForm& form, ui::Ui& ui) {
    const ui::Card card(ui, "today.card.priority", ui.text(Text::TodayPriority),
                        {.trailing = view.priority_trailing,
                         .icon = ui::Icon::Star,
                         .accent = view.priority.empty() ? ui::Role::Border : ui::Role::Priority});
    if (view.known && view.priority.empty()) {
        if (ui::empty_state(ui, "today.priority.empty", ui.text(Text::TodayEmptyPriority),
                            {.icon = ui::Icon::StarOutline,
                             .what_to_do = ui.text(Text::TodayEmptyPriorityHelp),
                             .action = view.find.label,
                             .shortcut = view.find.shortcut})) {
            run(ui, view.find.id);
        }
        return;
    }
    const std::array<ui::Column, 2> columns{
        {{.weight = 1}, {.width_em = 10.5F, .align = ui::Align::Right}}};
    const auto event = ui::table(
        ui, "today.priority", columns, static_cast<int>(view.priority.size()), form.priority,
        [&view](int row, std::span<ui::Cell> cells) -> std::string_view {
            const TodayPriorityRow& each = view.priority[static_cast<std::size_t>(row)];
            cells[0] = {.text = each.name,
                        .second = each.why,
                        .strong = true,
                        .badge = level_badge(each.level)};
            cells[1] = {.text = each.last_contact,
                        .role = each.long_ago ? ui::Role::Warn : ui::Role::Muted,
                        .icon = each.long_ago ? ui::Icon::Clock : ui::Icon::None};
            return each.key;
        },
        {.height_em = -1, .row_lines = 2, .head = false, .framed = false});
    tell(ui, "today.priority", event);
}

void recent(const TodayView& view, TodayForm& form, ui::Ui& ui) {
    const ui::Card card(ui, "today.card.recent", ui.text(Text::TodayRecent),
                        {.icon = ui::Icon::History});
    if (view.known && view.recent.empty()) {
        if (ui::empty_state(ui, "today.recent.empty", ui.text(Text::TodayEmptyRecent),
                            {.icon = ui::Icon::NoteAdd,
                             .what_to_do = ui.text(Text::TodayEmptyRecentHelp),
                             .action = view.log.label,
                             .shortcut = view.log.shortcut})) {
            run(ui, view.log.id);
        }
        return;
    }
    const std::array<ui::Column, 2> columns{
        {{.weight = 1}, {.width_em = 10.5F, .align = ui::Align::Right}}};
    const auto event =
        ui::table(ui, "today.recent", columns, static_cast<int>(view.recent.size()), form.recent,
                  [&view, &ui](int row, std::span<ui::Cell> cells) -> std::string_view {
                      const TodayContactRow& line = view.recent[static_cast<std::size_t>(row)];
                      cells[0] = {.text = line.customer,
                                  .second = line.what,
                                  .icon = icon_named(line.icon),
                                  .strong = true,
                                  .badge = line.pending ? sent_badge(ui, true) : ui::Badge{}};
                      cells[1] = {.text = line.when, .role = ui::Role::Muted};
                      return line.key;
                  },
                  {.height_em = -1, .row_lines = 2, .head = false, .framed = false});
    tell(ui, "today.recent", event);
}

/// Nothing where nobody has their day: that needs no card.
void days(const TodayView& view, TodayForm& form, ui::Ui& ui) {
    if (view.days.empty()) return;
    const ui::Card card(ui, "today.card.days", ui.text(Text::TodayDays),
                        {.trailing = ui.text(Text::TodayDaysHint), .icon = ui::Icon::Gift});
    const std::array<ui::Column, 2> columns{
        {{.weight = 1}, {.width_em = 10.5F, .align = ui::Align::Right}}};
    const auto event = ui::table(
        ui, "today.days", columns, static_cast<int>(view.days.size()), form.day,
        [&view](int row, std::span<ui::Cell> cells) -> std::string_view {
            const TodayDayRow& each = view.days[static_cast<std::size_t>(row)];
            cells[0] = {.text = each.name,
                        .second = each.what,
                        .icon = icon_named(each.icon),
                        .strong = true};
            cells[1] = {.text = each.when, .role = each.today ? ui::Role::Accent : ui::Role::Muted};
            return each.key;
        },
        {.height_em = -1, .row_lines = 2, .head = false, .framed = false});
    tell(ui, "today.days", event);
}

}  // namespace

void draw(const TodayView& view, TodayForm& form, ui::Ui& ui) {
    ui::Page page(ui, "today", ui.text(Text::TodayTitle), {.subtitle = view.date});
    page.actions();
    run_button(ui, view.log, {.kind = ui::ButtonKind::Primary});
    page.body();
    problem_banner(ui, "today.problem", view.problem, view.problem_detail);
    figures(view, ui);
    ui::space(ui, 0.3F);
    ui::Columns columns(ui, {1, 1}, 1.2F, 28);
    columns.next();
    tasks(view, form, ui);
    recent(view, form, ui);
    columns.next();
    days(view, form, ui);
    priority(view, form, ui);
}

}  // namespace balie::app
