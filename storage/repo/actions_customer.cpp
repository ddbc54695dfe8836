// Customers and their contact points.
#include "storage/repo/action_steps.h"
#include "storage/repo/actions.h"
#include "storage/repo/people_repo.h"
#include "storage/text/phone.h"

namespace balie::repo {

namespace {

using domain::RecordType;

FieldValues contact_point_fields(const NewContactPoint& point) {
    std::string value = point.value;
    if (point.kind == "phone") value = text::phone_e164(value).value_or(value);
    const bool address = point.kind == "address";
    return {{"kind", text_value(point.kind)},
            {"label", text_value(point.label)},
            {"value", address ? Value{} : text_value(value)},
            {"address", address && !point.address.empty() ? Value{point.address.json()} : Value{}},
            {"preferred", point.preferred ? Value{std::int64_t{1}} : Value{}}};
}

Outcome check_contact_point(const NewContactPoint& point) {
    const bool address = point.kind == "address";
    if (address ? !point.address.empty() : !point.value.empty()) return {};
    return Error{ErrorCode::InvalidInput,
                 "a contact point of kind '" + point.kind + "' needs " +
                     (address ? "an address" : "a value"),
                 "contact point",
                 {}};
}

Result<std::vector<RecordId>> add_contact_points(ActionSteps& steps, const RecordId& customer,
                                                 const std::vector<NewContactPoint>& points) {
    std::vector<RecordId> ids;
    for (const NewContactPoint& point : points) {
        BALIE_TRY(check_contact_point(point));
        FieldValues values = contact_point_fields(point);
        values.emplace("customer_id", customer.text());
        BALIE_ASSIGN(const RecordId id, steps.create(RecordType::ContactPoint, std::move(values)));
        ids.push_back(id);
    }
    return ids;
}

/// A number stands for one customer; two terminals can still give the same one, and a list shows
/// it.
Outcome check_number(ActionSteps& steps, const FieldValues& fields,
                     const std::optional<RecordId>& own) {
    const auto number = fields.find("number");
    if (number == fields.end() || is_null(number->second)) return {};
    BALIE_ASSIGN(const auto other,
                 CustomerRepo(steps.database()).find_by_number(value_text(number->second)));
    if (!other || (own && other->id == *own)) return {};
    return Error{ErrorCode::AlreadyExists,
                 "customer number " + other->number + " is taken by " + other->display_name(),
                 "field number", "Give another number, or look up " + other->id.text()};
}

Result<SavedCustomer> add(ActionSteps& steps, const NewCustomer& customer) {
    // Only what was given: the user's own branch need not be in the list of branches.
    BALIE_TRY(steps.check_codes(RecordType::Customer, customer.fields));
    FieldValues fields = customer.fields;
    fields.emplace("kind", "person");
    fields.emplace("owner", steps.user());
    BALIE_ASSIGN(const auto user, PeopleRepo(steps.database()).find_user(steps.user()));
    if (user) {
        fields.emplace("branch", text_value(user->branch));
        fields.emplace("territory", text_value(user->territory));
    }
    BALIE_TRY(check_number(steps, fields, {}));
    SavedCustomer saved;
    BALIE_ASSIGN(saved.customer, steps.create_unchecked(RecordType::Customer, std::move(fields)));
    BALIE_ASSIGN(saved.contact_points,
                 add_contact_points(steps, saved.customer, customer.contact_points));
    return saved;
}

Outcome check_is_of(ActionSteps& steps, const RecordId& customer, const RecordId& point) {
    BALIE_ASSIGN(const auto found, CustomerRepo(steps.database()).find_contact_point(point));
    if (found && found->customer == customer) return {};
    return Error{ErrorCode::NotFound, "this customer has no contact point " + point.text(), {}, {}};
}

Result<SavedCustomer> edit(ActionSteps& steps, const RecordId& id, const CustomerChanges& changes) {
    BALIE_TRY(steps.living_customer(id));
    BALIE_TRY(check_number(steps, changes.fields, id));
    if (!changes.fields.empty()) {
        BALIE_TRY(steps.edit(RecordType::Customer, id, changes.fields));
    }
    for (const auto& [point_id, point] : changes.changed) {
        BALIE_TRY(check_is_of(steps, id, point_id));
        BALIE_TRY(check_contact_point(point));
        BALIE_TRY(steps.edit(RecordType::ContactPoint, point_id, contact_point_fields(point)));
    }
    for (const RecordId& point_id : changes.removed) {
        BALIE_TRY(check_is_of(steps, id, point_id));
        BALIE_TRY(steps.edit(RecordType::ContactPoint, point_id, {{"deleted_at", steps.now_ms()}}));
    }
    SavedCustomer saved;
    saved.customer = id;
    BALIE_ASSIGN(saved.contact_points, add_contact_points(steps, id, changes.added));
    return saved;
}

}  // namespace

Result<SavedCustomer> Actions::add_customer(const NewCustomer& customer) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) { return add(steps, customer); });
}

Result<SavedCustomer> Actions::edit_customer(const RecordId& id, const CustomerChanges& changes) {
    return in_one_unit(*store_, user_,
                       [&](ActionSteps& steps) { return edit(steps, id, changes); });
}

Outcome Actions::delete_customer(const RecordId& id) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) -> Outcome {
        BALIE_TRY(steps.living_customer(id));
        return steps.edit(RecordType::Customer, id, {{"deleted_at", steps.now_ms()}});
    });
}

Outcome Actions::restore_customer(const RecordId& id) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) {
        return steps.edit(RecordType::Customer, id, {{"deleted_at", Value{}}});
    });
}

}  // namespace balie::repo
