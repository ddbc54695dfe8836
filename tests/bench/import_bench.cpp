// Importing a large table against a batched insert of the same rows by plain SQLite.
#include "app/runtime/importer.h"
#include "tests/bench/bench_world.h"

#include <fmt/core.h>

#include <fstream>

namespace balie::test {

namespace {

std::int64_t write_table(const std::filesystem::path& file, std::int64_t customers) {
    std::ofstream out(file);
    out << "kind,number,name,given_name,note\r\n";
    for (std::int64_t i = 0; i < customers; ++i) {
        out << "person," << 500'000 + i << ",Jansen " << i % 997 << ",Anna,\"Likes sailing, number "
            << i << "\"\r\n";
    }
    return customers;
}

double insert_plainly(BenchWorld& world, std::int64_t customers) {
    auto db = world.plain("floor-import.db");
    REQUIRE_OK(db.execute(
        "CREATE TABLE customers(rowid INTEGER PRIMARY KEY,id BLOB NOT NULL UNIQUE,kind,number,"
        "name,given_name,note);"
        "CREATE INDEX a ON customers(number);CREATE INDEX b ON customers(name,id);"
        "CREATE VIRTUAL TABLE words USING fts5(text,prefix='1 2 3',detail=none);"
        "CREATE VIRTUAL TABLE grams USING fts5(text,tokenize='trigram',detail=none);"
        "CREATE TABLE change_log(seq INTEGER PRIMARY KEY,record_id BLOB,payload TEXT,salt BLOB,"
        "commitment BLOB,hash BLOB,state INTEGER);"
        "CREATE INDEX c ON change_log(record_id,seq) WHERE state<2;"));
    SeededEntropy entropy(3);
    const Bytes digest(32, 1);
    const double begun = now_s();
    for (std::int64_t done = 0; done < customers;) {
        auto transaction = must(sqlite::Transaction::begin(db));
        for (int i = 0; i < 400 && done < customers; ++i, ++done) {
            const auto id = RecordId::make(done, entropy);
            const std::string name = "Jansen " + std::to_string(done % 997);
            const std::string note = "Likes sailing, number " + std::to_string(done);
            auto* row =
                must(db.cached("INSERT INTO customers(id,kind,number,name,given_name,note) "
                               "VALUES(?,'person',?,?,'Anna',?)"));
            row->bind(1, id.bytes)
                .bind(2, std::string_view(std::to_string(500'000 + done)))
                .bind(3, std::string_view(name))
                .bind(4, std::string_view(note));
            REQUIRE_OK(row->run());
            auto* words = must(db.cached("INSERT INTO words(rowid,text) VALUES(?,?)"));
            REQUIRE_OK(
                words->bind(1, done + 1)
                    .bind(2, std::string_view("anna jansen " + std::to_string(500'000 + done)))
                    .run());
            auto* grams = must(db.cached("INSERT INTO grams(rowid,text) VALUES(?,?)"));
            REQUIRE_OK(
                grams->bind(1, done + 1)
                    .bind(2, std::string_view("anna jansen " + std::to_string(500'000 + done)))
                    .run());
            auto* log = must(
                db.cached("INSERT INTO change_log(record_id,payload,salt,commitment,hash,state) "
                          "VALUES(?,?,?,?,?,0)"));
            log->bind(1, id.bytes)
                .bind(2, std::string_view(name + note + std::string(150, 'x')))
                .bind(3, BytesView(digest).first(16));
            REQUIRE_OK(log->bind(4, BytesView(digest)).bind(5, BytesView(digest)).run());
        }
        REQUIRE_OK(transaction.commit());
    }
    return now_s() - begun;
}

}  // namespace

TEST_CASE("A large table is imported at a fraction of the speed of plain inserts",
          "[bench][import]") {
    BenchWorld world;
    const std::int64_t customers = BenchWorld::customers_wanted();
    const auto file = world.file("customers.csv");
    REQUIRE(write_table(file, customers) == customers);
    app::ImportRequest request;
    request.file = file;
    request.as = "customers";
    const double begun = now_s();
    const auto report = must(app::Importer(world.store(), "anna").run(request));
    const double ours = now_s() - begun;
    REQUIRE(report.imported == customers);
    const double floor = insert_plainly(world, customers);
    fmt::print(
        "import: {} customers of 5 columns, checked first, with change log and full text: {:.1f} s "
        "({:.0f} a "
        "second); floor (same rows, log bytes and full text, batched by 400, plain SQLite, same "
        "key) {:.1f} s; "
        "ratio {:.2f}\n",
        customers, ours, static_cast<double>(customers) / ours, floor, ours / floor);
}

}  // namespace balie::test
