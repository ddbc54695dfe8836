#include "app/shell/input.h"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <utility>

namespace balie::shell {
namespace {

using ui::Key;

ImGuiKey offset(ImGuiKey first, Key key, Key first_key) {
    return static_cast<ImGuiKey>(static_cast<int>(first) + static_cast<int>(key) -
                                 static_cast<int>(first_key));
}

ImGuiKey named_key(Key key) {
    // clang-format off
    switch (key) {
        case Key::Enter: return ImGuiKey_Enter;
        case Key::Escape: return ImGuiKey_Escape;
        case Key::Tab: return ImGuiKey_Tab;
        case Key::Space: return ImGuiKey_Space;
        case Key::Backspace: return ImGuiKey_Backspace;
        case Key::Delete: return ImGuiKey_Delete;
        case Key::Insert: return ImGuiKey_Insert;
        case Key::Home: return ImGuiKey_Home;
        case Key::End: return ImGuiKey_End;
        case Key::PageUp: return ImGuiKey_PageUp;
        case Key::PageDown: return ImGuiKey_PageDown;
        case Key::Left: return ImGuiKey_LeftArrow;
        case Key::Right: return ImGuiKey_RightArrow;
        case Key::Up: return ImGuiKey_UpArrow;
        case Key::Down: return ImGuiKey_DownArrow;
        case Key::Comma: return ImGuiKey_Comma;
        case Key::Period: return ImGuiKey_Period;
        case Key::Slash: return ImGuiKey_Slash;
        case Key::Minus: return ImGuiKey_Minus;
        case Key::Equal: return ImGuiKey_Equal;
        case Key::Semicolon: return ImGuiKey_Semicolon;
        case Key::Apostrophe: return ImGuiKey_Apostrophe;
        case Key::LeftBracket: return ImGuiKey_LeftBracket;
        case Key::RightBracket: return ImGuiKey_RightBracket;
        case Key::Backslash: return ImGuiKey_Backslash;
        case Key::GraveAccent: return ImGuiKey_GraveAccent;
        case Key::KeypadDecimal: return ImGuiKey_KeypadDecimal;
        case Key::KeypadDivide: return ImGuiKey_KeypadDivide;
        case Key::KeypadMultiply: return ImGuiKey_KeypadMultiply;
        case Key::KeypadSubtract: return ImGuiKey_KeypadSubtract;
        case Key::KeypadAdd: return ImGuiKey_KeypadAdd;
        case Key::KeypadEnter: return ImGuiKey_KeypadEnter;
        case Key::LeftCtrl: return ImGuiKey_LeftCtrl;
        case Key::RightCtrl: return ImGuiKey_RightCtrl;
        case Key::LeftShift: return ImGuiKey_LeftShift;
        case Key::RightShift: return ImGuiKey_RightShift;
        case Key::LeftAlt: return ImGuiKey_LeftAlt;
        case Key::RightAlt: return ImGuiKey_RightAlt;
        case Key::LeftSuper: return ImGuiKey_LeftSuper;
        case Key::RightSuper: return ImGuiKey_RightSuper;
        case Key::Menu: return ImGuiKey_Menu;
        default: return ImGuiKey_None;
    }
    // clang-format on
}

ImGuiKey imgui_key(Key key) {
    if (key >= Key::A && key <= Key::Z) {
        return offset(ImGuiKey_A, key, Key::A);
    }
    if (key >= Key::Digit0 && key <= Key::Digit9) {
        return offset(ImGuiKey_0, key, Key::Digit0);
    }
    if (key >= Key::F1 && key <= Key::F12) {
        return offset(ImGuiKey_F1, key, Key::F1);
    }
    if (key >= Key::Keypad0 && key <= Key::Keypad9) {
        return offset(ImGuiKey_Keypad0, key, Key::Keypad0);
    }
    return named_key(key);
}

bool plain_letter(const ui::Chord& chord) {
    return ui::types_text(chord.key) && !chord.ctrl && !chord.alt;
}

}  // namespace

void InputQueue::push(const Event& event) {
    news_ = true;
    if (event.what == What::Move && !events_.empty() && events_.back().what == What::Move) {
        events_.back() = event;  // only where the pointer is now matters
        return;
    }
    if (events_.size() >= kInputEventsMax) {
        const auto oldest_move = std::find_if(events_.begin(), events_.end(),
                                              [](const Event& e) { return e.what == What::Move; });
        events_.erase(oldest_move == events_.end() ? events_.begin() : oldest_move);
    }
    events_.push_back(event);
}

void InputQueue::key(ui::Key key, bool down) {
    push({.what = What::Key, .key = key, .down = down, .place = {}});
}
void InputQueue::text(char32_t code_point) {
    push({.what = What::Text, .text = code_point, .place = {}});
}
void InputQueue::mouse_move(ui::Vec2 place) {
    push({.what = What::Move, .place = place});
}
void InputQueue::mouse_leave() {
    mouse_move({-FLT_MAX, -FLT_MAX});
}
void InputQueue::mouse_button(MouseButton button, bool down) {
    push({.what = What::Button, .down = down, .button = button, .place = {}});
}
void InputQueue::wheel(ui::Vec2 steps) {
    push({.what = What::Wheel, .place = steps});
}
void InputQueue::drop_file(std::string path) {
    if (dropped_.size() < kDroppedFilesMax) dropped_.push_back(std::move(path));
    news_ = true;
}

std::vector<std::string> InputQueue::take_dropped() {
    return std::exchange(dropped_, {});
}

void InputQueue::window_focus(bool focused) {
    push({.what = What::Focus, .down = focused, .place = {}});
}

bool InputQueue::pending() const {
    return !events_.empty() || !ImGui::GetCurrentContext()->InputEventsQueue.empty();
}

bool InputQueue::take_news() {
    const bool news = news_ || exposed_;
    news_ = false;
    exposed_ = false;
    return news;
}

ui::Chord InputQueue::chord_of(ui::Key key) const {
    return {key, ctrl_, shift_, alt_};
}

void InputQueue::hand_over_key(ui::Key key, bool down) {
    ImGuiIO& io = ImGui::GetIO();
    const auto modifier = [&](Key left, Key right, bool& state, ImGuiKey mod) {
        if (key == left || key == right) {
            state = down;
            io.AddKeyEvent(mod, down);
        }
    };
    modifier(Key::LeftCtrl, Key::RightCtrl, ctrl_, ImGuiMod_Ctrl);
    modifier(Key::LeftShift, Key::RightShift, shift_, ImGuiMod_Shift);
    modifier(Key::LeftAlt, Key::RightAlt, alt_, ImGuiMod_Alt);
    if (ImGuiContext& g = *ImGui::GetCurrentContext(); key == Key::Tab && down && g.NavId != 0) {
        // After a click ImGui spends the first Tab on showing where the keyboard is; a person
        // expects it to move on.
        g.NavDisableHighlight = false;
    }
    if (const ImGuiKey known = imgui_key(key); known != ImGuiKey_None) {
        io.AddKeyEvent(known, down);
    }
}

void InputQueue::hand_over(const Event& event) {
    ImGuiIO& io = ImGui::GetIO();
    switch (event.what) {
        case What::Key:
            hand_over_key(event.key, event.down);
            break;
        case What::Text:
            io.AddInputCharacter(static_cast<unsigned>(event.text));
            break;
        case What::Move:
            io.AddMousePosEvent(event.place.x, event.place.y);
            break;
        case What::Button:
            io.AddMouseButtonEvent(static_cast<int>(event.button), event.down);
            break;
        case What::Wheel:
            io.AddMouseWheelEvent(event.place.x, event.place.y);
            break;
        case What::Focus:
            io.AddFocusEvent(event.down);
            ctrl_ = shift_ = alt_ = false;
            break;
    }
}

void InputQueue::hold_letter(const ui::Chord& chord, std::int64_t now_ms) {
    const bool fast = now_ms - last_letter_ms_ < kBurstMs;
    burst_ = fast;
    held_ = fast ? ui::Chord{} : chord;
    last_letter_ms_ = now_ms;
}

void InputQueue::release_letter(std::int64_t now_ms, std::vector<ui::Chord>& chords) {
    if (now_ms - last_letter_ms_ < kBurstMs) {
        return;
    }
    burst_ = false;
    if (held_.key != Key::None) {
        chords.push_back(held_);
        held_ = {};
    }
}

std::int64_t InputQueue::deadline_ms() const {
    return held_.key == Key::None ? -1 : last_letter_ms_ + kBurstMs;
}

std::vector<ui::Chord> InputQueue::deliver(std::int64_t now_ms, bool typing) {
    std::vector<ui::Chord> chords;
    if (typing) {
        held_ = {};
    } else {
        release_letter(now_ms, chords);
    }
    bool handed = !ImGui::GetCurrentContext()->InputEventsQueue.empty();
    while (!events_.empty()) {
        const Event event = events_.front();
        const bool presses = event.what == What::Key && event.down && !ui::is_modifier(event.key);
        const ui::Chord chord = presses ? chord_of(event.key) : ui::Chord{};
        const bool letter = presses && plain_letter(chord);
        if (presses && !letter && handed) {
            break;  // what came before it has its own frame first
        }
        events_.pop_front();
        hand_over(event);
        handed = true;
        if (letter && !typing) {
            hold_letter(chord, now_ms);
        } else if (presses && !letter) {
            // The Enter that ends a scan is part of the scan.
            if (!(burst_ && chord == ui::Chord{Key::Enter})) {
                chords.push_back(chord);
            }
            break;
        }
    }
    return chords;
}

}  // namespace balie::shell
