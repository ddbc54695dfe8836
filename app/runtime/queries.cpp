#include "app/runtime/queries.h"

#include "storage/base/date.h"

#include <algorithm>
#include <utility>

namespace balie::app {

namespace {

std::vector<RecordId> ids_of(const std::vector<repo::Interaction>& lines) {
    std::vector<RecordId> ids;
    ids.reserve(lines.size());
    for (const repo::Interaction& line : lines) ids.push_back(line.id);
    return ids;
}

/// Which of these records have changes that the office has not received (state 0: pending).
Result<std::vector<RecordId>> not_yet_sent(sqlite::Database& database,
                                           const std::vector<RecordId>& ids) {
    std::vector<RecordId> out;
    BALIE_ASSIGN(sqlite::Statement* const statement,
                 database.cached("SELECT 1 FROM change_log WHERE record_id = ?1 AND state < 2 AND "
                                 "state = 0 LIMIT 1"));
    for (const RecordId& id : ids) {
        statement->reset();
        statement->bind(1, id.bytes);
        BALIE_ASSIGN(const bool pending, statement->step());
        if (pending) out.push_back(id);
        statement->reset();
    }
    return out;
}

Result<QueryAnswer> read(const ReferenceQuery& /*query*/, sqlite::Database& database,
                         const QueryContext& /*context*/) {
    Reference out;
    BALIE_ASSIGN(out.codes, repo::CodeRepo(database).all());
    repo::PeopleRepo people(database);
    BALIE_ASSIGN(out.users, people.users());
    BALIE_ASSIGN(out.customer_fields, people.custom_fields(domain::RecordType::Customer));
    return QueryAnswer{std::move(out)};
}

Result<QueryAnswer> read(const TodayQuery& /*query*/, sqlite::Database& database,
                         const QueryContext& context) {
    TodayData out;
    out.today = today_of(*context.clock);
    repo::TaskRepo tasks(database);
    BALIE_ASSIGN(out.counts, tasks.counts(context.user, out.today));
    BALIE_ASSIGN(out.due,
                 tasks.list(repo::TaskFilter::Due, context.user, out.today, kTodayRowsMax));
    // The open ones are in order of due date: those that are due come first.
    const int open_limit = std::min(repo::kTaskRowsMax, kTodayRowsMax * 2);
    BALIE_ASSIGN(out.next, tasks.list(repo::TaskFilter::Open, context.user, out.today, open_limit));
    std::erase_if(out.next, [&out](const repo::Task& task) {
        return !task.due_on.empty() && task.due_on <= out.today;
    });
    const std::int64_t now = context.clock->wall_ms();
    repo::InteractionRepo interactions(database);
    BALIE_ASSIGN(out.recent, interactions.between(now - kTodayRecentDays * kDayMs, now + kDayMs,
                                                  context.user, kTodayRowsMax));
    BALIE_ASSIGN(out.pending, not_yet_sent(database, ids_of(out.recent)));
    BALIE_ASSIGN(out.priority, repo::PriorityRepo(database).list(out.today, {}, kTodayRowsMax));
    BALIE_ASSIGN(out.days, repo::FactRepo(database).near(out.today, context.user, repo::kNearDays,
                                                         kTodayRowsMax));
    std::stable_sort(out.priority.begin(), out.priority.end(),
                     [](const repo::PriorityRow& one, const repo::PriorityRow& other) {
                         return one.last_contact_ms.value_or(0) < other.last_contact_ms.value_or(0);
                     });
    return QueryAnswer{std::move(out)};
}

Result<QueryAnswer> read(const SearchQuery& query, sqlite::Database& database,
                         const QueryContext& /*context*/) {
    BALIE_ASSIGN(auto out, repo::CustomerSearch(database).search(query.text, query.limit));
    return QueryAnswer{std::move(out)};
}

Result<std::optional<FetchedNote>> fetched_note(sqlite::Database& database, const RecordId& id) {
    std::optional<FetchedNote> note;
    BALIE_ASSIGN(sqlite::Statement* const select,
                 database.cached("SELECT until_ms, reason, note FROM fetched WHERE customer_id=?"));
    BALIE_ASSIGN(const bool there, select->bind(1, id.bytes).step());
    if (there) {
        note = FetchedNote{select->integer(0), std::string(select->text(1)),
                           std::string(select->text(2))};
    }
    select->reset();
    return note;
}

Result<std::vector<FetchEntry>> fetch_entries(sqlite::Database& database, const RecordId& id) {
    constexpr std::int64_t kShownMax = 5;
    std::vector<FetchEntry> entries;
    BALIE_ASSIGN(sqlite::Statement* const select,
                 database.cached("SELECT who, reason, note, at, \"until\" FROM audit_entries WHERE "
                                 "customer_id=? AND what='fetch' ORDER BY at DESC LIMIT ?"));
    const std::string customer = id.text();
    select->bind(1, std::string_view(customer)).bind(2, kShownMax);
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) return entries;
        entries.push_back({std::string(select->text(0)), std::string(select->text(1)),
                           std::string(select->text(2)), select->integer(3), select->integer(4)});
    }
}

Result<QueryAnswer> read(const CustomerQuery& query, sqlite::Database& database,
                         const QueryContext& context) {
    repo::Customer360Options options;
    options.today = today_of(*context.clock);
    options.timeline_rows = 1;  // it has a query of its own
    CustomerData out;
    BALIE_ASSIGN(out.card, repo::read_customer_360(database, query.id, options));
    BALIE_ASSIGN(out.channels, repo::TimelineRepo(database).channels(query.id));
    std::vector<RecordId> shown{out.card.customer.id};
    if (out.card.flag) shown.push_back(out.card.flag->id);
    for (const repo::Fact& fact : out.card.facts) shown.push_back(fact.id);
    for (const repo::RelationRow& row : out.card.relations) shown.push_back(row.relation.id);
    BALIE_ASSIGN(out.pending, not_yet_sent(database, shown));
    BALIE_ASSIGN(out.documents, attach::DocumentRepo(database).of_customer(query.id));
    BALIE_ASSIGN(out.fetched, fetched_note(database, query.id));
    BALIE_ASSIGN(out.fetches, fetch_entries(database, query.id));
    return QueryAnswer{std::move(out)};
}

Result<QueryAnswer> read(const TimelineQuery& query, sqlite::Database& database,
                         const QueryContext& /*context*/) {
    TimelineData out;
    BALIE_ASSIGN(out.page, repo::TimelineRepo(database).page(query.customer, query.filter,
                                                             query.before, query.limit));
    std::vector<RecordId> shown;
    for (const repo::TimelineEntry& entry : out.page.entries) {
        shown.push_back(entry.id);
        if (entry.kind != repo::EntryKind::Contact) continue;
        BALIE_ASSIGN(const auto receipt, sync::receipt_of_creation(
                                             database, domain::RecordType::Interaction, entry.id));
        if (receipt) out.receipts.emplace(entry.id, *receipt);
    }
    BALIE_ASSIGN(out.pending, not_yet_sent(database, shown));
    return QueryAnswer{std::move(out)};
}

Result<QueryAnswer> read(const WishesQuery& query, sqlite::Database& database,
                         const QueryContext& /*context*/) {
    BALIE_ASSIGN(auto out, repo::contact_wishes(database, query.customer));
    return QueryAnswer{std::move(out)};
}

Result<QueryAnswer> read(const TasksQuery& query, sqlite::Database& database,
                         const QueryContext& context) {
    TasksData out;
    const std::string today = today_of(*context.clock);
    repo::TaskRepo tasks(database);
    BALIE_ASSIGN(out.counts, tasks.counts(query.assignee, today));
    BALIE_ASSIGN(out.rows, tasks.list(query.filter, query.assignee, today, query.limit + 1));
    out.more = out.rows.size() > static_cast<std::size_t>(query.limit);
    if (out.more) out.rows.pop_back();
    std::vector<RecordId> shown;
    for (const repo::Task& task : out.rows) shown.push_back(task.id);
    BALIE_ASSIGN(out.pending, not_yet_sent(database, shown));
    return QueryAnswer{std::move(out)};
}

Result<QueryAnswer> read(const PriorityQuery& query, sqlite::Database& database,
                         const QueryContext& context) {
    PriorityData out;
    BALIE_ASSIGN(out.rows,
                 repo::PriorityRepo(database).list(today_of(*context.clock), query.level));
    return QueryAnswer{std::move(out)};
}

Result<QueryAnswer> read(const SyncCentreQuery& /*query*/, sqlite::Database& /*database*/,
                         const QueryContext& /*context*/) {
    return Error{ErrorCode::Internal, "the sync centre is read on the store thread", "", ""};
}

Result<QueryAnswer> read(const HubSearchQuery& /*query*/, sqlite::Database& /*database*/,
                         const QueryContext& /*context*/) {
    return Error{ErrorCode::Internal, "head office is asked on the store thread", "", ""};
}
Result<QueryAnswer> read(const DepartureQuery& /*query*/, sqlite::Database& /*database*/,
                         const QueryContext& /*context*/) {
    return Error{ErrorCode::Internal, "the check before leaving is made on the store thread", "",
                 ""};
}

}  // namespace

Result<QueryAnswer> run_query(const Query& query, sqlite::Database& database,
                              const QueryContext& context) {
    return std::visit([&](const auto& each) { return read(each, database, context); }, query);
}

std::string today_of(const Clock& clock) {
    const std::int64_t now = clock.wall_ms();
    return date_of(now, clock.zone_offset_min(now));
}

}  // namespace balie::app
