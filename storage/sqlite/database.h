// One SQLCipher connection, its statements and transactions. The only folder that sees sqlite3.h.
// Invariant: a database is opened with its raw key or not at all; a library without encryption is
// refused (PRAGMA cipher_version empty), so plaintext is never written by mistake.
// Thread: one at a time per Database; the object is not shared between threads.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/base/value.h"

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace balie::sqlite {

enum class OpenMode : std::uint8_t { ReadWriteCreate, ReadWrite, ReadOnly };

struct OpenOptions {
    OpenMode mode{OpenMode::ReadWriteCreate};
    int busy_timeout_ms{5000};
    std::int64_t cache_kib{16 * 1024};
    std::string vfs{};  ///< name of a registered VFS; tests give one that fails
};

class Database;

/// A prepared statement. Lives no longer than its Database. Positions count from 1.
class Statement {
  public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&& other) noexcept;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

    Statement& bind(int position, std::int64_t value);
    Statement& bind(int position, std::string_view text);
    Statement& bind(int position, const std::string& text) {
        return bind(position, std::string_view(text));
    }
    Statement& bind(int position, const char* text) {
        return bind(position, std::string_view(text));
    }
    Statement& bind(int position, BytesView blob);
    Statement& bind(int position, const Value& value);
    Statement& bind(int position, const IdBytes& id) { return bind(position, BytesView(id)); }
    Statement& bind_null(int position);

    /// True: there is a row. False: done (and reset, ready to be bound and stepped again).
    /// A failed bind is reported here.
    [[nodiscard]] Result<bool> step();
    /// Steps to the end. For statements that give no rows.
    [[nodiscard]] Outcome run();
    void reset();

    // Columns count from 0 and are valid until the next step or reset.
    [[nodiscard]] int column_count() const;
    [[nodiscard]] std::string_view column_name(int column) const;
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] BytesView blob(int column) const;
    [[nodiscard]] Value value(int column) const;  ///< integer, text or null
    [[nodiscard]] IdBytes id(int column) const;   ///< zeros unless the blob has 16 bytes

  private:
    friend class Database;
    struct Impl;
    explicit Statement(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// What is left to do for everything noted in a transaction, each key once (Database::at_commit).
using CommitWork = Outcome (*)(Database& database, const std::set<std::string>& keys);

class Database {
  public:
    /// `raw_key` has 32 bytes. Errors: Corrupt (damaged, or not this key), NotFound, NewerVersion,
    /// DiskFull, Io, Internal (a library without encryption).
    [[nodiscard]] static Result<Database> open(const std::string& path, BytesView raw_key,
                                               const OpenOptions& options = {});
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    /// One or more statements without parameters and without rows.
    [[nodiscard]] Outcome execute(const std::string& sql);
    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    /// Prepared once and kept: the same text gives the same statement, reset. Not re-entrant: the
    /// caller finishes with it before anybody asks for the same text again.
    [[nodiscard]] Result<Statement*> cached(std::string_view sql);

    /// Notes `key`: just before the transaction under way is committed (its group, when it is in
    /// one), `work` runs once with all keys noted for it, and its error fails the commit. What is
    /// rolled back is forgotten. Without a transaction it runs at once.
    [[nodiscard]] Outcome at_commit(CommitWork work, std::string key);

    /// First column of the first row; null when there is none.
    [[nodiscard]] Result<Value> scalar(std::string_view sql);

    [[nodiscard]] std::int64_t last_insert_rowid() const;
    [[nodiscard]] std::int64_t changes() const;
    [[nodiscard]] bool in_transaction() const;
    /// Changes when another connection has committed (PRAGMA data_version).
    [[nodiscard]] Result<std::int64_t> data_version();
    /// Ends the statement under way on this connection with ErrorCode::Cancelled. Thread: any.
    void interrupt();

    /// Online copy to a new encrypted file under the same key; `progress(done, total)` in pages may
    /// answer false to stop. Errors: AlreadyExists, DiskFull, Io, Cancelled.
    [[nodiscard]] Outcome copy_to(const std::string& path, BytesView raw_key);

    [[nodiscard]] const std::string& path() const;

  private:
    friend class CommitGroup;
    friend class Transaction;
    struct Impl;
    explicit Database(std::unique_ptr<Impl> impl);
    [[nodiscard]] std::int64_t total_changes() const;
    [[nodiscard]] Outcome run_noted();
    void forget_noted();
    std::unique_ptr<Impl> impl_;
    bool grouped_{false};
    bool group_broken_{false};  ///< a transaction that had written ended without commit
};

/// BEGIN IMMEDIATE … COMMIT; rolled back when destroyed without commit.
class Transaction {
  public:
    enum class Kind : std::uint8_t { Write, Read };
    [[nodiscard]] static Result<Transaction> begin(Database& database, Kind kind = Kind::Write);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    [[nodiscard]] Outcome commit();

  private:
    Transaction(Database& database, std::int64_t changes_before)
        : database_(&database), changes_before_(changes_before) {}
    Database* database_;
    std::int64_t changes_before_;  ///< only within a group
};

/// One durable commit for all transactions that begin and end while it stands; a commit of theirs
/// only closes them. All or nothing: when one of them had written and ended without commit,
/// commit() fails and the whole group is undone. What depends on their being durable waits for
/// commit(). The database must not move meanwhile.
class CommitGroup {
  public:
    [[nodiscard]] static Result<CommitGroup> begin(Database& database);
    CommitGroup(CommitGroup&& other) noexcept;
    CommitGroup& operator=(CommitGroup&&) = delete;
    CommitGroup(const CommitGroup&) = delete;
    CommitGroup& operator=(const CommitGroup&) = delete;
    ~CommitGroup();

    /// Errors: those of a commit; Cancelled when a transaction of the group was given up.
    [[nodiscard]] Outcome commit();

  private:
    explicit CommitGroup(Database& database) : database_(&database) {}
    Database* database_;
};

/// SAVEPOINT … RELEASE; rolled back to when destroyed without release. Nests.
class Savepoint {
  public:
    [[nodiscard]] static Result<Savepoint> begin(Database& database);
    Savepoint(Savepoint&& other) noexcept;
    Savepoint& operator=(Savepoint&&) = delete;
    Savepoint(const Savepoint&) = delete;
    Savepoint& operator=(const Savepoint&) = delete;
    ~Savepoint();

    [[nodiscard]] Outcome release();

  private:
    explicit Savepoint(Database& database) : database_(&database) {}
    Database* database_;
};

}  // namespace balie::sqlite
