#include "storage/store/put_off_indexes.h"

#include <string>
#include <vector>

namespace balie::store {

namespace {

constexpr std::string_view kPutOff = "put_off_indexes";

Result<std::string> noted(sqlite::Database& database) {
    BALIE_ASSIGN(auto* select, database.cached("SELECT value FROM setting WHERE key=?"));
    BALIE_ASSIGN(const bool row, select->bind(1, kPutOff).step());
    std::string sql(row ? select->text(0) : std::string_view());
    select->reset();
    return sql;
}

Outcome note(sqlite::Database& database, const std::string& sql) {
    BALIE_ASSIGN(auto* write,
                 database.cached("INSERT OR REPLACE INTO setting(key,value) VALUES(?,?)"));
    return write->bind(1, kPutOff).bind(2, sql).run();
}

struct Index {
    std::string name;
    std::string sql;
};

/// Those that somebody made, not those that a UNIQUE column brings.
Result<std::vector<Index>> indexes_of(sqlite::Database& database, const std::string& table) {
    BALIE_ASSIGN(auto select, database.prepare("SELECT name,sql FROM sqlite_master WHERE "
                                               "type='index' AND tbl_name=? AND sql IS NOT NULL"));
    select.bind(1, table);
    std::vector<Index> found;
    while (true) {
        BALIE_ASSIGN(const bool more, select.step());
        if (!more) return found;
        found.push_back({std::string(select.text(0)), std::string(select.text(1))});
    }
}

}  // namespace

Result<bool> indexes_are_put_off(sqlite::Database& database) {
    BALIE_ASSIGN(const std::string sql, noted(database));
    return !sql.empty();
}

Outcome put_off_indexes(sqlite::Database& database, domain::RecordType type) {
    const std::string table(domain::spec(type).plural);
    BALIE_ASSIGN(const Value filled, database.scalar("SELECT EXISTS(SELECT 1 FROM " + table + ")"));
    if (value_integer(filled) != 0) return {};
    BALIE_ASSIGN(std::string sql, noted(database));
    BALIE_ASSIGN(const auto indexes, indexes_of(database, table));
    for (const Index& index : indexes) {
        sql += index.sql + ";\n";
        BALIE_TRY(database.execute("DROP INDEX \"" + index.name + "\""));
    }
    return note(database, sql);
}

Outcome make_put_off_indexes(sqlite::Database& database) {
    BALIE_ASSIGN(const std::string sql, noted(database));
    if (sql.empty()) return {};
    BALIE_TRY(database.execute(sql));
    return note(database, {});
}

}  // namespace balie::store
