#include "app/shell/glfw_keys.h"

#include <GLFW/glfw3.h>

#include <string_view>

namespace balie::shell {
namespace {

using ui::Key;

Key from(Key first, int by) {
    return static_cast<Key>(static_cast<int>(first) + by);
}

// The key as printed in this layout, when it is a letter, digit or common sign.
Key printed_key(int key, int scancode) {
    if (key >= GLFW_KEY_KP_0 && key <= GLFW_KEY_KP_EQUAL) {
        return Key::None;
    }
    const char* const name = glfwGetKeyName(key, scancode);
    if (name == nullptr || name[0] == '\0' || name[1] != '\0') {
        return Key::None;
    }
    const char c = name[0];
    if (c >= 'a' && c <= 'z') {
        return from(Key::A, c - 'a');
    }
    if (c >= 'A' && c <= 'Z') {
        return from(Key::A, c - 'A');
    }
    if (c >= '0' && c <= '9') {
        return from(Key::Digit0, c - '0');
    }
    constexpr std::string_view kSigns = ",./-=;'[]\\`";
    const std::size_t sign = kSigns.find(c);
    return sign == std::string_view::npos ? Key::None : from(Key::Comma, static_cast<int>(sign));
}

Key placed_key(int key) {
    if (key >= GLFW_KEY_A && key <= GLFW_KEY_Z) {
        return from(Key::A, key - GLFW_KEY_A);
    }
    if (key >= GLFW_KEY_0 && key <= GLFW_KEY_9) {
        return from(Key::Digit0, key - GLFW_KEY_0);
    }
    if (key >= GLFW_KEY_F1 && key <= GLFW_KEY_F12) {
        return from(Key::F1, key - GLFW_KEY_F1);
    }
    if (key >= GLFW_KEY_KP_0 && key <= GLFW_KEY_KP_ENTER) {
        return from(Key::Keypad0, key - GLFW_KEY_KP_0);
    }
    // clang-format off
    switch (key) {
        case GLFW_KEY_ENTER: return Key::Enter;
        case GLFW_KEY_ESCAPE: return Key::Escape;
        case GLFW_KEY_TAB: return Key::Tab;
        case GLFW_KEY_SPACE: return Key::Space;
        case GLFW_KEY_BACKSPACE: return Key::Backspace;
        case GLFW_KEY_DELETE: return Key::Delete;
        case GLFW_KEY_INSERT: return Key::Insert;
        case GLFW_KEY_HOME: return Key::Home;
        case GLFW_KEY_END: return Key::End;
        case GLFW_KEY_PAGE_UP: return Key::PageUp;
        case GLFW_KEY_PAGE_DOWN: return Key::PageDown;
        case GLFW_KEY_LEFT: return Key::Left;
        case GLFW_KEY_RIGHT: return Key::Right;
        case GLFW_KEY_UP: return Key::Up;
        case GLFW_KEY_DOWN: return Key::Down;
        case GLFW_KEY_COMMA: return Key::Comma;
        case GLFW_KEY_PERIOD: return Key::Period;
        case GLFW_KEY_SLASH: return Key::Slash;
        case GLFW_KEY_MINUS: return Key::Minus;
        case GLFW_KEY_EQUAL: return Key::Equal;
        case GLFW_KEY_SEMICOLON: return Key::Semicolon;
        case GLFW_KEY_APOSTROPHE: return Key::Apostrophe;
        case GLFW_KEY_LEFT_BRACKET: return Key::LeftBracket;
        case GLFW_KEY_RIGHT_BRACKET: return Key::RightBracket;
        case GLFW_KEY_BACKSLASH: return Key::Backslash;
        case GLFW_KEY_GRAVE_ACCENT: return Key::GraveAccent;
        case GLFW_KEY_LEFT_CONTROL: return Key::LeftCtrl;
        case GLFW_KEY_RIGHT_CONTROL: return Key::RightCtrl;
        case GLFW_KEY_LEFT_SHIFT: return Key::LeftShift;
        case GLFW_KEY_RIGHT_SHIFT: return Key::RightShift;
        case GLFW_KEY_LEFT_ALT: return Key::LeftAlt;
        case GLFW_KEY_RIGHT_ALT: return Key::RightAlt;
        case GLFW_KEY_LEFT_SUPER: return Key::LeftSuper;
        case GLFW_KEY_RIGHT_SUPER: return Key::RightSuper;
        case GLFW_KEY_MENU: return Key::Menu;
        default: return Key::None;
    }
    // clang-format on
}

}  // namespace

ui::Key key_from_glfw(int key, int scancode) {
    const Key printed = printed_key(key, scancode);
    return printed == Key::None ? placed_key(key) : printed;
}

}  // namespace balie::shell
