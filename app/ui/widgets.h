#pragma once
// Texts, buttons, badges, banners and the other small widgets.
//
// Invariant: every widget takes a dotted id ("visit.save"), returns true in the frame in which it
// was activated (mouse, Enter or Space alike), and reports itself to the transcript. Meaning is
// never carried by colour alone: badges and banners have icon and text.
// Thread: UI only. Ownership: views passed in live until the call returns.

#include "app/ui/icons.h"
#include "app/ui/ui.h"

#include <span>
#include <string_view>

namespace balie::ui {

// --- text ------------------------------------------------------------------------------------
struct TextOptions {
    Role role = Role::Text;
    Face face = Face::Body;
    Icon icon = Icon::None;
    bool wrap = true;  // false: one line, cut with an ellipsis at the available width
};
void text(Ui& ui, std::string_view what, const TextOptions& options = {});
void muted(Ui& ui, std::string_view what);
void caption(Ui& ui, std::string_view what);
// A section's title; `trailing` (a number, a hint) stands muted beside it.
void heading(Ui& ui, std::string_view what, std::string_view trailing = {});
// "Phone   020 123 45 67": a muted label and its value, which begins at column_em, or below a label
// that is longer.
void labelled(Ui& ui, std::string_view label, std::string_view value, Icon icon = Icon::None,
              float column_em = 9);
// How wide a text is, for those who put several below each other.
[[nodiscard]] float text_em(Ui& ui, std::string_view what, Face face = Face::Body);

// --- buttons ---------------------------------------------------------------------------------
enum class ButtonKind : std::uint8_t { Primary, Secondary, Ghost, Danger };

struct ButtonOptions {
    ButtonKind kind = ButtonKind::Secondary;
    Icon icon = Icon::None;
    std::string_view shortcut = {};  // shown, not acted on: the action registry owns chords
    std::string_view tooltip = {};   // also says why it is disabled
    bool enabled = true;
    bool small = false;
    float width_em = 0;  // 0: as wide as needed; < 0: all that is available
};
bool button(Ui& ui, std::string_view id, std::string_view label, const ButtonOptions& options = {});
// How wide it is drawn where its options give it no width.
[[nodiscard]] float button_em(Ui& ui, std::string_view label, const ButtonOptions& options = {});
// Only the icon is drawn; the label is its tooltip and its name in the transcript.
bool icon_button(Ui& ui, std::string_view id, std::string_view label, Icon icon,
                 bool enabled = true);
bool link(Ui& ui, std::string_view id, std::string_view label, Icon icon = Icon::None);

// --- badges, hints ---------------------------------------------------------------------------
struct Badge {
    std::string_view text = {};
    Role role = Role::Muted;
    Icon icon = Icon::None;
};
void badge(Ui& ui, const Badge& what);
// Beside each other, on as many lines as it takes.
void badges(Ui& ui, std::span<const Badge> row);
// Chords, each on a key of its own where there are several ("F1 ?"), and from column_em on what
// they do.
void key_hint(Ui& ui, std::string_view chord, std::string_view what = {}, float column_em = 0);
void tooltip_for_last(Ui& ui, std::string_view what);

// --- notices ---------------------------------------------------------------------------------
struct BannerOptions {
    Role role = Role::Info;  // Info, Ok, Warn or Danger
    Icon icon = Icon::None;  // None: the usual one of the role
    std::string_view detail = {};
    std::string_view action = {};  // label of the button; id is "<id>.action"
    bool dismissable = false;      // id of the cross is "<id>.dismiss"
};
enum class BannerEvent : std::uint8_t { None, Action, Dismissed };
BannerEvent banner(Ui& ui, std::string_view id, std::string_view what,
                   const BannerOptions& options = {});

struct EmptyOptions {
    Icon icon = Icon::Inbox;
    std::string_view what_to_do = {};
    std::string_view action = {};  // id is "<id>.action"
    std::string_view shortcut = {};
};
// Where a list would be: what is missing and what to do about it. True: the action was chosen.
bool empty_state(Ui& ui, std::string_view id, std::string_view headline,
                 const EmptyOptions& options = {});

// --- progress --------------------------------------------------------------------------------
// share 0..1, or below 0 when unknown (a quiet "…", not an animation: an idle window draws
// nothing). True: the cross "<id>.cancel" was chosen.
bool progress(Ui& ui, std::string_view id, std::string_view label, float share,
              bool cancellable = false);

// A key figure: large number, label below, in a role.
void figure(Ui& ui, std::string_view id, std::string_view value, std::string_view label,
            Role role = Role::Text, Icon icon = Icon::None);

}  // namespace balie::ui
