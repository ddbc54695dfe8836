#include "storage/repo/task_repo.h"

#include "storage/repo/customer_repo.h"
#include "storage/repo/rows.h"

namespace balie::repo {

namespace {

const std::string& task_columns() {
    static const std::string kColumns =
        "SELECT t.id, t.customer_id, c.name, c.name_prefix, c.given_name, t.subject, t.note,"
        " t.due_on, t.assignee, t.author, t.done_at, t.deleted_at FROM tasks t"
        " LEFT JOIN customers c ON c.id=" +
        id_of_reference("t.customer_id") + " WHERE ";
    return kColumns;
}

Task read_task(const sqlite::Statement& row) {
    return {.id = id_at(row, 0),
            .customer = reference_at(row, 1),
            .customer_name = display_name(row.text(4), row.text(3), row.text(2)),
            .subject = text_at(row, 5),
            .note = text_at(row, 6),
            .due_on = text_at(row, 7),
            .assignee = text_at(row, 8),
            .author = text_at(row, 9),
            .done_at = integer_at(row, 10),
            .deleted_at = integer_at(row, 11)};
}

constexpr std::string_view kOpen = "t.done_at IS NULL AND t.deleted_at IS NULL";

/// The last day of the week that begins with ?1.
std::string week_end() {
    return "date(?1, '+" + std::to_string(kTaskWeekDays) + " days')";
}

/// ?1 is the day.
std::string condition(TaskFilter filter) {
    std::string open(kOpen);
    switch (filter) {
        case TaskFilter::Open:
            return open + " AND ?1 IS NOT NULL";
        case TaskFilter::Overdue:
            return open + " AND t.due_on < ?1";
        case TaskFilter::DueToday:
            return open + " AND t.due_on = ?1";
        case TaskFilter::Due:
            return open + " AND t.due_on <= ?1";
        case TaskFilter::Week:
            return open + " AND t.due_on > ?1 AND t.due_on <= " + week_end();
        case TaskFilter::Later:
            return open + " AND t.due_on > " + week_end();
        case TaskFilter::NoDate:
            return open + " AND t.due_on IS NULL AND ?1 IS NOT NULL";
        case TaskFilter::Done:
            return "t.done_at IS NOT NULL AND t.deleted_at IS NULL AND ?1 IS NOT NULL";
    }
    return open;
}

std::string_view order(TaskFilter filter) {
    return filter == TaskFilter::Done ? " ORDER BY t.done_at DESC, t.id"
                                      : " ORDER BY t.due_on IS NULL, t.due_on, t.id";
}

}  // namespace

Result<std::optional<Task>> TaskRepo::find(const RecordId& id) {
    BALIE_ASSIGN(auto* select, database_->cached(task_columns() + "t.id=?"));
    return read_row<Task>(select->bind(1, id.bytes), read_task);
}

Result<Task> TaskRepo::get(const RecordId& id) {
    BALIE_ASSIGN(auto found, find(id));
    if (!found) {
        return Error{
            ErrorCode::NotFound, "there is no task " + id.text(), {}, "List them: balie task list"};
    }
    return *std::move(found);
}

Result<std::vector<Task>> TaskRepo::list(TaskFilter filter, std::string_view assignee,
                                         std::string_view today, int limit) {
    BALIE_ASSIGN(auto* select, database_->cached(task_columns() + condition(filter) +
                                                 " AND (?2='' OR t.assignee=?2)" +
                                                 std::string(order(filter)) + " LIMIT ?3"));
    select->bind(1, today).bind(2, assignee).bind(3, std::int64_t{clamp_rows(limit, kTaskListMax)});
    return read_rows<Task>(*select, read_task);
}

Result<std::vector<Task>> TaskRepo::of_customer(const RecordId& customer, TaskFilter filter,
                                                int limit) {
    const bool done = filter == TaskFilter::Done;
    const std::string which =
        done ? "t.done_at IS NOT NULL AND t.deleted_at IS NULL" : std::string(kOpen);
    BALIE_ASSIGN(auto* select, database_->cached(task_columns() + "t.customer_id=? AND " + which +
                                                 std::string(order(filter)) + " LIMIT ?"));
    select->bind(1, customer.text()).bind(2, std::int64_t{clamp_rows(limit, kTaskRowsMax)});
    return read_rows<Task>(*select, read_task);
}

Result<TaskCounts> TaskRepo::counts(std::string_view assignee, std::string_view today) {
    BALIE_ASSIGN(auto* select,
                 database_->cached("SELECT count(*), sum(t.due_on < ?1), sum(t.due_on = ?1),"
                                   " sum(t.due_on > ?1 AND t.due_on <= " +
                                   week_end() + "), sum(t.due_on > " + week_end() +
                                   "), sum(t.due_on IS NULL) FROM tasks t WHERE " +
                                   std::string(kOpen) + " AND (?2='' OR t.assignee=?2)"));
    BALIE_ASSIGN(const auto counts,
                 read_row<TaskCounts>(
                     select->bind(1, today).bind(2, assignee), [](const sqlite::Statement& row) {
                         return TaskCounts{row.integer(0), row.integer(1), row.integer(2),
                                           row.integer(3), row.integer(4), row.integer(5)};
                     }));
    return counts.value_or(TaskCounts{});
}

Result<PlannedCustomers> TaskRepo::planned(std::string_view assignee, std::string_view until) {
    BALIE_ASSIGN(
        auto* select,
        database_->cached(
            "SELECT count(*), count(DISTINCT t.customer_id), count(DISTINCT CASE WHEN c.id IS NULL "
            "OR c.deleted_at IS NOT NULL THEN t.customer_id END) FROM tasks t LEFT JOIN customers "
            "c ON c.id=" +
            id_of_reference("t.customer_id") + " WHERE " + std::string(kOpen) +
            " AND t.due_on<>'' AND t.due_on<=?1 AND (?2='' OR t.assignee=?2)"));
    BALIE_ASSIGN(const auto planned,
                 read_row<PlannedCustomers>(
                     select->bind(1, until).bind(2, assignee), [](const sqlite::Statement& row) {
                         return PlannedCustomers{row.integer(0), row.integer(1), row.integer(2)};
                     }));
    return planned.value_or(PlannedCustomers{});
}

}  // namespace balie::repo
