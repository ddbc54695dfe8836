#pragma once
// Line breaks that are shown but not kept, for editing long notes: ImGui's editor of this version
// does not wrap.
//
// Invariant: unwrap(wrap(text)) == text for every text without carriage returns. A soft break is
// "\r\n"; ImGui draws nothing for the carriage return, and no text we keep contains one.
// Thread: any. Ownership: values.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace balie::ui {

// How many bytes of a line (without breaks, never empty) fit; at least one character.
using LineFit = std::function<std::size_t(std::string_view rest)>;

[[nodiscard]] std::string soft_wrap(std::string_view text, const LineFit& fit);
[[nodiscard]] std::string soft_unwrap(std::string_view wrapped);

// What editing a wrapped text meant. Deleting half of a soft break is deleting the character on
// the other side of it.
struct SoftEdit {
    std::string text;        // unwrapped
    std::size_t cursor = 0;  // in text
};
[[nodiscard]] SoftEdit soft_edit(std::string_view before, std::string_view after,
                                 std::size_t cursor);

// The place in wrapped text of a cursor in the text.
[[nodiscard]] std::size_t soft_place(std::string_view wrapped, std::size_t cursor);

}  // namespace balie::ui
