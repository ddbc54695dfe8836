// Draws FetchView; writes FetchForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/fetch/fetch_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const FetchView& view, FetchForm& form, ui::Ui& ui);

}  // namespace balie::app
