// The window's content: the one file that knows every screen. Holds their states, sends events and
// intents to update(), views to draw(), and carries out what updates want done.
// Invariant: views are made when something was handled, never per frame; draw() reads views and
// forms, and appends intents. Adding a screen: its state in `Screen` or `Overlay`, its actions in
// all_actions(), its id in make_screen(); see app/README.md.
// Thread: UI only. Ownership: owns every state; the clock outlives it.
#pragma once

#include "app/model/action_registry.h"
#include "app/model/app_state.h"
#include "app/model/effects.h"
#include "app/model/intent.h"
#include "app/model/router.h"
#include "app/model/undo.h"
#include "app/screens/capture/capture_model.h"
#include "app/screens/conflict/conflict_model.h"
#include "app/screens/customer/customer_model.h"
#include "app/screens/customer_form/customer_form_model.h"
#include "app/screens/departure/departure_model.h"
#include "app/screens/document_form/document_form_model.h"
#include "app/screens/fact_form/fact_form_model.h"
#include "app/screens/fetch/fetch_model.h"
#include "app/screens/flag/flag_model.h"
#include "app/screens/help/help_model.h"
#include "app/screens/palette/palette_model.h"
#include "app/screens/priority/priority_model.h"
#include "app/screens/proposal/proposal_model.h"
#include "app/screens/relation_form/relation_form_model.h"
#include "app/screens/search/search_model.h"
#include "app/screens/set_aside/set_aside_model.h"
#include "app/screens/settings/settings_model.h"
#include "app/screens/sign_in/sign_in_model.h"
#include "app/screens/sync/sync_model.h"
#include "app/screens/task_form/task_form_model.h"
#include "app/screens/tasks/tasks_model.h"
#include "app/screens/today/today_model.h"
#include "app/ui/toast.h"
#include "app/ui/ui.h"
#include "storage/base/clock.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace balie::app {

/// A state and what is shown of it.
template <typename State>
struct Slot {
    State state;
    typename State::View view;
};

using Screen =
    std::variant<Slot<SignInState>, Slot<TodayState>, Slot<SearchState>, Slot<CustomerState>,
                 Slot<PriorityState>, Slot<SyncState>, Slot<CustomerFormState>, Slot<SettingsState>,
                 Slot<HelpState>, Slot<DepartureState>, Slot<TasksState>>;
using Overlay = std::variant<std::monostate, Slot<CaptureState>, Slot<FlagState>,
                             Slot<TaskFormState>, Slot<DocumentFormState>, Slot<FactFormState>,
                             Slot<RelationFormState>, Slot<ConflictState>, Slot<SetAsideState>,
                             Slot<ProposalState>, Slot<FetchState>, Slot<PaletteState>>;

/// How the set asks for what is outside it; each may be empty in tests of one screen.
struct ScreenPorts {
    std::function<void(Ticket, Command)> send;
    std::function<void(Ticket, Query)> ask;
    SyncControl* sync{nullptr};                     ///< nothing: there is no office
    std::function<void(const Look&)> look_changed;  ///< theme, scale and texts are to be set
};

[[nodiscard]] ActionRegistry all_actions();

class ScreenSet {
  public:
    ScreenSet(const Clock& clock, const Look& look, ScreenPorts ports);
    ScreenSet(const ScreenSet&) = delete;
    ScreenSet& operator=(const ScreenSet&) = delete;
    ~ScreenSet();

    /// Who may sign in, or why nobody can.
    void set_known_users(std::vector<std::string> users);
    void set_start_problem(Error problem);

    /// What workers sent. True when anything was handled.
    bool handle(const std::vector<Event>& events);
    /// Acts on what drawing asked for and on time that passed. True when views changed.
    bool update();
    void draw(ui::Ui& ui);

    /// The window is closing: what is being typed is kept as a draft.
    void prepare_close();

    /// As if the person had asked for it.
    void act(Intent intent);
    void go(const Place& place) { act(GoTo{place}); }

    [[nodiscard]] const AppState& app() const { return app_; }
    [[nodiscard]] const Texts& texts() const { return texts_; }
    [[nodiscard]] const ActionRegistry& registry() const { return registry_; }
    [[nodiscard]] Place current() const { return router_.current(); }
    /// The overlay on top, or the screen: what shortcuts belong to.
    [[nodiscard]] ScreenId scope() const;
    /// The best hit of the search that is open; for pictures.
    [[nodiscard]] std::optional<RecordId> first_hit() const;

  private:
    struct KeptScreen {
        Place place;
        Screen screen;
    };
    struct NavView {
        ScreenId screen{};
        std::string id;
        std::string label;
        std::string icon;
        std::string count;
        std::string shortcut;
        bool warns{false};
        bool active{false};
    };

    [[nodiscard]] ScreenContext context() const;
    [[nodiscard]] static Screen make_screen(ScreenId id);
    void handle_one(const Event& event);
    void complete(const Event& event);
    void offer_drafts();
    void carry_out(Effects effects);
    void show(const Place& place, Effects::Move move);
    void enter_current(Effects& effects);
    void open_overlay(const OpenOverlay& what);
    void close_overlay();
    void run_action(const std::string& id);
    bool run_app_action(const std::string& id);
    bool run_sync_action(const std::string& id);
    [[nodiscard]] bool action_enabled(std::string_view id) const;
    void undo_last();
    void undo(std::uint64_t number);
    void undo(const UndoEntry& entry);
    void notice_action(const std::string& id);
    void log_contact();
    void change_look(const Look& look);
    void toast(ui::Toast toast);
    void tick();
    void refresh_views();
    [[nodiscard]] std::int64_t next_deadline_ms() const;
    [[nodiscard]] std::int64_t oldest_age_ms() const;

    // drawing
    void dispatch_chords(ui::Ui& ui);
    void draw_sidebar(ui::Ui& ui);
    void draw_status(ui::Ui& ui);
    void draw_toasts(ui::Ui& ui);
    [[nodiscard]] std::vector<NavView> navigation() const;

    const Clock& clock_;
    ScreenPorts ports_;
    ActionRegistry registry_;
    AppState app_;
    Texts texts_;
    Router router_;
    Screen screen_;
    std::vector<KeptScreen> kept_;  ///< those one can go back to, as they were
    Overlay overlay_;
    UndoStack undo_;
    ui::ToastQueue toasts_;
    Ticket last_ticket_{0};
    std::map<Ticket, Effects::Order> orders_;  ///< commands under way
    std::vector<Intent> intents_;
    std::vector<NavView> nav_;
    SyncLine status_;
    std::string focus_;
    std::vector<Draft> drafts_;
    std::int64_t shown_minute_{-1};
    bool dirty_{true};
    bool bound_{false};
};

}  // namespace balie::app
