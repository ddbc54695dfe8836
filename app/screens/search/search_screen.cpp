#include "app/screens/search/search_screen.h"

#include "app/screens/parts_screen.h"

#include <algorithm>
#include <array>

namespace balie::app {

namespace {

/// Down and Up move the mark while one goes on typing.
void move_mark(const SearchView& view, SearchForm& form, ui::Ui& ui) {
    if (ui.focused() != "search.query") return;
    const int last = static_cast<int>(view.rows.size()) - 1;
    if (ui.pressed("Down")) form.selected = std::min(form.selected + 1, last);
    if (ui.pressed("Up")) form.selected = std::max(form.selected - 1, 0);
}

/// Customers of others, by head office; below one's own.
void at_office(const OfficeView& view, SearchForm& form, ui::Ui& ui) {
    ui::space(ui);
    ui::heading(ui, ui.text(Text::SearchOfficeTitle), view.rows.empty() ? "" : view.state);
    problem_banner(ui, "search.office_problem", view.problem, view.problem_detail);
    if (view.rows.empty()) {
        if (!view.state.empty()) ui::muted(ui, view.state);
        return;
    }
    const std::array<ui::Column, 2> columns{
        {{.title = ui.text(Text::SearchColumnName), .weight = 2.4F},
         {.title = ui.text(Text::SearchColumnPlace), .weight = 1.7F}}};
    const std::string here{ui.text(Text::SearchOfficeHere)};
    const auto event = ui::table(
        ui, "search.office", columns, static_cast<int>(view.rows.size()), form.office_selected,
        [&](int row, std::span<ui::Cell> cells) -> std::string_view {
            const OfficeRow& found = view.rows[static_cast<std::size_t>(row)];
            cells[0] = {
                .text = found.name, .second = found.number, .icon = ui::Icon::Bank, .strong = true};
            if (found.here) cells[0].badge = {here, ui::Role::Info, ui::Icon::Check};
            cells[1] = {.text = found.city};
            return found.key;
        },
        {.row_lines = 2});
    tell(ui, "search.office", event);
}

/// How high one's own hits are, so that head office's have room below.
float hits_height(const SearchView& view, ui::Ui& ui) {
    constexpr std::size_t kFew = 3;
    if (!view.office.shown) return 0;
    return view.rows.size() <= kFew ? -1.0F : ui::available_height_em(ui) / 2;
}

void hits(const SearchView& view, SearchForm& form, ui::Ui& ui) {
    const std::array<ui::Column, 5> columns{
        {{.title = ui.text(Text::SearchColumnName), .weight = 2.4F},
         {.title = ui.text(Text::SearchColumnPlace), .weight = 1.7F},
         {.title = ui.text(Text::SearchColumnPhone), .weight = 1.9F},
         {.title = ui.text(Text::SearchColumnClass), .width_em = 5, .may_go = 1},
         {.title = ui.text(Text::SearchColumnLast),
          .width_em = 11,
          .align = ui::Align::Right,
          .may_go = 2}}};
    const auto event =
        ui::table(ui, "search.hits", columns, static_cast<int>(view.rows.size()), form.selected,
                  [&view](int row, std::span<ui::Cell> cells) -> std::string_view {
                      const SearchRow& hit = view.rows[static_cast<std::size_t>(row)];
                      cells[0] = {.text = hit.name,
                                  .second = hit.number,
                                  .strong = true,
                                  .badge = level_badge(hit.level_text)};
                      cells[1] = {.text = hit.city};
                      cells[2] = {.text = hit.phone};
                      cells[3] = {.text = hit.klass, .role = ui::Role::Muted};
                      cells[4] = {.text = hit.last_contact, .role = ui::Role::Muted};
                      return hit.key;
                  },
                  {.height_em = hits_height(view, ui), .row_lines = 2});
    tell(ui, "search.hits", event);
}

}  // namespace

void draw(const SearchView& view, SearchForm& form, ui::Ui& ui) {
    ui::Page page(ui, "search", ui.text(Text::SearchTitle),
                  {.subtitle = view.summary, .scroll = false});
    page_actions(ui, page, {{&view.office.ask}, {&view.create}});
    page.body();
    problem_banner(ui, "search.problem", view.problem, view.problem_detail);
    move_mark(view, form, ui);
    const auto typed = ui::text_field(ui, "search.query", ui.text(Text::SearchLabel), form.query,
                                      {.placeholder = ui.text(Text::SearchPlaceholder),
                                       .icon = ui::Icon::Search,
                                       .hide_label = true});
    if (typed.changed) changed(ui, "search.query");
    if (typed.submitted) ui.emit<Intent>(RowChosen{"search.hits", form.selected, true});
    ui::space(ui);
    if (view.nothing && view.office.shown) {
        ui::muted(ui, view.nothing_text);
        return at_office(view.office, form, ui);
    }
    if (view.nothing) {
        if (ui::empty_state(ui, "search.empty", view.nothing_text,
                            {.icon = ui::Icon::PersonAdd,
                             .what_to_do = ui.text(Text::SearchNothingHelp),
                             .action = view.create.label,
                             .shortcut = view.create.shortcut})) {
            run(ui, view.create.id);
        }
        return;
    }
    hits(view, form, ui);
    if (view.office.shown) at_office(view.office, form, ui);
}

}  // namespace balie::app
