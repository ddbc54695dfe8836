#include "sync/log/pending_fields.h"

#include "sync/log/own_order.h"
#include "sync/protocol/codec.h"

namespace balie::sync {

Result<std::vector<Unconfirmed>> unconfirmed_changes(sqlite::Database& database,
                                                     const RecordId& id) {
    // Numbers of origins rise with the incarnations of this device.
    BALIE_ASSIGN(auto* select,
                 database.cached("SELECT origin,seq,payload FROM change_log WHERE record_id=? AND "
                                 "state<2 ORDER BY origin,seq"));
    select->bind(1, id.bytes);
    std::vector<Unconfirmed> changes;
    std::vector<std::int64_t> origins;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) break;
        BALIE_ASSIGN(ChangeBody body, decode_payload(select->text(2)));
        origins.push_back(select->integer(0));
        changes.push_back({select->integer(1), std::move(body)});
    }
    if (changes.empty()) return changes;
    BALIE_ASSIGN(const OwnOrder order, OwnOrder::load(database));
    for (std::size_t i = 0; i < changes.size(); ++i) {
        changes[i].seq = order.number(origins[i], changes[i].seq);
    }
    return changes;
}

Result<std::map<std::string, PendingField, std::less<>>> pending_fields(sqlite::Database& database,
                                                                        const RecordId& id) {
    BALIE_ASSIGN(const auto changes, unconfirmed_changes(database, id));
    std::map<std::string, PendingField, std::less<>> fields;
    for (const Unconfirmed& change : changes) {
        for (const auto& [field, edit] : change.body.fields) {
            fields[field] = {change.seq, edit.value};
        }
    }
    return fields;
}

}  // namespace balie::sync
