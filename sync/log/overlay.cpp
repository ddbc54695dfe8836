#include "sync/log/overlay.h"

namespace balie::sync {

Result<std::optional<ShadowRow>> Overlay::find(const RecordId& id, std::string_view field) {
    BALIE_ASSIGN(
        auto* select,
        database_->cached("SELECT value,pending_seq FROM shadow WHERE record_id=? AND field=?"));
    BALIE_ASSIGN(const bool there, select->bind(1, id.bytes).bind(2, field).step());
    std::optional<ShadowRow> row;
    if (there) row = ShadowRow{std::string(field), select->value(0), select->integer(1)};
    select->reset();
    return row;
}

Result<std::vector<ShadowRow>> Overlay::all(const RecordId& id) {
    BALIE_ASSIGN(auto* select,
                 database_->cached("SELECT field,value,pending_seq FROM shadow WHERE record_id=?"));
    select->bind(1, id.bytes);
    std::vector<ShadowRow> rows;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) return rows;
        rows.push_back({std::string(select->text(0)), select->value(1), select->integer(2)});
    }
}

Outcome Overlay::cover(domain::RecordType type, const RecordId& id, std::string_view field,
                       const Value& confirmed, std::int64_t own_seq) {
    BALIE_ASSIGN(
        auto* write,
        database_->cached("INSERT INTO shadow(record_type,record_id,field,value,pending_seq) "
                          "VALUES(?,?,?,?,?) ON CONFLICT(record_id,field) DO UPDATE SET "
                          "pending_seq=excluded.pending_seq"));
    write->bind(1, static_cast<std::int64_t>(type)).bind(2, id.bytes).bind(3, field);
    return write->bind(4, confirmed).bind(5, own_seq).run();
}

Outcome Overlay::show(domain::RecordType type, const RecordId& id, std::string_view field,
                      const Value& value, std::optional<std::int64_t> confirmed_seq) {
    BALIE_ASSIGN(const auto row, find(id, field));
    if (row && (!confirmed_seq || row->pending_seq > *confirmed_seq))
        return replace(id, field, value);
    if (row) {
        BALIE_TRY(remove(id, field));
    }
    BALIE_ASSIGN(const Value shown, tables_->read_field(type, id, field));
    if (shown == value) return {};
    return tables_->update(type, id, {{std::string(field), value}});
}

Outcome Overlay::remove_all(const RecordId& id) {
    BALIE_ASSIGN(auto* write, database_->cached("DELETE FROM shadow WHERE record_id=?"));
    return write->bind(1, id.bytes).run();
}

Outcome Overlay::replace(const RecordId& id, std::string_view field, const Value& value) {
    BALIE_ASSIGN(auto* write,
                 database_->cached("UPDATE shadow SET value=? WHERE record_id=? AND field=?"));
    return write->bind(1, value).bind(2, id.bytes).bind(3, field).run();
}

Outcome Overlay::remove(const RecordId& id, std::string_view field) {
    BALIE_ASSIGN(auto* write,
                 database_->cached("DELETE FROM shadow WHERE record_id=? AND field=?"));
    return write->bind(1, id.bytes).bind(2, field).run();
}

}  // namespace balie::sync
