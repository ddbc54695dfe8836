#include "app/screens/settings/settings_screen.h"

#include "app/screens/parts_screen.h"

namespace balie::app {

namespace {

constexpr float kSettingsEm = 44;

void choice(ui::Ui& ui, std::string_view id, Text label, const std::vector<ChoiceView>& views,
            std::string& value) {
    const auto choices = choices_of(views);
    if (ui::segmented(ui, id, ui.text(label), choices, value)) changed(ui, id);
    ui::space(ui, 1);
}

}  // namespace

void draw(const SettingsView& view, SettingsForm& form, ui::Ui& ui) {
    ui::Page page(ui, "settings", ui.text(Text::SettingsTitle), {.width_em = kSettingsEm});
    page.body();
    {
        const ui::Card card(ui, "settings.card.look", ui.text(Text::SettingsLook),
                            {.icon = ui::Icon::Theme});
        choice(ui, "settings.language", Text::SettingsLanguage, view.languages, form.language);
        choice(ui, "settings.theme", Text::SettingsTheme, view.themes, form.theme);
        choice(ui, "settings.scale", Text::SettingsScale, view.scales, form.scale);
        ui::muted(ui, ui.text(Text::SettingsKept));
    }
    {
        const ui::Card card(ui, "settings.card.line", ui.text(Text::SettingsLine),
                            {.icon = ui::Icon::Connected});
        choice(ui, "settings.metered", Text::SettingsMetered, view.metered, form.metered);
        choice(ui, "settings.budget", Text::SettingsBudget, view.budgets, form.budget_mb);
        choice(ui, "settings.per", Text::SettingsPer, view.pers, form.per);
        ui::muted(ui, ui.text(Text::SettingsLineHelp));
    }
    if (view.facts.empty()) return;
    const ui::Card card(ui, "settings.card.facts", ui.text(Text::SettingsFacts),
                        {.icon = ui::Icon::Info});
    facts(ui, view.facts);
}

}  // namespace balie::app
