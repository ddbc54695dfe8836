// Writes a database as an earlier format made it, with one customer and one visit in it, to be kept
// under tests/data/databases. Usage: balie_old_database NUMBER FILE
#include "storage/store/migrations.h"
#include "storage/store/record_tables.h"

#include <cstdlib>
#include <iostream>

namespace {

balie::Outcome write(int format, const std::string& file) {
    const balie::Bytes key(32, 7);
    BALIE_ASSIGN(auto database, balie::sqlite::Database::open(file, key));
    BALIE_TRY(balie::store::migrate(database, format));
    balie::IdBytes customer{};
    customer[15] = 1;
    balie::IdBytes visit{};
    visit[15] = 2;
    BALIE_ASSIGN(
        auto insert,
        database.prepare(
            "INSERT INTO customers(id,kind,name,number) VALUES(?,'person','Jansen','K-1')"));
    BALIE_TRY(insert.bind(1, customer).run());
    BALIE_ASSIGN(auto line,
                 database.prepare(
                     "INSERT INTO interactions(id,customer_id,channel,outcome,note,occurred_at) "
                     "VALUES(?,?,'visit','held','Kept from an earlier version',1773478800000)"));
    line.bind(1, visit).bind(2, std::string_view(balie::id_to_text(customer)));
    BALIE_TRY(line.run());
    // One file, no write-ahead log beside it.
    BALIE_TRY(database.scalar("PRAGMA wal_checkpoint(TRUNCATE)"));
    return {};
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) {
        std::cerr << "usage: balie_old_database NUMBER FILE\n";
        return 2;
    }
    const auto written = write(std::atoi(arguments[1]), arguments[2]);
    if (written.ok()) return 0;
    std::cerr << written.error().text() << '\n';
    return 1;
}
