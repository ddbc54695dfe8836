// The hub's log as one device may see it: filtered by its scope, in whole transactions.
// Invariant: a change is sent when its record was in scope then and is now; ENTER and LEAVE when
// they are for this scope; one's own always, as LogOwn. `to` moves also over what was passed by,
// and stands on the end of a transaction. Thread: store only.
#pragma once

#include "sync/hub/hub_core.h"
#include "sync/hub/hub_store.h"

namespace balie::sync {

class LogReader {
  public:
    explicit LogReader(HubCore& core) : core_(&core) {}

    /// Reads in one read transaction, so that entries, end and digest are of one moment. May answer
    /// without entries, with `to` moved on, when a long stretch is for others.
    [[nodiscard]] Result<HubStore::ReadAnswer> read(const Sight& sight, const Origin& origin,
                                                    std::int64_t cursor, std::int64_t bytes_max);

  private:
    struct Row {
        std::int64_t hub_seq{};
        std::int64_t tx_first{};
        std::int64_t kind{};
        ScopeNumber scopes{};
        std::string type;
        RecordId record;
        std::int64_t origin{};
        std::string reason;
        LogChange change;  ///< filled for changes of others that were visible
        Bytes hash;        ///< of one's own: its beginning
        std::int64_t seq{};
        Stamp effective;
    };
    struct Page {
        std::vector<Row> rows;
        std::int64_t bytes{0};  ///< of payloads
        std::int64_t to{0};  ///< when there is not more: nothing lies between the last row and here
        bool more{false};
    };
    struct Reading {
        const Sight& sight;
        std::int64_t own_origin;
        std::int64_t bytes_max;
    };
    [[nodiscard]] Outcome load_rows(const Reading& reading, const LogOutline::Stretch& stretch,
                                    Page& page);
    [[nodiscard]] Result<Page> load_all(const Reading& reading, std::int64_t cursor);
    [[nodiscard]] Result<Page> load_stretches(const Reading& reading, std::int64_t cursor);
    [[nodiscard]] Result<Row> row_of(const sqlite::Statement& statement, const Sight& sight,
                                     std::int64_t own_origin);
    [[nodiscard]] Result<bool> in_scope_now(const Sight& sight, const Row& row);
    /// nullopt: not for this device.
    [[nodiscard]] Result<std::optional<LogEntry>> entry_of(const Sight& sight,
                                                           std::int64_t own_origin, Row& row);

    HubCore* core_;
};

}  // namespace balie::sync
