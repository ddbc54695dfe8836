// What of a customer is shown: from rows to ready strings.
#include "app/screens/customer/customer_known.h"
#include "app/screens/customer/customer_model.h"
#include "app/screens/customer/customer_papers.h"
#include "app/screens/customer/customer_timeline.h"
#include "storage/text/phone.h"

namespace balie::app {

namespace {

void add(std::vector<FactView>& facts, std::string_view label, std::string value,
         std::string icon = {}) {
    if (!value.empty()) facts.push_back({std::string{label}, std::move(value), std::move(icon)});
}

std::string contact_icon(const std::string& kind) {
    if (kind == "phone") return "Phone";
    if (kind == "email") return "Email";
    if (kind == "address") return "Place";
    return "Web";
}

Text contact_label(const std::string& kind) {
    if (kind == "phone") return Text::ContactPhone;
    if (kind == "email") return Text::ContactEmail;
    if (kind == "address") return Text::ContactAddress;
    return Text::ContactWeb;
}

void fill_contacts(const CustomerState& state, const ScreenContext& context, CustomerView& out) {
    for (const repo::ContactPoint& point : state.data.card.contact_points) {
        std::string label = point.label.empty()
                                ? std::string{context.texts(contact_label(point.kind))}
                                : context.app.label("contact_label", point.label);
        std::string value = point.kind == "phone" ? text::format_phone(point.value) : point.text();
        if (point.preferred) value += " · " + std::string{context.texts(Text::ContactPreferred)};
        add(out.contacts, label, std::move(value), contact_icon(point.kind));
    }
}

void fill_facts(const CustomerState& state, const ScreenContext& context, CustomerView& out) {
    const repo::Customer& customer = state.data.card.customer;
    const Texts& texts = context.texts;
    const AppState& app = context.app;
    if (!customer.birthday.empty()) {
        add(out.facts, texts(Text::FieldBirthday), texts.formats().date_long(customer.birthday),
            "Gift");
    }
    if (!customer.customer_group.empty()) {
        const auto key = Texts::find("group." + customer.customer_group);
        add(out.facts, texts(Text::FieldGroup),
            key ? std::string{texts(*key)} : customer.customer_group, "People");
    }
    add(out.facts, texts(Text::FieldClass), customer.priority_class, "ChartBar");
    add(out.facts, texts(Text::FieldStage), app.label("lifecycle_stage", customer.lifecycle_stage),
        "ChartLine");
    add(out.facts, texts(Text::FieldPreferredChannel),
        app.label("channel", customer.preferred_channel), "Heart");
    add(out.facts, texts(Text::FieldPreferredTime), customer.preferred_time, "Clock");
    if (!customer.language.empty()) {
        const auto key = Texts::find("language." + customer.language);
        add(out.facts, texts(Text::FieldLanguage),
            key ? std::string{texts(*key)} : customer.language, "Language");
    }
    add(out.facts, texts(Text::FieldOwner), app.user_name(customer.owner), "Briefcase");
    add(out.facts, texts(Text::FieldBranch), customer.branch, "Store");
    add(out.facts, texts(Text::FieldTerritory), customer.territory, "Place");
    add(out.facts, texts(Text::FieldRegisterNo), customer.company_register_no, "Organisation");
    add(out.facts, texts(Text::FieldVatNo), customer.vat_no, "Euro");
    for (const repo::CustomValue& custom : state.data.card.custom) {
        if (is_null(custom.value)) continue;
        const std::string& label =
            app.look.language == "nl" ? custom.field.label_nl : custom.field.label_en;
        std::string value = value_text(custom.value);
        if (custom.field.kind == domain::FieldKind::Date) {
            value = texts.formats().date_short(value);
        } else if (custom.field.kind == domain::FieldKind::Boolean) {
            value = texts(value == "1" ? Text::Yes : Text::No);
        } else if (custom.field.kind == domain::FieldKind::CodeOf) {
            value = app.label(custom.field.code_list, value);
        } else if (custom.field.kind == domain::FieldKind::Decimal) {
            value = texts.formats().decimal(value);
        }
        add(out.custom, label.empty() ? custom.field.name : label, std::move(value));
    }
}

void fill_fetched(const CustomerState& state, const ScreenContext& context, CustomerView& out) {
    if (const auto& fetched = state.data.fetched) {
        out.fetched =
            context.texts(Text::CustomerFetched,
                          {{"until", moment_text(context, fetched->until_ms)},
                           {"reason", context.app.label("fetch_reason", fetched->reason)}});
        out.fetched_why = fetched->note;
    }
    for (const FetchEntry& entry : state.data.fetches) {
        std::string why = context.app.label("fetch_reason", entry.reason);
        if (!entry.note.empty()) why += ": " + entry.note;
        add(out.fetches, context.app.user_name(entry.who),
            moment_text(context, entry.at_ms) + " · " + why, "Download");
    }
}

void fill_counts(const CustomerState& state, const ScreenContext& context, CustomerView& out) {
    const repo::ContactCounts& counts = state.data.card.counts;
    const Texts& texts = context.texts;
    add(out.counts, texts(Text::CountContacts), texts.formats().number(counts.contacts));
    add(out.counts, texts(Text::CountVisits), texts.formats().number(counts.visits_held));
    add(out.counts, texts(Text::CountLast),
        counts.last_contact_ms ? moment_text(context, *counts.last_contact_ms)
                               : std::string{texts(Text::NeverContacted)});
}

void fill_flag(const CustomerState& state, const ScreenContext& context, CustomerView& out) {
    if (!state.data.card.flag) return;
    const repo::PriorityFlag& flag = *state.data.card.flag;
    out.flag = level_text(context, flag.level);
    out.flag_why = context.app.label("flag_reason", flag.reason);
    if (!flag.until.empty()) {
        out.flag_why +=
            " · " + context.texts(Text::FlagUntil,
                                  {{"date", context.texts.formats().date_short(flag.until)}});
    }
    out.flag_why += " · " + context.app.user_name(flag.author);
    if (!flag.note.empty()) out.flag_why += " · " + flag.note;
}

}  // namespace

CustomerView view(const CustomerState& state, const ScreenContext& context) {
    CustomerView out;
    const repo::Customer& customer = state.data.card.customer;
    out.known = state.waiting.known;
    out.problem = state.problem.headline;
    out.problem_detail = state.problem.detail;
    out.log = action_view(context, "customer.log", out.known);
    out.flag_action =
        action_view(context, state.data.card.flag ? "customer.unflag" : "customer.flag", out.known);
    out.task = action_view(context, "customer.task", out.known);
    out.edit = action_view(context, "customer.edit", out.known);
    out.done = action_view(context, "customer.done", enabled(state, "customer.done"));
    out.older = action_view(context, "customer.older", state.next.has_value());
    fill_documents(state, context, out);
    out.timeline = std::make_shared<const std::vector<TimelineRow>>();
    if (!out.known) return out;
    out.name = customer.display_name();
    out.kind_icon = customer.kind == "organisation" ? "Organisation" : "Person";
    out.subtitle =
        context.texts(customer.kind == "organisation" ? Text::KindOrganisation : Text::KindPerson);
    if (!customer.number.empty()) out.subtitle += " · " + customer.number;
    out.klass = customer.priority_class;
    out.do_not_call = customer.do_not_call;
    out.pending = contains(state.data.pending, customer.id);
    out.note = customer.note;
    if (!customer.preferred_channel.empty()) {
        out.wish =
            context.texts(Text::CustomerPrefers,
                          {{"channel", context.app.label("channel", customer.preferred_channel)}});
    }
    if (!customer.preferred_time.empty()) {
        out.wish += (out.wish.empty() ? "" : " · ") + customer.preferred_time;
    }
    fill_flag(state, context, out);
    fill_contacts(state, context, out);
    fill_facts(state, context, out);
    fill_counts(state, context, out);
    fill_fetched(state, context, out);
    for (const repo::Task& task : state.data.card.open_tasks) {
        out.tasks.push_back({task.id.text(), task.subject,
                             task.due_on.empty() ? std::string{context.texts(Text::TaskNoDate)}
                                                 : context.texts.day(task.due_on, context.today),
                             task.is_overdue(context.today)});
    }
    fill_known(state, context, out);
    fill_timeline(state, context, out);
    fill_reading(state, context, out);
    if (!state.reading.is_nil() && !out.reading.open) fill_reading_document(state, context, out);
    return out;
}

}  // namespace balie::app
