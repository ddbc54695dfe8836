// Draws SetAsideView; writes SetAsideForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/set_aside/set_aside_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const SetAsideView& view, SetAsideForm& form, ui::Ui& ui);

}  // namespace balie::app
