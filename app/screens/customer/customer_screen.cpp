#include "app/screens/customer/customer_screen.h"

#include "app/screens/parts_screen.h"
#include "app/ui/dialog.h"

#include <array>

namespace balie::app {

namespace {

/// What to know before anything else, in one row that wraps.
void badges(const CustomerView& view, ui::Ui& ui) {
    bool first = true;
    const auto show = [&](const ui::Badge& badge) {
        if (!first) ui::same_line(ui);
        ui::badge(ui, badge);
        first = false;
    };
    if (!view.flag.empty()) show(level_badge(view.flag));
    if (view.do_not_call) {
        show({ui.text(Text::CustomerDoNotCall), ui::Role::Danger, ui::Icon::Phone});
    }
    const std::string klass = ui.text(Text::CustomerClass, {{"class", view.klass}});
    if (!view.klass.empty()) show({klass, ui::Role::Info, ui::Icon::ChartBar});
    if (view.pending) show(sent_badge(ui, true));
    if (!view.fetched.empty()) show({view.fetched, ui::Role::Info, ui::Icon::Download});
    if (!first) ui::space(ui, 0.2F);
    if (!view.fetched_why.empty()) ui::muted(ui, view.fetched_why);
}

void counts(const CustomerView& view, ui::Ui& ui) {
    const ui::Card card(ui, "customer.card.counts");
    ui::Columns columns(ui, {1, 1, 1.6F}, 1, 5);
    for (const FactView& count : view.counts) {
        columns.next();
        ui::figure(ui, {}, count.value, count.label);
    }
}

void left(const CustomerView& view, ui::Ui& ui) {
    if (!view.flag.empty()) {
        const ui::Card card(ui, "customer.card.flag", view.flag,
                            {.icon = ui::Icon::Star, .accent = ui::Role::Priority});
        ui::text(ui, view.flag_why);
        ui::space(ui);
        run_button(ui, view.flag_action, {.small = true});
    }
    {
        const ui::Card card(ui, "customer.card.reach", ui.text(Text::CustomerReach),
                            {.icon = ui::Icon::Contact});
        facts(ui, view.contacts);
        if (view.contacts.empty()) ui::muted(ui, ui.text(Text::CustomerNoContacts));
        ui::space(ui);
        run_button(ui, view.edit, {.small = true});
        if (view.flag.empty()) {
            ui::same_line(ui);
            run_button(ui, view.flag_action, {.small = true});
        }
    }
    if (!view.facts.empty()) {
        const ui::Card card(ui, "customer.card.facts", ui.text(Text::CustomerFacts),
                            {.icon = ui::Icon::Info});
        facts(ui, view.facts);
    }
    if (!view.note.empty()) {
        const ui::Card card(ui, "customer.card.note", ui.text(Text::CustomerNote),
                            {.icon = ui::Icon::Note});
        ui::text(ui, view.note);
    }
    if (!view.fetches.empty()) {
        const ui::Card card(ui, "customer.card.fetches", ui.text(Text::CustomerFetches),
                            {.icon = ui::Icon::Eye});
        facts(ui, view.fetches);
    }
    if (!view.custom.empty()) {
        const ui::Card card(ui, "customer.card.custom", ui.text(Text::CustomerCustom),
                            {.icon = ui::Icon::Tag});
        facts(ui, view.custom);
    }
}

void tasks(const CustomerView& view, CustomerForm360& form, ui::Ui& ui) {
    const ui::Card card(ui, "customer.card.tasks", ui.text(Text::CustomerTasks),
                        {.icon = ui::Icon::TaskList});
    if (view.tasks.empty()) {
        ui::muted(ui, ui.text(Text::CustomerNoTasks));
        ui::space(ui);
        run_button(ui, view.task, {.small = true});
        return;
    }
    const std::array<ui::Column, 2> columns{
        {{.weight = 1}, {.width_em = 11, .align = ui::Align::Right}}};
    const auto event =
        ui::table(ui, "customer.tasks", columns, static_cast<int>(view.tasks.size()), form.task,
                  [&view](int row, std::span<ui::Cell> cells) -> std::string_view {
                      const CustomerTaskRow& task = view.tasks[static_cast<std::size_t>(row)];
                      cells[0] = {.text = task.subject};
                      cells[1] = {.text = task.due,
                                  .role = task.overdue ? ui::Role::Danger : ui::Role::Muted,
                                  .icon = task.overdue ? ui::Icon::Warning : ui::Icon::None};
                      return task.key;
                  },
                  {.height_em = -1, .head = false, .framed = false});
    tell(ui, "customer.tasks", event);
    ui::space(ui);
    run_button(ui, view.done, {.small = true});
    ui::same_line(ui);
    run_button(ui, view.task, {.small = true});
}

ui::Badge document_badge(const DocumentRow& row) {
    switch (row.mark) {
        case DocumentRow::Mark::Good:
            return {row.state, ui::Role::Ok, ui::Icon::CloudDone};
        case DocumentRow::Mark::Unsent:
            return {row.state, ui::Role::Unsent, ui::Icon::CloudUpload};
        case DocumentRow::Mark::Away:
            return {row.state, ui::Role::Info, ui::Icon::Cloud};
        case DocumentRow::Mark::Trouble:
            return {row.state, ui::Role::Danger, ui::Icon::Warning};
    }
    return {};
}

void documents(const CustomerView& view, CustomerForm360& form, ui::Ui& ui) {
    const ui::Card card(ui, "customer.card.documents", ui.text(Text::CustomerDocuments),
                        {.icon = ui::Icon::Document});
    if (view.documents.empty()) {
        ui::muted(ui, ui.text(Text::CustomerNoDocuments));
        ui::space(ui);
        run_button(ui, view.attach, {.small = true});
        return;
    }
    const std::array<ui::Column, 2> columns{
        {{.weight = 1}, {.width_em = 11, .align = ui::Align::Right}}};
    const auto event = ui::table(
        ui, "customer.documents", columns, static_cast<int>(view.documents.size()), form.document,
        [&view](int row, std::span<ui::Cell> cells) -> std::string_view {
            const DocumentRow& document = view.documents[static_cast<std::size_t>(row)];
            cells[0] = {.text = document.name,
                        .second = document.about,
                        .strong = true,
                        .badge = document_badge(document)};
            cells[1] = {.text = document.when, .role = ui::Role::Muted};
            return document.key;
        },
        {.height_em = -1, .row_lines = 2, .head = false, .framed = false});
    tell(ui, "customer.documents", event);
    ui::space(ui);
    run_button(ui, view.document, {.small = true});
    ui::same_line(ui);
    run_button(ui, view.attach, {.small = true});
    run_button(ui, view.document_remove, {.small = true});
}

void filters(const CustomerView& view, CustomerForm360& form, ui::Ui& ui) {
    std::vector<ui::TabItem> items;
    items.reserve(view.filters.size());
    for (const FilterView& filter : view.filters) {
        items.push_back({.id = filter.id, .label = filter.label, .count = filter.count});
    }
    if (ui::tabs(ui, "customer.filter", items, form.filter)) changed(ui, "customer.filter");
}

void timeline(const CustomerView& view, CustomerForm360& form, ui::Ui& ui) {
    const ui::Card card(ui, "customer.card.timeline", ui.text(Text::CustomerTimeline),
                        {.trailing = view.timeline_trailing, .icon = ui::Icon::History});
    filters(view, form, ui);
    ui::space(ui);
    if (view.timeline_empty) {
        if (ui::empty_state(ui, "customer.timeline.empty", ui.text(Text::CustomerEmptyTimeline),
                            {.icon = ui::Icon::NoteAdd,
                             .what_to_do = ui.text(Text::CustomerEmptyTimelineHelp),
                             .action = view.log.label,
                             .shortcut = view.log.shortcut})) {
            run(ui, view.log.id);
        }
        return;
    }
    const std::array<ui::Column, 2> columns{
        {{.weight = 1}, {.width_em = 11, .align = ui::Align::Right}}};
    const auto event = ui::table(
        ui, "customer.timeline", columns, static_cast<int>(view.timeline.size()), form.line,
        [&view, &ui](int row, std::span<ui::Cell> cells) -> std::string_view {
            const TimelineRow& line = view.timeline[static_cast<std::size_t>(row)];
            cells[0] = {.text = line.what,
                        .second = line.note,
                        .icon = icon_named(line.icon),
                        .strong = true,
                        .badge = line.pending ? sent_badge(ui, true) : ui::Badge{}};
            if (!line.pending && line.amended) {
                cells[0].badge = {ui.text(Text::StateAmended), ui::Role::Info, ui::Icon::Edit};
            }
            cells[1] = {.text = line.when, .second = line.who, .role = ui::Role::Muted};
            return line.key;
        },
        {.height_em = -1, .row_lines = 2, .head = false, .framed = false});
    tell(ui, "customer.timeline", event);
    if (view.more) {
        ui::space(ui);
        run_button(ui, view.older, {.small = true});
    }
}

/// One contact in full: a note is never cut where it is read.
void reading(const CustomerView& view, ui::Ui& ui) {
    if (!view.reading.open) return;
    ui::Dialog dialog(
        ui, "customer.reading", view.reading.title,
        {.width_em = 40, .icon = icon_named(view.reading.icon), .first = "customer.reading.done"});
    facts(ui, view.reading.facts);
    ui::space(ui);
    if (view.reading.note.empty()) {
        ui::muted(ui, ui.text(Text::ReadingNoNote));
    } else {
        ui::text(ui, view.reading.note);
    }
    dialog.scroll_by_keys();
    bool done = dialog.cancelled();
    ui::space(ui);
    {
        const ui::RightGroup right(ui, "customer.reading.buttons", ui::Line::Own);
        done |=
            ui::button(ui, "customer.reading.done", ui.text(Text::KitClose), {.shortcut = "Esc"});
    }
    if (done) run(ui, "customer.reading_done");
}

}  // namespace

void draw(const CustomerView& view, CustomerForm360& form, ui::Ui& ui) {
    const std::string_view title =
        view.known ? std::string_view{view.name} : ui.text(Text::CustomerLoading);
    ui::Page page(ui, "customer", title, {.subtitle = view.subtitle, .back = true});
    if (page.back()) run(ui, "go.back");
    page.actions();
    run_button(ui, view.log, {.kind = ui::ButtonKind::Primary});
    page.body();
    problem_banner(ui, "customer.problem", view.problem, view.problem_detail);
    if (!view.known) return;
    badges(view, ui);
    ui::Columns columns(ui, {2, 3}, 1.2F, 20);
    columns.next();
    left(view, ui);
    columns.next();
    counts(view, ui);
    tasks(view, form, ui);
    documents(view, form, ui);
    timeline(view, form, ui);
    reading(view, ui);
}

}  // namespace balie::app
