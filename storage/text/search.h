// What a customer is found by, and what a person's query asks for.
// The store keeps `text` in a trigram index (substrings of three characters and more) and `words`
// in a prefix index (one or two). Invariant: matches() is the meaning of a query; an index may only
// be faster. Ignores case, accents, Dutch name prefixes and the spelling of telephone numbers.
// Thread: any.
#pragma once

#include "storage/text/phone.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace balie::text {

enum class SearchKind : unsigned char {
    Plain,  ///< name, city, street
    Phone,  ///< found by any spelling
    Code    ///< e-mail, customer number, postal code: also found without its punctuation
};

struct SearchField {
    SearchKind kind{SearchKind::Plain};
    std::string_view text;
};

struct SearchText {
    std::string text;   ///< folded; fields parted by a line feed, which no query can hold
    std::string words;  ///< every word once, parted by blanks

    bool operator==(const SearchText&) const = default;
};

[[nodiscard]] SearchText search_text(std::span<const SearchField> fields,
                                     std::string_view region = kDefaultRegion);

/// All of them must be met. Both lists empty: the query asks for nothing.
struct QueryTerms {
    std::vector<std::string> substrings;  ///< three code points or more, anywhere in `text`
    std::vector<std::string> prefixes;    ///< one or two code points, at the start of a word

    [[nodiscard]] bool empty() const { return substrings.empty() && prefixes.empty(); }
    bool operator==(const QueryTerms&) const = default;
};

/// Name prefixes (van, de…) are left out when something else is asked for. At most 12 terms.
[[nodiscard]] QueryTerms query_terms(std::string_view query);

[[nodiscard]] bool matches(const SearchText& document, const QueryTerms& terms);

}  // namespace balie::text
