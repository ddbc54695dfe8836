// Folding: the form in which two spellings of the same word are equal to a person who searches.
// Invariant: fold_for_search(fold_for_search(x)) == fold_for_search(x). Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace balie::text {

/// Compatibility forms, case and accents are gone; ø→o, ł→l, ß→ss, æ→ae, đ→d, þ→th; typographic
/// quotes and dashes become plain ones; runs of blanks become one, none at the ends; line ends
/// and NUL count as blanks. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string fold_for_search(std::string_view text);

/// The runs of letters and digits of a folded text, in order.
[[nodiscard]] std::vector<std::string> words_of(std::string_view folded);

/// A Dutch surname and what goes before it: "van der Berg" → {"van der", "Berg"}.
struct SurnameParts {
    std::string_view prefix;  ///< as written, may be empty
    std::string_view name;    ///< never empty unless all is
};
/// Knows van, de, der, den, ten, ter, te, 't, 's, het, von, la, le, du, d', and aan, bij, in,
/// onder, op, over, tot, uit, voor where one of those follows ("op de", "in 't"); vd, v.d. and v/d
/// too.
[[nodiscard]] SurnameParts split_name_prefix(std::string_view surname);
[[nodiscard]] std::string_view strip_name_prefix(std::string_view surname);
/// True for a folded word that can only be part of a prefix: van, de, der, vd…
[[nodiscard]] bool is_name_prefix_word(std::string_view folded_word);

}  // namespace balie::text
