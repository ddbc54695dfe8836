// A record's field and its value in a person's words, where a screen shows fields it does not know
// beforehand: conflicts, what was set aside. Thread: any.
#pragma once

#include "app/screens/screen_types.h"

#include <string>
#include <string_view>

namespace balie::app {

/// "Customers": the record type in the plural; its name on the wire when it is not known here.
[[nodiscard]] std::string type_label(const Texts& texts, std::string_view type);
/// "Note"; an organisation's own field by its own label; a field that nobody named here as it is.
[[nodiscard]] std::string field_label(const ScreenContext& context, std::string_view field);
/// Labels of codes, names of people, dates and moments as the language writes them; a dash for
/// nothing. Of `deleted_at`: deleted or kept. An address is shown as `line`, its one line.
[[nodiscard]] std::string value_in_words(const ScreenContext& context, std::string_view type,
                                         std::string_view field, const Value& value,
                                         std::string_view line = {});

/// Why it could not be applied, in a few words; the same with the detail; what can be done.
[[nodiscard]] std::string aside_words(const Texts& texts, const sync::SetAsideEntry& entry);
[[nodiscard]] std::string aside_reason(const Texts& texts, const sync::SetAsideEntry& entry);
[[nodiscard]] std::string aside_mend(const Texts& texts, const sync::SetAsideEntry& entry);
/// "Contacts: Piet Jansen".
[[nodiscard]] std::string aside_title(const Texts& texts, const sync::SetAsideEntry& entry,
                                      const AsideNote& note);

}  // namespace balie::app
