// The one port of storage: whoever keeps a change log learns of every edit within the transaction
// that makes it. sync/log implements it. Invariant: rows and log are committed together or not at
// all. Thread: store only.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/base/value.h"
#include "storage/domain/schema.h"
#include "storage/sqlite/database.h"

#include <cstdint>
#include <map>
#include <string>

namespace balie::store {

/// One record's edit, as the user made it: already validated and already in the rows.
struct RecordEdit {
    domain::RecordType type{};
    RecordId id;
    domain::Write write{};
    FieldValues before;  ///< of the fields in `after`; empty for Create
    FieldValues after;   ///< the fields that were written and differ; for Create the non-null ones
};

/// Who does it and as part of what.
struct Authorship {
    std::string user;  ///< login
    ActionId action;
    TransactionId transaction;
};

class ChangeSink {
  public:
    ChangeSink() = default;
    ChangeSink(const ChangeSink&) = delete;
    ChangeSink& operator=(const ChangeSink&) = delete;
    virtual ~ChangeSink() = default;

    [[nodiscard]] virtual Outcome record(const RecordEdit& edit, const Authorship& authorship,
                                         sqlite::Database& database) = 0;
    /// Last call before COMMIT; may still fail the transaction.
    [[nodiscard]] virtual Outcome before_commit(sqlite::Database& database) = 0;
    /// The transaction is gone: whatever was kept in memory for it is forgotten.
    virtual void rolled_back() = 0;
};

}  // namespace balie::store
