// Draws SignInView; writes SignInForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/sign_in/sign_in_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const SignInView& view, SignInForm& form, ui::Ui& ui);

}  // namespace balie::app
