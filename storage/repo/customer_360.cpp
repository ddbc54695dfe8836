#include "storage/repo/customer_360.h"

#include "storage/repo/people_repo.h"
#include "storage/repo/rows.h"

#include <algorithm>

namespace balie::repo {

namespace {

Result<std::vector<CustomValue>> custom_values(sqlite::Database& database, const RecordId& id) {
    BALIE_ASSIGN(auto fields, PeopleRepo(database).custom_fields(domain::RecordType::Customer));
    BALIE_ASSIGN(auto* select, database.cached("SELECT field, value FROM custom_value"
                                               " WHERE owner=? ORDER BY field LIMIT 1000"));
    std::vector<CustomValue> values;
    select->bind(1, id.bytes);
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) return values;
        const std::string_view name = select->text(0);
        const auto known = std::find_if(fields.begin(), fields.end(),
                                        [&](const auto& each) { return each.name == name; });
        CustomValue value;
        if (known != fields.end()) {
            value.field = *known;
        } else {
            value.field.type = domain::RecordType::Customer;
            value.field.name = name;
        }
        value.value = select->value(1);
        values.push_back(std::move(value));
    }
}

}  // namespace

Result<ContactCounts> contact_counts(sqlite::Database& database, const RecordId& id) {
    static const std::string kSelect =
        "SELECT count(*), sum(i.channel IN (SELECT k.code FROM codes k WHERE k.list='channel'"
        " AND k.kind='visit') AND i.outcome IN (SELECT k.code FROM codes k"
        " WHERE k.list='outcome' AND k.kind='held')), min(i.occurred_at), max(i.occurred_at)"
        " FROM interactions i WHERE i.customer_id=? AND " +
        in_force_condition("i") + " AND " + not_withdrawn_condition("i");
    BALIE_ASSIGN(auto* select, database.cached(kSelect));
    BALIE_ASSIGN(
        const auto counts,
        read_row<ContactCounts>(select->bind(1, id.text()), [](const sqlite::Statement& row) {
            return ContactCounts{row.integer(0), row.integer(1), integer_at(row, 2),
                                 integer_at(row, 3)};
        }));
    return counts.value_or(ContactCounts{});
}

Result<Customer360> read_customer_360(sqlite::Database& database, const RecordId& id,
                                      const Customer360Options& options) {
    // Within somebody's transaction that one makes the parts agree.
    std::optional<sqlite::Transaction> transaction;
    if (!database.in_transaction()) {
        BALIE_ASSIGN(auto begun,
                     sqlite::Transaction::begin(database, sqlite::Transaction::Kind::Read));
        transaction.emplace(std::move(begun));
    }
    Customer360 view;
    CustomerRepo customers(database);
    BALIE_ASSIGN(view.customer, customers.get(id));
    BALIE_ASSIGN(view.contact_points, customers.contact_points(id));
    BALIE_ASSIGN(view.flag, PriorityRepo(database).current(id, options.today));
    BALIE_ASSIGN(view.open_tasks,
                 TaskRepo(database).of_customer(id, TaskFilter::Open, options.task_rows));
    BALIE_ASSIGN(view.timeline, InteractionRepo(database).timeline(id, {}, options.timeline_rows));
    BALIE_ASSIGN(view.counts, contact_counts(database, id));
    BALIE_ASSIGN(view.custom, custom_values(database, id));
    BALIE_ASSIGN(view.facts, FactRepo(database).of_customer(id));
    BALIE_ASSIGN(view.relations, RelationRepo(database).of_customer(id, options.today));
    return view;
}

}  // namespace balie::repo
