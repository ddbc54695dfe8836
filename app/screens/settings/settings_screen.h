// Draws SettingsView; writes SettingsForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/settings/settings_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const SettingsView& view, SettingsForm& form, ui::Ui& ui);

}  // namespace balie::app
