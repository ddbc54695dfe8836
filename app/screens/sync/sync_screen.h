// Draws SyncView; writes SyncForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/sync/sync_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const SyncView& view, SyncForm& form, ui::Ui& ui);

}  // namespace balie::app
