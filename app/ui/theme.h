#pragma once
// A theme maps roles ("danger", "muted") to colours; screens name roles and never colours.
//
// Invariant: a loaded theme has a colour for every role, and every pair of text_pairs() has a
// contrast of at least kTextContrastMin by the formula of WCAG 2.1, section 1.4.3.
// Thread: any. Ownership: a value; it refers to nothing.

#include "app/ui/geometry.h"
#include "storage/base/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace balie::ui {

// Order and names are those of kRoleNames in theme.cpp and of assets/themes/*.json.
enum class Role : std::uint8_t {
    Surface,        // the page
    SurfaceRaised,  // cards, dialogs, fields
    SurfaceSunken,  // table heads, wells, read-only fields
    Border,         // between things that belong together
    BorderStrong,   // around a field
    Text,           // what is read
    Muted,          // labels, hints, what is read second
    Accent,         // the one colour of the house: primary action, selection mark, links
    AccentHover,    // accent under the pointer
    AccentText,     // on accent
    Sidebar,        // navigation
    SidebarText,    // on sidebar
    SidebarMuted,   // numbers and hints on sidebar
    SidebarActive,  // the place one is at
    Selection,      // background of the selected row
    Hover,          // background of a row or ghost button under the pointer
    Focus,          // ring around what the keyboard acts on
    Ok,             // done, received
    Warn,           // look at this
    Danger,         // failed, destructive
    Info,           // neutral notice
    Priority,       // priority customers
    Unsent,         // saved here, not with the office yet
    Scrim,          // over the page behind a dialog
    Count
};

inline constexpr std::size_t kRoleCount = static_cast<std::size_t>(Role::Count);
inline constexpr float kTextContrastMin = 4.5F;

[[nodiscard]] std::string_view role_name(Role role);

// WCAG contrast ratio, 1 to 21; alpha is ignored.
[[nodiscard]] float contrast(Color a, Color b);

// `over` laid on `under` with the given share (0..1) of `over`.
[[nodiscard]] Color mix(Color over, Color under, float share);

class Theme {
  public:
    // The built-in light theme, so that an error about missing files can itself be shown.
    Theme();

    [[nodiscard]] Color color(Role role) const { return colors_[static_cast<std::size_t>(role)]; }
    // The quiet background of badges and banners in this role.
    [[nodiscard]] Color soft(Role role) const;
    [[nodiscard]] float contrast(Role a, Role b) const;
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] bool dark() const { return dark_; }

  private:
    friend struct ThemeReader;
    std::array<Color, kRoleCount> colors_{};
    std::string name_;
    bool dark_ = false;
    float soft_share_ = 0.12F;
};

// Reads one flat object of strings: {"name": "light", "surface": "#f5f7f8", ...}. A role that is
// missing, unknown or no colour is a problem: a half theme would hide text.
Result<Theme> parse_theme(std::string_view json);
Result<Theme> load_theme(const std::string& file);

// All pairs (text, background) that the toolkit draws; the contrast test walks this list.
[[nodiscard]] std::vector<std::pair<Role, Role>> text_pairs();
// Roles that are drawn as text on their own soft() background.
[[nodiscard]] std::vector<Role> soft_roles();

// Sets colours, rounding and spacing of the current ImGui context. em is in pixels.
void apply_style(const Theme& theme, float em);

}  // namespace balie::ui
