#include "app/screens/settings/settings_model.h"

#include <array>
#include <cstdlib>
#include <set>

namespace balie::app {

namespace {

constexpr std::array kScales{100, 110, 125, 150, 175, 200};

constexpr std::array kBudgetsMb{0, 5, 20, 50, 100, 500};
constexpr std::int64_t kMegabyte = 1'000'000;

void read(SettingsState& state, const AppState& app) {
    state.form.language = app.look.language;
    state.form.theme = app.look.theme;
    state.form.scale = std::to_string(app.look.scale_percent);
    const sync::LinkSettings& link = app.link.settings;
    state.form.metered = to_string(link.metered);
    state.form.budget_mb = std::to_string(link.budget_bytes / kMegabyte);
    state.form.per = to_string(link.per);
}

sync::LinkSettings link_of(const SettingsForm& form, const sync::LinkSettings& before) {
    sync::LinkSettings link = before;
    link.metered = sync::parse_metered(form.metered).value_or(before.metered);
    link.per = sync::parse_budget_per(form.per).value_or(before.per);
    const std::int64_t mb = std::strtoll(form.budget_mb.c_str(), nullptr, 10);
    // What the command line set to the byte stays so, unless another is chosen.
    if (mb != before.budget_bytes / kMegabyte) link.budget_bytes = mb * kMegabyte;
    return link;
}

}  // namespace

std::span<const Action> settings_actions() {
    return {};
}

void enter(SettingsState& state, const Place& /*place*/, const ScreenContext& context,
           Effects& effects) {
    read(state, context.app);
    effects.focus("settings.language");
}

void update(SettingsState& state, const Event& event, const ScreenContext& context,
            Effects& /*effects*/) {
    const auto* done = std::get_if<CommandDone>(&event);
    const auto* failed = std::get_if<CommandFailed>(&event);
    const Ticket answered = done != nullptr ? done->ticket : failed != nullptr ? failed->ticket : 0;
    const bool own = answered != 0 && answered == state.saving;
    if (own) state.saving = 0;
    // After one's own save comes how things stand now; what comes before it is older.
    const bool told = std::holds_alternative<SyncChanged>(event) || failed != nullptr ||
                      (done != nullptr && !own);
    if (told && state.saving == 0) read(state, context.app);
}

void update(SettingsState& state, const Intent& intent, const ScreenContext& context,
            Effects& effects) {
    Look look = context.app.look;
    if (std::holds_alternative<FormChanged>(intent)) {
        look.language = state.form.language;
        look.theme = state.form.theme;
        look.scale_percent = static_cast<int>(std::strtol(state.form.scale.c_str(), nullptr, 10));
    }
    const sync::LinkSettings& before = context.app.link.settings;
    const sync::LinkSettings link = link_of(state.form, before);
    const bool form = std::holds_alternative<FormChanged>(intent);
    if (form && !(link == before)) state.saving = effects.send(KeepLink{link});
    if (look == context.app.look) return;
    effects.look(look);
}

bool enabled(const SettingsState& /*state*/, std::string_view /*action*/) {
    return true;
}

namespace {

void fill_line_choices(const ScreenContext& context, SettingsView& out) {
    const Texts& texts = context.texts;
    out.metered = {{"off", std::string{texts(Text::LinkMeteredOff)}, {}},
                   {"on", std::string{texts(Text::LinkMeteredOn)}, {}},
                   {"ask", std::string{texts(Text::LinkMeteredAsk)}, {}}};
    const std::int64_t budget = context.app.link.settings.budget_bytes / kMegabyte;
    std::set<std::int64_t> budgets(kBudgetsMb.begin(), kBudgetsMb.end());
    budgets.insert(budget);
    for (const std::int64_t mb : budgets) {
        out.budgets.push_back(
            {std::to_string(mb),
             mb == 0 ? std::string{texts(Text::LinkBudgetNone)} : texts.bytes(mb * kMegabyte),
             {}});
    }
    out.pers = {{"day", std::string{texts(Text::LinkEachDay)}, {}},
                {"month", std::string{texts(Text::LinkEachMonth)}, {}}};
}

}  // namespace

SettingsView view(const SettingsState& /*state*/, const ScreenContext& context) {
    SettingsView out;
    const Texts& texts = context.texts;
    out.languages = {{"en", "English", {}}, {"nl", "Nederlands", {}}};
    out.themes = {{"light", std::string{texts(Text::ThemeLight)}, {}},
                  {"dark", std::string{texts(Text::ThemeDark)}, {}},
                  {"contrast", std::string{texts(Text::ThemeContrast)}, {}}};
    for (const int percent : kScales) {
        out.scales.push_back({std::to_string(percent), std::to_string(percent) + " %", {}});
    }
    fill_line_choices(context, out);
    const auto fact = [&](Text label, std::string value, const char* icon) {
        if (!value.empty())
            out.facts.push_back({std::string{texts(label)}, std::move(value), icon});
    };
    fact(Text::SyncFactUser, context.app.user.name, "Person");
    const auto role = Texts::find("role." + context.app.user.role);
    fact(Text::FieldRole, role ? std::string{texts(*role)} : context.app.user.role, "Key");
    fact(Text::FieldBranch, context.app.user.branch, "Store");
    fact(Text::SyncFactHub, context.app.sync.hub_address, "Server");
    return out;
}

}  // namespace balie::app
