#include "app/screens/sync/sync_screen.h"

#include "app/screens/parts_screen.h"

#include <array>

namespace balie::app {

namespace {

void figures(const SyncView& view, ui::Ui& ui) {
    ui::Columns columns(ui, {1, 1, 1.2F, 1.2F}, 1.2F, 8);
    const ui::Role unsent = view.any_pending ? ui::Role::Unsent : ui::Role::Ok;
    columns.next();
    {
        const ui::Card card(ui, "sync.card.pending", {}, {.accent = unsent});
        ui::figure(ui, "sync.figure.pending", view.pending, ui.text(Text::SyncFigurePending),
                   unsent, view.any_pending ? ui::Icon::CloudUpload : ui::Icon::CloudDone);
    }
    columns.next();
    {
        const ui::Card card(ui, "sync.card.oldest");
        ui::figure(ui, "sync.figure.oldest", view.oldest, ui.text(Text::SyncFigureOldest));
    }
    columns.next();
    {
        const ui::Card card(ui, "sync.card.receipt");
        ui::figure(ui, "sync.figure.receipt", view.receipt, ui.text(Text::SyncFigureReceipt));
    }
    columns.next();
    {
        const ui::Card card(ui, "sync.card.contact");
        ui::figure(ui, "sync.figure.contact", view.contact, ui.text(Text::SyncFigureContact));
    }
}

void empty(ui::Ui& ui, std::string_view id, Text headline, Text help, ui::Icon icon) {
    ui::empty_state(ui, id, ui.text(headline), {.icon = icon, .what_to_do = ui.text(help)});
}

void pending(const SyncView& view, SyncForm& form, ui::Ui& ui) {
    if (view.types.empty()) {
        empty(ui, "sync.empty.pending", Text::SyncEmptyPending, Text::SyncEmptyPendingHelp,
              ui::Icon::CloudDone);
        return;
    }
    const std::array<ui::Column, 2> columns{
        {{.title = ui.text(Text::SyncColumnType), .weight = 1},
         {.title = ui.text(Text::SyncColumnCount), .width_em = 8, .align = ui::Align::Right}}};
    tell(ui, "sync.types",
         ui::table(ui, "sync.types", columns, static_cast<int>(view.types.size()), form.selected,
                   [&view](int row, std::span<ui::Cell> cells) -> std::string_view {
                       const SyncTypeRow& type = view.types[static_cast<std::size_t>(row)];
                       cells[0] = {.text = type.label, .icon = ui::Icon::CloudUpload};
                       cells[1] = {.text = type.count, .strong = true};
                       return type.key;
                   },
                   {.height_em = -1}));
}

void set_aside(const SyncView& view, SyncForm& form, ui::Ui& ui) {
    if (view.set_aside.empty()) {
        empty(ui, "sync.empty.set_aside", Text::SyncEmptySetAside, Text::SyncEmptySetAsideHelp,
              ui::Icon::CheckCircle);
        return;
    }
    const std::array<ui::Column, 4> columns{
        {{.title = ui.text(Text::SyncColumnType), .weight = 1},
         {.title = ui.text(Text::SyncColumnReason), .weight = 2},
         {.title = ui.text(Text::SyncColumnAsked), .width_em = 10, .may_go = 2},
         {.title = ui.text(Text::SyncColumnWhen),
          .width_em = 11,
          .align = ui::Align::Right,
          .may_go = 1}}};
    tell(ui, "sync.set_aside",
         ui::table(
             ui, "sync.set_aside", columns, static_cast<int>(view.set_aside.size()), form.selected,
             [&view](int row, std::span<ui::Cell> cells) -> std::string_view {
                 const SetAsideRow& each = view.set_aside[static_cast<std::size_t>(row)];
                 cells[0] = {.text = each.what, .role = ui::Role::Warn, .icon = ui::Icon::Warning};
                 cells[1] = {.text = each.reason};
                 cells[2] = {.text = each.asked, .role = ui::Role::Muted};
                 cells[3] = {.text = each.when, .role = ui::Role::Muted};
                 return each.key;
             },
             {.height_em = -1}));
    ui::space(ui);
    run_button(ui, view.mend);
}

void conflicts(const SyncView& view, SyncForm& form, ui::Ui& ui) {
    if (view.conflicts.empty()) {
        empty(ui, "sync.empty.conflicts", Text::SyncEmptyConflicts, Text::SyncEmptyConflictsHelp,
              ui::Icon::CheckCircle);
        return;
    }
    const std::array<ui::Column, 4> columns{
        {{.title = ui.text(Text::SyncColumnCustomer), .weight = 1.2F},
         {.title = ui.text(Text::SyncColumnField), .width_em = 10},
         {.title = ui.text(Text::SyncColumnValues), .weight = 1.4F},
         {.title = ui.text(Text::SyncColumnAsked), .width_em = 10, .may_go = 1}}};
    tell(ui, "sync.conflicts",
         ui::table(ui, "sync.conflicts", columns, static_cast<int>(view.conflicts.size()),
                   form.selected,
                   [&view, &ui](int row, std::span<ui::Cell> cells) -> std::string_view {
                       const ConflictRow& each = view.conflicts[static_cast<std::size_t>(row)];
                       cells[0] = {.text = each.customer, .strong = true};
                       cells[1] = {.text = each.field, .role = ui::Role::Muted};
                       cells[2] = {.text = each.values};
                       cells[3] = {.text = each.asked, .role = ui::Role::Muted};
                       if (each.settled) cells[2].badge = sent_badge(ui, true);
                       return each.key;
                   },
                   {.height_em = -1}));
    ui::space(ui);
    run_button(ui, view.settle);
}

void proposals(const SyncView& view, SyncForm& form, ui::Ui& ui) {
    if (view.proposals.empty()) {
        empty(ui, "sync.empty.proposals", Text::SyncEmptyProposals, Text::SyncEmptyProposalsHelp,
              ui::Icon::CheckCircle);
        return;
    }
    const std::array<ui::Column, 4> columns{
        {{.title = ui.text(Text::SyncColumnCustomer), .weight = 1},
         {.title = ui.text(Text::ProposalProposed), .weight = 1},
         {.title = ui.text(Text::ConflictColumnWho), .width_em = 11},
         {.title = ui.text(Text::SyncColumnWhen),
          .width_em = 11,
          .align = ui::Align::Right,
          .may_go = 1}}};
    tell(ui, "sync.proposals",
         ui::table(ui, "sync.proposals", columns, static_cast<int>(view.proposals.size()),
                   form.selected,
                   [&view](int row, std::span<ui::Cell> cells) -> std::string_view {
                       const SyncProposalRow& each = view.proposals[static_cast<std::size_t>(row)];
                       cells[0] = {.text = each.customer, .strong = true};
                       cells[1] = {.text = each.what};
                       cells[2] = {.text = each.author, .role = ui::Role::Muted};
                       cells[3] = {.text = each.when, .role = ui::Role::Muted};
                       return each.key;
                   },
                   {.height_em = -1}));
    ui::space(ui);
    run_button(ui, view.decide);
}

void log(const SyncView& view, SyncForm& form, ui::Ui& ui) {
    if (view.log.empty()) {
        empty(ui, "sync.empty.log", Text::SyncEmptyLog, Text::SyncEmptyLogHelp, ui::Icon::History);
        return;
    }
    const std::array<ui::Column, 2> columns{
        {{.title = ui.text(Text::SyncColumnWhen), .width_em = 11},
         {.title = ui.text(Text::SyncColumnEvent), .weight = 1}}};
    tell(ui, "sync.log",
         ui::table(ui, "sync.log", columns, static_cast<int>(view.log.size()), form.selected,
                   [&view](int row, std::span<ui::Cell> cells) -> std::string_view {
                       const SyncLogRow& each = view.log[static_cast<std::size_t>(row)];
                       cells[0] = {.text = each.when, .role = ui::Role::Muted};
                       cells[1] = {.text = each.text};
                       return each.key;
                   },
                   {.height_em = 18}));
}

void lists(const SyncView& view, SyncForm& form, ui::Ui& ui) {
    const ui::Card card(ui, "sync.card.lists");
    const std::array<ui::TabItem, 5> tabs{
        {{.id = "sync.tab.pending", .label = ui.text(Text::SyncTabPending)},
         {.id = "sync.tab.set_aside",
          .label = ui.text(Text::SyncTabSetAside),
          .count = view.set_aside_count},
         {.id = "sync.tab.conflicts",
          .label = ui.text(Text::SyncTabConflicts),
          .count = view.conflict_count},
         {.id = "sync.tab.proposals",
          .label = ui.text(Text::SyncTabProposals),
          .count = view.proposal_count},
         {.id = "sync.tab.log", .label = ui.text(Text::SyncTabLog)}}};
    if (ui::tabs(ui, "sync.tabs", tabs, form.tab)) {
        form.selected = 0;
        changed(ui, "sync.tabs");
    }
    ui::space(ui);
    if (form.tab == 0) pending(view, form, ui);
    if (form.tab == 1) set_aside(view, form, ui);
    if (form.tab == 2) conflicts(view, form, ui);
    if (form.tab == 3) proposals(view, form, ui);
    if (form.tab == 4) log(view, form, ui);
}

void warnings(const SyncView& view, ui::Ui& ui) {
    problem_banner(ui, "sync.problem", view.problem, view.problem_detail);
    if (!view.connection_detail.empty()) {
        ui::banner(ui, "sync.connection", view.connection,
                   {.role = view.refused ? ui::Role::Danger : ui::Role::Warn,
                    .detail = view.connection_detail});
        ui::space(ui);
    }
    const std::initializer_list<std::pair<const char*, const std::string*>> warnings{
        {"sync.clock", &view.clock_warning},
        {"sync.digest", &view.digest_warning},
        {"sync.restored", &view.restored_notice},
        {"sync.separated", &view.separated_notice}};
    for (const auto& [id, warning] : warnings) {
        if (warning->empty()) continue;
        ui::banner(ui, id, *warning, {.role = ui::Role::Warn});
        ui::space(ui);
    }
}

/// What waits for a person's word before it goes over a line that costs.
void line_questions(const SyncView& view, ui::Ui& ui) {
    if (!view.held_notice.empty()) {
        const auto event = ui::banner(ui, "sync.held", view.held_notice,
                                      {.role = ui::Role::Warn, .action = view.anyway.label});
        if (event == ui::BannerEvent::Action) run(ui, view.anyway.id);
        ui::space(ui);
    }
    if (view.ask_notice.empty()) return;
    ui::banner(ui, "sync.ask", view.ask_notice, {.role = ui::Role::Info});
    ui::space(ui, 0.3F);
    run_row(ui, {{&view.network_free}, {&view.network_paid}});
    ui::space(ui);
}

}  // namespace

void draw(const SyncView& view, SyncForm& form, ui::Ui& ui) {
    ui::Page page(ui, "sync", ui.text(Text::SyncTitle), {.subtitle = ui.text(Text::SyncSubtitle)});
    page.beside_title();
    ui::badge(ui, {view.connection,
                   view.refused ? ui::Role::Danger : (view.online ? ui::Role::Ok : ui::Role::Muted),
                   view.online ? ui::Icon::Online : ui::Icon::Offline});
    page_actions(ui, page,
                 {{&view.departure, ui::ButtonKind::Ghost},
                  {&view.line, ui::ButtonKind::Ghost},
                  {&view.now, ui::ButtonKind::Primary}});
    page.body();
    warnings(view, ui);
    line_questions(view, ui);
    figures(view, ui);
    ui::space(ui, 0.3F);
    lists(view, form, ui);
    ui::space(ui, 0.3F);
    const ui::Card card(ui, "sync.card.facts", ui.text(Text::SyncFacts),
                        {.icon = ui::Icon::Server});
    facts(ui, view.facts);
}

}  // namespace balie::app
