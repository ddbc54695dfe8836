// Priority flags: who is a priority customer, why, since when and until when; and who was.
// Invariant: a flag is in force while its state is approved and its last day has not passed; of
// several (made on two terminals at once) the highest level, then the latest, is the current one.
// Thread: that of the Database. Owns nothing.
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

inline constexpr int kPriorityRowsMax = 200;

struct PriorityFlag {
    RecordId id;
    RecordId customer;
    std::string level;   ///< A, B or C
    std::string reason;  ///< code of list flag_reason
    std::string note;
    std::string state;  ///< proposed, approved, refused or ended
    std::int64_t since{};
    std::string until;  ///< YYYY-MM-DD or "": the last day it counts
    std::string author;
    std::string decided_by;
    std::optional<std::int64_t> decided_at;
    std::optional<std::int64_t> ended_at;
    std::string ended_by;
    std::string end_reason;  ///< code of list flag_end_reason

    [[nodiscard]] bool in_force(std::string_view today) const {
        return state == "approved" && (until.empty() || until >= today);
    }
};

struct PriorityRow {
    PriorityFlag flag;
    std::string number;
    std::string display_name;
    std::string city;
    std::optional<std::int64_t> last_contact_ms;
};

class PriorityRepo {
  public:
    explicit PriorityRepo(sqlite::Database& database) : database_(&database) {}

    [[nodiscard]] Result<std::optional<PriorityFlag>> find(const RecordId& id);
    [[nodiscard]] Result<std::optional<PriorityFlag>> current(const RecordId& customer,
                                                              std::string_view today);
    /// All flags of a customer, the latest first.
    [[nodiscard]] Result<std::vector<PriorityFlag>> history(const RecordId& customer,
                                                            int limit = kPriorityRowsMax);
    /// One row a customer, by level and then the longest without contact first; one level only
    /// unless `level` is empty.
    [[nodiscard]] Result<std::vector<PriorityRow>> list(std::string_view today,
                                                        std::string_view level = {},
                                                        int limit = kPriorityRowsMax);

  private:
    sqlite::Database* database_;
};

}  // namespace balie::repo
