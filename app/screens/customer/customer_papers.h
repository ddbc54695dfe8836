// The files that hang on a customer: the list of the customer's page.
// Used by this folder alone. Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/customer/customer_model.h"

namespace balie::app {

/// Save a copy, fetch or remove the chosen one. False: the action is another.
[[nodiscard]] bool run_document(const CustomerState& state, const std::string& action,
                                const ScreenContext& context, Effects& effects);
[[nodiscard]] bool document_enabled(const CustomerState& state, std::string_view action);
/// The chosen one is opened to be read in full.
void read_document(CustomerState& state);

void fill_documents(const CustomerState& state, const ScreenContext& context, CustomerView& out);
/// A document in full: its note is never cut where it is read.
void fill_reading_document(const CustomerState& state, const ScreenContext& context,
                           CustomerView& out);

}  // namespace balie::app
