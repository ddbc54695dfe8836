#include "app/ui/keys.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

namespace balie::ui {
namespace {

// clang-format off
constexpr std::array<std::string_view, static_cast<std::size_t>(Key::Count)> kNames{
    "",
    "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M",
    "N", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X", "Y", "Z",
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9",
    "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12",
    "Enter", "Esc", "Tab", "Space", "Backspace", "Delete", "Insert",
    "Home", "End", "PageUp", "PageDown", "Left", "Right", "Up", "Down",
    ",", ".", "/", "-", "=", ";", "'", "[", "]", "\\", "`",
    "Num0", "Num1", "Num2", "Num3", "Num4", "Num5", "Num6", "Num7", "Num8", "Num9",
    "Num.", "Num/", "Num*", "Num-", "NumPlus", "NumEnter",
    "LeftCtrl", "RightCtrl", "LeftShift", "RightShift", "LeftAlt", "RightAlt",
    "LeftSuper", "RightSuper", "Menu",
};
// clang-format on

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

Key key_named(std::string_view name) {
    const std::string wanted = lower(name);
    if (wanted == "escape") {
        return Key::Escape;
    }
    for (std::size_t i = 1; i < kNames.size(); ++i) {
        if (lower(kNames[i]) == wanted) {
            return static_cast<Key>(i);
        }
    }
    return Key::None;
}

}  // namespace

std::string chord_text(const Chord& chord) {
    std::string out;
    out += chord.ctrl ? "Ctrl+" : "";
    out += chord.alt ? "Alt+" : "";
    out += chord.shift ? "Shift+" : "";
    return out += kNames[static_cast<std::size_t>(chord.key)];
}

std::optional<Chord> parse_chord(std::string_view text) {
    Chord chord;
    while (true) {
        const std::size_t plus = text.find('+');
        if (plus == std::string_view::npos || plus + 1 == text.size()) {
            break;
        }
        const std::string modifier = lower(text.substr(0, plus));
        if (modifier == "ctrl") {
            chord.ctrl = true;
        } else if (modifier == "alt") {
            chord.alt = true;
        } else if (modifier == "shift") {
            chord.shift = true;
        } else {
            return std::nullopt;
        }
        text.remove_prefix(plus + 1);
    }
    chord.key = key_named(text);
    if (chord.key == Key::None) {
        return std::nullopt;
    }
    return chord;
}

bool is_modifier(Key key) {
    return key >= Key::LeftCtrl && key <= Key::RightSuper;
}

bool types_text(Key key) {
    return (key >= Key::A && key <= Key::Digit9) || key == Key::Space ||
           (key >= Key::Comma && key <= Key::KeypadAdd);
}

}  // namespace balie::ui
