#include "storage/repo/record_reader.h"

#include "storage/repo/interaction_repo.h"
#include "storage/repo/rows.h"

#include <string>

namespace balie::repo {

namespace {

using domain::RecordSpec;
using domain::RecordType;

/// When a record, or a field of it, came to the office. The hub's log knows; a terminal knows the
/// effective stamps, and that what has none was not received yet.
Result<std::string> since_condition(sqlite::Database& database) {
    BALIE_ASSIGN(const Value hub_log,
                 database.scalar("SELECT 1 FROM sqlite_master WHERE type='table'"
                                 " AND name='hub_log'"));
    if (!is_null(hub_log)) {
        return std::string(
            "r.id IN (SELECT l.record_id FROM hub_log l WHERE l.kind=0"
            " AND l.received_ms >= ?1)");
    }
    return std::string(
        "(r.birth_stamp IS NULL OR (r.birth_stamp >> 16) >= ?1 OR r.id IN"
        " (SELECT v.record_id FROM field_version v WHERE (v.stamp >> 16) >= ?1))");
}

Result<std::string> select_sql(sqlite::Database& database, const RecordSpec& record,
                               const RecordQuery& query) {
    std::string sql = "SELECT r.id";
    for (const domain::Field& field : record.fields) {
        sql += ", r.\"" + std::string(field.name) + "\"";
    }
    sql += " FROM " + std::string(record.plural) + " r WHERE 1";
    if (query.received_since_ms) {
        BALIE_ASSIGN(const std::string since, since_condition(database));
        sql += " AND " + since;
    }
    if (query.lines == Lines::InForce) {
        if (record.type == RecordType::Interaction) {
            sql += " AND " + in_force_condition("r") + " AND " + not_withdrawn_condition("r");
        } else if (record.find("deleted_at") != nullptr) {
            sql += " AND r.deleted_at IS NULL";
        }
    }
    return sql + " ORDER BY r.rowid";
}

Outcome add_custom(sqlite::Database& database, RecordLine& line) {
    BALIE_ASSIGN(auto* custom,
                 database.cached("SELECT field, value FROM custom_value WHERE owner=?"));
    custom->bind(1, line.id.bytes);
    while (true) {
        BALIE_ASSIGN(const bool more, custom->step());
        if (!more) return {};
        line.values.emplace(std::string(kCustomPrefix) + text_at(*custom, 0), custom->value(1));
    }
}

}  // namespace

Result<std::int64_t> read_records(sqlite::Database& database, const RecordQuery& query,
                                  const std::function<Outcome(const RecordLine&)>& take) {
    const RecordSpec& record = domain::spec(query.type);
    std::optional<sqlite::Transaction> transaction;
    if (!database.in_transaction()) {
        BALIE_ASSIGN(auto begun,
                     sqlite::Transaction::begin(database, sqlite::Transaction::Kind::Read));
        transaction.emplace(std::move(begun));
    }
    BALIE_ASSIGN(const std::string sql, select_sql(database, record, query));
    BALIE_ASSIGN(auto select, database.prepare(sql));
    if (query.received_since_ms) select.bind(1, *query.received_since_ms);
    std::int64_t count = 0;
    while (true) {
        BALIE_ASSIGN(const bool more, select.step());
        if (!more) return count;
        RecordLine line;
        line.id = id_at(select, 0);
        int column = 1;
        for (const domain::Field& field : record.fields) {
            if (!select.is_null(column)) line.values.emplace(field.name, select.value(column));
            ++column;
        }
        if (record.custom_fields) {
            BALIE_TRY(add_custom(database, line));
        }
        ++count;
        BALIE_TRY(take(line));
    }
}

}  // namespace balie::repo
