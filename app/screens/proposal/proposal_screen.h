// Draws ProposalView; writes ProposalForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/proposal/proposal_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const ProposalView& view, ProposalForm& form, ui::Ui& ui);

}  // namespace balie::app
