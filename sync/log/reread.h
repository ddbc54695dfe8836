// The hub was restored from a backup, and this copy holds things it no longer has: everything is
// read again from the start, record by record, so that people keep what they see meanwhile.
// Invariant: a record is forgotten when the first entry of it comes and built up anew from there;
// what did not come until the end of the log goes; own unconfirmed changes stay over it all along.
// Thread: store only, inside a write transaction.
#pragma once

#include "sync/log/confirmed_state.h"

#include <span>

namespace balie::sync {

class Reread {
  public:
    Reread(sqlite::Database& database, ConfirmedState& state, store::RecordTables& tables,
           bool running)
        : database_(&database), state_(&state), tables_(&tables), running_(running) {}

    /// From now on the log is read from 0.
    [[nodiscard]] static Outcome begin(sqlite::Database& database);
    /// These are the hub's: they stay as they are, and what is logged of them later comes over
    /// them.
    [[nodiscard]] Outcome keep(std::span<const RecordId> ids);
    /// Before an entry of this record is applied.
    [[nodiscard]] Outcome before(std::string_view type, const RecordId& id);
    /// After the record was made anew.
    [[nodiscard]] Outcome made(std::string_view type, const RecordId& id);
    /// At the end of the log: what the hub does not have goes.
    [[nodiscard]] Outcome sweep();

  private:
    sqlite::Database* database_;
    ConfirmedState* state_;
    store::RecordTables* tables_;
    bool running_;
};

}  // namespace balie::sync
