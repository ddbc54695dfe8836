// What a person typed for the fields of a record, and back: as exports write it.
// Thread: that of the Database. Ownership: none.
#pragma once

#include "storage/base/clock.h"
#include "storage/base/result.h"
#include "storage/base/value.h"
#include "storage/domain/schema.h"
#include "storage/sqlite/database.h"

#include <map>
#include <string>

namespace balie::app {

/// Field name, or "x.NAME", and its text; an empty text clears the field.
using FieldTexts = std::map<std::string, std::string, std::less<>>;

/// Moments without a zone are this machine's. Errors: InvalidInput (no such field, or a text that
/// cannot be its value).
[[nodiscard]] Result<FieldValues> parse_field_texts(sqlite::Database& database, const Clock& clock,
                                                    domain::RecordType type,
                                                    const FieldTexts& texts);
/// The inverse; a field that the record does not know counts as a text. "" for null.
[[nodiscard]] Result<std::string> field_text(sqlite::Database& database, const Clock& clock,
                                             domain::RecordType type, std::string_view field,
                                             const Value& value);

}  // namespace balie::app
