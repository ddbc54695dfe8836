#pragma once
// Plain values for places, sizes and colours, so that no header of the toolkit shows ImGui.
//
// Invariant: pixels of the window, origin top left; colour channels lie in 0..1.
// Thread: any. Ownership: values.

namespace balie::ui {

struct Vec2 {
    float x = 0;
    float y = 0;
};

struct Rect {
    Vec2 min;
    Vec2 max;

    [[nodiscard]] float width() const { return max.x - min.x; }
    [[nodiscard]] float height() const { return max.y - min.y; }
    [[nodiscard]] Vec2 centre() const { return {(min.x + max.x) / 2, (min.y + max.y) / 2}; }
    [[nodiscard]] bool contains(Vec2 p) const {
        return p.x >= min.x && p.x < max.x && p.y >= min.y && p.y < max.y;
    }
    [[nodiscard]] bool overlaps(const Rect& other) const {
        return min.x < other.max.x && max.x > other.min.x && min.y < other.max.y &&
               max.y > other.min.y;
    }
};

struct Color {
    float r = 0;
    float g = 0;
    float b = 0;
    float a = 1;
};

}  // namespace balie::ui
