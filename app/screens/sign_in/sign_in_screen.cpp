#include "app/screens/sign_in/sign_in_screen.h"

#include "app/screens/parts_screen.h"

#include <array>

namespace balie::app {

namespace {

void language_choice(SignInForm& form, ui::Ui& ui) {
    const std::array<ui::Choice, 2> languages{
        {{.code = "en", .label = "English"}, {.code = "nl", .label = "Nederlands"}}};
    if (ui::segmented(ui, "sign_in.language", ui.text(Text::SignInLanguage), languages,
                      form.language)) {
        changed(ui, "sign_in.language");
    }
}

void card(const SignInView& view, SignInForm& form, ui::Ui& ui) {
    const ui::Card frame(ui, "sign_in.card", ui.text(Text::SignInTitle));
    ui::muted(ui, ui.text(Text::SignInSubtitle));
    ui::space(ui);
    problem_banner(ui, "sign_in.problem", view.problem, view.problem_detail);
    const auto user = ui::text_field(ui, "sign_in.user", ui.text(Text::SignInUser), form.user,
                                     {.enabled = !view.busy, .icon = ui::Icon::Person});
    ui::space(ui);
    const auto password =
        ui::password_field(ui, "sign_in.password", ui.text(Text::SignInPassword), form.password,
                           {.enabled = !view.busy, .icon = ui::Icon::Lock});
    ui::space(ui);
    if (user.changed) changed(ui, "sign_in.user");
    if (password.changed) changed(ui, "sign_in.password");
    const auto label = ui.text(view.busy ? Text::SignInBusy : Text::ActionSignIn);
    const bool pressed = ui::button(ui, "sign_in.open", label,
                                    {.kind = ui::ButtonKind::Primary,
                                     .icon = ui::Icon::Unlock,
                                     .enabled = !view.busy && !form.password.empty(),
                                     .width_em = -1});
    if (pressed || password.submitted) run(ui, "sign_in.open");
    if (user.submitted) ui.focus("sign_in.password");
    ui::space(ui);
    language_choice(form, ui);
}

}  // namespace

void draw(const SignInView& view, SignInForm& form, ui::Ui& ui) {
    ui::Page page(ui, "sign_in", ui.text(Text::AppName));
    page.body();
    ui::Columns columns(ui, {1, 1.3F, 1}, 1.2F, 12);
    columns.next();
    ui::space(ui);
    columns.next();
    ui::space(ui, 3);
    if (!view.profile.empty()) {
        ui::banner(ui, "sign_in.profile", view.profile,
                   {.role = ui::Role::Warn, .detail = view.profile_detail});
        ui::space(ui);
    }
    card(view, form, ui);
    ui::text(ui, ui.text(Text::SignInSafe), {.role = ui::Role::Muted, .icon = ui::Icon::Shield});
    columns.next();
    ui::space(ui);
}

}  // namespace balie::app
