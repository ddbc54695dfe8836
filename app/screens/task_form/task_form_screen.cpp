#include "app/screens/task_form/task_form_screen.h"

#include "app/screens/parts_screen.h"
#include "app/ui/dialog.h"

namespace balie::app {

void draw(const TaskFormView& view, TaskForm& form, ui::Ui& ui) {
    ui::Dialog dialog(ui, "task", view.title,
                      {.icon = ui::Icon::CalendarAdd, .closable = !view.busy});
    problem_banner(ui, "task.problem", view.problem, view.problem_detail);
    const auto subject = ui::text_field(
        ui, "task.subject", ui.text(Text::TaskFormSubject), form.subject,
        {.error = view.error("task.subject"), .required = true, .enabled = !view.busy});
    if (subject.changed) changed(ui, "task.subject");
    ui::space(ui);
    const auto due =
        ui::date_field(ui, "task.due", ui.text(Text::TaskFormDue), form.due, view.due_understood,
                       {.placeholder = ui.text(Text::CaptureNextPlaceholder),
                        .error = view.error("task.due"),
                        .enabled = !view.busy});
    if (due.changed) changed(ui, "task.due");
    ui::space(ui);
    if (view.people.size() > 1) {
        const auto people = choices_of(view.people);
        if (ui::select(ui, "task.assignee", ui.text(Text::TaskFormAssignee), people, form.assignee,
                       {.enabled = !view.busy})) {
            changed(ui, "task.assignee");
        }
        ui::space(ui);
    }
    const auto note = ui::note_field(ui, "task.note", ui.text(Text::TaskFormNote), form.note,
                                     {.enabled = !view.busy, .lines = 3});
    if (note.changed) changed(ui, "task.note");
    run_buttons(ui, dialog, view.save);
}

}  // namespace balie::app
