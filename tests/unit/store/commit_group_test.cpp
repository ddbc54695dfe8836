// Several transactions with one durable commit: all of them, or none.
#include "storage/sqlite/database.h"
#include "tests/support/catch.h"
#include "tests/support/temp_folder.h"

#include <optional>

namespace balie::test {

namespace {

using sqlite::CommitGroup;
using sqlite::Database;
using sqlite::Transaction;

struct Notes {
    Notes() : database(must(Database::open(path(), key))) {
        must(database.execute("PRAGMA journal_mode=WAL; CREATE TABLE notes (text TEXT)"));
    }
    [[nodiscard]] std::string path() const { return (folder / "notes.db").string(); }
    /// A transaction of its own, as every caller of a store writes it.
    Outcome add(const std::string& text) {
        BALIE_ASSIGN(Transaction transaction, Transaction::begin(database));
        BALIE_ASSIGN(auto insert, database.prepare("INSERT INTO notes VALUES(?)"));
        BALIE_TRY(insert.bind(1, text).run());
        return transaction.commit();
    }
    void add_and_give_up(const std::string& text) {
        auto transaction = must(Transaction::begin(database));
        must(database.execute("INSERT INTO notes VALUES('" + text + "')"));
    }
    /// What another process sees.
    [[nodiscard]] std::int64_t durable() const {
        auto other = must(Database::open(path(), key));
        return value_integer(must(other.scalar("SELECT count(*) FROM notes")));
    }

    TempFolder folder;
    Bytes key{Bytes(32, 7)};
    Database database;
};

}  // namespace

TEST_CASE("Transactions of a group become durable together, at its commit", "[store]") {
    Notes notes;
    auto group = must(CommitGroup::begin(notes.database));
    REQUIRE_OK(notes.add("first"));
    REQUIRE_OK(notes.add("second"));
    CHECK(notes.durable() == 0);
    REQUIRE_OK(group.commit());
    CHECK(notes.durable() == 2);
    REQUIRE_OK(notes.add("after the group"));
    CHECK(notes.durable() == 3);
}

TEST_CASE("A group without commit leaves nothing, and the database as usable as before",
          "[store]") {
    Notes notes;
    {
        const auto group = must(CommitGroup::begin(notes.database));
        REQUIRE_OK(notes.add("lost"));
    }
    CHECK(notes.durable() == 0);
    REQUIRE_OK(notes.add("kept"));
    CHECK(notes.durable() == 1);
}

TEST_CASE("One transaction that wrote and was given up undoes its whole group", "[store]") {
    Notes notes;
    {
        auto group = must(CommitGroup::begin(notes.database));
        REQUIRE_OK(notes.add("first"));
        notes.add_and_give_up("second");
        REQUIRE_OK(notes.add("third"));
        REQUIRE_ERROR(group.commit(), ErrorCode::Cancelled);
    }
    CHECK(notes.durable() == 0);
    REQUIRE_OK(notes.add("again"));
    CHECK(notes.durable() == 1);
}

TEST_CASE("A transaction that only read may be given up: its group stands", "[store]") {
    Notes notes;
    auto group = must(CommitGroup::begin(notes.database));
    REQUIRE_OK(notes.add("first"));
    {
        const auto reading = must(Transaction::begin(notes.database, Transaction::Kind::Read));
        CHECK(value_integer(must(notes.database.scalar("SELECT count(*) FROM notes"))) == 1);
    }
    REQUIRE_OK(group.commit());
    CHECK(notes.durable() == 1);
}

TEST_CASE("When the disk is full in the middle of a group, none of it is there", "[store]") {
    Notes notes;
    REQUIRE_OK(notes.add("before"));
    {
        auto group = must(CommitGroup::begin(notes.database));
        REQUIRE_OK(notes.add("first"));
        // No page more than there are.
        REQUIRE_OK(notes.database.scalar("PRAGMA max_page_count=1"));
        REQUIRE_ERROR(notes.add(std::string(100'000, 'x')), ErrorCode::DiskFull);
        REQUIRE_ERROR(group.commit(), ErrorCode::Cancelled);
    }
    REQUIRE_OK(notes.database.scalar("PRAGMA max_page_count=1000000"));
    CHECK(notes.durable() == 1);
    REQUIRE_OK(notes.add("after"));
    CHECK(notes.durable() == 2);
}

}  // namespace balie::test
