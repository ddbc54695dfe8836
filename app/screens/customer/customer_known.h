// What is known of a customer and whom they belong with: the two lists of the customer's page.
// Used by this folder alone. Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/customer/customer_model.h"

namespace balie::app {

/// The list that has the keyboard has a row that is chosen.
[[nodiscard]] bool has_known(const CustomerState& state);
void change_fact(const CustomerState& state, Effects& effects);
/// The fact or the relation that has the keyboard.
void change_known(const CustomerState& state, Effects& effects);
void remove_known(const CustomerState& state, const ScreenContext& context, Effects& effects);
void go_to_related(const CustomerState& state, const ScreenContext& context, Effects& effects);

void fill_known(const CustomerState& state, const ScreenContext& context, CustomerView& out);

}  // namespace balie::app
