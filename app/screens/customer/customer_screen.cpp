#include "app/screens/customer/customer_screen.h"

#include "app/screens/parts_screen.h"
#include "app/ui/dialog.h"

#include <algorithm>
#include <array>

namespace balie::app {

namespace {

constexpr std::size_t kRowsInFull = 20;
constexpr float kTimelineEm = 30;
constexpr float kFilterRowEm = 36;
/// Below this much each, what is known and what was done stand below each other.
constexpr float kColumnEm = 22;

/// What to know before anything else, in one row that wraps.
void badges(const CustomerView& view, ui::Ui& ui) {
    std::vector<ui::Badge> row;
    const auto show = [&row](const ui::Badge& badge) { row.push_back(badge); };
    if (!view.flag.empty()) show(level_badge(view.flag));
    if (view.do_not_call) {
        show({ui.text(Text::CustomerDoNotCall), ui::Role::Danger, ui::Icon::Phone});
    }
    const std::string klass = ui.text(Text::CustomerClass, {{"class", view.klass}});
    if (!view.wish.empty()) show({view.wish, ui::Role::Info, ui::Icon::Heart});
    if (!view.klass.empty()) show({klass, ui::Role::Info, ui::Icon::ChartBar});
    if (view.pending) show(sent_badge(ui, true));
    if (!view.fetched.empty()) show({view.fetched, ui::Role::Info, ui::Icon::Download});
    if (!row.empty()) {
        ui::badges(ui, row);
        ui::space(ui, 0.2F);
    }
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
        {{.weight = 1}, {.width_em = 12, .align = ui::Align::Right}}};
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

/// Facts or relations: an icon, what it is, and the words about it.
void known_list(ui::Ui& ui, std::string_view id, const std::vector<KnownRow>& rows, int& chosen) {
    const std::array<ui::Column, 1> columns{{{.weight = 1}}};
    const auto event =
        ui::table(ui, id, columns, static_cast<int>(rows.size()), chosen,
                  [&rows, &ui](int row, std::span<ui::Cell> cells) -> std::string_view {
                      const KnownRow& each = rows[static_cast<std::size_t>(row)];
                      cells[0] = {.text = each.text,
                                  .second = each.detail,
                                  .role = each.muted ? ui::Role::Muted : ui::Role::Text,
                                  .icon = icon_named(each.icon),
                                  .strong = !each.muted,
                                  .badge = each.pending ? sent_badge(ui, true) : ui::Badge{}};
                      return each.key;
                  },
                  {.height_em = -1, .row_lines = 2, .head = false, .framed = false});
    tell(ui, id, event);
}

void known(const CustomerView& view, CustomerForm360& form, ui::Ui& ui) {
    const ui::Card card(ui, "customer.card.known", ui.text(Text::CustomerKnown),
                        {.icon = ui::Icon::Idea});
    if (view.known_facts.empty()) {
        ui::muted(ui, ui.text(Text::CustomerNoFacts));
    } else {
        known_list(ui, "customer.known", view.known_facts, form.fact);
    }
    ui::space(ui);
    run_button(ui, view.fact, {.small = true});
}

void related(const CustomerView& view, CustomerForm360& form, ui::Ui& ui) {
    const ui::Card card(ui, "customer.card.relations", ui.text(Text::CustomerRelations),
                        {.icon = ui::Icon::Link});
    if (view.relations.empty()) {
        ui::muted(ui, ui.text(Text::CustomerNoRelations));
    } else {
        known_list(ui, "customer.relations", view.relations, form.relation);
    }
    ui::space(ui);
    run_button(ui, view.relation, {.small = true});
}

/// Which of the two lists F2 and Delete are about, and whether Esc leaves what filters the
/// timeline.
void note_keyboard(CustomerForm360& form, const ui::Ui& ui) {
    form.keyboard = KnownList::None;
    if (ui.focused() == "customer.known") form.keyboard = KnownList::Facts;
    if (ui.focused() == "customer.relations") form.keyboard = KnownList::Relations;
    for (const char* filter : {"customer.filter", "customer.find_text", "customer.find_in",
                               "customer.find_by", "customer.day"}) {
        if (ui.focused() == filter) form.keyboard = KnownList::Filters;
    }
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
    const std::array<ui::Column, 1> columns{{{.weight = 1}}};
    const auto event = ui::table(
        ui, "customer.documents", columns, static_cast<int>(view.documents.size()), form.document,
        [&view](int row, std::span<ui::Cell> cells) -> std::string_view {
            const DocumentRow& document = view.documents[static_cast<std::size_t>(row)];
            cells[0] = {.text = document.name,
                        .second = document.about,
                        .strong = true,
                        .badge = document_badge(document)};
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

void left(const CustomerView& view, CustomerForm360& form, ui::Ui& ui) {
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
    known(view, form, ui);
    if (!view.fetches.empty()) {
        const ui::Card card(ui, "customer.card.fetches", ui.text(Text::CustomerFetches),
                            {.icon = ui::Icon::Eye});
        facts(ui, view.fetches);
    }
    related(view, form, ui);
    documents(view, form, ui);
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
    if (!view.custom.empty()) {
        const ui::Card card(ui, "customer.card.custom", ui.text(Text::CustomerCustom),
                            {.icon = ui::Icon::Tag});
        facts(ui, view.custom);
    }
}

/// Enter was pressed in it: what fits is to be looked at.
bool filter_text(CustomerForm360& form, ui::Ui& ui) {
    const auto text = ui::text_field(ui, "customer.find_text", ui.text(Text::FilterText), form.text,
                                     {.icon = ui::Icon::Search});
    if (text.changed) changed(ui, "customer.find_text");
    return text.submitted;
}

bool filter_day(const CustomerView& view, CustomerForm360& form, ui::Ui& ui) {
    const auto day = ui::date_field(
        ui, "customer.day", ui.text(Text::FilterDay), form.day, view.day_understood,
        {.placeholder = ui.text(Text::FilterDayPlaceholder), .error = view.day_error});
    if (day.changed) changed(ui, "customer.day");
    return day.submitted;
}

void filter_channel(const CustomerView& view, CustomerForm360& form, ui::Ui& ui) {
    const auto channels = choices_of(view.channels);
    if (ui::select(ui, "customer.find_in", ui.text(Text::CaptureChannel), channels, form.channel)) {
        changed(ui, "customer.find_in");
    }
}

void filter_person(const CustomerView& view, CustomerForm360& form, ui::Ui& ui) {
    const auto people = choices_of(view.people);
    if (ui::select(ui, "customer.find_by", ui.text(Text::FilterPerson), people, form.who)) {
        changed(ui, "customer.find_by");
    }
}

void filters(const CustomerView& view, CustomerForm360& form, ui::Ui& ui) {
    const auto kinds = choices_of(view.filters);
    if (ui::segmented(ui, "customer.filter", ui.text(Text::CustomerTimeline), kinds, form.tab,
                      {.hide_label = true})) {
        changed(ui, "customer.filter");
    }
    ui::space(ui);
    // Two by two where four are too narrow beside each other.
    const bool wide = ui::available_em(ui) >= kFilterRowEm;
    bool done = false;
    if (wide) {
        ui::Columns columns(ui, {1.2F, 1, 1, 1.2F}, 0.8F, 4);
        columns.next();
        done = filter_text(form, ui);
        columns.next();
        filter_channel(view, form, ui);
        columns.next();
        filter_person(view, form, ui);
        columns.next();
        done = filter_day(view, form, ui) || done;
    } else {
        {
            ui::Columns columns(ui, {1, 1}, 0.8F, 8);
            columns.next();
            done = filter_text(form, ui);
            columns.next();
            done = filter_day(view, form, ui) || done;
        }
        ui::Columns columns(ui, {1, 1}, 0.8F, 8);
        columns.next();
        filter_channel(view, form, ui);
        columns.next();
        filter_person(view, form, ui);
    }
    if (done) run(ui, "customer.filter_done");
}

/// What it is kept to is always said, with the key that ends it.
void kept_to(const CustomerView& view, ui::Ui& ui) {
    if (view.filter_words.empty()) return;
    ui::text(ui, view.filter_words, {.role = ui::Role::Accent, .icon = ui::Icon::Filter});
    run_button(ui, view.clear, {.small = true});
    ui::space(ui);
}

void nothing_here(const CustomerView& view, ui::Ui& ui) {
    if (!view.filter_words.empty()) {
        ui::muted(ui, ui.text(Text::TimelineNothing));
        return;
    }
    if (ui::empty_state(ui, "customer.timeline.empty", ui.text(Text::CustomerEmptyTimeline),
                        {.icon = ui::Icon::NoteAdd,
                         .what_to_do = ui.text(Text::CustomerEmptyTimelineHelp),
                         .action = view.log.label,
                         .shortcut = view.log.shortcut})) {
        run(ui, view.log.id);
    }
}

void timeline(const CustomerView& view, CustomerForm360& form, ui::Ui& ui) {
    const ui::Card card(ui, "customer.card.timeline", ui.text(Text::CustomerTimeline),
                        {.trailing = view.timeline_trailing, .icon = ui::Icon::History});
    const bool never = view.timeline_empty && view.filter_words.empty();
    if (!never) {
        filters(view, form, ui);
        ui::space(ui);
        kept_to(view, ui);
    }
    if (view.timeline_empty) {
        nothing_here(view, ui);
        return;
    }
    const std::vector<TimelineRow>& rows = *view.timeline;
    const std::array<ui::Column, 2> columns{
        {{.weight = 1}, {.width_em = 11, .align = ui::Align::Right}}};
    // A long history scrolls by itself, and only what is seen of it is drawn.
    const float height = rows.size() > kRowsInFull ? kTimelineEm : -1;
    const auto event = ui::table(
        ui, "customer.timeline", columns, static_cast<int>(rows.size()), form.line,
        [&rows, &ui](int row, std::span<ui::Cell> cells) -> std::string_view {
            const TimelineRow& line = rows[static_cast<std::size_t>(row)];
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
        {.height_em = height, .row_lines = 2, .head = false, .framed = false});
    tell(ui, "customer.timeline", event);
    if (!view.more) return;
    if (reaches_end(event, rows.size())) run(ui, view.older.id);
    ui::space(ui);
    run_button(ui, view.older, {.small = true});
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
    note_keyboard(form, ui);
    badges(view, ui);
    ui::Columns columns(ui, {2, 3}, 1.2F, kColumnEm);
    columns.next();
    left(view, form, ui);
    columns.next();
    counts(view, ui);
    tasks(view, form, ui);
    timeline(view, form, ui);
    reading(view, ui);
}

}  // namespace balie::app
