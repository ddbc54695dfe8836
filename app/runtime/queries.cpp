#include "app/runtime/queries.h"

#include "storage/base/date.h"

#include <algorithm>
#include <utility>

namespace balie::app {

namespace {

constexpr std::int64_t kDayMs = std::int64_t{24} * 60 * 60 * 1000;

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
    BALIE_ASSIGN(out.priority, repo::PriorityRepo(database).list(out.today, {}, kTodayRowsMax));
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

Result<QueryAnswer> read(const CustomerQuery& query, sqlite::Database& database,
                         const QueryContext& context) {
    repo::Customer360Options options;
    options.today = today_of(*context.clock);
    BALIE_ASSIGN(auto out, repo::read_customer_360(database, query.id, options));
    return QueryAnswer{std::move(out)};
}

Result<QueryAnswer> read(const TimelineQuery& query, sqlite::Database& database,
                         const QueryContext& /*context*/) {
    BALIE_ASSIGN(auto out, repo::InteractionRepo(database).timeline(query.customer, query.before));
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
