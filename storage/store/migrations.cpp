#include "storage/store/migrations.h"

#include "storage/domain/schema.h"
#include "storage/store/migration_texts.h"

#include <algorithm>

namespace balie::store {

namespace {

/// Marks the file as Balie's for anyone who looks ("BALI").
constexpr int kApplicationId = 0x42414C49;

/// The record tables of migration 1: one a record type, columns from the record-type list as it
/// stood at schema version 1. Later types and fields come in migrations of their own.
std::string record_tables_sql() {
    std::string sql;
    for (const domain::RecordSpec& record : domain::all_records()) {
        if (record.since > 1) continue;
        sql += "CREATE TABLE " + std::string(record.plural) +
               " (rowid INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE";
        sql += ", birth_origin INTEGER, birth_seq INTEGER, birth_stamp INTEGER";
        for (const domain::Field& field : record.fields) {
            if (field.since == 1) sql += ", \"" + std::string(field.name) + "\"";
        }
        sql += ");\n";
    }
    return sql;
}

Outcome run(sqlite::Database& database, int number) {
    BALIE_ASSIGN(sqlite::Transaction transaction, sqlite::Transaction::begin(database));
    // Another process that opened the file at the same moment may have been first.
    BALIE_ASSIGN(const int at, migration_of(database));
    if (at >= number) return {};
    BALIE_TRY(database.execute(std::string(migration_text(number))));
    if (number == 1) {
        BALIE_TRY(database.execute(record_tables_sql()));
        BALIE_TRY(database.execute("PRAGMA application_id=" + std::to_string(kApplicationId)));
    }
    BALIE_TRY(database.execute("PRAGMA user_version=" + std::to_string(number)));
    return transaction.commit();
}

}  // namespace

int newest_migration() {
    return migration_text_count();
}

Result<int> migration_of(sqlite::Database& database) {
    BALIE_ASSIGN(const Value version, database.scalar("PRAGMA user_version"));
    return static_cast<int>(value_integer(version));
}

Outcome migrate(sqlite::Database& database, int up_to) {
    BALIE_ASSIGN(const int at, migration_of(database));
    if (at > newest_migration()) {
        return Error{ErrorCode::NewerVersion,
                     "this file was made by a newer version of Balie (format " +
                         std::to_string(at) + ", this program knows up to " +
                         std::to_string(newest_migration()) + ")",
                     database.path(), "Install the newer version; the file is left as it is"};
    }
    for (int number = at + 1; number <= std::min(up_to, newest_migration()); ++number) {
        BALIE_TRY(run(database, number));
    }
    return {};
}

}  // namespace balie::store
