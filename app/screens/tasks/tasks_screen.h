// Draws TasksView; writes TasksForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/tasks/tasks_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const TasksView& view, TasksForm& form, ui::Ui& ui);

}  // namespace balie::app
