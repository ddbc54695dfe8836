// Merge of one field: its heads under a set of changes, whatever the order of arrival.
// Laws (sync/MERGE.md, one test each): commutative, associative, idempotent (I16); exactly the
// versions that no known version descends from are heads; successive edits of one author never
// conflict (I10). Thread: any (value).
#pragma once

#include "sync/core/change.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace balie::sync {

struct Head {
    Version version;
    Value value;
    bool operator==(const Head&) const = default;
};

class FieldState {
  public:
    FieldState() = default;
    /// From storage: heads in any order and everything ever seen or replaced.
    FieldState(std::vector<Head> heads, Base context);
    /// The state of a field of a record just created by `birth`.
    [[nodiscard]] static FieldState born(const Version& birth, Value value);

    /// Takes in one version with the base its author saw. False when the state is unchanged: it was
    /// known. One that was replaced before it came can still replace what its author had seen.
    bool apply(const Version& version, const Value& value, const Base& base);

    /// Sorted, the shown one first: highest (effective stamp, device, incarnation, seq).
    [[nodiscard]] const std::vector<Head>& heads() const { return heads_; }
    /// Per origin the highest sequence seen or replaced; the base for a new edit.
    [[nodiscard]] const Base& context() const { return context_; }
    [[nodiscard]] bool empty() const { return heads_.empty(); }
    [[nodiscard]] const Head& shown() const { return heads_.front(); }
    /// Two heads that hold different values: a person has to choose. Heads that agree do not.
    [[nodiscard]] bool in_conflict() const;
    /// This version was seen or replaced.
    [[nodiscard]] bool covers(const ChangeId& id) const;

    bool operator==(const FieldState&) const = default;

  private:
    std::vector<Head> heads_;
    Base context_;
};

/// An edited field of a record and its state.
using NamedState = std::pair<std::string, FieldState>;

/// Deleting is an edit of `deleted_at` whose base is what its author had seen of the whole record
/// (MERGE.md, "Deleting"). True when a person has to choose: some deleted and some brought back, or
/// the record is deleted and one of `edited` has a head that whoever deleted it had not seen.
[[nodiscard]] bool deletion_in_doubt(const FieldState& deleted, std::span<const NamedState> edited);

/// The field that says a record is deleted.
inline constexpr std::string_view kDeletedAt = "deleted_at";

}  // namespace balie::sync
