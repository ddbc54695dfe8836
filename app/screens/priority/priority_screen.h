// Draws PriorityView; writes PriorityForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/priority/priority_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const PriorityView& view, PriorityForm& form, ui::Ui& ui);

}  // namespace balie::app
