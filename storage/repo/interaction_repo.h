// Interactions as structs: a customer's timeline, one line with its amendments, today's.
// Invariant: an interaction is never overwritten. An amendment is a new interaction that names the
// first one (amends_id); the line in force is the latest amendment, by the hub's order where it is
// known. A line whose outcome is of kind "withdrawn" is in no list but history().
// Thread: that of the Database. Owns nothing.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/base/value.h"
#include "storage/sqlite/database.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balie::repo {

inline constexpr int kTimelineRowsMax = 200;

struct Interaction {
    RecordId id;
    std::optional<RecordId> customer;
    std::string customer_name;  ///< only in lists over several customers
    std::string channel;
    std::string outcome;
    std::string reason;
    std::string direction;
    std::string note;
    std::int64_t occurred_at{};
    int occurred_offset_min{};
    std::optional<std::int64_t> duration_s;
    std::string author;
    std::optional<RecordId> amends;  ///< the first line, when this is an amendment
    std::optional<RecordId> next_task;
    bool withdrawn{false};

    [[nodiscard]] bool is_amendment() const { return amends.has_value(); }
    /// The id by which all lines of one contact go together.
    [[nodiscard]] const RecordId& root() const { return amends ? *amends : id; }
};

/// Where the next page begins: lines older than this one.
struct TimelineCursor {
    std::int64_t occurred_at{};
    RecordId id;
};

struct TimelinePage {
    std::vector<Interaction> lines;  ///< the latest first
    std::optional<TimelineCursor> next;
};

/// Of a timeline's lines; empty: all.
struct LineFilter {
    std::string channel;  ///< code
    std::string author;   ///< login
};

class InteractionRepo {
  public:
    explicit InteractionRepo(sqlite::Database& database) : database_(&database) {}

    [[nodiscard]] Result<std::optional<Interaction>> find(const RecordId& id);
    /// Errors: NotFound.
    [[nodiscard]] Result<Interaction> get(const RecordId& id);
    /// Lines in force of a customer. At most kTimelineRowsMax.
    [[nodiscard]] Result<TimelinePage> timeline(const RecordId& customer,
                                                const std::optional<TimelineCursor>& before = {},
                                                int limit = kTimelineRowsMax);
    /// Lines in force of a customer before `before`, the latest first, until `take` answers false.
    [[nodiscard]] Outcome each_in_force(const RecordId& customer, const TimelineCursor& before,
                                        const LineFilter& filter,
                                        const std::function<bool(Interaction&&)>& take);
    /// The line in force with the latest time.
    [[nodiscard]] Result<std::optional<Interaction>> latest(const RecordId& customer);
    /// The line in force of the contact that `id` belongs to; a withdrawn one too.
    [[nodiscard]] Result<Interaction> in_force(const RecordId& id);
    /// The first line and its amendments, in the order in which they were made.
    [[nodiscard]] Result<std::vector<Interaction>> history(const RecordId& id);
    /// Lines in force in [from_ms, to_ms), the latest first; of one author unless it is empty.
    [[nodiscard]] Result<std::vector<Interaction>> between(std::int64_t from_ms, std::int64_t to_ms,
                                                           std::string_view author, int limit);
    [[nodiscard]] Result<std::int64_t> count();

  private:
    sqlite::Database* database_;
};

/// SQL condition: the line `alias` is the one in force of its contact (withdrawn or not).
[[nodiscard]] std::string in_force_condition(std::string_view alias);
/// SQL condition: the outcome of line `alias` is not of kind "withdrawn".
[[nodiscard]] std::string not_withdrawn_condition(std::string_view alias);

}  // namespace balie::repo
