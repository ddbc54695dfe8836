#pragma once
// Where things go: the window's frame (sidebar, page, status bar), cards, columns, scroll areas.
//
// Invariant: all sizes in em; every scope closes in its destructor, also when draw() throws.
// Columns and cards add no ImGui window, so Tab walks through them in drawing order.
// Thread: UI only. Ownership: scopes borrow the Ui and must not outlive the frame.
//
//   WindowFrame frame(ui);                        // 1. covers the window
//   if (auto place = sidebar(ui, ...)) ...        // 2. left
//   { Page page(ui, "today", title, subtitle);    // 3. rest, scrolls
//     Columns columns(ui, {2, 1});
//     columns.next(); { Card card(ui, "today.tasks", title); ... }
//     columns.next(); ... }
//   status_bar(ui, items);                        // 4. bottom

#include "app/ui/icons.h"
#include "app/ui/ui.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace balie::ui {

// --- spacing ---------------------------------------------------------------------------------
void space(Ui& ui, float em = 0.5F);
// The next widget goes to the right of the last one.
inline constexpr float kGapEm = 0.5F;
void same_line(Ui& ui, float gap_em = kGapEm);
// The same for a widget this wide, where there is room for it; else it goes below.
void same_line_if(Ui& ui, float width_em);
void separator(Ui& ui);
[[nodiscard]] float available_em(Ui& ui);
[[nodiscard]] float available_height_em(Ui& ui);

// --- the window's frame ----------------------------------------------------------------------
class WindowFrame {
  public:
    explicit WindowFrame(Ui& ui);
    ~WindowFrame();
    WindowFrame(const WindowFrame&) = delete;
    WindowFrame& operator=(const WindowFrame&) = delete;

  private:
    Ui& ui_;
};

struct NavItem {
    std::string_view id = {};  // "nav.today"
    std::string_view label = {};
    Icon icon = Icon::None;
    std::string_view count = {};     // "12"; empty: none
    Role count_role = Role::Muted;   // Muted, or what asks for attention: Warn, Danger, Unsent…
    std::string_view shortcut = {};  // "Alt+1"
    bool active = false;
};
struct SidebarOptions {
    std::string_view product = "Balie";
    std::string_view person = {};  // at the bottom: who is at work
    std::string_view place = {};   // branch or device
};
// Index of the item that was chosen.
std::optional<std::size_t> sidebar(Ui& ui, std::span<const NavItem> items,
                                   const SidebarOptions& options = {});

struct StatusItem {
    std::string_view id = {};  // non-empty: can be chosen
    std::string_view text = {};
    Icon icon = Icon::None;
    Role role = Role::Muted;
    bool right = false;   // at the right end; there only its icon stays where there is no room
    bool may_go = false;  // where there is no room for all
};
std::optional<std::size_t> status_bar(Ui& ui, std::span<const StatusItem> items);
[[nodiscard]] float status_bar_em();

struct PageOptions {
    std::string_view subtitle = {};
    bool back = false;   // an arrow before the title, id "<id>.back"
    bool scroll = true;  // false: the screen fills the page itself (a table)
    float width_em = 0;  // 0: all; else content is kept to this width, for forms
};
// The content beside the sidebar and above the status bar. Title and actions stay, the rest
// scrolls. Actions are drawn between constructor and body():
//   Page page(ui, "customer", name); page.actions(); button(...); button(...); page.body();
class Page {
  public:
    Page(Ui& ui, std::string_view id, std::string_view title, const PageOptions& options = {});
    ~Page();
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;

    [[nodiscard]] bool back() const { return back_; }  // the arrow was chosen
    void beside_title();                               // badges go right of the title
    // Buttons go to the right end of the title's line, in order. Where all of them are wider than
    // the page (`width_em`; 0: one button), they begin at its left and may take more lines.
    void actions(float width_em = 0);
    void body();  // what follows scrolls

  private:
    struct State;
    std::unique_ptr<State> state_;
    bool back_ = false;
};

// --- areas -----------------------------------------------------------------------------------
struct AreaOptions {
    float width_em = 0;   // 0: available
    float height_em = 0;  // 0: available; < 0: leaves so much free below
    Role background = Role::Surface;
    bool padded = false;
};
class ScrollArea {
  public:
    ScrollArea(Ui& ui, std::string_view id, const AreaOptions& options = {});
    ~ScrollArea();
    ScrollArea(const ScrollArea&) = delete;
    ScrollArea& operator=(const ScrollArea&) = delete;
    void to_top();

  private:
    Ui& ui_;
};

struct CardOptions {
    std::string_view trailing = {};  // muted beside the title
    Icon icon = Icon::None;
    Role accent = Role::Border;  // a coloured edge at the left when not Border
    float padding_em = 1.1F;
    float min_height_em = 0;
};
class Card {
  public:
    Card(Ui& ui, std::string_view id, std::string_view title = {}, const CardOptions& options = {});
    ~Card();
    Card(const Card&) = delete;
    Card& operator=(const Card&) = delete;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// Side by side by weight; narrower than min_em each, they stack.
class Columns {
  public:
    Columns(Ui& ui, std::initializer_list<float> weights, float gap_em = 1.2F, float min_em = 14);
    ~Columns();
    Columns(const Columns&) = delete;
    Columns& operator=(const Columns&) = delete;
    void next();  // before the content of each column

  private:
    struct State;
    std::unique_ptr<State> state_;
};

class NarrowRegion;  // widget_core.h

// What is drawn inside ends at the right edge, on one line (use same_line between): the line of
// the last widget, or one of its own.
enum class Line : std::uint8_t { Same, Own };
class RightGroup {
  public:
    RightGroup(Ui& ui, std::string_view id, Line line = Line::Same);
    ~RightGroup();
    RightGroup(const RightGroup&) = delete;
    RightGroup& operator=(const RightGroup&) = delete;

  private:
    Ui& ui_;
    std::uint32_t key_ = 0;
    std::unique_ptr<NarrowRegion> wide_;
};

struct TabItem {
    std::string_view id = {};
    std::string_view label = {};
    std::string_view count = {};
};
// One tab stop; Left and Right move. True when `active` changed.
bool tabs(Ui& ui, std::string_view id, std::span<const TabItem> items, std::size_t& active);

}  // namespace balie::ui
