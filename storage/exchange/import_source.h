// One source of a field: read from the map, and applied to the text of a cell.
// Invariant: a text either becomes exactly one value or is refused with a reason. Thread: any.
#pragma once

#include "storage/base/result.h"
#include "storage/exchange/import_map.h"
#include "storage/exchange/json_reader.h"

#include <optional>
#include <string>
#include <vector>

namespace balie::exchange {

/// A text stands for its column. Problems are noted with `place`.
[[nodiscard]] Source parse_source(const Json& json, const std::string& place, Problems& problems);

/// Nothing is no value. Errors: InvalidInput, with the reason in `what`.
[[nodiscard]] Result<std::optional<std::string>> change_text(const Changes& changes,
                                                             std::string text);
/// The columns that a source reads.
[[nodiscard]] std::vector<std::string> columns_of(const Source& source);
/// Names in braces of a template.
[[nodiscard]] std::vector<std::string> template_columns(std::string_view pattern);

}  // namespace balie::exchange
