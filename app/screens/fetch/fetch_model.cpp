#include "app/screens/fetch/fetch_model.h"

#include "storage/domain/schema.h"

#include <array>

namespace balie::app {

namespace {

constexpr std::array kFetchActions{
    Action{"fetch.save", Text::ActionFetchSave, "Download", "Ctrl+Enter", ScreenId::Fetch,
           Listed::Keys},
    Action{"fetch.cancel", Text::ActionCancel, "Close", "Esc", ScreenId::Fetch, Listed::Keys},
};

constexpr auto kNoteBytesMax = static_cast<std::size_t>(domain::kAuditNoteBytesMax);

void check(FetchState& state, const ScreenContext& context) {
    state.errors.clear();
    if (state.form.reason.empty()) {
        state.errors["fetch.reason"] = context.texts(Text::ErrorReasonMissing);
    }
    if (state.form.note.size() > kNoteBytesMax) {
        const std::string over = std::to_string(state.form.note.size() - kNoteBytesMax);
        state.errors["fetch.note"] = context.texts(Text::ErrorNoteTooLong, {{"over", over}});
    }
}

}  // namespace

std::string_view FetchView::error(std::string_view field) const {
    const auto found = errors.find(field);
    return found == errors.end() ? std::string_view{} : std::string_view{found->second};
}

std::span<const Action> fetch_actions() {
    return kFetchActions;
}

void start(FetchState& state, const OpenOverlay& with, const ScreenContext& /*context*/,
           Effects& effects) {
    state.customer = with.customer;
    state.customer_name = with.customer_name;
    effects.focus("fetch.reason");
}

void update(FetchState& state, const Event& event, const ScreenContext& context, Effects& effects) {
    if (saved_in(event, state.saving) != nullptr) {
        state.saving = 0;
        effects.close_overlay();
        effects.go({ScreenId::Customer, state.customer});
    } else if (const Error* error = failure_in(event, state.saving)) {
        state.saving = 0;
        state.problem = describe_refusal(*error, context.texts);
        effects.focus("fetch.reason");
    }
}

void update(FetchState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (state.saving != 0) return;
    if (std::holds_alternative<FormChanged>(intent)) {
        if (!state.errors.empty()) check(state, context);
        return;
    }
    if (!is_action(intent, "fetch.save")) return;
    check(state, context);
    state.problem = {};
    if (!state.errors.empty()) {
        effects.focus(state.errors.contains("fetch.reason") ? "fetch.reason" : "fetch.note");
        return;
    }
    Completion completion;
    completion.done = context.texts(Text::ToastFetched, {{"name", state.customer_name}});
    completion.form_shows_error = true;
    state.saving = effects.send(FetchCustomer{state.customer, state.form.reason, state.form.note},
                                std::move(completion));
}

bool may_close(const FetchState& state) {
    return state.saving == 0;
}

bool enabled(const FetchState& state, std::string_view /*action*/) {
    return state.saving == 0;
}

FetchView view(const FetchState& state, const ScreenContext& context) {
    FetchView out;
    const Texts& texts = context.texts;
    out.title = texts(Text::FetchTitle, {{"name", state.customer_name}});
    out.detail = texts(Text::FetchDetail);
    out.reasons = code_choices(context, "fetch_reason");
    out.errors = state.errors;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.busy = state.saving != 0;
    if (out.busy) out.progress = texts(Text::FetchComing);
    out.save = action_view(context, "fetch.save", !out.busy);
    return out;
}

}  // namespace balie::app
