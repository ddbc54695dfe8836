// Draws CaptureView; writes CaptureForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/capture/capture_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const CaptureView& view, CaptureForm& form, ui::Ui& ui);

}  // namespace balie::app
