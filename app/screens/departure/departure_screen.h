// Draws DepartureView; writes DepartureForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/departure/departure_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const DepartureView& view, DepartureForm& form, ui::Ui& ui);

}  // namespace balie::app
