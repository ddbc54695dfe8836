#include "sync/log/pending_fields.h"

#include "sync/protocol/codec.h"

namespace balie::sync {

Result<std::map<std::string, PendingField, std::less<>>> pending_fields(sqlite::Database& database,
                                                                        const RecordId& id,
                                                                        std::int64_t except_seq) {
    BALIE_ASSIGN(auto* select,
                 database.cached("SELECT seq,payload FROM change_log WHERE record_id=? AND "
                                 "state<2 AND seq<>? ORDER BY seq"));
    select->bind(1, id.bytes).bind(2, except_seq);
    std::map<std::string, PendingField, std::less<>> fields;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) return fields;
        BALIE_ASSIGN(const ChangeBody body, decode_payload(select->text(1)));
        for (const auto& [field, edit] : body.fields)
            fields[field] = {select->integer(0), edit.value};
    }
}

}  // namespace balie::sync
