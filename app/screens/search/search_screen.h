// Draws SearchView; writes SearchForm, emits intents, and changes nothing else.
// Thread: UI only. Ownership: none.
#pragma once

#include "app/screens/search/search_model.h"
#include "app/ui/ui.h"

namespace balie::app {

void draw(const SearchView& view, SearchForm& form, ui::Ui& ui);

}  // namespace balie::app
