#include "sync/log/chain_check.h"

#include "sync/log/change_log.h"
#include "sync/log/origins.h"

#include <algorithm>

namespace balie::sync {

Result<ChainReport> check_own_chain(sqlite::Database& database) {
    ChainReport report;
    Origins origins(database);
    BALIE_ASSIGN(
        auto* select,
        database.cached("SELECT origin,seq,transaction_id,action_id,raw_stamp,user,"
                        "schema_version,payload,salt,commitment,hash,state FROM change_log "
                        "ORDER BY origin,seq"));
    std::int64_t number = 0;
    Change previous;
    while (report.fault.empty()) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        if (select->integer(0) != number) {
            number = select->integer(0);
            previous = {};
        }
        BALIE_ASSIGN(const Origin origin, origins.origin_of(number));
        Change change;
        change.id = {origin, select->integer(1)};
        change.transaction = {select->id(2)};
        change.action = {select->id(3)};
        change.raw = Stamp{select->integer(4)};
        change.user = std::string(select->text(5));
        change.schema_version = static_cast<int>(select->integer(6));
        change.payload = std::string(select->text(7));
        copy_bytes(select->blob(8), change.salt);
        copy_bytes(select->blob(9), change.commitment);
        copy_bytes(select->blob(10), change.hash);
        // What the hub has may be erased (erasure.h): its commitment stays.
        const bool erased = change.payload.empty() &&
                            select->integer(11) == static_cast<std::int64_t>(LogState::Confirmed);
        const std::string where = " (change " + std::to_string(change.id.seq) + ")";
        if (change.id.seq != previous.id.seq + 1) {
            report.fault = "a change is missing from the log" + where;
        } else if (!erased && commitment_of(change.salt, change.payload) != change.commitment) {
            report.fault = "a change is not as it was written" + where;
        } else if (chain_hash(previous.hash, change) != change.hash) {
            report.fault = "the log's chain is broken" + where;
        }
        ++report.changes;
        previous = std::move(change);
    }
    select->reset();
    return report;
}

}  // namespace balie::sync
