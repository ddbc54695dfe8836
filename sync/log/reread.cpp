#include "sync/log/reread.h"

#include "sync/log/change_log.h"
#include "sync/log/erasure.h"

namespace balie::sync {

Outcome Reread::begin(sqlite::Database& database) {
    BALIE_TRY(
        database.execute("DELETE FROM reread;"
                         // What waits of others comes again; what waits of one's own stays.
                         "DELETE FROM set_aside WHERE NOT EXISTS (SELECT 1 FROM change_log l WHERE "
                         "l.origin=set_aside.origin AND l.seq=set_aside.seq);"));
    // Nobody can say what the hub has left of former incarnations: it shows as they come.
    BALIE_ASSIGN(const ChangeLog::Tail tail, ChangeLog::tail(database));
    BALIE_ASSIGN(auto* again,
                 database.cached(
                     "UPDATE change_log SET state=1 WHERE origin<>? AND state=2 AND payload<>''"));
    return again->bind(1, tail.origin_number).run();
}

Outcome Reread::keep(std::span<const RecordId> ids) {
    for (const RecordId& id : ids) {
        BALIE_ASSIGN(auto* note, database_->cached("INSERT OR IGNORE INTO reread VALUES(?)"));
        BALIE_TRY(note->bind(1, id.bytes).run());
    }
    return {};
}

Outcome Reread::before(std::string_view type, const RecordId& id) {
    if (!running_) return {};
    const domain::RecordSpec* record = domain::find_record(type);
    if (record == nullptr) return {};
    BALIE_ASSIGN(auto* note, database_->cached("INSERT OR IGNORE INTO reread VALUES(?)"));
    BALIE_TRY(note->bind(1, id.bytes).run());
    if (database_->changes() == 0) return {};
    return state_->forget(record->type, id);
}

Outcome Reread::made(std::string_view type, const RecordId& id) {
    if (!running_) return {};
    const domain::RecordSpec* record = domain::find_record(type);
    if (record == nullptr) return {};
    BALIE_ASSIGN(const bool there, tables_->exists(record->type, id));
    if (!there) return {};
    return state_->lay_unconfirmed_over(record->type, id);
}

Outcome Reread::sweep() {
    for (const domain::RecordSpec& spec : domain::all_records()) {
        BALIE_ASSIGN(auto* select,
                     database_->cached("SELECT id FROM " + std::string(spec.plural) +
                                       " WHERE id NOT IN (SELECT record_id FROM reread)"));
        std::vector<RecordId> left;
        while (true) {
            BALIE_ASSIGN(const bool more, select->step());
            if (!more) break;
            left.push_back(RecordId{select->id(0)});
        }
        for (const RecordId& id : left) {
            BALIE_ASSIGN(const auto birth, tables_->birth(spec.type, id));
            if (!birth) continue;
            BALIE_TRY(state_->forget(spec.type, id));
            BALIE_ASSIGN(const bool own, tables_->exists(spec.type, id));
            if (!own) {
                BALIE_TRY(note_departed(*database_, id));
            }
        }
    }
    return database_->execute("DELETE FROM reread");
}

}  // namespace balie::sync
