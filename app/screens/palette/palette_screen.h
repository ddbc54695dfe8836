// Draws PaletteView; writes PaletteForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/palette/palette_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const PaletteView& view, PaletteForm& form, ui::Ui& ui);

}  // namespace balie::app
