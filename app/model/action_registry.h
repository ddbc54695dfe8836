// Every action of the window: its words, icon, shortcut and where it works. Menus, buttons, key
// help, palette and tests walk over this one list.
// Invariant: ids are unique; within a scope (and between a scope and Any) no shortcut is used
// twice. Thread: any. Ownership: refers to constant lists of the screens' models.
#pragma once

#include "app/model/screen_id.h"
#include "app/model/text_keys.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace balie::app {

/// Where an action shows itself beside its shortcut and the palette.
enum class Listed : std::uint8_t {
    Yes,    ///< key help and palette
    Keys,   ///< key help alone: what means nothing outside its dialog
    Hidden  ///< neither: second spellings of an action's key
};

struct Action {
    std::string_view id;  ///< "customer.flag"; what RunAction carries
    Text label{};
    std::string_view icon;      ///< a name of app/ui/icons.h: "Flag"
    std::string_view shortcut;  ///< "Ctrl+Enter", "f"; empty: palette and button only
    ScreenId scope{ScreenId::Any};
    Listed listed{Listed::Yes};
};

/// Works from every screen: navigation, capture, palette, undo.
[[nodiscard]] std::span<const Action> app_actions();

class ActionRegistry {
  public:
    /// `lists`: app_actions() and those of every screen; constant data.
    explicit ActionRegistry(const std::vector<std::span<const Action>>& lists);

    [[nodiscard]] const Action* find(std::string_view id) const;
    /// The action that `chord` ("Ctrl+K", in the spelling of ui::chord_text) means in `scope`: its
    /// own first, then those of Any. Overlays hide Any.
    [[nodiscard]] const Action* by_shortcut(std::string_view chord, ScreenId scope) const;
    /// What can be asked for in `scope`: its own and those of Any, in the order of the lists.
    [[nodiscard]] std::vector<const Action*> in_scope(ScreenId scope) const;
    [[nodiscard]] const std::vector<Action>& all() const { return actions_; }

    /// What breaks the invariant, in words; empty when nothing does.
    [[nodiscard]] std::vector<std::string> problems() const;

  private:
    std::vector<Action> actions_;
};

}  // namespace balie::app
