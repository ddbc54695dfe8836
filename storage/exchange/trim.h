// A text without the blanks and line ends around it. Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace balie::exchange {

[[nodiscard]] inline std::string trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    return std::string(text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin));
}

}  // namespace balie::exchange
