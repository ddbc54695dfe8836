// Draws HelpView; writes HelpForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/help/help_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const HelpView& view, HelpForm& form, ui::Ui& ui);

}  // namespace balie::app
