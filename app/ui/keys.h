#pragma once
// Keys and chords as values with one spelling ("Ctrl+Enter"), shared by input, help and tests.
//
// Invariant: parse_chord(chord_text(c)) == c for every chord with a key.
// Thread: any. Ownership: values. This header needs no ImGui; models compare spellings.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace balie::ui {

// clang-format off
enum class Key : std::uint8_t {
    None,
    A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T, U, V, W, X, Y, Z,
    Digit0, Digit1, Digit2, Digit3, Digit4, Digit5, Digit6, Digit7, Digit8, Digit9,
    F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12,
    Enter, Escape, Tab, Space, Backspace, Delete, Insert,
    Home, End, PageUp, PageDown, Left, Right, Up, Down,
    Comma, Period, Slash, Minus, Equal, Semicolon, Apostrophe, LeftBracket, RightBracket,
    Backslash, GraveAccent,
    Keypad0, Keypad1, Keypad2, Keypad3, Keypad4, Keypad5, Keypad6, Keypad7, Keypad8, Keypad9,
    KeypadDecimal, KeypadDivide, KeypadMultiply, KeypadSubtract, KeypadAdd, KeypadEnter,
    LeftCtrl, RightCtrl, LeftShift, RightShift, LeftAlt, RightAlt, LeftSuper, RightSuper, Menu,
    Count
};
// clang-format on

struct Chord {
    Key key = Key::None;
    bool ctrl = false;
    bool shift = false;
    bool alt = false;

    friend bool operator==(const Chord& a, const Chord& b) {
        return a.key == b.key && a.ctrl == b.ctrl && a.shift == b.shift && a.alt == b.alt;
    }
};

// "Ctrl+Shift+K", "Alt+1", "F5", "Esc", "/". Modifiers always in the order Ctrl, Alt, Shift.
[[nodiscard]] std::string chord_text(const Chord& chord);
// Case-insensitive; empty when a part is unknown.
[[nodiscard]] std::optional<Chord> parse_chord(std::string_view text);
[[nodiscard]] bool is_modifier(Key key);
// True for keys that type a character, which a text field or a scanner also sends.
[[nodiscard]] bool types_text(Key key);

}  // namespace balie::ui
