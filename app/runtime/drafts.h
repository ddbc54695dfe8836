// Forms that were not saved, kept in the encrypted store (table setting) so that a crash or a power
// cut costs at most the last second of typing. Invariant: one draft a form and person, whom alone
// it is offered to; a form that was saved or cancelled has none. Thread: store only. Ownership: the
// store outlives it.
#pragma once

#include "app/runtime/commands.h"
#include "storage/base/result.h"
#include "storage/store/store.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::app {

inline constexpr std::size_t kDraftBytesMax = std::size_t{64} * 1024;

/// Errors: LimitExceeded; those of Store::set_setting.
[[nodiscard]] Outcome keep_draft(store::Store& store, std::string_view user, const Draft& draft);
[[nodiscard]] Outcome drop_draft(store::Store& store, std::string_view user, std::string_view form);
/// Those of the forms in `forms`. A draft that cannot be read is left out: it is no saved record.
[[nodiscard]] Result<std::vector<Draft>> load_drafts(store::Store& store, std::string_view user,
                                                     const std::vector<std::string>& forms);

/// "name:length:value" one after the other; integers as "name#length:value".
[[nodiscard]] std::string encode_fields(const FieldValues& fields);
[[nodiscard]] std::optional<FieldValues> decode_fields(std::string_view text);

}  // namespace balie::app
