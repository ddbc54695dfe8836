// The timeline of a customer's page: what is asked for, what came, what it is kept to.
// Used by this folder alone. Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/customer/customer_model.h"

namespace balie::app {

/// As many entries as are there, or the first page, by what it is kept to.
void ask_timeline(CustomerState& state, const ScreenContext& context, Effects& effects);
void take_page(CustomerState& state, const TimelineData& page);
/// The person typed or chose something that the timeline is kept to.
void filter_changed(CustomerState& state, const std::string& field, const ScreenContext& context,
                    Effects& effects);
void run_timeline(CustomerState& state, const std::string& action, const ScreenContext& context,
                  Effects& effects);
/// The entry in that row is opened to be read.
void read_entry(CustomerState& state, int row);

void fill_timeline(const CustomerState& state, const ScreenContext& context, CustomerView& out);
void fill_reading(const CustomerState& state, const ScreenContext& context, CustomerView& out);

}  // namespace balie::app
