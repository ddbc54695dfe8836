// Several transactions with one durable commit: all of them, or none. What is noted for the commit.
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

/// One row for all that was noted.
Outcome write_noted(Database& database, const std::set<std::string>& keys) {
    std::string text;
    for (const std::string& key : keys) text += key + " ";
    BALIE_ASSIGN(auto insert, database.prepare("INSERT INTO notes VALUES(?)"));
    return insert.bind(1, text).run();
}

Outcome fail_noted(Database& database, const std::set<std::string>& /*keys*/) {
    return Error{ErrorCode::Internal, "no", database.path(), {}};
}

std::string written(Database& database) {
    return value_text(must(database.scalar("SELECT group_concat(text, '|') FROM notes")));
}

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

TEST_CASE("What is noted for the commit is done once, before it, with every key once", "[store]") {
    Notes notes;
    Database& database = notes.database;
    {
        auto transaction = must(Transaction::begin(database));
        REQUIRE_OK(database.at_commit(write_noted, "b"));
        REQUIRE_OK(database.at_commit(write_noted, "a"));
        REQUIRE_OK(database.at_commit(write_noted, "b"));
        CHECK(written(database).empty());
        REQUIRE_OK(transaction.commit());
    }
    CHECK(notes.durable() == 1);
    CHECK(written(database) == "a b ");
    REQUIRE_OK(notes.add("next"));
    CHECK(written(database) == "a b |next");
    // Without a transaction there is nothing to wait for.
    REQUIRE_OK(database.at_commit(write_noted, "c"));
    CHECK(written(database) == "a b |next|c ");
}

TEST_CASE("What was noted in a transaction that is given up is forgotten", "[store]") {
    Notes notes;
    {
        auto transaction = must(Transaction::begin(notes.database));
        REQUIRE_OK(notes.database.at_commit(write_noted, "lost"));
    }
    REQUIRE_OK(notes.add("kept"));
    CHECK(written(notes.database) == "kept");
}

TEST_CASE("When what was noted cannot be done nothing is committed", "[store]") {
    Notes notes;
    {
        auto transaction = must(Transaction::begin(notes.database));
        must(notes.database.execute("INSERT INTO notes VALUES('half')"));
        REQUIRE_OK(notes.database.at_commit(fail_noted, "x"));
        REQUIRE_ERROR(transaction.commit(), ErrorCode::Internal);
    }
    CHECK(notes.durable() == 0);
    REQUIRE_OK(notes.add("after"));
    CHECK(notes.durable() == 1);
}

TEST_CASE("A group does at its commit what any of its transactions noted", "[store]") {
    Notes notes;
    auto group = must(CommitGroup::begin(notes.database));
    for (const char* key : {"a", "b", "a"}) {
        auto transaction = must(Transaction::begin(notes.database));
        REQUIRE_OK(notes.database.at_commit(write_noted, key));
        REQUIRE_OK(transaction.commit());
    }
    CHECK(written(notes.database).empty());
    REQUIRE_OK(group.commit());
    CHECK(written(notes.database) == "a b ");
}

}  // namespace balie::test
