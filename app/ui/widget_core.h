#pragma once
// What the widgets share and nobody else includes: ImGui's own types, reports, pressing, painting.
//
// Invariant: an item is added to ImGui only through press_item() or a function that reports it
// right after, so that ImGui and the transcript agree about what is there.
// Thread: UI only. Ownership: borrows the Ui for the frame.

#include "app/ui/icons.h"
#include "app/ui/ui.h"

#include <imgui.h>
#include <imgui_internal.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace balie::ui {

struct DialogMark {
    std::string id;
    std::string previous;  // the widget that had the keyboard before it opened
    ImGuiID popup = 0;
    bool drawn = false;
};

// What widgets remember between frames. Lists stay as short as what is on screen.
struct WidgetState {
    ImGuiID focus_request = 0;
    int focus_request_frames = 0;
    int frames_to_settle = 0;    // ImGui moves the keyboard in the frame after it was asked to
    bool wants_letters = false;  // a choice that is chosen by typing its code has the keyboard
    std::unordered_map<ImGuiID, float> widths;  // RightGroup: last width
    std::vector<DialogMark> dialogs;            // open ones, topmost last
    float page_left = 0;                        // right edge of the sidebar in this frame

    struct {
        ImGuiID id = 0;
        std::string filter;
        int marked = 0;      // among the lines that match
        bool moved = false;  // by arrow: Enter takes the line even with nothing typed
        bool scroll = false;
        bool shown = false;  // the keyboard alone does not unfold it: typing, arrows or a click do
    } select;                // the one choice that has the keyboard; id 0: none
    struct {
        ImGuiID id = 0;
        std::string letters;
        double at = 0;
    } typeahead;
};

[[nodiscard]] inline ImVec2 at(Vec2 v) {
    return {v.x, v.y};
}
[[nodiscard]] inline Rect rect_of(const ImRect& r) {
    return {{r.Min.x, r.Min.y}, {r.Max.x, r.Max.y}};
}
[[nodiscard]] ImU32 paint(Color color);
[[nodiscard]] inline ImU32 paint(const Ui& ui, Role role) {
    return paint(ui.color(role));
}
[[nodiscard]] inline ImGuiID hash_id(std::string_view id) {
    return ImHashStr(id.data(), id.size(), 0);
}
[[nodiscard]] std::string part_id(std::string_view id, std::string_view part);

// Uses a face until the end of the scope.
class FaceScope {
  public:
    FaceScope(Ui& ui, Face face) { ImGui::PushFont(ui.fonts().face(face)); }
    ~FaceScope() { ImGui::PopFont(); }
    FaceScope(const FaceScope&) = delete;
    FaceScope& operator=(const FaceScope&) = delete;
};

[[nodiscard]] ImVec2 measure(Ui& ui, Face face, std::string_view text);
[[nodiscard]] std::string icon_text(Icon icon);
// Draws at a place without adding an item. With max_width > 0 the text is cut with an ellipsis.
void draw_text(Ui& ui, ImDrawList& list, Vec2 place, Face face, Color color, std::string_view text,
               float max_width = 0);
// The same in the face that is in use.
void draw_line(Ui& ui, ImDrawList& list, Vec2 place, Color color, std::string_view text,
               float max_width = 0);
// Tells the transcript where text was painted by other means.
void note_ink(Ui& ui, const ImRect& rect, std::string_view text, bool cut = false);
// An icon centred in a square of the face's line height times `size`.
void draw_icon(Ui& ui, ImDrawList& list, Vec2 centre, Icon icon, Color color,
               Face face = Face::Body);
[[nodiscard]] float icon_width(Ui& ui, Face face = Face::Body);

struct Report {
    Kind kind = Kind::Text;
    std::string_view id = {};
    std::string_view label = {};
    std::string_view value = {};
    std::string_view error = {};
    ImGuiID item = 0;
    bool enabled = true;
    bool selected = false;
    bool focused = false;  // beside what ImGui says
};
void report(Ui& ui, const ImRect& rect, const Report& what);

struct Press {
    bool pressed = false;
    bool hovered = false;
    bool held = false;
    bool focused = false;
    bool visible = false;
};
// Adds an item to ImGui and lets mouse, Enter and Space press it. The caller has called ItemSize.
Press press_item(Ui& ui, ImGuiID item, const ImRect& rect, bool enabled,
                 const ImRect* nav_rect = nullptr, int button_flags = 0);
// Moves the keyboard to the next ImGui item when this id was asked for with Ui::focus().
void claim_focus(Ui& ui, ImGuiID id);
void focus_ring(Ui& ui, const ImRect& rect, ImGuiID item, float rounding_em = 0.4F);
// The keys of a widget that handles arrows itself: ImGui's navigation must not see them.
void own_keys(ImGuiID item, std::initializer_list<ImGuiKey> keys);
[[nodiscard]] bool own_key_pressed(ImGuiID item, ImGuiKey key);

// How wide a button of the usual size is.
[[nodiscard]] float button_width(Ui& ui, std::string_view label, std::string_view shortcut);

// A child window that does not scroll and lets Tab walk through.
inline constexpr ImGuiWindowFlags kStill = ImGuiWindowFlags_NoScrollbar |
                                           ImGuiWindowFlags_NoScrollWithMouse |
                                           ImGuiWindowFlags_NavFlattened;

// Narrows the content region of the current window; restores it at the end of the scope.
class NarrowRegion {
  public:
    explicit NarrowRegion(float right_edge);
    ~NarrowRegion();
    NarrowRegion(const NarrowRegion&) = delete;
    NarrowRegion& operator=(const NarrowRegion&) = delete;

  private:
    ImGuiWindow* window_;
    float work_;
    float content_;
};

[[nodiscard]] Icon role_icon(Role role);
// Around a rectangle that floats over the page; drawn outside of it only.
void soft_shadow(Ui& ui, const ImRect& rect, float rounding);

// A window over a scrim that takes all input until it is no longer drawn (dialog.cpp). Always
// followed by end_modal().
struct ModalPlace {
    float width_em = 30;
    float top_share = -1;  // of the window's height; below 0: centred
    float padding_em = 1.5F;
    bool scrolls = true;  // false: its content sees to it that it fits
};
// True in the frame in which it opens.
bool begin_modal(Ui& ui, std::string_view id, Kind kind, std::string_view label,
                 const ModalPlace& place);
void end_modal();

// At the end of a frame: what is no longer drawn gives the keyboard back (dialog.cpp).
void close_dialogs_not_drawn(Ui& ui);

}  // namespace balie::ui
