// Facts and relations: what people know of a customer, and whom they belong with.
#include "storage/repo/action_steps.h"
#include "storage/repo/actions.h"
#include "storage/repo/interaction_repo.h"

namespace balie::repo {

namespace {

using domain::RecordType;

Outcome check_fact_text(const std::string& text) {
    if (!text.empty()) return {};
    return Error{ErrorCode::InvalidInput, "a fact needs a text", "field text",
                 "Write in a few words what is known"};
}

Result<RecordId> add(ActionSteps& steps, const NewFact& fact) {
    BALIE_TRY(steps.living_customer(fact.customer));
    BALIE_TRY(check_fact_text(fact.text));
    FieldValues values{{"customer_id", fact.customer.text()},
                       {"kind", text_value(fact.kind)},
                       {"text", fact.text},
                       {"on", text_value(fact.on)},
                       {"author", steps.user()},
                       {"noted_at", steps.now_ms()}};
    if (fact.source) {
        BALIE_TRY(InteractionRepo(steps.database()).get(*fact.source));
        values.emplace("source_id", fact.source->text());
    }
    return steps.create(RecordType::Fact, std::move(values));
}

Outcome edit(ActionSteps& steps, const RecordId& id, const FactChanges& changes) {
    BALIE_TRY(FactRepo(steps.database()).get(id));
    FieldValues values;
    if (changes.kind) values.emplace("kind", text_value(*changes.kind));
    if (changes.text) {
        BALIE_TRY(check_fact_text(*changes.text));
        values.emplace("text", *changes.text);
    }
    if (changes.on) values.emplace("on", text_value(*changes.on));
    if (values.empty()) return {};
    return steps.edit(RecordType::Fact, id, std::move(values));
}

Outcome check_dates(const std::string& since, const std::string& until) {
    if (since.empty() || until.empty() || since <= until) return {};
    return Error{ErrorCode::InvalidInput,
                 "the relation ends on " + until + ", before it begins on " + since, "field until",
                 "Give a later day, or none"};
}

/// The same from either side: an employer of one is the employee of the other.
Outcome check_is_new(ActionSteps& steps, const NewRelation& relation, const Customer& one,
                     const Customer& two) {
    RelationRepo relations(steps.database());
    BALIE_ASSIGN(const auto rows, relations.of_customer(relation.customer, steps.today()));
    for (const RelationRow& row : rows) {
        if (row.other != relation.other || row.kind != relation.kind || !row.kind_known) continue;
        if (row.is_over(steps.today())) continue;
        return Error{
            ErrorCode::AlreadyExists,
            one.display_name() + " and " + two.display_name() + " have this relation already",
            {},
            "Edit that one: balie relation edit " + row.relation.id.text()};
    }
    return {};
}

Result<RecordId> add(ActionSteps& steps, const NewRelation& relation) {
    BALIE_ASSIGN(const Customer one, steps.living_customer(relation.customer));
    BALIE_ASSIGN(const Customer two, steps.living_customer(relation.other));
    if (relation.customer == relation.other) {
        return Error{ErrorCode::InvalidInput, "a customer has no relation with itself",
                     "field other_id", "Choose another customer"};
    }
    BALIE_TRY(check_dates(relation.since, relation.until));
    FieldValues values{{"customer_id", relation.customer.text()},
                       {"other_id", relation.other.text()},
                       {"kind", text_value(relation.kind)},
                       {"since", text_value(relation.since)},
                       {"until", text_value(relation.until)},
                       {"note", text_value(relation.note)},
                       {"author", steps.user()}};
    BALIE_TRY(steps.check_codes(RecordType::Relation, values));
    BALIE_TRY(check_is_new(steps, relation, one, two));
    return steps.create(RecordType::Relation, std::move(values));
}

Outcome edit(ActionSteps& steps, const RecordId& id, FieldValues fields) {
    BALIE_ASSIGN(const Relation now, RelationRepo(steps.database()).get(id));
    const auto day = [&fields](std::string_view field, const std::string& former) {
        const auto given = fields.find(field);
        return given == fields.end() ? former : value_text(given->second);
    };
    BALIE_TRY(check_dates(day("since", now.since), day("until", now.until)));
    return steps.edit(RecordType::Relation, id, std::move(fields));
}

}  // namespace

Result<RecordId> Actions::add_fact(const NewFact& fact) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) { return add(steps, fact); });
}

Outcome Actions::edit_fact(const RecordId& id, const FactChanges& changes) {
    return in_one_unit(*store_, user_,
                       [&](ActionSteps& steps) { return edit(steps, id, changes); });
}

Outcome Actions::remove_fact(const RecordId& id) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) -> Outcome {
        BALIE_TRY(FactRepo(steps.database()).get(id));
        return steps.edit(RecordType::Fact, id, {{"deleted_at", steps.now_ms()}});
    });
}

Outcome Actions::restore_fact(const RecordId& id) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) {
        return steps.edit(RecordType::Fact, id, {{"deleted_at", Value{}}});
    });
}

Result<RecordId> Actions::add_relation(const NewRelation& relation) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) { return add(steps, relation); });
}

Outcome Actions::edit_relation(const RecordId& id, FieldValues fields) {
    return in_one_unit(*store_, user_,
                       [&](ActionSteps& steps) { return edit(steps, id, std::move(fields)); });
}

Outcome Actions::remove_relation(const RecordId& id) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) -> Outcome {
        BALIE_TRY(RelationRepo(steps.database()).get(id));
        return steps.edit(RecordType::Relation, id, {{"deleted_at", steps.now_ms()}});
    });
}

Outcome Actions::restore_relation(const RecordId& id) {
    return in_one_unit(*store_, user_, [&](ActionSteps& steps) {
        return steps.edit(RecordType::Relation, id, {{"deleted_at", Value{}}});
    });
}

}  // namespace balie::repo
