#pragma once
// The one door for input: the window's callbacks and the tests push the same events here.
//
// Invariant: events reach ImGui in the order they came. A chord is handed out only in a frame in
// which ImGui has nothing older left to read, so that "abc, Ctrl+Enter" saves "abc". Letters alone
// are chords only when nobody types and no burst (a barcode scanner) is under way.
// Thread: UI only. Ownership: owns its queue.

#include "app/ui/geometry.h"
#include "app/ui/keys.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace balie::shell {

// A plain letter counts as a chord when no other follows within this time.
inline constexpr std::int64_t kBurstMs = 60;
// More waiting events than this are a fault of the sender; the oldest moves go first.
inline constexpr std::size_t kInputEventsMax = 4096;
inline constexpr std::size_t kDroppedFilesMax = 16;

enum class MouseButton : std::uint8_t { Left, Right, Middle };

class InputQueue {
  public:
    void key(ui::Key key, bool down);
    void text(char32_t code_point);
    void mouse_move(ui::Vec2 place);
    void mouse_leave();
    void mouse_button(MouseButton button, bool down);
    void wheel(ui::Vec2 steps);
    void window_focus(bool focused);
    // Somebody dropped a file on the window. Beyond a few at once the rest is not taken.
    void drop_file(std::string path);
    [[nodiscard]] std::vector<std::string> take_dropped();
    // The window was uncovered or resized: draw, though nothing was typed.
    void expose() { exposed_ = true; }

    // Something waits, here or in ImGui's own queue.
    [[nodiscard]] bool pending() const;
    // True once after expose() or new events.
    [[nodiscard]] bool take_news();

    // Hands events to the current ImGui context and returns the chords of this frame.
    [[nodiscard]] std::vector<ui::Chord> deliver(std::int64_t now_ms, bool typing);
    // When a held-back letter becomes a chord; -1: none waits.
    [[nodiscard]] std::int64_t deadline_ms() const;

  private:
    enum class What : std::uint8_t { Key, Text, Move, Button, Wheel, Focus };
    struct Event {
        What what = What::Focus;
        ui::Key key = ui::Key::None;
        char32_t text = 0;
        bool down = false;
        MouseButton button = MouseButton::Left;
        ui::Vec2 place;
    };

    void push(const Event& event);
    void hand_over(const Event& event);
    void hand_over_key(ui::Key key, bool down);
    [[nodiscard]] ui::Chord chord_of(ui::Key key) const;
    void hold_letter(const ui::Chord& chord, std::int64_t now_ms);
    void release_letter(std::int64_t now_ms, std::vector<ui::Chord>& chords);

    std::deque<Event> events_;
    std::vector<std::string> dropped_;
    bool exposed_ = true;
    bool news_ = false;
    bool ctrl_ = false;
    bool shift_ = false;
    bool alt_ = false;
    ui::Chord held_;  // a letter that may become a chord
    std::int64_t last_letter_ms_ = -1000;
    bool burst_ = false;
};

}  // namespace balie::shell
