// What is around every screen: sidebar, status line, toasts; and keys to actions.
#include "app/screens/capture/capture_screen.h"
#include "app/screens/conflict/conflict_screen.h"
#include "app/screens/customer/customer_screen.h"
#include "app/screens/customer_form/customer_form_screen.h"
#include "app/screens/departure/departure_screen.h"
#include "app/screens/document_form/document_form_screen.h"
#include "app/screens/fact_form/fact_form_screen.h"
#include "app/screens/fetch/fetch_screen.h"
#include "app/screens/flag/flag_screen.h"
#include "app/screens/help/help_screen.h"
#include "app/screens/palette/palette_screen.h"
#include "app/screens/parts_screen.h"
#include "app/screens/priority/priority_screen.h"
#include "app/screens/proposal/proposal_screen.h"
#include "app/screens/relation_form/relation_form_screen.h"
#include "app/screens/screen_set.h"
#include "app/screens/search/search_screen.h"
#include "app/screens/set_aside/set_aside_screen.h"
#include "app/screens/settings/settings_screen.h"
#include "app/screens/sign_in/sign_in_screen.h"
#include "app/screens/sync/sync_screen.h"
#include "app/screens/task_form/task_form_screen.h"
#include "app/screens/tasks/tasks_screen.h"
#include "app/screens/today/today_screen.h"
#include "app/ui/layout.h"
#include "storage/base/date.h"

#include <array>

namespace balie::app {

namespace {

constexpr std::int64_t kCountShownMax = 99;

struct NavEntry {
    ScreenId screen;
    Text label;
    const char* icon;
    const char* action;
};
constexpr std::array kNav{
    NavEntry{ScreenId::Today, Text::NavToday, "CalendarToday", "go.today"},
    NavEntry{ScreenId::Search, Text::NavCustomers, "People", "go.search_too"},
    NavEntry{ScreenId::Tasks, Text::NavTasks, "TaskList", "go.tasks"},
    NavEntry{ScreenId::Priority, Text::NavPriority, "Star", "go.priority"},
    NavEntry{ScreenId::Sync, Text::NavSync, "Sync", "go.sync"},
    NavEntry{ScreenId::Settings, Text::NavSettings, "Settings", "go.settings"},
    NavEntry{ScreenId::Help, Text::NavHelp, "Keyboard", "go.help"},
};

/// The place in the sidebar that a screen belongs to.
ScreenId nav_home(ScreenId screen) {
    if (screen == ScreenId::Departure) return ScreenId::Sync;
    return screen == ScreenId::Customer || screen == ScreenId::CustomerForm ? ScreenId::Search
                                                                            : screen;
}

ui::ToolkitTexts toolkit_texts(const Texts& texts) {
    const auto words = [&texts](Text key) { return std::string{texts(key)}; };
    return {.close = words(Text::KitClose),
            .back = words(Text::ActionGoBack),
            .dismiss = words(Text::KitDismiss),
            .cancel = words(Text::ActionCancel),
            .no_match = words(Text::KitNoMatch),
            .choose = words(Text::KitChoose),
            .palette_keys = words(Text::PaletteKeys),
            .frame_failed = words(Text::KitFrameFailed),
            .frame_failed_help = words(Text::KitFrameFailedHelp),
            .try_again = words(Text::KitTryAgain)};
}

void draw_slot(std::monostate& /*none*/, ui::Ui& /*ui*/) {}
template <typename State>
void draw_slot(Slot<State>& slot, ui::Ui& ui) {
    draw(slot.view, slot.state.form, ui);
}

}  // namespace

std::vector<ScreenSet::NavView> ScreenSet::navigation() const {
    std::vector<NavView> out;
    const ScreenId home = nav_home(router_.current().screen);
    for (const NavEntry& entry : kNav) {
        const Action* action = registry_.find(entry.action);
        NavView item;
        item.screen = entry.screen;
        item.id = "nav." + std::string{screen_name(entry.screen)};
        item.label = texts_(entry.label);
        item.icon = entry.icon;
        item.shortcut = action == nullptr ? std::string{} : std::string{action->shortcut};
        item.active = entry.screen == home;
        if (entry.screen == ScreenId::Today && app_.tasks_due > 0) {
            item.count = texts_.formats().number(app_.tasks_due);
        }
        if (entry.screen == ScreenId::Sync) {
            const std::int64_t attention = app_.sync.set_aside + app_.sync.conflicts;
            item.warns = attention > 0;
            const std::int64_t shown = attention > 0 ? attention : app_.sync.pending;
            // The exact number is in the status line.
            if (shown > kCountShownMax) {
                item.count = texts_.formats().number(kCountShownMax) + "+";
            } else if (shown > 0) {
                item.count = texts_.formats().number(shown);
            }
        }
        out.push_back(std::move(item));
    }
    return out;
}

std::int64_t ScreenSet::next_deadline_ms() const {
    const std::int64_t now = clock_.steady_ms();
    std::int64_t next = -1;
    const auto at = [&next](std::int64_t delay) {
        if (delay >= 0 && (next < 0 || delay < next)) next = delay;
    };
    if (toasts_.next_deadline_ms() >= 0)
        at(std::max<std::int64_t>(toasts_.next_deadline_ms() - now, 0));
    if (app_.sync.pending > 0) at(kMinuteMs - oldest_age_ms() % kMinuteMs);
    if (!intents_.empty()) at(0);  // a key that came alone: it is acted on in the next turn
    const auto at_draft = [&](std::int64_t due_ms) {
        if (due_ms > 0) at(std::max<std::int64_t>(due_ms - clock_.wall_ms(), 0));
    };
    if (const auto* capture = std::get_if<Slot<CaptureState>>(&overlay_)) {
        at_draft(capture->state.draft_due_ms);
    }
    if (const auto* form = std::get_if<Slot<CustomerFormState>>(&screen_)) {
        at_draft(form->state.draft_due_ms);
    }
    return next;
}

void ScreenSet::dispatch_chords(ui::Ui& ui) {
    const ScreenId where = scope();
    if (is_overlay(where) || !ui.modal_open().empty()) return;  // dialogs read their own keys
    for (const ui::Chord& chord : ui.chords()) {
        if (ui.typing() && ui::types_text(chord.key) && !chord.ctrl && !chord.alt) continue;
        const Action* action = registry_.by_shortcut(ui::chord_text(chord), where);
        if (action == nullptr) continue;
        if (action->id == "undo" && ui.typing()) continue;  // the field's own undo
        if (action_enabled(action->id) || action->id == "undo") {
            act(RunAction{std::string{action->id}});
        }
    }
}

void ScreenSet::draw_sidebar(ui::Ui& ui) {
    std::vector<ui::NavItem> items;
    items.reserve(nav_.size());
    for (const NavView& each : nav_) {
        items.push_back({.id = each.id,
                         .label = each.label,
                         .icon = icon_named(each.icon),
                         .count = each.count,
                         .count_role = each.screen == ScreenId::Sync
                                           ? (each.warns ? ui::Role::Warn : ui::Role::Unsent)
                                           : ui::Role::Warn,
                         .shortcut = each.shortcut,
                         .active = each.active});
    }
    const std::string place = app_.user.branch.empty()
                                  ? std::string{}
                                  : texts_(Text::NavBranch, {{"branch", app_.user.branch}});
    const auto chosen = ui::sidebar(
        ui, items, {.product = texts_(Text::AppName), .person = app_.user.name, .place = place});
    if (chosen) act(GoTo{{nav_[*chosen].screen}});
}

void ScreenSet::draw_status(ui::Ui& ui) {
    ui::Role role = status_.pending ? ui::Role::Unsent : ui::Role::Ok;
    if (status_.attention) role = ui::Role::Warn;
    const Action* commands = registry_.find("palette.open");
    const std::string hint =
        std::string{commands->shortcut} + "  " + std::string{texts_(Text::ActionPaletteOpen)};
    const std::array<ui::StatusItem, 3> items{
        {{.id = "status.sync",
          .text = status_.text,
          .icon = status_.attention
                      ? ui::Icon::Warning
                      : (status_.pending ? ui::Icon::CloudUpload : ui::Icon::CloudDone),
          .role = role},
         {.id = "status.connection",
          .text = status_.connection,
          .icon = status_.online ? ui::Icon::Online : ui::Icon::Offline,
          .right = true},
         {.id = "status.palette",
          .text = hint,
          .icon = ui::Icon::Keyboard,
          .right = true,
          .may_go = true}}};
    const auto chosen = ui::status_bar(ui, items);
    if (!chosen) return;
    if (items[*chosen].id == "status.palette") {
        act(RunAction{"palette.open"});
    } else {
        act(GoTo{{ScreenId::Sync}});
    }
}

void ScreenSet::draw_toasts(ui::Ui& ui) {
    if (auto chosen = ui::toasts(ui, toasts_)) act(NoticeAction{*chosen});
}

void ScreenSet::draw(ui::Ui& ui) {
    if (!bound_) {
        ui.bind_intents(intents_);
        ui.set_texts([this](int key) { return texts_(static_cast<Text>(key)); });
        ui.set_toolkit_texts(toolkit_texts(texts_));
        bound_ = true;
    }
    if (!focus_.empty()) {
        ui.focus(focus_);
        focus_.clear();
    }
    const ui::WindowFrame frame(ui);
    if (app_.signed_in) draw_sidebar(ui);
    std::visit([&ui](auto& slot) { draw_slot(slot, ui); }, screen_);
    if (app_.signed_in) draw_status(ui);
    draw_toasts(ui);
    std::visit([&ui](auto& slot) { draw_slot(slot, ui); }, overlay_);
    // Last: a key that a widget used up (Esc in an open list) is not among the chords any more.
    dispatch_chords(ui);
    const std::int64_t next = next_deadline_ms();
    if (next >= 0) ui.need_frame_in_ms(next);
}

}  // namespace balie::app
