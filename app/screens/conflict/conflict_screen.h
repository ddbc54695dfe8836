// Draws ConflictView; writes ConflictForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/conflict/conflict_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const ConflictView& view, ConflictForm& form, ui::Ui& ui);

}  // namespace balie::app
