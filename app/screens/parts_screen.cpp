#include "app/screens/parts_screen.h"

#include <algorithm>
#include <array>
#include <utility>

namespace balie::app {

namespace {

using Named = std::pair<std::string_view, ui::Icon>;

constexpr std::array kIcons{
#define BALIE_NAMED_ICON(name, code) Named{#name, ui::Icon::name},
    BALIE_ICONS(BALIE_NAMED_ICON)
#undef BALIE_NAMED_ICON
};

}  // namespace

ui::Icon icon_named(std::string_view name) {
    const auto found = std::find_if(kIcons.begin(), kIcons.end(),
                                    [name](const Named& each) { return each.first == name; });
    return found == kIcons.end() ? ui::Icon::None : found->second;
}

void run_button(ui::Ui& ui, const ActionView& action, const RunOptions& options) {
    const ui::ButtonOptions look{.kind = options.kind,
                                 .icon = icon_named(action.icon),
                                 .shortcut = action.shortcut,
                                 .enabled = action.enabled,
                                 .small = options.small};
    if (ui::button(ui, action.id, action.label, look)) run(ui, action.id);
}

namespace {

float width_em(ui::Ui& ui, const RowButton& button) {
    return ui::button_em(
        ui, button.action->label,
        {.icon = icon_named(button.action->icon), .shortcut = button.action->shortcut});
}

}  // namespace

void run_row(ui::Ui& ui, std::initializer_list<RowButton> buttons) {
    bool first = true;
    for (const RowButton& each : buttons) {
        if (!first) ui::same_line_if(ui, width_em(ui, each));
        first = false;
        run_button(ui, *each.action, {.kind = each.kind});
    }
}

void page_actions(ui::Ui& ui, ui::Page& page, std::initializer_list<RowButton> buttons) {
    float all = -ui::kGapEm;
    for (const RowButton& each : buttons) all += width_em(ui, each) + ui::kGapEm;
    page.actions(all);
    run_row(ui, buttons);
}

void run(ui::Ui& ui, std::string_view action) {
    ui.emit<Intent>(RunAction{std::string{action}});
}

void run_buttons(ui::Ui& ui, ui::Dialog& dialog, const ActionView& confirm) {
    switch (dialog.buttons(confirm.id, confirm.label, confirm.enabled)) {
        case ui::DialogEvent::Confirmed:
            run(ui, confirm.id);
            break;
        case ui::DialogEvent::Cancelled:
            run(ui, "overlay.close");
            break;
        case ui::DialogEvent::None:
            break;
    }
}

void changed(ui::Ui& ui, std::string_view field) {
    ui.emit<Intent>(FormChanged{std::string{field}});
}

void tell(ui::Ui& ui, std::string_view list, const ui::TableEvent& event) {
    if (event.opened >= 0) {
        ui.emit<Intent>(RowChosen{std::string{list}, event.opened, true});
    } else if (event.selected >= 0) {
        ui.emit<Intent>(RowChosen{std::string{list}, event.selected, false});
    }
}

bool reaches_end(const ui::TableEvent& event, std::size_t rows) {
    constexpr int kRowsAhead = 20;
    return rows > 0 && event.last_drawn + kRowsAhead >= static_cast<int>(rows);
}

void problem_banner(ui::Ui& ui, std::string_view id, std::string_view headline,
                    std::string_view detail) {
    if (headline.empty()) return;
    ui::banner(ui, id, headline, {.role = ui::Role::Danger, .detail = detail});
    ui::space(ui);
}

ui::Badge sent_badge(const ui::Ui& ui, bool pending) {
    if (pending) {
        return {ui.text(Text::StatePending), ui::Role::Unsent, ui::Icon::CloudUpload};
    }
    return {ui.text(Text::StateReceived), ui::Role::Ok, ui::Icon::CloudDone};
}

ui::Badge level_badge(std::string_view text) {
    if (text.empty()) return {};
    return {text, ui::Role::Priority, ui::Icon::Star};
}

void facts(ui::Ui& ui, const std::vector<FactView>& list) {
    constexpr float kIconEm = 2.2F;
    constexpr float kLeastEm = 7;
    const float most = std::max(kLeastEm, ui::available_em(ui) * 0.55F);
    float column = kLeastEm;
    for (const FactView& fact : list) {
        const float wide = ui::text_em(ui, fact.label) + kIconEm;
        if (wide <= most) column = std::max(column, wide);
    }
    for (const FactView& fact : list) {
        ui::labelled(ui, fact.label, fact.value, icon_named(fact.icon), column);
    }
}

std::vector<ui::Choice> choices_of(const std::vector<ChoiceView>& views) {
    std::vector<ui::Choice> out;
    out.reserve(views.size());
    for (const ChoiceView& view : views) {
        out.push_back({.code = view.code, .label = view.label, .icon = icon_named(view.icon)});
    }
    return out;
}

}  // namespace balie::app
