// Who may see what (SYNC 2, "Scope of a record"): every record has a set of scopes, a device has
// one scope, and sees the record when the set contains it. Sets are interned: rows name a number.
// A customer's set follows its branch, territory and owner, and who fetched it (fetching.h); what
// hangs on a customer has the customer's; a task or contact without a customer stays where its
// author worked when it was made. Invariant: a number names the same set for ever. Thread: store
// only.
#pragma once

#include "storage/base/result.h"
#include "storage/domain/schema.h"
#include "storage/sqlite/database.h"

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace balie::sync {

inline constexpr std::string_view kScopeEveryone = "everyone";
inline constexpr std::string_view kScopeAll = "all";

/// What one device sees: its scope, and the customers of others that it fetched for a while. In the
/// set of such a customer stands `device:ID`, as long as nothing else puts it in the device's
/// scope: so one is never there for both reasons, and the digests of the two add up.
struct Sight {
    std::string scope;
    std::string fetched{};
};
/// "device:ID"; no device can be enrolled with it as its scope.
[[nodiscard]] std::string fetched_scope(const DeviceId& device);

/// Sorted, without doubles.
using ScopeSet = std::vector<std::string>;
using ScopeNumber = std::int64_t;

/// all, branch:CODE, territory:CODE, portfolio:LOGIN. Errors: InvalidInput.
[[nodiscard]] Outcome check_scope(std::string_view scope);
/// The CODE of "branch:CODE" for kind "branch", else "".
[[nodiscard]] std::string scope_code(std::string_view scope, std::string_view kind);

/// "branch" + "12" → "branch:12"; nothing for an empty code or one with control characters.
[[nodiscard]] std::optional<std::string> scope_name(std::string_view kind, std::string_view code);
[[nodiscard]] ScopeSet customer_scopes(std::string_view branch, std::string_view territory,
                                       std::string_view owner);

/// True when these fields decide a customer's set.
[[nodiscard]] bool decides_scope(domain::RecordType type, std::string_view field);

class ScopeBook {
  public:
    explicit ScopeBook(sqlite::Database& database) : database_(&database) {}

    /// Makes the number when there is none yet (inside a write transaction).
    [[nodiscard]] Result<ScopeNumber> number_of(const ScopeSet& set);
    /// Valid until forget().
    [[nodiscard]] Result<const ScopeSet*> set_of(ScopeNumber number);
    /// A device of this scope sees a record with this set: it, or everyone, is in it.
    [[nodiscard]] Result<bool> seen_by(ScopeNumber number, const std::string& scope);
    [[nodiscard]] Result<bool> seen_by(ScopeNumber number, const Sight& sight);
    /// The same for a stored number; a set with members of both.
    [[nodiscard]] Result<ScopeNumber> both(ScopeNumber a, ScopeNumber b);

    /// As the rows say now; nullopt when there is no such record, or (orphans) no set was noted.
    [[nodiscard]] Result<std::optional<ScopeNumber>> of_record(domain::RecordType type,
                                                               const RecordId& id);
    [[nodiscard]] Result<std::optional<ScopeNumber>> of_customer(const RecordId& customer);
    /// customer_id of a record of a customer's kind; nullopt when it has none or is not there.
    [[nodiscard]] Result<std::optional<RecordId>> customer_of(domain::RecordType type,
                                                              const RecordId& id);
    /// The author's places at this moment, and the scope of the device it came from.
    [[nodiscard]] Result<ScopeNumber> of_author(const std::string& login,
                                                const std::string& device_scope);
    [[nodiscard]] Result<std::optional<ScopeNumber>> of_orphan(const RecordId& id);
    [[nodiscard]] Outcome note_orphan(const RecordId& id, ScopeNumber set);

    struct Member {
        domain::RecordType type{};
        RecordId id;
    };
    /// What hangs on a customer, by type.
    [[nodiscard]] Result<std::vector<Member>> children(const RecordId& customer);

    /// The customer's row, or who fetched it, has changed: what was kept of it is read again.
    void changed(const RecordId& customer) { customers_.erase(customer); }
    /// After a rollback, or another process's commit.
    void forget();

  private:
    sqlite::Database* database_;
    std::map<ScopeSet, ScopeNumber> numbers_;
    std::map<ScopeNumber, ScopeSet> sets_;
    std::unordered_map<RecordId, ScopeNumber> customers_;
};

}  // namespace balie::sync
