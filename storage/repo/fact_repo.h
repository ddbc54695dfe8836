// Facts: what people know of a customer (likes, promises, an important date), and whose day is
// near. Invariant: removed facts are in no list. A day is a calendar day wherever one stands: no
// time of day and no time zone moves it. Whoever was born on 29 February has their day on the 28th
// in the years without one, so that nobody is a day late. Thread: that of the Database. Owns
// nothing.
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

inline constexpr int kFactRowsMax = 200;
/// How far ahead days are told.
inline constexpr int kNearDays = 7;
inline constexpr int kNearDaysMax = 366;

struct Fact {
    RecordId id;
    RecordId customer;
    std::string kind;  ///< code of list fact_kind
    std::string text;
    std::string on;  ///< YYYY-MM-DD, --MM-DD or ""
    std::optional<RecordId> source;
    std::string author;
    std::int64_t noted_at{};
    std::optional<std::int64_t> deleted_at;
};

struct NewFact {
    RecordId customer;
    std::string kind;
    std::string text;
    std::string on;                  ///< YYYY-MM-DD, --MM-DD or ""
    std::optional<RecordId> source;  ///< the interaction in which it was heard
};

/// Only what is given changes; a text that is given and empty is cleared.
struct FactChanges {
    std::optional<std::string> kind;
    std::optional<std::string> text;
    std::optional<std::string> on;
};

/// A birthday or an important date that comes.
struct NearDay {
    RecordId customer;
    std::string customer_name;
    std::string day;          ///< YYYY-MM-DD: when it is this time
    bool birthday{false};     ///< else it is of a fact:
    std::string kind;         ///< of the fact
    std::string text;         ///< of the fact
    std::optional<int> turn;  ///< how many years it will be; nothing: the year is not known
};

class FactRepo {
  public:
    explicit FactRepo(sqlite::Database& database) : database_(&database) {}

    [[nodiscard]] Result<std::optional<Fact>> find(const RecordId& id);
    /// Errors: NotFound, also for one that was removed.
    [[nodiscard]] Result<Fact> get(const RecordId& id);
    /// Promises and needs first, as somebody waits for them; then the latest first.
    [[nodiscard]] Result<std::vector<Fact>> of_customer(const RecordId& customer,
                                                        int limit = kFactRowsMax);
    /// From `today` (YYYY-MM-DD) until so many days later, the nearest first: of the customers of
    /// `user` (login), of priority customers, and of facts that `user` noted. Everybody's when
    /// `user` is empty.
    [[nodiscard]] Result<std::vector<NearDay>> near(std::string_view today, std::string_view user,
                                                    int days = kNearDays, int limit = kFactRowsMax);

  private:
    sqlite::Database* database_;
};

}  // namespace balie::repo
