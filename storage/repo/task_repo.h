// Tasks: what is open, for a user or a customer. Invariant: deleted tasks are in no list; a list is
// in order of due date, tasks without one last. Thread: that of the Database. Owns nothing.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/sqlite/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::repo {

inline constexpr int kTaskRowsMax = 200;
/// Of a list that grows while one goes down it.
inline constexpr int kTaskListMax = 5000;
/// "This week": so many days after today.
inline constexpr int kTaskWeekDays = 7;

struct Task {
    RecordId id;
    std::optional<RecordId> customer;
    std::string customer_name;
    std::string subject;
    std::string note;
    std::string due_on;  ///< YYYY-MM-DD or ""
    std::string assignee;
    std::string author;
    std::optional<std::int64_t> done_at;
    std::optional<std::int64_t> deleted_at;

    [[nodiscard]] bool is_open() const { return !done_at && !deleted_at; }
    [[nodiscard]] bool is_overdue(std::string_view today) const {
        return is_open() && !due_on.empty() && due_on < today;
    }
};

enum class TaskFilter : std::uint8_t {
    Open,      ///< all that is not done
    Overdue,   ///< due before today
    DueToday,  ///< due today
    Due,       ///< overdue or due today
    Week,      ///< due within kTaskWeekDays after today
    Later,     ///< due after that
    NoDate,    ///< without a due date
    Done       ///< the latest done first
};

struct TaskCounts {
    std::int64_t open{};
    std::int64_t overdue{};
    std::int64_t due_today{};
    std::int64_t week{};
    std::int64_t later{};
    std::int64_t no_date{};
};

/// Who is to be seen, as far as tasks say it.
struct PlannedCustomers {
    std::int64_t tasks{};
    std::int64_t customers{};
    std::int64_t missing{};  ///< of them: not on this terminal
};

class TaskRepo {
  public:
    explicit TaskRepo(sqlite::Database& database) : database_(&database) {}

    [[nodiscard]] Result<std::optional<Task>> find(const RecordId& id);
    /// Errors: NotFound.
    [[nodiscard]] Result<Task> get(const RecordId& id);
    /// `today` is YYYY-MM-DD; everybody's when `assignee` is empty. At most kTaskListMax.
    [[nodiscard]] Result<std::vector<Task>> list(TaskFilter filter, std::string_view assignee,
                                                 std::string_view today, int limit = kTaskRowsMax);
    [[nodiscard]] Result<std::vector<Task>> of_customer(const RecordId& customer,
                                                        TaskFilter filter = TaskFilter::Open,
                                                        int limit = kTaskRowsMax);
    [[nodiscard]] Result<TaskCounts> counts(std::string_view assignee, std::string_view today);
    /// Of the open tasks that are due on `until` (YYYY-MM-DD) or before.
    [[nodiscard]] Result<PlannedCustomers> planned(std::string_view assignee,
                                                   std::string_view until);

  private:
    sqlite::Database* database_;
};

}  // namespace balie::repo
