#include "tests/gui/gallery_screen.h"

#include "app/ui/dialog.h"
#include "app/ui/form.h"
#include "app/ui/layout.h"
#include "app/ui/palette.h"
#include "app/ui/table.h"
#include "app/ui/widgets.h"

#include <array>
#include <stdexcept>

namespace balie::test {
namespace {

using ui::ButtonKind;
using ui::Icon;
using ui::Role;

constexpr std::array<ui::Choice, 5> kChannels{{{"vi", "Visit", Icon::Walk},
                                               {"ph", "Phone", Icon::Phone},
                                               {"em", "E-mail", Icon::Email},
                                               {"ch", "Chat", Icon::Chat},
                                               {"vc", "Video call", Icon::Video}}};
constexpr std::array<ui::Choice, 6> kOutcomes{{{"he", "Held"},
                                               {"nh", "Not held"},
                                               {"ns", "No show"},
                                               {"ap", "Appointment made"},
                                               {"or", "Order taken"},
                                               {"co", "Complaint"}}};

struct Person {
    const char* name;
    const char* city;
    const char* last;
    const char* next;
    bool priority;
};
constexpr std::array<Person, 8> kPeople{
    {{"Jansen, Marieke", "Utrecht", "12 Nov, visit", "Today", true},
     {"De Vries & Zn. B.V.", "Zwolle", "3 Nov, phone", "Tomorrow", false},
     {"Yılmaz, Şükrü", "Rotterdam", "28 Oct, e-mail", "24 Nov", true},
     {"Van den Berg, Anna", "Amersfoort", "21 Oct, visit", "", false},
     {"Łukasik, Michał", "Breda", "14 Oct, phone", "27 Nov", false},
     {"Bakkerij ’t Stoepje", "Meppel", "2 Oct, visit", "1 Dec", true},
     {"Søndergård, Åse", "Groningen", "30 Sep, chat", "", false},
     {"Çelik Installatietechniek", "Deventer", "11 Sep, visit", "3 Dec", false}}};

void draw_nav(ui::Ui& ui, GalleryState& state) {
    const std::array<ui::NavItem, 4> items{{{.id = "nav.today",
                                             .label = "Today",
                                             .icon = Icon::CalendarToday,
                                             .count = "6",
                                             .shortcut = "Alt+1",
                                             .active = state.page == GalleryPage::Today},
                                            {.id = "nav.form",
                                             .label = "Log a contact",
                                             .icon = Icon::NoteAdd,
                                             .shortcut = "Alt+2",
                                             .active = state.page == GalleryPage::Form},
                                            {.id = "nav.table",
                                             .label = "Customers",
                                             .icon = Icon::People,
                                             .shortcut = "Alt+3",
                                             .active = state.page == GalleryPage::Table},
                                            {.id = "nav.notices",
                                             .label = "Sync centre",
                                             .icon = Icon::Sync,
                                             .count = "3",
                                             .count_role = Role::Unsent,
                                             .shortcut = "Alt+4",
                                             .active = state.page == GalleryPage::Notices}}};
    if (const auto chosen =
            ui::sidebar(ui, items, {.person = "Anna de Wit", .place = "Branch Utrecht · T-14"})) {
        state.page = static_cast<GalleryPage>(*chosen);
    }
}

void draw_today(ui::Ui& ui, GalleryState& state) {
    ui::Page page(ui, "today", "Good morning, Anna",
                  {.subtitle = "Sunday 22 November · 3 visits planned, 2 tasks overdue"});
    page.actions();
    if (ui::button(ui, "today.search", "Search", {.icon = Icon::Search, .shortcut = "/"})) {
        state.log.emplace_back("search");
    }
    ui::same_line(ui);
    if (ui::button(ui, "today.log", "Log a contact",
                   {.kind = ButtonKind::Primary, .icon = Icon::Add, .shortcut = "Ctrl+N"})) {
        state.page = GalleryPage::Form;
    }
    page.body();
    {
        ui::Columns columns(ui, {1, 1, 1});
        columns.next();
        {
            const ui::Card card(ui, "today.card.visits");
            ui::figure(ui, "today.visits", "3", "visits today", Role::Text, Icon::Walk);
        }
        columns.next();
        {
            const ui::Card card(ui, "today.card.overdue");
            ui::figure(ui, "today.overdue", "2", "tasks overdue", Role::Danger,
                       Icon::CalendarClock);
        }
        columns.next();
        {
            const ui::Card card(ui, "today.card.unsent");
            ui::figure(ui, "today.unsent", "14", "saved here, not sent yet", Role::Unsent,
                       Icon::CloudUpload);
        }
    }
    ui::Columns columns(ui, {5, 3});
    columns.next();
    {
        const ui::Card card(ui, "today.next", "Next up", {.trailing = "09:30"});
        ui::text(ui, "Marieke Jansen", {.face = ui::Face::Strong});
        ui::same_line(ui);
        ui::badge(ui, {"Priority A", Role::Priority, Icon::Star});
        ui::same_line(ui, 0.4F);
        ui::badge(ui, {"Not sent", Role::Unsent, Icon::CloudUpload});
        ui::labelled(ui, "Reason", "Mortgage renewal ends in January; wants to compare two offers.",
                     Icon::Note);
        ui::labelled(ui, "Phone", "030 123 45 67", Icon::Phone);
        ui::labelled(ui, "Place", "Oudegracht 14, Utrecht", Icon::Place);
        ui::space(ui, 0.3F);
        if (ui::button(ui, "today.open", "Open", {.icon = Icon::Open})) {
            state.log.emplace_back("open");
        }
        ui::same_line(ui);
        ui::button(ui, "today.call", "Call", {.kind = ButtonKind::Ghost, .icon = Icon::Phone});
    }
    columns.next();
    {
        const ui::Card card(ui, "today.tasks", "Tasks", {.trailing = "2 overdue"});
        ui::checkbox(ui, "today.task.1", "Send brochure to De Vries", state.consent,
                     "overdue since Thursday");
        ui::link(ui, "today.all", "All 12 tasks", Icon::ArrowRight);
    }
    {
        const ui::Card card(ui, "today.empty");
        ui::empty_state(ui, "today.queue", "Nobody is waiting",
                        {.icon = Icon::Ticket,
                         .what_to_do = "Tickets of the branch appear here.",
                         .action = "Take a walk-in",
                         .shortcut = "Ctrl+T"});
    }
}

void draw_form(ui::Ui& ui, GalleryState& state) {
    ui::Page page(ui, "form", "Log a contact",
                  {.subtitle = "With Marieke Jansen", .back = true, .width_em = 46});
    page.beside_title();
    ui::badge(ui, {"Priority A", Role::Priority, Icon::Star});
    page.body();
    {
        const ui::Card card(ui, "form.card");
        ui::segmented(ui, "form.channel", "Channel", kChannels, state.channel);
        ui::Columns columns(ui, {1, 1});
        columns.next();
        ui::select(ui, "form.outcome", "Outcome", kOutcomes, state.outcome,
                   {.help = "Type two letters, or choose"});
        columns.next();
        ui::date_field(ui, "form.when", "Next contact", state.when, "Sun 29 Nov 2026");
    }
    ui::Columns columns(ui, {1, 1});
    columns.next();
    {
        const ui::Card card(ui, "form.who", "Contact person");
        ui::text_field(ui, "form.name", "Name", state.name,
                       {.placeholder = "First and last name",
                        .error = state.name_error,
                        .required = true,
                        .bytes_max = 40});
        ui::password_field(ui, "form.secret", "Password", state.secret);
    }
    columns.next();
    {
        const ui::Card card(ui, "form.text", "What was said");
        ui::note_field(ui, "form.note", "Note", state.note,
                       {.placeholder = "What did you learn?", .bytes_max = 2000, .lines = 4});
        ui::checkbox(ui, "form.consent", "May be called about offers", state.consent);
    }
    const ui::RightGroup right(ui, "form.buttons", ui::Line::Own);
    ui::button(ui, "form.cancel", "Cancel", {.shortcut = "Esc"});
    ui::same_line(ui);
    if (ui::button(ui, "form.save", "Save",
                   {.kind = ButtonKind::Primary,
                    .icon = Icon::Check,
                    .shortcut = "Ctrl+Enter",
                    .tooltip = "Give a name first",
                    .enabled = !state.name.empty()}) ||
        ui.pressed("Ctrl+Enter")) {
        ++state.saved;
        state.log.push_back("saved " + state.name + " [" + state.note + "]");
        state.toasts.push({.id = "form.saved",
                           .text = "Saved here. It goes to the office when you are online.",
                           .action = "Undo",
                           .shortcut = "Ctrl+Z"},
                          state.now_ms);
    }
}

void draw_table(ui::Ui& ui, GalleryState& state) {
    ui::Page page(ui, "table", "Customers", {.subtitle = "200 of 103,412", .scroll = false});
    page.actions();
    ui::button(ui, "table.import", "Import", {.icon = Icon::Import});
    page.body();
    const std::array<ui::TabItem, 3> tab_items{{{"table.tab.all", "All", "103,412"},
                                                {"table.tab.mine", "Mine", "214"},
                                                {"table.tab.prio", "Priority", "31"}}};
    ui::tabs(ui, "table.tabs", tab_items, state.tab);
    ui::text_field(ui, "table.search", "Search", state.search,
                   {.placeholder = "Name, number, city or e-mail",
                    .width_em = 26,
                    .icon = Icon::Search,
                    .hide_label = true});
    constexpr std::array<ui::Column, 5> kColumns{{{"Name", 0, 3},
                                                  {"City", 0, 2},
                                                  {"Last contact", 0, 2},
                                                  {"Next", 8},
                                                  {"Number", 7, 1, ui::Align::Right}}};
    std::string number;
    std::string key;
    const auto fill = [&](int row, std::span<ui::Cell> cells) -> std::string_view {
        const Person& person = kPeople[static_cast<std::size_t>(row) % kPeople.size()];
        number = std::to_string(100200 + row * 37);
        key = std::to_string(row);
        cells[0] = {.text = person.name, .strong = true};
        if (person.priority) {
            cells[0].badge = {"Priority", Role::Priority, Icon::Star};
        }
        cells[1] = {.text = person.city};
        cells[2] = {.text = person.last, .role = Role::Muted};
        cells[3] = {.text = person.next,
                    .role = row == 0 ? Role::Danger : Role::Text,
                    .icon = row == 0 ? Icon::CalendarClock : Icon::None};
        cells[4] = {.text = number, .role = Role::Muted};
        return key;
    };
    const ui::TableEvent event =
        ui::table(ui, "table.list", kColumns, state.rows, state.row, fill, {.height_em = -0.0F});
    if (event.opened >= 0) {
        state.opened = event.opened;
    }
}

void draw_notices(ui::Ui& ui, GalleryState& state) {
    ui::Page page(ui, "notices", "Sync centre");
    page.beside_title();
    ui::badge(ui, {"Offline", Role::Warn, Icon::Offline});
    page.actions();
    ui::button(ui, "notices.now", "Send now", {.kind = ButtonKind::Primary, .icon = Icon::Sync});
    ui::same_line(ui);
    if (ui::button(ui, "notices.ask", "Set a flag", {.icon = Icon::Flag})) {
        state.dialog = true;
    }
    ui::same_line(ui);
    if (ui::button(ui, "notices.delete", "Delete",
                   {.kind = ButtonKind::Danger, .icon = Icon::Delete})) {
        state.danger = true;
    }
    page.body();
    if (ui::banner(
            ui, "notices.offline", "The office cannot be reached since 08:12.",
            {.role = Role::Warn,
             .detail = "Everything you save stays here and goes as soon as there is a connection.",
             .action = "Try now",
             .dismissable = true}) == ui::BannerEvent::Action) {
        state.log.emplace_back("try now");
    }
    ui::banner(ui, "notices.error", "2 records were set aside by the office.",
               {.role = Role::Danger, .action = "Look"});
    ui::banner(ui, "notices.ok", "Last full exchange yesterday at 17:58.", {.role = Role::Ok});
    ui::banner(ui, "notices.info", "A newer version is ready.", {.role = Role::Info});
    ui::Columns columns(ui, {1, 1});
    columns.next();
    {
        const ui::Card card(ui, "notices.progress", "Import", {.icon = Icon::Import});
        if (ui::progress(ui, "notices.import", "bank-full.csv · 28,310 of 45,211", 0.626F, true)) {
            state.log.emplace_back("import cancelled");
        }
        ui::progress(ui, "notices.index", "Making the index", -1);
    }
    columns.next();
    {
        const ui::Card card(ui, "notices.badges", "Words for states", {.accent = Role::Accent});
        const std::array<ui::Badge, 6> states{{{"With the office", Role::Ok, Icon::CloudDone},
                                               {"Not sent", Role::Unsent, Icon::CloudUpload},
                                               {"Priority A", Role::Priority, Icon::Star},
                                               {"Overdue", Role::Danger, Icon::CalendarClock},
                                               {"Waiting", Role::Warn, Icon::Clock},
                                               {"Draft", Role::Muted, Icon::Edit}}};
        ui::badges(ui, states);
        ui::separator(ui);
        ui::key_hint(ui, "Ctrl+K", "everything by name");
        ui::same_line(ui, 1.0F);
        ui::key_hint(ui, "/", "search");
        ui::icon_button(ui, "notices.more", "More", Icon::More);
    }
}

void draw_over(ui::Ui& ui, GalleryState& state) {
    if (state.dialog) {
        ui::Dialog dialog(ui, "flag", "Make Marieke Jansen a priority customer",
                          {.icon = Icon::Star,
                           .role = Role::Priority,
                           .detail = "The branch manager is asked to approve it.",
                           .first = "flag.reason"});
        ui::text_field(ui, "flag.reason", "Reason", state.name, {.required = true});
        ui::select(ui, "flag.level", "Level", kOutcomes, state.outcome);
        switch (dialog.buttons("flag.confirm", "Propose", !state.name.empty())) {
            case ui::DialogEvent::Confirmed:
                state.log.push_back("flag " + state.name);
                state.dialog = false;
                break;
            case ui::DialogEvent::Cancelled:
                state.dialog = false;
                break;
            case ui::DialogEvent::None:
                break;
        }
    }
    if (state.danger) {
        const ui::DialogEvent event =
            ui::confirm(ui, "delete", "Delete the draft?",
                        "What you typed since 09:12 is gone then.", "Delete", ButtonKind::Danger);
        if (event != ui::DialogEvent::None) {
            state.log.emplace_back(event == ui::DialogEvent::Confirmed ? "deleted" : "kept");
            state.danger = false;
        }
    }
    if (ui.pressed("Ctrl+K")) {
        state.palette = true;
        state.palette_query.clear();
    }
    if (!state.palette) {
        return;
    }
    const std::array<ui::PaletteRow, 4> rows{
        {{"log", "Log a contact", "from any screen", "Ctrl+N", Icon::NoteAdd},
         {"jansen", "Marieke Jansen", "Utrecht · priority A", "", Icon::Person},
         {"sync", "Send now", "14 waiting", "", Icon::Sync},
         {"print", "Print the dossier", "no printer", "Ctrl+P", Icon::Printer, false}}};
    const ui::PaletteEvent event =
        ui::palette(ui, state.palette_query, "What do you want to do?", rows, state.palette_row);
    if (event.chosen >= 0) {
        state.log.push_back("palette " +
                            std::string(rows[static_cast<std::size_t>(event.chosen)].id));
    }
    state.palette = !event.closed && event.chosen < 0;
}

}  // namespace

void draw_gallery(ui::Ui& ui, GalleryState& state) {
    const ui::WindowFrame frame(ui);
    draw_nav(ui, state);
    switch (state.page) {
        case GalleryPage::Today:
            draw_today(ui, state);
            break;
        case GalleryPage::Form:
            draw_form(ui, state);
            break;
        case GalleryPage::Table:
            draw_table(ui, state);
            break;
        case GalleryPage::Notices:
            draw_notices(ui, state);
            break;
    }
    if (state.fail_while_drawing) {
        throw std::runtime_error("the drawing failed on purpose");
    }
    const std::array<ui::StatusItem, 3> status{
        {{.id = "status.sync",
          .text = "14 to send",
          .icon = Icon::CloudUpload,
          .role = Role::Unsent},
         {.id = "status.line",
          .text = "Offline since 08:12",
          .icon = Icon::Offline,
          .role = Role::Warn},
         {.text = "Ctrl+K  everything by name", .right = true}}};
    ui::status_bar(ui, status);
    if (const auto undone = ui::toasts(ui, state.toasts)) {
        state.log.push_back("undo " + *undone);
        state.toasts.remove(*undone);
    }
    draw_over(ui, state);
}

}  // namespace balie::test
