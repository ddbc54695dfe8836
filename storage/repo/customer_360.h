// Everything the 360° view of one customer shows, in one call.
// Invariant: one read transaction, so that its parts agree; every list has a limit.
// Cost: a dozen statements, all by index; 20 ms at the 99th percentile for a customer with 2,000
// interactions. Thread: that of the Database. Owns nothing.
#pragma once

#include "storage/base/result.h"
#include "storage/base/value.h"
#include "storage/domain/schema.h"
#include "storage/repo/customer_repo.h"
#include "storage/repo/fact_repo.h"
#include "storage/repo/interaction_repo.h"
#include "storage/repo/priority_repo.h"
#include "storage/repo/relation_repo.h"
#include "storage/repo/task_repo.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::repo {

struct CustomValue {
    domain::CustomField field;  ///< its labels and datatype
    Value value;
};

struct ContactCounts {
    std::int64_t contacts{};     ///< lines in force
    std::int64_t visits_held{};  ///< channel of kind visit and outcome of kind held
    std::optional<std::int64_t> first_contact_ms;
    std::optional<std::int64_t> last_contact_ms;
};

struct Customer360 {
    Customer customer;
    std::vector<ContactPoint> contact_points;
    std::optional<PriorityFlag> flag;  ///< the current one
    std::vector<Task> open_tasks;
    TimelinePage timeline;  ///< its first page
    ContactCounts counts;
    std::vector<CustomValue> custom;
    std::vector<Fact> facts;
    std::vector<RelationRow> relations;
};

struct Customer360Options {
    std::string today;  ///< YYYY-MM-DD: decides which flag is in force
    int timeline_rows{50};
    int task_rows{20};
};

/// Errors: NotFound.
[[nodiscard]] Result<Customer360> read_customer_360(sqlite::Database& database, const RecordId& id,
                                                    const Customer360Options& options);

[[nodiscard]] Result<ContactCounts> contact_counts(sqlite::Database& database, const RecordId& id);

}  // namespace balie::repo
