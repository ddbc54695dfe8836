#include "app/model/action_registry.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace balie::app {

namespace {

constexpr std::array kAppActions{
    Action{"go.today", Text::ActionGoToday, "CalendarToday", "Alt+1"},
    Action{"go.search", Text::ActionGoSearch, "Search", "/"},
    Action{"go.search_too", Text::ActionGoSearch, "Search", "Alt+2", ScreenId::Any, Listed::Hidden},
    Action{"go.priority", Text::ActionGoPriority, "Star", "Alt+3"},
    Action{"go.sync", Text::ActionGoSync, "Sync", "Alt+4"},
    Action{"go.settings", Text::ActionGoSettings, "Settings", "Alt+5"},
    Action{"go.help", Text::ActionGoHelp, "Keyboard", "F1"},
    Action{"go.help_too", Text::ActionGoHelp, "Keyboard", "?", ScreenId::Any, Listed::Hidden},
    Action{"go.departure", Text::ActionGoDeparture, "CheckAll", "Alt+6"},
    Action{"go.tasks", Text::ActionGoTasks, "TaskList", "Alt+7"},
    Action{"go.back", Text::ActionGoBack, "ArrowLeft", "Alt+Left"},
    Action{"go.forward", Text::ActionGoForward, "ArrowRight", "Alt+Right"},
    Action{"palette.open", Text::ActionPaletteOpen, "List", "Ctrl+K"},
    Action{"visit.new", Text::ActionVisitNew, "NoteAdd", "Ctrl+Space"},
    Action{"customer.new", Text::ActionCustomerNew, "PersonAdd", "Ctrl+N"},
    Action{"undo", Text::ActionUndo, "Undo", "Ctrl+Z"},
    Action{"sync.now", Text::ActionSyncNow, "Refresh", "Ctrl+Shift+S"},
    Action{"language.next", Text::ActionLanguageNext, "Language", ""},
    Action{"theme.next", Text::ActionThemeNext, "Theme", ""},
    Action{"size.larger", Text::ActionLarger, "Add", "Ctrl+="},
    Action{"size.smaller", Text::ActionSmaller, "Remove", "Ctrl+-"},
    Action{"lock", Text::ActionLock, "Lock", "Ctrl+L"},
};

/// Chords come as "K" for the plain key; lists may say "k". "?" is Shift+/.
std::string plain_chord(std::string_view chord) {
    if (chord == "?") return "shift+/";
    std::string out{chord};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return out;
}

bool reach(ScreenId one, ScreenId other) {
    if (one == other) return true;
    const ScreenId rest = one == ScreenId::Any ? other : one;
    const bool any = one == ScreenId::Any || other == ScreenId::Any;
    return any && !is_overlay(rest) && rest != ScreenId::SignIn;
}

}  // namespace

std::span<const Action> app_actions() {
    return kAppActions;
}

ActionRegistry::ActionRegistry(const std::vector<std::span<const Action>>& lists) {
    for (const auto& list : lists) actions_.insert(actions_.end(), list.begin(), list.end());
}

const Action* ActionRegistry::find(std::string_view id) const {
    const auto found = std::find_if(actions_.begin(), actions_.end(),
                                    [id](const Action& action) { return action.id == id; });
    return found == actions_.end() ? nullptr : &*found;
}

const Action* ActionRegistry::by_shortcut(std::string_view chord, ScreenId scope) const {
    const std::string wanted = plain_chord(chord);
    const Action* general = nullptr;
    for (const Action& action : actions_) {
        if (action.shortcut.empty() || plain_chord(action.shortcut) != wanted) continue;
        if (action.scope == scope) return &action;
        if (action.scope == ScreenId::Any && reach(ScreenId::Any, scope)) general = &action;
    }
    return general;
}

std::vector<const Action*> ActionRegistry::in_scope(ScreenId scope) const {
    std::vector<const Action*> out;
    for (const Action& action : actions_) {
        if (action.scope == scope) out.push_back(&action);
    }
    for (const Action& action : actions_) {
        if (action.scope == ScreenId::Any && scope != ScreenId::Any && reach(action.scope, scope)) {
            out.push_back(&action);
        }
    }
    return out;
}

std::vector<std::string> ActionRegistry::problems() const {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < actions_.size(); ++i) {
        for (std::size_t k = i + 1; k < actions_.size(); ++k) {
            const Action& one = actions_[i];
            const Action& other = actions_[k];
            if (one.id == other.id) out.push_back("two actions are called " + std::string{one.id});
            if (!one.shortcut.empty() && plain_chord(one.shortcut) == plain_chord(other.shortcut) &&
                reach(one.scope, other.scope)) {
                out.push_back(std::string{one.shortcut} + " means both " + std::string{one.id} +
                              " and " + std::string{other.id});
            }
        }
    }
    return out;
}

}  // namespace balie::app
