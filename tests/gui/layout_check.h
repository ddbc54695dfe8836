// Looks at where text was painted, as the transcript has it, for what a person would call broken.
// Invariant: answers every fault in words, with the text and its place; empty when there is none.
// Thread: any. Ownership: values.
#pragma once

#include "app/ui/transcript.h"

#include <string>
#include <string_view>
#include <vector>

namespace balie::test {

/// Text that ends in an ellipsis though it holds none of `may_be_cut` (data that is too long for a
/// list), text that sticks out of what shows it, and text over other text.
[[nodiscard]] std::vector<std::string> layout_problems(
    const ui::Transcript& transcript, const std::vector<std::string_view>& may_be_cut);

}  // namespace balie::test
