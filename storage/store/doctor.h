// Looks a database over: is it whole, is it encrypted, is what can be derived in step with what it
// is derived from. Repairs derived things only; a fact is never altered here.
// Invariant: a look changes nothing. Thread: the look on any reader's connection; repair store
// only. Cost: a second or two per million rows (see DoctorDepth).
#pragma once

#include "storage/base/result.h"
#include "storage/sqlite/database.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace balie::store {

enum class Severity : std::uint8_t {
    Fine,
    Notice,      ///< nothing to do: set aside and waiting, for example
    Repairable,  ///< derived, and repair() makes it anew
    Broken       ///< bytes or facts are damaged: restore a backup
};

struct Finding {
    std::string check;  ///< integrity, cipher, full_text, orphans, chain…
    Severity severity{Severity::Fine};
    std::string text;
    std::int64_t count{};
};

enum class DoctorDepth : std::uint8_t {
    Quick,  ///< PRAGMA quick_check
    Full    ///< PRAGMA integrity_check and every page's authentication code
};

/// A check that lives elsewhere (the log's chain is the change log's business).
using DoctorCheck = std::function<Result<Finding>(sqlite::Database&)>;

struct DoctorReport {
    std::vector<Finding> findings;

    [[nodiscard]] Severity worst() const;
};

/// Errors: only when the looking itself cannot be done; what is wrong is in the report.
[[nodiscard]] Result<DoctorReport> examine(sqlite::Database& database, DoctorDepth depth,
                                           const std::vector<DoctorCheck>& more = {});
/// Makes the full text anew where it is missing or stale. Answers what was mended.
[[nodiscard]] Result<std::vector<Finding>> repair(sqlite::Database& database);

}  // namespace balie::store
