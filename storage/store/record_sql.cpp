#include "storage/store/record_sql.h"

#include <map>

namespace balie::store {

namespace {

RecordSql make(const domain::RecordSpec& record) {
    const std::string table(record.plural);
    std::string columns;
    std::string marks;
    for (const domain::Field& field : record.fields) {
        columns += "," + quoted_column(field.name);
        marks += ",?";
    }
    RecordSql sql;
    sql.insert = "INSERT INTO " + table + "(id,birth_origin,birth_seq,birth_stamp" + columns +
                 ") VALUES(?,?,?,?" + marks + ")";
    sql.select = "SELECT " + columns.substr(1) + " FROM " + table + " WHERE id=?";
    sql.remove = "DELETE FROM " + table + " WHERE id=?";
    sql.exists = "SELECT 1 FROM " + table + " WHERE id=?";
    sql.birth = "SELECT birth_origin,birth_seq,birth_stamp FROM " + table + " WHERE id=?";
    sql.set_birth = "UPDATE " + table + " SET birth_origin=?,birth_seq=?,birth_stamp=? WHERE id=?";
    return sql;
}

std::map<domain::RecordType, RecordSql> make_all() {
    std::map<domain::RecordType, RecordSql> all;
    for (const domain::RecordSpec& record : domain::all_records())
        all.emplace(record.type, make(record));
    return all;
}

}  // namespace

std::string quoted_column(std::string_view column) {
    return "\"" + std::string(column) + "\"";
}

const RecordSql& record_sql(domain::RecordType type) {
    static const std::map<domain::RecordType, RecordSql> kAll = make_all();
    return kAll.at(type);
}

}  // namespace balie::store
