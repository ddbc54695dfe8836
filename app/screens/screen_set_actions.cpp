// Actions that work on every screen, undo, and what toasts offer.
#include "app/screens/screen_set.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace balie::app {

namespace {

struct Go {
    std::string_view action;
    ScreenId screen;
};
constexpr std::array kGoes{
    Go{"go.today", ScreenId::Today},
    Go{"go.search", ScreenId::Search},
    Go{"go.search_too", ScreenId::Search},
    Go{"go.priority", ScreenId::Priority},
    Go{"go.sync", ScreenId::Sync},
    Go{"go.settings", ScreenId::Settings},
    Go{"go.help", ScreenId::Help},
    Go{"go.help_too", ScreenId::Help},
    Go{"go.departure", ScreenId::Departure},
    Go{"go.tasks", ScreenId::Tasks},
    Go{"customer.new", ScreenId::CustomerForm},
};

constexpr std::array<std::string_view, 3> kThemes{"light", "dark", "contrast"};
constexpr std::array kScales{100, 110, 125, 150, 175, 200};

int stepped(int percent, bool larger) {
    if (larger) {
        const auto next = std::upper_bound(kScales.begin(), kScales.end(), percent);
        return next == kScales.end() ? percent : *next;
    }
    const auto at = std::lower_bound(kScales.begin(), kScales.end(), percent);
    return at == kScales.begin() ? percent : *(at - 1);
}

std::string_view next_theme(std::string_view theme) {
    const auto at = std::find(kThemes.begin(), kThemes.end(), theme);
    return at == kThemes.end() || at + 1 == kThemes.end() ? kThemes.front() : *(at + 1);
}

}  // namespace

bool ScreenSet::action_enabled(std::string_view id) const {
    const Action* action = registry_.find(id);
    if (action == nullptr) return false;
    if (id == "undo") return !undo_.empty();
    if (id == "go.back") return router_.can_go_back();
    if (id == "go.forward") return router_.can_go_forward();
    if (action->scope == ScreenId::Any) return app_.signed_in;
    if (action->scope == router_.current().screen) {
        return std::visit([&](const auto& slot) { return enabled(slot.state, id); }, screen_);
    }
    return std::visit(
        [&](const auto& slot) {
            if constexpr (std::is_same_v<std::decay_t<decltype(slot)>, std::monostate>) {
                return false;
            } else {
                return enabled(slot.state, id);
            }
        },
        overlay_);
}

void ScreenSet::run_action(const std::string& id) {
    dirty_ = true;
    if (id == "overlay.close") {
        const bool may = std::visit(
            [](const auto& slot) {
                if constexpr (std::is_same_v<std::decay_t<decltype(slot)>, std::monostate>) {
                    return true;
                } else {
                    return may_close(slot.state);
                }
            },
            overlay_);
        if (may) close_overlay();
        return;
    }
    const bool covered = !std::holds_alternative<std::monostate>(overlay_);
    if (!covered && (run_sync_action(id) || run_app_action(id))) return;
    Effects effects(last_ticket_);
    const ScreenContext now = context();
    const Intent intent = RunAction{id};
    if (covered) {
        std::visit(
            [&](auto& slot) {
                if constexpr (!std::is_same_v<std::decay_t<decltype(slot)>, std::monostate>) {
                    app::update(slot.state, intent, now, effects);
                }
            },
            overlay_);
    } else {
        std::visit([&](auto& slot) { app::update(slot.state, intent, now, effects); }, screen_);
    }
    carry_out(std::move(effects));
}

bool ScreenSet::run_sync_action(const std::string& id) {
    if (id != "sync.now" && id != "sync.online" && id != "sync.offline") return false;
    if (ports_.sync == nullptr) {
        toast({.id = "no_sync",
               .text = std::string{texts_(Text::ToastNoSync)},
               .role = ui::Role::Warn,
               .icon = ui::Icon::Offline});
    } else if (id == "sync.now") {
        ports_.sync->sync_now();
    } else {
        ports_.sync->set_online(id == "sync.online");
    }
    return true;
}

bool ScreenSet::run_app_action(const std::string& id) {
    const auto go = std::find_if(kGoes.begin(), kGoes.end(),
                                 [&id](const Go& each) { return each.action == id; });
    if (go != kGoes.end()) {
        if (app_.signed_in) show({go->screen}, Effects::Move::Go);
        // The search that is open already takes the keyboard again.
        if (go->screen == ScreenId::Search) focus_ = "search.query";
        return true;
    }
    if (id == "go.back" || id == "go.forward") {
        show({}, id == "go.back" ? Effects::Move::Back : Effects::Move::Forward);
    } else if (id == "palette.open") {
        open_overlay({ScreenId::Palette});
    } else if (id == "visit.new") {
        log_contact();
    } else if (id == "undo") {
        undo_last();
    } else if (id == "language.next") {
        Look look = app_.look;
        look.language = look.language == "nl" ? "en" : "nl";
        change_look(look);
    } else if (id == "theme.next") {
        Look look = app_.look;
        look.theme = next_theme(look.theme);
        change_look(look);
    } else if (id == "size.larger" || id == "size.smaller") {
        Look look = app_.look;
        look.scale_percent = stepped(look.scale_percent, id == "size.larger");
        change_look(look);
    } else if (id == "lock") {
        prepare_close();  // what is typed is there when the same person comes back
        Effects effects(last_ticket_);
        effects.send(SignOut{});
        carry_out(std::move(effects));
    } else {
        return false;
    }
    return true;
}

/// The customer one looks at is filled in; elsewhere one searches.
void ScreenSet::log_contact() {
    OpenOverlay what{ScreenId::Capture};
    if (const auto* customer = std::get_if<Slot<CustomerState>>(&screen_)) {
        if (customer->state.waiting.known) {
            what.customer = customer->state.id;
            what.customer_name = customer->state.data.card.customer.display_name();
        }
    }
    open_overlay(what);
}

std::optional<RecordId> ScreenSet::first_hit() const {
    const auto* search = std::get_if<Slot<SearchState>>(&screen_);
    if (search == nullptr || search->state.result.hits.empty()) return std::nullopt;
    const auto& hits = search->state.result.hits;
    const auto flagged = std::find_if(hits.begin(), hits.end(), [](const repo::SearchHit& hit) {
        return !hit.flag_level.empty();
    });
    return flagged == hits.end() ? hits.front().id : flagged->id;
}

void ScreenSet::undo_last() {
    if (auto entry = undo_.take_last()) {
        undo(*entry);
        return;
    }
    toast({.id = "nothing",
           .text = std::string{texts_(Text::ToastNothingToUndo)},
           .role = ui::Role::Info,
           .icon = ui::Icon::Undo});
}

void ScreenSet::undo(std::uint64_t number) {
    if (auto entry = undo_.take(number)) undo(*entry);
}

void ScreenSet::undo(const UndoEntry& entry) {
    Effects effects(last_ticket_);
    effects.send(entry.inverse, {.done = texts_(Text::ToastUndone, {{"what", entry.text}})});
    carry_out(std::move(effects));
}

void ScreenSet::notice_action(const std::string& id) {
    if (id.starts_with("undo.")) {
        std::uint64_t number = 0;
        const char* first = id.data() + std::string_view{"undo."}.size();
        const auto parsed = std::from_chars(first, id.data() + id.size(), number);
        if (parsed.ec == std::errc{}) undo(number);
    } else if (id.starts_with("draft.")) {
        const auto draft = std::find_if(drafts_.begin(), drafts_.end(), [&id](const Draft& each) {
            return "draft." + each.form == id;
        });
        if (draft != drafts_.end()) {
            open_overlay(draft->form == kCaptureDraft ? from_draft(*draft)
                                                      : form_from_draft(*draft));
            drafts_.erase(draft);
        }
    }
    toasts_.remove(id);
}

void ScreenSet::change_look(const Look& look) {
    const bool language = look.language != app_.look.language;
    app_.look = look;
    if (language) texts_ = Texts(parse_language(look.language).value_or(Language::En));
    bound_ = false;
    dirty_ = true;
    if (ports_.look_changed) ports_.look_changed(look);
    Effects effects(last_ticket_);
    effects.send(KeepLook{look});
    carry_out(std::move(effects));
}

void ScreenSet::toast(ui::Toast toast) {
    toasts_.push(std::move(toast), clock_.steady_ms());
    dirty_ = true;
}

}  // namespace balie::app
