// Sign-in: a person opens the profile with a password; the language can be chosen before.
// Invariant: the password leaves the form with the command and is wiped from it.
// Thread: any (one owner). Ownership: values.
#pragma once

#include "app/screens/screen_types.h"

#include <span>
#include <string>

namespace balie::app {

struct SignInForm {
    std::string user;
    std::string password;
    std::string language;
};

struct SignInView {
    std::string problem;
    std::string problem_detail;
    std::string profile;  ///< why there is none to open; empty: there is one
    std::string profile_detail;
    bool busy{false};
    std::string status;  ///< what waits to be sent, as far as it is known
};

struct SignInState {
    using View = SignInView;
    using Form = SignInForm;
    static constexpr ScreenId kId = ScreenId::SignIn;

    SignInForm form;
    bool busy{false};
    Problem problem;
};

[[nodiscard]] std::span<const Action> sign_in_actions();
void enter(SignInState& state, const Place& place, const ScreenContext& context, Effects& effects);
void update(SignInState& state, const Event& event, const ScreenContext& context, Effects& effects);
void update(SignInState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects);
[[nodiscard]] bool enabled(const SignInState& state, std::string_view action);
[[nodiscard]] SignInView view(const SignInState& state, const ScreenContext& context);

}  // namespace balie::app
