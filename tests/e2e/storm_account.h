// What the commands of a storm said was saved, and in what an export is not that: lost, doubled,
// changed, or never said by anybody.
// Invariant: worked out from what commands answered alone. What a killed or failed command was to
// save may be there or not, but whole, and once. Thread: one at a time for an object.
#pragma once

#include "tests/e2e/bank_table.h"

#include <map>
#include <string>
#include <vector>

namespace balie::test {

/// Rows by type: customers, interactions…
using Tables = std::map<std::string, ExportedTable>;

/// An expected value: whatever it is, there is one.
inline const std::string kAnything = "*";

/// A record as it has to be. Its token stands at the beginning of a text field of it and nowhere
/// else, so that it is known also when nobody was told its id.
struct ExpectedRecord {
    std::string type;
    std::string token;
    std::string id;  ///< empty: the command did not get to say it
    ExportedRow values;
};

/// What one command was to save: all of it or nothing.
struct Deed {
    bool saved{false};  ///< exit code 0; otherwise nobody knows
    std::vector<ExpectedRecord> records;
};

/// One edit of a field, by its new value, which nobody else writes.
struct Edit {
    std::string customer;  ///< id
    std::string field;
    std::string value;
    bool saved{false};
};

/// A conflict as a terminal lists it, the same at every terminal.
struct ListedConflict {
    std::string type;
    std::string record;
    std::string field;
    std::vector<std::string> values;
    std::string text;  ///< all of it, with devices and times
};

/// What one terminal did, in its order.
struct Account {
    std::vector<Deed> deeds;
    std::vector<Edit> edits;
};

/// Each difference is a sentence; at most ten of them.
using Sentences = std::vector<std::string>;

/// Every record once with its values; nothing that nobody saved.
[[nodiscard]] Sentences record_differences(const std::vector<Account>& accounts,
                                           const Tables& exported);
/// Every edited field holds the last edit of some terminal, and so do all versions of its
/// conflict: an edit is replaced only by one that knew of it, a terminal's own by its next. A field
/// that one terminal alone edits holds just its last, and is in no conflict.
[[nodiscard]] Sentences edit_differences(const std::vector<Account>& accounts,
                                         const Tables& exported,
                                         const std::vector<ListedConflict>& conflicts);
/// In what two exports are not equal, row by row.
[[nodiscard]] Sentences table_differences(const Tables& one, const Tables& other);

}  // namespace balie::test
