#include "app/screens/flag/flag_model.h"

#include "app/model/when.h"

#include <array>

namespace balie::app {

namespace {

constexpr std::array kFlagActions{
    Action{"flag.save", Text::ActionFlagSave, "Flag", "Ctrl+Enter", ScreenId::Flag, Listed::Keys},
    Action{"flag.cancel", Text::ActionCancel, "Close", "Esc", ScreenId::Flag, Listed::Keys},
};

void check(FlagState& state, const ScreenContext& context) {
    state.errors.clear();
    if (state.form.reason.empty()) {
        state.errors["flag.reason"] = context.texts(Text::ErrorReasonMissing);
    }
    if (state.ends) return;
    if (!state.form.until.empty() && !parse_when(state.form.until, context.today)) {
        state.errors["flag.until"] = context.texts(Text::ErrorDate);
    }
}

void save_flag(FlagState& state, const ScreenContext& context, Effects& effects) {
    repo::NewFlag flag;
    flag.level = state.form.level;
    flag.reason = state.form.reason;
    flag.note = state.form.note;
    if (!state.form.until.empty()) {
        flag.until = parse_when(state.form.until, context.today).value_or("");
    }
    Completion completion;
    completion.done = context.texts(Text::ToastFlagged, {{"name", state.customer_name}});
    completion.undo = [](const Saved& saved) -> std::optional<Command> {
        const auto* made = std::get_if<repo::SavedFlag>(&saved);
        if (made == nullptr) return std::nullopt;
        return UndoFlag{*made};
    };
    completion.undo_text = context.texts(Text::UndoFlag, {{"name", state.customer_name}});
    completion.form_shows_error = true;
    state.saving = effects.send(FlagCustomer{state.customer, flag}, std::move(completion));
}

void end_flag(FlagState& state, const ScreenContext& context, Effects& effects) {
    Completion completion;
    completion.done = context.texts(Text::ToastUnflagged, {{"name", state.customer_name}});
    completion.undo = [](const Saved& saved) -> std::optional<Command> {
        const auto* ended = std::get_if<RecordId>(&saved);
        if (ended == nullptr) return std::nullopt;
        return ReopenFlag{*ended};
    };
    completion.undo_text = context.texts(Text::UndoUnflag, {{"name", state.customer_name}});
    completion.form_shows_error = true;
    state.saving =
        effects.send(UnflagCustomer{state.customer, state.form.reason}, std::move(completion));
}

}  // namespace

std::string_view FlagView::error(std::string_view field) const {
    const auto found = errors.find(field);
    return found == errors.end() ? std::string_view{} : std::string_view{found->second};
}

std::span<const Action> flag_actions() {
    return kFlagActions;
}

void start(FlagState& state, const OpenOverlay& with, const ScreenContext& /*context*/,
           Effects& effects) {
    state.customer = with.customer;
    state.customer_name = with.customer_name;
    state.ends = with.fields.count("end") > 0;
    effects.focus(state.ends ? "flag.reason" : "flag.level");
}

void update(FlagState& state, const Event& event, const ScreenContext& context, Effects& effects) {
    if (saved_in(event, state.saving) != nullptr) {
        state.saving = 0;
        effects.close_overlay();
    } else if (const Error* error = failure_in(event, state.saving)) {
        state.saving = 0;
        state.problem = describe(*error, context.texts);
        if (error->code == ErrorCode::AlreadyExists) {
            state.problem = {context.texts(Text::FlagAlready, {{"name", state.customer_name},
                                                               {"level", state.form.level}}),
                             std::string{context.texts(Text::FlagAlreadyMend)}};
            effects.focus("flag.level");
            return;
        }
        effects.focus("flag.reason");
    }
}

void update(FlagState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (state.saving != 0) return;
    if (std::holds_alternative<FormChanged>(intent)) {
        if (!state.errors.empty()) check(state, context);
        return;
    }
    if (!is_action(intent, "flag.save")) return;
    check(state, context);
    state.problem = {};
    if (!state.errors.empty()) {
        effects.focus(state.errors.begin()->first);
    } else if (state.ends) {
        end_flag(state, context, effects);
    } else {
        save_flag(state, context, effects);
    }
}

bool may_close(const FlagState& state) {
    return state.saving == 0;
}

bool enabled(const FlagState& state, std::string_view /*action*/) {
    return state.saving == 0;
}

FlagView view(const FlagState& state, const ScreenContext& context) {
    FlagView out;
    const Texts& texts = context.texts;
    out.ends = state.ends;
    out.title =
        texts(state.ends ? Text::FlagTitleEnd : Text::FlagTitle, {{"name", state.customer_name}});
    out.levels = {{"A", std::string{texts(Text::FlagLevelA)}, {}},
                  {"B", std::string{texts(Text::FlagLevelB)}, {}},
                  {"C", std::string{texts(Text::FlagLevelC)}, {}}};
    out.reasons = code_choices(context, state.ends ? "flag_end_reason" : "flag_reason");
    if (const auto date = parse_when(state.form.until, context.today)) {
        out.until_understood = texts.formats().weekday_and_day(*date);
    }
    out.errors = state.errors;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.busy = state.saving != 0;
    out.save = action_view(context, "flag.save", !out.busy);
    if (state.ends) out.save.label = texts(Text::ActionFlagEnd);
    return out;
}

}  // namespace balie::app
