// Draws TodayView; writes TodayForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/today/today_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const TodayView& view, TodayForm& form, ui::Ui& ui);

}  // namespace balie::app
