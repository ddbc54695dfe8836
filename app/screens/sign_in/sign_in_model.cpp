#include "app/screens/sign_in/sign_in_model.h"

#include <array>

namespace balie::app {

namespace {

constexpr std::array kSignInActions{Action{"sign_in.open", Text::ActionSignIn, "Unlock",
                                           "Ctrl+Enter", ScreenId::SignIn, Listed::Keys}};

void wipe(std::string& secret) {
    secret.assign(secret.size(), '\0');
    secret.clear();
}

}  // namespace

std::span<const Action> sign_in_actions() {
    return kSignInActions;
}

void enter(SignInState& state, const Place& /*place*/, const ScreenContext& context,
           Effects& effects) {
    state.form.language = context.app.look.language;
    if (state.form.user.empty()) {
        if (!context.app.user.login.empty()) {
            state.form.user = context.app.user.login;
        } else if (context.app.known_users.size() == 1) {
            state.form.user = context.app.known_users.front();
        }
    }
    effects.focus(state.form.user.empty() ? "sign_in.user" : "sign_in.password");
}

void update(SignInState& state, const Event& event, const ScreenContext& context,
            Effects& effects) {
    if (const auto* failed = std::get_if<SignInFailed>(&event)) {
        state.busy = false;
        state.problem = describe(failed->error, context.texts);
        effects.focus("sign_in.password");
    } else if (std::holds_alternative<SignedIn>(event)) {
        state = {};
    }
}

void update(SignInState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    if (const auto* changed = std::get_if<FormChanged>(&intent)) {
        if (changed->field == "sign_in.language") {
            Look look = context.app.look;
            look.language = state.form.language;
            effects.look(look);
        } else {
            state.problem = {};
        }
        return;
    }
    if (!is_action(intent, "sign_in.open") || !enabled(state, "sign_in.open")) return;
    effects.send(SignIn{state.form.user, state.form.password}, {.form_shows_error = true});
    wipe(state.form.password);
    state.busy = true;
    state.problem = {};
}

bool enabled(const SignInState& state, std::string_view /*action*/) {
    return !state.busy && !state.form.password.empty();
}

SignInView view(const SignInState& state, const ScreenContext& context) {
    SignInView out;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.busy = state.busy;
    if (context.app.start_problem.code == ErrorCode::NotFound &&
        !context.app.start_problem.what.empty()) {
        out.profile = context.texts(Text::SignInNoProfile);
        out.profile_detail = context.texts(Text::SignInNoProfileHelp);
    } else if (!context.app.start_problem.what.empty()) {
        const Problem problem = describe(context.app.start_problem, context.texts);
        out.profile = problem.headline;
        out.profile_detail = problem.detail;
    }
    if (context.app.sync_known) out.status = sync_line(context).text;
    return out;
}

}  // namespace balie::app
