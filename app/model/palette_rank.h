// Which of many names fits what a person typed into the palette, best first.
// A name fits when the typed letters stand in it in that order; letters at the start of words and
// in a row count more, and what was used lately wins among equals.
// Thread: any. Ownership: values.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace balie::app {

struct PaletteCandidate {
    std::string folded;  ///< text::fold_for_search of the label (and what else it is known by)
    int recency{0};      ///< 0 never used; the higher, the later
};

/// How well `folded_query` fits, 0 when not at all. An empty query fits everything a little.
[[nodiscard]] int palette_score(std::string_view folded_query, std::string_view folded_name);

/// Indexes of those that fit, best first, at most `limit`; equals keep their order.
[[nodiscard]] std::vector<std::size_t> palette_rank(std::string_view folded_query,
                                                    std::span<const PaletteCandidate> candidates,
                                                    std::size_t limit);

}  // namespace balie::app
