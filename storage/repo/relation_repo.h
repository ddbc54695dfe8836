// Relations between customers: household, employer, supplier…, as each of the two sees it.
// Invariant: removed relations are in no list. A relation is where its first customer is; the other
// may be outside the scope of this terminal, and is then said to be so, never an error.
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

inline constexpr int kRelationRowsMax = 200;

struct Relation {
    RecordId id;
    RecordId customer;  ///< whose relation it is
    RecordId other;
    std::string kind;  ///< code of list relation_kind: what the other is to the customer
    std::string since;
    std::string until;
    std::string note;
    std::string author;
    std::optional<std::int64_t> deleted_at;
};

/// One of a customer's relations, seen from there.
struct RelationRow {
    Relation relation;
    RecordId other;          ///< the one at the other end, whichever that is
    std::string other_name;  ///< empty: outside the scope of this terminal
    std::string other_kind;  ///< person or organisation
    bool backwards{false};   ///< seen from the second customer
    std::string kind;        ///< what the one at the other end is, as a code where there is one
    bool kind_known{true};   ///< false: `kind` is what it is the other way round

    [[nodiscard]] bool outside() const { return other_name.empty(); }
    [[nodiscard]] bool is_over(std::string_view today) const {
        return !relation.until.empty() && relation.until < today;
    }
};

struct NewRelation {
    RecordId customer;
    RecordId other;
    std::string kind;
    std::string since;  ///< YYYY-MM-DD or ""
    std::string until;
    std::string note;
};

class RelationRepo {
  public:
    explicit RelationRepo(sqlite::Database& database) : database_(&database) {}

    [[nodiscard]] Result<std::optional<Relation>> find(const RecordId& id);
    /// Errors: NotFound, also for one that was removed.
    [[nodiscard]] Result<Relation> get(const RecordId& id);
    /// Both directions; those that are over come last. `today` is YYYY-MM-DD.
    [[nodiscard]] Result<std::vector<RelationRow>> of_customer(const RecordId& customer,
                                                               std::string_view today,
                                                               int limit = kRelationRowsMax);
    /// The code of the reverse of `kind`; empty where the organisation named none.
    [[nodiscard]] Result<std::string> reverse_of(std::string_view kind);

  private:
    sqlite::Database* database_;
};

}  // namespace balie::repo
