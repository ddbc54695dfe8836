// Draws DocumentFormView; writes DocumentForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/document_form/document_form_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const DocumentFormView& view, DocumentForm& form, ui::Ui& ui);

}  // namespace balie::app
