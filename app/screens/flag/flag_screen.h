// Draws FlagView; writes FlagForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/flag/flag_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const FlagView& view, FlagForm& form, ui::Ui& ui);

}  // namespace balie::app
