#include "app/screens/customer_form/customer_form_save.h"

#include <array>
#include <utility>

namespace balie::app {

namespace {

struct TextField {
    std::string_view name;
    std::string CustomerEditForm::*member;
};
constexpr std::array kTextFields{
    TextField{"kind", &CustomerEditForm::kind},
    TextField{"given_name", &CustomerEditForm::given_name},
    TextField{"name_prefix", &CustomerEditForm::name_prefix},
    TextField{"name", &CustomerEditForm::name},
    TextField{"number", &CustomerEditForm::number},
    TextField{"birthday", &CustomerEditForm::birthday},
    TextField{"company_register_no", &CustomerEditForm::company_register_no},
    TextField{"customer_group", &CustomerEditForm::customer_group},
    TextField{"preferred_channel", &CustomerEditForm::preferred_channel},
    TextField{"preferred_time", &CustomerEditForm::preferred_time},
    TextField{"language", &CustomerEditForm::language},
    TextField{"note", &CustomerEditForm::note},
};

Value text_or_null(const std::string& text) {
    return text.empty() ? Value{} : Value{text};
}

repo::Address address_of(const CustomerEditForm& form) {
    repo::Address address;
    address.street = form.street;
    address.number = form.house_number;
    address.postal_code = form.postal_code;
    address.city = form.city;
    return address;
}

/// Phone, e-mail and address of the form, in that order; empty ones too.
std::array<repo::NewContactPoint, 3> points_of(const CustomerEditForm& form) {
    std::array<repo::NewContactPoint, 3> out;
    out[0].kind = "phone";
    out[0].value = form.phone;
    out[1].kind = "email";
    out[1].value = form.email;
    out[2].kind = "address";
    out[2].address = address_of(form);
    return out;
}

bool is_empty(const repo::NewContactPoint& point) {
    return point.value.empty() && point.address.empty();
}

bool same(const repo::NewContactPoint& one, const repo::NewContactPoint& two) {
    return one.value == two.value && one.address.json() == two.address.json();
}

/// The contact point that the form shows for a kind: the first one.
const repo::ContactPoint* first_of(const CustomerData& data, std::string_view kind) {
    for (const repo::ContactPoint& point : data.card.contact_points) {
        if (point.kind == kind) return &point;
    }
    return nullptr;
}

}  // namespace

CustomerEditForm form_of(const CustomerData& data) {
    const repo::Customer& customer = data.card.customer;
    CustomerEditForm form;
    form.kind = customer.kind;
    form.given_name = customer.given_name;
    form.name_prefix = customer.name_prefix;
    form.name = customer.name;
    form.number = customer.number;
    form.birthday = customer.birthday;
    form.company_register_no = customer.company_register_no;
    form.customer_group = customer.customer_group;
    form.preferred_channel = customer.preferred_channel;
    form.preferred_time = customer.preferred_time;
    form.language = customer.language;
    form.note = customer.note;
    form.do_not_call = customer.do_not_call;
    if (const auto* phone = first_of(data, "phone")) form.phone = phone->value;
    if (const auto* email = first_of(data, "email")) form.email = email->value;
    if (const auto* place = first_of(data, "address")) {
        form.street = place->address.street;
        form.house_number = place->address.number;
        form.postal_code = place->address.postal_code;
        form.city = place->address.city;
    }
    return form;
}

repo::NewCustomer new_customer(const CustomerEditForm& form) {
    repo::NewCustomer out;
    for (const TextField& field : kTextFields) {
        const std::string& text = form.*field.member;
        if (!text.empty()) out.fields.emplace(field.name, Value{text});
    }
    if (form.do_not_call) out.fields.emplace("do_not_call", Value{std::int64_t{1}});
    for (const repo::NewContactPoint& point : points_of(form)) {
        if (!is_empty(point)) out.contact_points.push_back(point);
    }
    return out;
}

repo::CustomerChanges changes_between(const CustomerEditForm& before, const CustomerEditForm& after,
                                      const CustomerData& data) {
    repo::CustomerChanges out;
    for (const TextField& field : kTextFields) {
        if (before.*field.member != after.*field.member) {
            out.fields.emplace(field.name, text_or_null(after.*field.member));
        }
    }
    if (before.do_not_call != after.do_not_call) {
        out.fields.emplace("do_not_call", Value{std::int64_t{after.do_not_call ? 1 : 0}});
    }
    const auto points_before = points_of(before);
    const auto points_after = points_of(after);
    for (std::size_t i = 0; i < points_after.size(); ++i) {
        const repo::NewContactPoint& now = points_after[i];
        if (same(points_before[i], now)) continue;
        const repo::ContactPoint* there = first_of(data, now.kind);
        if (there == nullptr) {
            if (!is_empty(now)) out.added.push_back(now);
        } else if (is_empty(now)) {
            out.removed.push_back(there->id);
        } else {
            repo::NewContactPoint changed = now;
            changed.label = there->label;
            changed.preferred = there->preferred;
            out.changed.push_back({there->id, std::move(changed)});
        }
    }
    return out;
}

namespace {

struct KeptCustomerField {
    const char* name;
    std::string CustomerEditForm::*member;
};
constexpr std::array kKeptCustomerFields{
    KeptCustomerField{"kind", &CustomerEditForm::kind},
    KeptCustomerField{"given_name", &CustomerEditForm::given_name},
    KeptCustomerField{"name_prefix", &CustomerEditForm::name_prefix},
    KeptCustomerField{"name", &CustomerEditForm::name},
    KeptCustomerField{"number", &CustomerEditForm::number},
    KeptCustomerField{"phone", &CustomerEditForm::phone},
    KeptCustomerField{"email", &CustomerEditForm::email},
    KeptCustomerField{"street", &CustomerEditForm::street},
    KeptCustomerField{"house_number", &CustomerEditForm::house_number},
    KeptCustomerField{"postal_code", &CustomerEditForm::postal_code},
    KeptCustomerField{"city", &CustomerEditForm::city},
    KeptCustomerField{"birthday", &CustomerEditForm::birthday},
    KeptCustomerField{"company_register_no", &CustomerEditForm::company_register_no},
    KeptCustomerField{"customer_group", &CustomerEditForm::customer_group},
    KeptCustomerField{"preferred_channel", &CustomerEditForm::preferred_channel},
    KeptCustomerField{"preferred_time", &CustomerEditForm::preferred_time},
    KeptCustomerField{"language", &CustomerEditForm::language},
    KeptCustomerField{"note", &CustomerEditForm::note},
};

}  // namespace

Draft draft_of(const CustomerFormState& state) {
    Draft draft{std::string{kCustomerFormDraft}, {{"draft", Value{std::int64_t{1}}}}};
    for (const KeptCustomerField& kept : kKeptCustomerFields) {
        // Also what was emptied: it stands over what is read.
        draft.fields.emplace(kept.name, Value{state.form.*kept.member});
    }
    draft.fields.emplace("do_not_call", Value{std::int64_t{state.form.do_not_call ? 1 : 0}});
    if (!state.id.is_nil()) draft.fields.emplace("customer", Value{state.id.text()});
    draft.fields.emplace(
        "customer_name",
        Value{repo::display_name(state.form.given_name, state.form.name_prefix, state.form.name)});
    return draft;
}

OpenOverlay form_from_draft(const Draft& draft) {
    OpenOverlay out{ScreenId::CustomerForm, {}, {}, draft.fields};
    if (const auto id = draft.fields.find("customer"); id != draft.fields.end()) {
        auto parsed = RecordId::parse(value_text(id->second));
        if (parsed.ok()) out.customer = *parsed;
    }
    if (const auto name = draft.fields.find("customer_name"); name != draft.fields.end()) {
        out.customer_name = value_text(name->second);
    }
    return out;
}

void restore(CustomerFormState& state) {
    for (const KeptCustomerField& kept : kKeptCustomerFields) {
        const auto found = state.restoring.find(kept.name);
        if (found != state.restoring.end()) state.form.*kept.member = value_text(found->second);
    }
    if (const auto found = state.restoring.find("do_not_call"); found != state.restoring.end()) {
        state.form.do_not_call = value_integer(found->second) != 0;
    }
    state.restoring.clear();
}

}  // namespace balie::app
