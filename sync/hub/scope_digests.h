// A running digest per scope: what a device of that scope must have (I4). A device's digest is
// that of everyone plus that of its scope.
// Invariant: the digest of a scope is the sum of the contributions of the records in it; nothing is
// added here before the transaction that causes it has been taken. Thread: store only.
#pragma once

#include "sync/hub/scopes.h"
#include "sync/log/confirmed_state.h"

#include <map>
#include <string>
#include <unordered_map>

namespace balie::sync {

/// What ConfirmedState says of the records of one transaction: by how much each has changed.
class RecordDeltas final : public DigestKeeper {
  public:
    struct Delta {
        domain::RecordType type{};
        Digest sum;  ///< after minus before
    };

    [[nodiscard]] Outcome changed(domain::RecordType type, const RecordId& id, const Digest& minus,
                                  const Digest& plus) override;
    [[nodiscard]] const std::unordered_map<RecordId, Delta>& all() const { return deltas_; }
    /// Zero when nothing changed.
    [[nodiscard]] Digest of(const RecordId& id) const;
    void clear() { deltas_.clear(); }

  private:
    std::unordered_map<RecordId, Delta> deltas_;
};

class ScopeDigests {
  public:
    explicit ScopeDigests(sqlite::Database& database) : database_(&database) {}

    [[nodiscard]] Outcome add(const ScopeSet& set, const Digest& delta);
    [[nodiscard]] Outcome subtract(const ScopeSet& set, const Digest& delta);
    /// Writes what changed; last thing before COMMIT.
    [[nodiscard]] Outcome save();
    /// As stored, without what is under way: for readers.
    [[nodiscard]] Result<Digest> stored(std::string_view scope);
    void forget() { kept_.clear(); }

  private:
    struct Entry {
        Digest value;
        bool dirty{false};
    };
    [[nodiscard]] Result<Entry*> entry(const std::string& scope);

    sqlite::Database* database_;
    std::map<std::string, Entry> kept_;
};

}  // namespace balie::sync
