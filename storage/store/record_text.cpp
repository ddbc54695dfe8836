// Keeps the customer's full text in step with the rows.
#include "storage/store/customer_text.h"
#include "storage/store/record_tables.h"

namespace balie::store {

Outcome RecordTables::text_changed(domain::RecordType type, const RecordId& id) {
    return CustomerText(*database_).changed(type, id, defer_full_text_);
}

Outcome RecordTables::text_changed(domain::RecordType type, const RecordId& id,
                                   const FieldValues& values) {
    if (!CustomerText::concerns(type, values)) return {};
    return text_changed(type, id);
}

Outcome RecordTables::text_leaves(domain::RecordType type, const RecordId& id) {
    return CustomerText(*database_).leaves(type, id);
}

}  // namespace balie::store
