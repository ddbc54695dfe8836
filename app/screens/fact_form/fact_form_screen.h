// Draws FactFormView; writes FactForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/fact_form/fact_form_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const FactFormView& view, FactForm& form, ui::Ui& ui);

}  // namespace balie::app
