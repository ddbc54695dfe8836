#pragma once
// What was drawn in the last frame, as a list of named things: the eyes of tests, and later the
// source of a bridge to screen readers.
//
// Invariant: after Ui::end_frame() the list holds exactly the widgets of that frame, in drawing
// order; every interactive ImGui item of the frame is among items().
// Thread: UI only. Ownership: owns copies of all strings.

#include "app/ui/geometry.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace balie::ui {

// clang-format off
enum class Kind : std::uint8_t {
    Window, Area, Text, Heading, Badge, Button, Link, Field, Note, Password, Select, Option,
    Segmented, Segment, Checkbox, Date, Table, Column, Row, Card, Banner, Empty, KeyHint,
    NavItem, StatusItem, Dialog, Toast, Palette, Progress, Tab, Count
};
// clang-format on

[[nodiscard]] std::string_view kind_name(Kind kind);

struct Entry {
    std::string id;  // dotted; empty for plain text
    Kind kind = Kind::Text;
    std::string label;
    std::string value;
    std::string error;  // validation text shown with it
    Rect rect;
    Rect clip;  // what of the window is visible around it
    bool enabled = true;
    bool focused = false;
    bool selected = false;
    std::uint32_t item = 0;  // ImGui's id, 0 when not interactive

    [[nodiscard]] bool visible() const { return rect.overlaps(clip); }
};

// A piece of text as it was painted: what a layout test looks at.
struct Ink {
    std::string text;
    Rect rect;                 // of all of it, also of what was cut off
    Rect clip;                 // what of it the window lets through
    std::uint32_t window = 0;  // only what lies in the same window can get in each other's way
    bool cut = false;          // ends in an ellipsis
    bool scrolls = false;      // up and down it can be brought into view
};

class Transcript {
  public:
    // Off by default: recording copies strings.
    void set_recording(bool on) { recording_ = on; }
    [[nodiscard]] bool recording() const { return recording_; }

    void begin_frame();
    void add(Entry entry);

    void add_ink(Ink ink);

    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] const std::vector<Ink>& ink() const { return ink_; }
    [[nodiscard]] const Entry* find(std::string_view id) const;
    // Some label, value or error holds this text and is on screen.
    [[nodiscard]] bool sees(std::string_view text) const;
    // Ids used twice in the frame; must be empty.
    [[nodiscard]] std::vector<std::string> duplicate_ids() const;
    [[nodiscard]] bool knows_item(std::uint32_t item) const;

    // One line an entry, without places, so that golden files survive a change of size:
    //   button visit.save "Save" disabled
    [[nodiscard]] std::string print() const;

  private:
    bool recording_ = false;
    std::vector<Entry> entries_;
    std::vector<Ink> ink_;
    std::unordered_set<std::uint32_t> items_;
};

}  // namespace balie::ui
