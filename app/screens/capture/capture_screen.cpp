#include "app/screens/capture/capture_screen.h"

#include "app/screens/parts_screen.h"
#include "app/ui/dialog.h"

#include <algorithm>
#include <array>

namespace balie::app {

namespace {

constexpr float kDialogEm = 38;
constexpr int kNoteLines = 4;

void move_mark(const CaptureView& view, CaptureForm& form, ui::Ui& ui) {
    if (ui.focused() != "visit.customer") return;
    const int last = static_cast<int>(view.hits.size()) - 1;
    if (ui.pressed("Down")) form.hit = std::min(form.hit + 1, last);
    if (ui.pressed("Up")) form.hit = std::max(form.hit - 1, 0);
}

void search(const CaptureView& view, CaptureForm& form, ui::Ui& ui) {
    move_mark(view, form, ui);
    const auto typed =
        ui::text_field(ui, "visit.customer", ui.text(Text::CaptureCustomer), form.query,
                       {.placeholder = ui.text(Text::CaptureCustomerPlaceholder),
                        .error = view.error("visit.customer"),
                        .icon = ui::Icon::Search});
    if (typed.changed) changed(ui, "visit.customer");
    if (typed.submitted) ui.emit<Intent>(RowChosen{"visit.hits", form.hit, true});
    if (view.no_hits) {
        ui::muted(ui, ui.text(Text::CaptureNoHits));
    } else {
        const std::array<ui::Column, 2> columns{{{.weight = 1}, {.weight = 1}}};
        tell(ui, "visit.hits",
             ui::table(ui, "visit.hits", columns, static_cast<int>(view.hits.size()), form.hit,
                       [&view](int row, std::span<ui::Cell> cells) -> std::string_view {
                           const CaptureHit& hit = view.hits[static_cast<std::size_t>(row)];
                           cells[0] = {
                               .text = hit.name, .strong = true, .badge = level_badge(hit.level)};
                           cells[1] = {.text = hit.detail, .role = ui::Role::Muted};
                           return hit.key;
                       },
                       {.height_em = -1, .head = false}));
    }
    if (ui::link(ui, "visit.walk_in", ui.text(Text::WalkIn), ui::Icon::Walk)) {
        run(ui, "visit.walk_in");
    }
    ui::space(ui);
}

void codes(const CaptureView& view, CaptureForm& form, ui::Ui& ui) {
    const auto channels = choices_of(view.channels);
    const auto outcomes = choices_of(view.outcomes);
    ui::Columns columns(ui, {1, 1}, 1, 10);
    columns.next();
    if (ui::select(
            ui, "visit.channel", ui.text(Text::CaptureChannel), channels, form.channel,
            {.error = view.error("visit.channel"), .required = true, .enabled = !view.busy})) {
        changed(ui, "visit.channel");
    }
    columns.next();
    if (ui::select(
            ui, "visit.outcome", ui.text(Text::CaptureOutcome), outcomes, form.outcome,
            {.error = view.error("visit.outcome"), .required = true, .enabled = !view.busy})) {
        changed(ui, "visit.outcome");
    }
}

/// A channel that the customer does not want asks for a reason.
void objection(const CaptureView& view, CaptureForm& form, ui::Ui& ui) {
    if (!view.wishes.empty()) ui::muted(ui, view.wishes);
    if (view.objection.empty()) return;
    ui::banner(ui, "visit.objection", view.objection,
               {.role = view.forbidden ? ui::Role::Danger : ui::Role::Warn,
                .detail = view.objection_help});
    ui::space(ui, 0.3F);
    if (!view.forbidden) return;  // the note or a reason says it
    const auto why =
        ui::text_field(ui, "visit.why", ui.text(Text::CaptureOverride), form.why,
                       {.error = view.error("visit.why"), .required = true, .enabled = !view.busy});
    if (why.changed) changed(ui, "visit.why");
    ui::space(ui);
}

void next_action(const CaptureView& view, CaptureForm& form, ui::Ui& ui) {
    ui::Columns columns(ui, {1, 1}, 1, 10);
    columns.next();
    const auto when = ui::date_field(ui, "visit.next", ui.text(Text::CaptureNext), form.next,
                                     view.next_understood,
                                     {.placeholder = ui.text(Text::CaptureNextPlaceholder),
                                      .error = view.error("visit.next"),
                                      .enabled = !view.busy,
                                      .icon = ui::Icon::CalendarAdd});
    if (when.changed) changed(ui, "visit.next");
    columns.next();
    if (view.has_next) {
        const auto what = ui::text_field(
            ui, "visit.next_subject", ui.text(Text::CaptureNextSubject), form.next_subject,
            {.placeholder = ui.text(Text::CaptureNextSubjectPlaceholder), .enabled = !view.busy});
        if (what.changed) changed(ui, "visit.next_subject");
    } else {
        const auto reasons = choices_of(view.reasons);
        if (ui::select(ui, "visit.reason", ui.text(Text::CaptureReason), reasons, form.reason,
                       {.enabled = !view.busy})) {
            changed(ui, "visit.reason");
        }
    }
}

/// Every contact is a chance to learn something of the customer.
void learnt(const CaptureView& view, CaptureForm& form, ui::Ui& ui) {
    if (!view.may_learn) return;
    ui::space(ui);
    const auto fact = ui::text_field(ui, "visit.fact", ui.text(Text::CaptureFact), form.fact,
                                     {.placeholder = ui.text(Text::FactTextPlaceholder),
                                      .error = view.error("visit.fact"),
                                      .enabled = !view.busy,
                                      .bytes_max = view.fact_max,
                                      .icon = ui::Icon::Idea});
    if (fact.changed) changed(ui, "visit.fact");
}

void body(const CaptureView& view, CaptureForm& form, ui::Ui& ui) {
    problem_banner(ui, "visit.problem", view.problem, view.problem_detail);
    if (view.restored) {
        ui::banner(ui, "visit.restored", ui.text(Text::CaptureRestored), {.role = ui::Role::Info});
        ui::space(ui);
    }
    if (!view.has_customer) {
        search(view, form, ui);
        return;  // who it was comes first; what was typed of the rest is kept
    }
    if (ui::link(ui, "visit.other_customer", ui.text(Text::CaptureOtherCustomer),
                 ui::Icon::Person)) {
        run(ui, "visit.other_customer");
    }
    ui::space(ui, 0.2F);
    if (view.no_codes) {
        ui::banner(ui, "visit.no_codes", ui.text(Text::CaptureNoCodes),
                   {.role = ui::Role::Warn, .detail = ui.text(Text::CaptureNoCodesHelp)});
    }
    codes(view, form, ui);
    ui::space(ui);
    objection(view, form, ui);
    const auto note = ui::note_field(ui, "visit.note", ui.text(Text::CaptureNote), form.note,
                                     {.error = view.error("visit.note"),
                                      .enabled = !view.busy,
                                      .bytes_max = view.note_max,
                                      .lines = kNoteLines});
    if (note.changed) changed(ui, "visit.note");
    ui::space(ui);
    next_action(view, form, ui);
    learnt(view, form, ui);
}

}  // namespace

void draw(const CaptureView& view, CaptureForm& form, ui::Ui& ui) {
    ui::Dialog dialog(ui, "visit", view.title,
                      {.width_em = kDialogEm, .icon = ui::Icon::NoteAdd, .closable = !view.busy});
    body(view, form, ui);
    ActionView save = view.save;
    if (view.busy) save.label = ui.text(Text::CaptureSaving);
    run_buttons(ui, dialog, save);
}

}  // namespace balie::app
