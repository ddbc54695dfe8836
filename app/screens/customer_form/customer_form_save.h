// From what was typed to what is saved, and what takes it back. Thread: any. Ownership: values.
#pragma once

#include "app/screens/customer_form/customer_form_model.h"

namespace balie::app {

[[nodiscard]] CustomerEditForm form_of(const CustomerData& data);
[[nodiscard]] repo::NewCustomer new_customer(const CustomerEditForm& form);
/// Puts a draft that waits over what was read.
void restore(CustomerFormState& state);
/// What differs between the two, as one edit; `data` tells which contact points there are.
[[nodiscard]] repo::CustomerChanges changes_between(const CustomerEditForm& before,
                                                    const CustomerEditForm& after,
                                                    const CustomerData& data);

}  // namespace balie::app
