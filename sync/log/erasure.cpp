#include "sync/log/erasure.h"

#include "sync/log/change_log.h"

namespace balie::sync {

namespace {

Result<std::int64_t> count(sqlite::Database& database, std::string_view sql) {
    BALIE_ASSIGN(const Value number, database.scalar(sql));
    return value_integer(number);
}

}  // namespace

Outcome note_departed(sqlite::Database& database, const RecordId& id) {
    BALIE_ASSIGN(auto* note, database.cached("INSERT OR IGNORE INTO departed VALUES(?)"));
    BALIE_TRY(note->bind(1, id.bytes).run());
    // Why it was fetched goes with it.
    BALIE_ASSIGN(auto* fetched, database.cached("DELETE FROM fetched WHERE customer_id=?"));
    BALIE_TRY(fetched->bind(1, id.bytes).run());
    BALIE_ASSIGN(auto* flag, database.cached("INSERT OR REPLACE INTO setting(key,value) VALUES"
                                             "(?,'1'),(?,'1')"));
    return flag->bind(1, setting::kEraseDue).bind(2, setting::kTracesLeft).run();
}

Outcome note_returned(sqlite::Database& database, const RecordId& id) {
    BALIE_ASSIGN(auto* forget, database.cached("DELETE FROM departed WHERE record_id=?"));
    return forget->bind(1, id.bytes).run();
}

Result<Erased> erase_departed(sqlite::Database& database, std::int64_t backed_up) {
    Erased erased;
    BALIE_ASSIGN(const std::int64_t any, count(database, "SELECT EXISTS(SELECT 1 FROM departed)"));
    if (any == 0) return erased;
    BALIE_ASSIGN(auto* erase,
                 database.cached("UPDATE change_log SET payload='',salt=x'' WHERE state=2 AND "
                                 "payload<>'' AND hub_seq<=? AND record_id IN (SELECT record_id "
                                 "FROM departed)"));
    BALIE_TRY(erase->bind(1, backed_up).run());
    erased.changes = database.changes();
    // What an import would have put back.
    BALIE_TRY(database.execute(
        "UPDATE import_record SET before='{}' WHERE before NOT IN ('','{}') AND record_id IN "
        "(SELECT record_id FROM departed)"));
    // What is readable still waits for a backup of the hub, or for a person (set aside).
    BALIE_TRY(database.execute(
        "DELETE FROM departed WHERE record_id NOT IN (SELECT record_id FROM change_log WHERE "
        "payload<>'')"));
    BALIE_ASSIGN(erased.waiting, count(database, "SELECT count(*) FROM departed"));
    return erased;
}

Result<Erased> erase_old(sqlite::Database& database, std::int64_t backed_up,
                         std::int64_t before_ms) {
    BALIE_ASSIGN(auto* erase,
                 database.cached("UPDATE change_log SET payload='',salt=x'' WHERE state=2 AND "
                                 "payload<>'' AND hub_seq<=? AND saved_ms<?"));
    BALIE_TRY(erase->bind(1, backed_up).bind(2, before_ms).run());
    return Erased{database.changes(), 0};
}

}  // namespace balie::sync
