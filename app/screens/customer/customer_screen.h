// Draws CustomerView; writes CustomerForm360, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/customer/customer_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const CustomerView& view, CustomerForm360& form, ui::Ui& ui);

}  // namespace balie::app
