// Draws TaskFormView; writes TaskForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/task_form/task_form_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const TaskFormView& view, TaskForm& form, ui::Ui& ui);

}  // namespace balie::app
