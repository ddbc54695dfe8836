#include "app/screens/screen_set.h"

#include "storage/base/date.h"

#include <algorithm>
#include <utility>

namespace balie::app {

namespace {

constexpr std::size_t kKeptScreensMax = 8;

template <typename State>
void refresh(Slot<State>& slot, const ScreenContext& context) {
    slot.view = view(slot.state, context);
}
void refresh(std::monostate& /*none*/, const ScreenContext& /*context*/) {}

Language language_of(const Look& look) {
    return parse_language(look.language).value_or(Language::En);
}

/// Only a form has something to start with beside its place.
template <typename State>
void prefill(State& /*state*/, const FieldValues& /*fields*/) {}
void prefill(CustomerFormState& state, const FieldValues& fields) {
    start_with(state, fields);
}

template <typename State>
void on_time(State& /*state*/, const ScreenContext& /*context*/, Effects& /*effects*/) {}
void on_time(CaptureState& state, const ScreenContext& context, Effects& effects) {
    tick(state, context, effects);
}
void on_time(CustomerFormState& state, const ScreenContext& context, Effects& effects) {
    tick(state, context, effects);
}

/// What is typed is kept now: its screen is left, or the window closes.
template <typename State>
void keep_typed(Slot<State>& /*slot*/, const ScreenContext& /*context*/, Effects& /*effects*/) {}
void keep_typed(Slot<CustomerFormState>& slot, const ScreenContext& context, Effects& effects) {
    if (slot.state.draft_due_ms == 0) return;
    slot.state.draft_due_ms = context.now_ms;
    tick(slot.state, context, effects);
}

/// What another process or the office made stale is asked for again.
bool more_sent(const SyncChanged& event, const AppState& before) {
    return before.sync_known && event.status.pending != before.sync.pending;
}

}  // namespace

ActionRegistry all_actions() {
    return ActionRegistry(
        {app_actions(),       sign_in_actions(),       today_actions(),     search_actions(),
         customer_actions(),  priority_actions(),      sync_actions(),      customer_form_actions(),
         settings_actions(),  help_actions(),          departure_actions(), capture_actions(),
         flag_actions(),      tasks_actions(),         task_form_actions(), document_form_actions(),
         fact_form_actions(), relation_form_actions(), conflict_actions(),  set_aside_actions(),
         proposal_actions(),  fetch_actions(),         palette_actions()});
}

Screen ScreenSet::make_screen(ScreenId id) {
    switch (id) {
        case ScreenId::SignIn:
            return Slot<SignInState>{};
        case ScreenId::Search:
            return Slot<SearchState>{};
        case ScreenId::Customer:
            return Slot<CustomerState>{};
        case ScreenId::Priority:
            return Slot<PriorityState>{};
        case ScreenId::Sync:
            return Slot<SyncState>{};
        case ScreenId::CustomerForm:
            return Slot<CustomerFormState>{};
        case ScreenId::Settings:
            return Slot<SettingsState>{};
        case ScreenId::Help:
            return Slot<HelpState>{};
        case ScreenId::Departure:
            return Slot<DepartureState>{};
        case ScreenId::Tasks:
            return Slot<TasksState>{};
        default:
            return Slot<TodayState>{};
    }
}

ScreenSet::ScreenSet(const Clock& clock, const Look& look, ScreenPorts ports)
    : clock_(clock),
      ports_(std::move(ports)),
      registry_(all_actions()),
      texts_(language_of(look)),
      router_({ScreenId::SignIn}),
      screen_(make_screen(ScreenId::SignIn)) {
    app_.look = look;
    if (ports_.sync != nullptr) app_.connection = Connection::Offline;
    Effects effects(last_ticket_);
    enter_current(effects);
    carry_out(std::move(effects));
    refresh_views();
}

ScreenSet::~ScreenSet() = default;

void ScreenSet::set_known_users(std::vector<std::string> users) {
    app_.known_users = std::move(users);
    Effects effects(last_ticket_);
    enter_current(effects);
    carry_out(std::move(effects));
}

void ScreenSet::set_start_problem(Error problem) {
    app_.start_problem = std::move(problem);
    dirty_ = true;
}

ScreenId ScreenSet::scope() const {
    const ScreenId overlay = std::visit(
        [](const auto& slot) {
            using T = std::decay_t<decltype(slot)>;
            if constexpr (std::is_same_v<T, std::monostate>) {
                return ScreenId::Any;
            } else {
                return decltype(slot.state)::kId;
            }
        },
        overlay_);
    return overlay == ScreenId::Any ? router_.current().screen : overlay;
}

ScreenContext ScreenSet::context() const {
    const std::int64_t now = clock_.wall_ms();
    const int offset = clock_.zone_offset_min(now);
    return {app_, registry_, texts_, now, offset, date_of(now, offset)};
}

bool ScreenSet::handle(const std::vector<Event>& events) {
    for (const Event& event : events) handle_one(event);
    return !events.empty();
}

void ScreenSet::handle_one(const Event& event) {
    const auto* sync = std::get_if<SyncChanged>(&event);
    const bool sent = sync != nullptr && more_sent(*sync, app_);
    app::update(app_, event, clock_.wall_ms());
    complete(event);
    Effects effects(last_ticket_);
    const auto tell = [&](const Event& each) {
        const ScreenContext now = context();
        std::visit([&](auto& slot) { app::update(slot.state, each, now, effects); }, screen_);
        std::visit(
            [&](auto& slot) {
                if constexpr (!std::is_same_v<std::decay_t<decltype(slot)>, std::monostate>) {
                    app::update(slot.state, each, now, effects);
                }
            },
            overlay_);
    };
    tell(event);
    // What was sent shows itself in each row's state.
    if (sent) tell(DataChanged{ChangedBy::Office});
    const auto* changed = std::get_if<DataChanged>(&event);
    if (changed != nullptr && changed->by == ChangedBy::Office) effects.ask(ReferenceQuery{});
    if (const auto* signed_in = std::get_if<SignedIn>(&event)) {
        drafts_ = signed_in->drafts;
        effects.ask(ReferenceQuery{});
        router_.restart({ScreenId::Today});
        screen_ = make_screen(ScreenId::Today);
        kept_.clear();
        enter_current(effects);
        offer_drafts();
    } else if (std::holds_alternative<SignedOut>(event)) {
        close_overlay();
        undo_.clear();
        router_.restart({ScreenId::SignIn});
        screen_ = make_screen(ScreenId::SignIn);
        kept_.clear();
        enter_current(effects);
    }
    carry_out(std::move(effects));
    dirty_ = true;
}

void ScreenSet::offer_drafts() {
    for (const Draft& draft : drafts_) {
        const bool visit = draft.form == kCaptureDraft;
        const std::string name =
            visit ? from_draft(draft).customer_name : form_from_draft(draft).customer_name;
        toast(
            {.id = "draft." + draft.form,
             .text = texts_(visit ? Text::ToastDraft : Text::ToastDraftCustomer, {{"name", name}}),
             .role = ui::Role::Info,
             .icon = visit ? ui::Icon::NoteAdd : ui::Icon::PersonAdd,
             .action = std::string{texts_(Text::ToastDraftOpen)},
             .until_ms = clock_.steady_ms() + kMinuteMs});
    }
}

void ScreenSet::complete(const Event& event) {
    const auto* done = std::get_if<CommandDone>(&event);
    const auto* failed = std::get_if<CommandFailed>(&event);
    if (done == nullptr && failed == nullptr) return;
    const auto found = orders_.find(done != nullptr ? done->ticket : failed->ticket);
    if (found == orders_.end()) return;
    const Completion completion = std::move(found->second.completion);
    orders_.erase(found);
    if (failed != nullptr) {
        if (completion.form_shows_error) return;
        const Problem problem = describe(failed->error, texts_);
        toast({.id = "failed",
               .text = problem.headline + ". " + problem.detail,
               .role = ui::Role::Danger,
               .icon = ui::Icon::Error});
        return;
    }
    std::string id = "done";
    std::string action;
    if (completion.undo) {
        if (auto inverse = completion.undo(done->saved)) {
            id = "undo." + std::to_string(undo_.push({completion.undo_text, std::move(*inverse)}));
            action = texts_(Text::ActionUndo);
        }
    }
    if (completion.done.empty()) return;
    toast({.id = std::move(id),
           .text = completion.done,
           .action = action,
           .shortcut = action.empty() ? "" : "Ctrl+Z"});
}

void ScreenSet::carry_out(Effects effects) {
    for (auto& order : effects.orders) {
        const Ticket ticket = order.ticket;
        if (ports_.send) ports_.send(ticket, order.command);
        // The command itself may hold a password: only what follows it is kept.
        order.command = SignOut{};
        orders_.emplace(ticket, std::move(order));
    }
    for (auto& question : effects.questions) {
        if (ports_.ask) ports_.ask(question.ticket, std::move(question.query));
    }
    for (const Notice& notice : effects.notices) {
        toast({.id = notice.id,
               .text = notice.text,
               .role = notice.tone == Tone::Bad ? ui::Role::Danger : ui::Role::Info,
               .icon = notice.tone == Tone::Bad ? ui::Icon::Error : ui::Icon::Info});
    }
    if (!effects.focus_id.empty()) focus_ = effects.focus_id;
    if (effects.close) close_overlay();
    for (const auto& step : effects.steps) show(step.place, step.move);
    for (const std::string& action : effects.actions) run_action(action);
    if (effects.overlay) open_overlay(*effects.overlay);
    if (effects.new_look) change_look(*effects.new_look);
    dirty_ = true;
}

void ScreenSet::enter_current(Effects& effects) {
    const ScreenContext now = context();
    std::visit([&](auto& slot) { enter(slot.state, router_.current(), now, effects); }, screen_);
}

void ScreenSet::show(const Place& place, Effects::Move move) {
    const Place before = router_.current();
    bool moved = true;
    if (move == Effects::Move::Go) moved = router_.go(place);
    if (move == Effects::Move::Replace) router_.replace(place);
    if (move == Effects::Move::Back) moved = router_.back();
    if (move == Effects::Move::Forward) moved = router_.forward();
    if (move == Effects::Move::Back && !moved) {
        router_.replace({ScreenId::Today});
        moved = true;
    }
    if (!moved) return;
    if (move != Effects::Move::Replace) {
        Effects leaving(last_ticket_);
        std::visit([&](auto& slot) { keep_typed(slot, context(), leaving); }, screen_);
        carry_out(std::move(leaving));
        kept_.push_back({before, std::move(screen_)});
        if (kept_.size() > kKeptScreensMax) kept_.erase(kept_.begin());
    }
    const Place& now = router_.current();
    const auto kept = std::find_if(kept_.begin(), kept_.end(),
                                   [&now](const KeptScreen& each) { return each.place == now; });
    const bool returns = move == Effects::Move::Back || move == Effects::Move::Forward;
    if (kept != kept_.end() && returns) {
        screen_ = std::move(kept->screen);
        kept_.erase(kept);
    } else {
        screen_ = make_screen(now.screen);
    }
    Effects effects(last_ticket_);
    enter_current(effects);
    carry_out(std::move(effects));
}

void ScreenSet::open_overlay(const OpenOverlay& what) {
    Effects effects(last_ticket_);
    const ScreenContext now = context();
    if (!is_overlay(what.overlay)) {
        show({what.overlay, what.customer}, Effects::Move::Go);
        std::visit([&](auto& slot) { prefill(slot.state, what.fields); }, screen_);
        dirty_ = true;
        return;
    }
    if (!std::holds_alternative<std::monostate>(overlay_)) return;  // one at a time
    const auto begin = [&](auto slot) {
        start(slot.state, what, now, effects);
        overlay_ = std::move(slot);
    };
    if (what.overlay == ScreenId::Capture) begin(Slot<CaptureState>{});
    if (what.overlay == ScreenId::Flag) begin(Slot<FlagState>{});
    if (what.overlay == ScreenId::TaskForm) begin(Slot<TaskFormState>{});
    if (what.overlay == ScreenId::DocumentForm) begin(Slot<DocumentFormState>{});
    if (what.overlay == ScreenId::FactForm) begin(Slot<FactFormState>{});
    if (what.overlay == ScreenId::RelationForm) begin(Slot<RelationFormState>{});
    if (what.overlay == ScreenId::Conflict) begin(Slot<ConflictState>{});
    if (what.overlay == ScreenId::SetAside) begin(Slot<SetAsideState>{});
    if (what.overlay == ScreenId::Proposal) begin(Slot<ProposalState>{});
    if (what.overlay == ScreenId::Fetch) begin(Slot<FetchState>{});
    if (what.overlay == ScreenId::Palette) {
        Slot<PaletteState> palette;
        for (const Action* action : registry_.in_scope(router_.current().screen)) {
            if (action->listed != Listed::Yes || action->id == "palette.open") continue;
            palette.state.actions.push_back(
                action_view(now, action->id, action_enabled(action->id)));
        }
        begin(std::move(palette));
    }
    carry_out(std::move(effects));
}

void ScreenSet::close_overlay() {
    Effects effects(last_ticket_);
    if (auto* capture = std::get_if<Slot<CaptureState>>(&overlay_)) {
        closed(capture->state, effects);
    }
    overlay_ = std::monostate{};
    dirty_ = true;
    carry_out(std::move(effects));
}

void ScreenSet::prepare_close() {
    Effects effects(last_ticket_);
    const auto* capture = std::get_if<Slot<CaptureState>>(&overlay_);
    if (capture != nullptr && capture->state.touched) {
        effects.send(KeepDraft{draft_of(capture->state)});
    }
    std::visit([&](auto& slot) { keep_typed(slot, context(), effects); }, screen_);
    carry_out(std::move(effects));
}

void ScreenSet::act(Intent intent) {
    intents_.push_back(std::move(intent));
}

bool ScreenSet::update() {
    tick();
    std::vector<Intent> intents;
    intents.swap(intents_);
    for (const Intent& intent : intents) {
        dirty_ = true;
        if (const auto* run = std::get_if<RunAction>(&intent)) {
            run_action(run->id);
            continue;
        }
        if (const auto* go = std::get_if<GoTo>(&intent)) {
            close_overlay();
            show(go->place, Effects::Move::Go);
            continue;
        }
        if (const auto* notice = std::get_if<NoticeAction>(&intent)) {
            notice_action(notice->id);
            continue;
        }
        Effects effects(last_ticket_);
        const ScreenContext now = context();
        const bool covered = !std::holds_alternative<std::monostate>(overlay_);
        if (!covered) {
            std::visit([&](auto& slot) { app::update(slot.state, intent, now, effects); }, screen_);
        } else {
            std::visit(
                [&](auto& slot) {
                    if constexpr (!std::is_same_v<std::decay_t<decltype(slot)>, std::monostate>) {
                        app::update(slot.state, intent, now, effects);
                    }
                },
                overlay_);
        }
        carry_out(std::move(effects));
    }
    if (!dirty_) return false;
    refresh_views();
    return true;
}

void ScreenSet::tick() {
    Effects effects(last_ticket_);
    const ScreenContext now = context();
    std::visit([&](auto& slot) { on_time(slot.state, now, effects); }, screen_);
    std::visit(
        [&](auto& slot) {
            if constexpr (!std::is_same_v<std::decay_t<decltype(slot)>, std::monostate>) {
                on_time(slot.state, now, effects);
            }
        },
        overlay_);
    if (!effects.orders.empty()) carry_out(std::move(effects));
    if (toasts_.tick(clock_.steady_ms())) dirty_ = true;
    // Ages on screen grow by the minute, as long as something waits to be sent.
    const std::int64_t minute = oldest_age_ms() / kMinuteMs;
    if (app_.sync.pending > 0 && minute != shown_minute_) dirty_ = true;
    shown_minute_ = minute;
}

std::int64_t ScreenSet::oldest_age_ms() const {
    const std::int64_t since = std::max<std::int64_t>(clock_.wall_ms() - app_.sync_known_at_ms, 0);
    return app_.sync.oldest_pending_seconds * 1000 + since;
}

void ScreenSet::refresh_views() {
    const ScreenContext now = context();
    std::visit([&](auto& slot) { refresh(slot, now); }, screen_);
    std::visit([&](auto& slot) { refresh(slot, now); }, overlay_);
    status_ = sync_line(now);
    nav_ = navigation();
    dirty_ = false;
}

}  // namespace balie::app
