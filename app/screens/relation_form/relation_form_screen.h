// Draws RelationFormView; writes RelationForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/relation_form/relation_form_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const RelationFormView& view, RelationForm& form, ui::Ui& ui);

}  // namespace balie::app
