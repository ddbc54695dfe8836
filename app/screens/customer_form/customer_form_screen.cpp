#include "app/screens/customer_form/customer_form_screen.h"

#include "app/screens/parts_screen.h"
#include "app/ui/dialog.h"

namespace balie::app {

namespace {

constexpr float kCustomerFormEm = 62;

/// A line of text bound to one field of the form.
void line(const CustomerFormView& view, ui::Ui& ui, std::string_view id, Text label,
          std::string& value, const ui::FieldOptions& more = {}) {
    ui::FieldOptions options = more;
    options.error = view.error(id);
    options.enabled = !view.busy;
    if (ui::text_field(ui, id, ui.text(label), value, options).changed) changed(ui, id);
    ui::space(ui);
}

void pick(const CustomerFormView& view, ui::Ui& ui, std::string_view id, Text label,
          const std::vector<ChoiceView>& choices, std::string& value) {
    const auto list = choices_of(choices);
    if (ui::select(ui, id, ui.text(label), list, value, {.enabled = !view.busy})) changed(ui, id);
    ui::space(ui);
}

void birthday(const CustomerFormView& view, CustomerEditForm& form, ui::Ui& ui) {
    const auto typed =
        ui::date_field(ui, "customer_form.birthday", ui.text(Text::FieldBirthday), form.birthday,
                       view.birthday_understood,
                       {.error = view.error("customer_form.birthday"), .enabled = !view.busy});
    if (typed.changed) changed(ui, "customer_form.birthday");
    ui::space(ui);
}

void who(const CustomerFormView& view, CustomerEditForm& form, ui::Ui& ui) {
    const ui::Card card(ui, "customer_form.card.who", ui.text(Text::CustomerFormWho),
                        {.icon = ui::Icon::Person});
    const auto kinds = choices_of(view.kinds);
    if (ui::segmented(ui, "customer_form.kind", ui.text(Text::FieldKind), kinds, form.kind)) {
        changed(ui, "customer_form.kind");
    }
    ui::space(ui);
    if (view.organisation) {
        line(view, ui, "customer_form.name", Text::FieldOrganisationName, form.name,
             {.required = true});
        line(view, ui, "customer_form.register_no", Text::FieldRegisterNo,
             form.company_register_no);
    } else {
        {
            ui::Columns columns(ui, {1, 1}, 1, 4);
            columns.next();
            line(view, ui, "customer_form.given_name", Text::FieldGivenName, form.given_name);
            columns.next();
            line(view, ui, "customer_form.prefix", Text::FieldNamePrefix, form.name_prefix,
                 {.placeholder = "van, de"});
        }
        line(view, ui, "customer_form.name", Text::FieldName, form.name, {.required = true});
    }
    ui::Columns columns(ui, {1, 1}, 1, 12);
    if (!view.organisation) {
        columns.next();
        birthday(view, form, ui);
    }
    columns.next();
    line(view, ui, "customer_form.number", Text::FieldNumber, form.number);
}

void reach(const CustomerFormView& view, CustomerEditForm& form, ui::Ui& ui) {
    const ui::Card card(ui, "customer_form.card.reach", ui.text(Text::CustomerFormReach),
                        {.icon = ui::Icon::Contact});
    line(view, ui, "customer_form.phone", Text::FieldPhone, form.phone, {.icon = ui::Icon::Phone});
    line(view, ui, "customer_form.email", Text::FieldEmail, form.email, {.icon = ui::Icon::Email});
    {
        ui::Columns columns(ui, {2, 1}, 1, 4);
        columns.next();
        line(view, ui, "customer_form.street", Text::FieldStreet, form.street);
        columns.next();
        line(view, ui, "customer_form.house_number", Text::FieldHouseNumber, form.house_number);
    }
    ui::Columns columns(ui, {2, 3}, 1, 4);
    columns.next();
    line(view, ui, "customer_form.postal_code", Text::FieldPostalCode, form.postal_code);
    columns.next();
    line(view, ui, "customer_form.city", Text::FieldCity, form.city);
}

void more(const CustomerFormView& view, CustomerEditForm& form, ui::Ui& ui) {
    const ui::Card card(ui, "customer_form.card.more", ui.text(Text::CustomerFormMore),
                        {.icon = ui::Icon::Tune});
    {
        ui::Columns columns(ui, {1, 1, 1}, 1, 10);
        columns.next();
        pick(view, ui, "customer_form.group", Text::FieldGroup, view.groups, form.customer_group);
        columns.next();
        pick(view, ui, "customer_form.channel", Text::FieldPreferredChannel, view.channels,
             form.preferred_channel);
        columns.next();
        pick(view, ui, "customer_form.language", Text::FieldLanguage, view.languages,
             form.language);
    }
    line(view, ui, "customer_form.time", Text::FieldPreferredTime, form.preferred_time,
         {.icon = ui::Icon::Clock});
    if (ui::checkbox(ui, "customer_form.do_not_call", ui.text(Text::FieldDoNotCall),
                     form.do_not_call, {}, !view.busy)) {
        changed(ui, "customer_form.do_not_call");
    }
    ui::space(ui);
    const auto note = ui::note_field(ui, "customer_form.note", ui.text(Text::FieldNote), form.note,
                                     {.error = view.error("customer_form.note"),
                                      .enabled = !view.busy,
                                      .bytes_max = view.note_max,
                                      .lines = 3});
    if (note.changed) changed(ui, "customer_form.note");
}

void duplicates(const CustomerFormView& view, ui::Ui& ui) {
    if (view.duplicates.empty()) return;
    const ui::Card card(ui, "customer_form.card.duplicates", ui.text(Text::CustomerFormDuplicates),
                        {.icon = ui::Icon::People, .accent = ui::Role::Warn});
    ui::muted(ui, ui.text(Text::CustomerFormDuplicatesHelp));
    for (const DuplicateRow& row : view.duplicates) {
        if (!ui::link(ui, "customer_form.duplicate." + row.id, row.text, ui::Icon::Person))
            continue;
        const auto id = RecordId::parse(row.id);
        if (id.ok()) ui.emit<Intent>(GoTo{{ScreenId::Customer, *id}});
    }
}

void leave_dialog(const CustomerFormView& view, ui::Ui& ui) {
    if (!view.asks_to_leave) return;
    switch (ui::confirm(ui, "customer_form.leave", ui.text(Text::CustomerFormLeaveTitle),
                        ui.text(Text::CustomerFormLeaveDetail), ui.text(Text::CustomerFormLeave),
                        ui::ButtonKind::Danger)) {
        case ui::DialogEvent::Confirmed:
            run(ui, "customer_form.leave");
            break;
        case ui::DialogEvent::Cancelled:
            run(ui, "customer_form.stay");
            break;
        case ui::DialogEvent::None:
            break;
    }
}

}  // namespace

void draw(const CustomerFormView& view, CustomerEditForm& form, ui::Ui& ui) {
    ui::Page page(ui, "customer_form", view.title, {.back = true, .width_em = kCustomerFormEm});
    if (page.back()) run(ui, "customer_form.cancel");
    page_actions(ui, page,
                 {{&view.cancel, ui::ButtonKind::Ghost}, {&view.save, ui::ButtonKind::Primary}});
    page.body();
    problem_banner(ui, "customer_form.problem", view.problem, view.problem_detail);
    if (view.known) {
        duplicates(view, ui);
        {
            ui::Columns columns(ui, {1, 1}, 1.2F, 16);
            columns.next();
            who(view, form, ui);
            columns.next();
            reach(view, form, ui);
        }
        more(view, form, ui);
    }
    leave_dialog(view, ui);
}

}  // namespace balie::app
