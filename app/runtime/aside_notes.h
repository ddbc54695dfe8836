// What was set aside, for people: whom it is about, and its fields as they can be written anew.
// Thread: store only. Ownership: the database outlives it.
#pragma once

#include "app/runtime/events.h"
#include "storage/base/clock.h"
#include "storage/sqlite/database.h"

namespace balie::app {

/// An entry that this version cannot read has no fields.
[[nodiscard]] Result<AsideNote> aside_note(sqlite::Database& database, const Clock& clock,
                                           const sync::SetAsideEntry& entry);

struct AboutCustomer {
    RecordId id;       ///< nil: about none
    std::string name;  ///< empty: or not known here
};
/// The customer that a record is or belongs to; `customer_id` counts where the record is not here.
[[nodiscard]] Result<AboutCustomer> customer_about(sqlite::Database& database,
                                                   std::string_view type, const RecordId& record,
                                                   const Value& customer_id = {});

}  // namespace balie::app
