#pragma once
// What the frame loop needs of a window: events, size, a place to draw. A real window and a
// headless one implement it.
//
// Invariant: everything a user does goes through the InputQueue that the loop lends.
// Thread: UI only, wake() apart: any. Ownership: the loop borrows its platform.

#include "app/shell/input.h"
#include "app/ui/geometry.h"

#include <cstdint>
#include <string_view>

namespace balie::shell {

enum class Cursor : std::uint8_t { Arrow, Hand, Text, Resize };

class Platform {
  public:
    Platform() = default;
    Platform(const Platform&) = delete;
    Platform& operator=(const Platform&) = delete;
    virtual ~Platform() = default;

    // Called once, with the ImGui context made and current.
    virtual void attach(InputQueue& input) = 0;
    // Called before the ImGui context goes.
    virtual void detach() = 0;

    // Waits for events so long (0: takes what is there, below 0: until one comes) and pushes them.
    virtual void wait_events_ms(std::int64_t timeout_ms) = 0;
    // Ends a wait early. Thread: any.
    virtual void wake() = 0;
    virtual void pause_ms(int ms) = 0;

    [[nodiscard]] virtual ui::Vec2 size() const = 0;  // pixels
    [[nodiscard]] virtual float monitor_scale() const = 0;
    [[nodiscard]] virtual bool iconified() const = 0;
    [[nodiscard]] virtual bool should_close() const = 0;
    virtual void cancel_close() = 0;
    virtual void set_title(std::string_view title) = 0;
    virtual void set_cursor(Cursor cursor) = 0;

    // The atlas was baked anew.
    virtual void upload_fonts() = 0;
    // Draws ImGui's draw data on a cleared window and shows it.
    virtual void render(ui::Color background) = 0;
};

}  // namespace balie::shell
