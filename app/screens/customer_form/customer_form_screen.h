// Draws CustomerFormView; writes CustomerEditForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/customer_form/customer_form_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const CustomerFormView& view, CustomerEditForm& form, ui::Ui& ui);

}  // namespace balie::app
