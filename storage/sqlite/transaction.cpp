#include "storage/sqlite/database.h"

#include <utility>

namespace balie::sqlite {

Result<Transaction> Transaction::begin(Database& database, Kind kind) {
    if (database.grouped_) return Transaction(database, database.total_changes());
    BALIE_TRY(database.execute(kind == Kind::Write ? "BEGIN IMMEDIATE" : "BEGIN"));
    return Transaction(database, 0);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)), changes_before_(other.changes_before_) {}

Transaction::~Transaction() {
    if (database_ != nullptr && database_->grouped_) {
        if (database_->total_changes() != changes_before_) database_->group_broken_ = true;
        return;
    }
    if (database_ == nullptr) return;
    database_->forget_noted();
    // A failed statement may have rolled back already (disk full); then there is nothing to undo.
    if (database_->in_transaction()) {
        ignore(database_->execute("ROLLBACK"), "closing the connection rolls back too");
    }
}

Outcome Transaction::commit() {
    if (database_->grouped_) {
        database_ = nullptr;
        return {};
    }
    BALIE_TRY(database_->run_noted());
    BALIE_TRY(database_->execute("COMMIT"));
    database_ = nullptr;
    return {};
}

Result<CommitGroup> CommitGroup::begin(Database& database) {
    BALIE_TRY(database.execute("BEGIN IMMEDIATE"));
    database.grouped_ = true;
    database.group_broken_ = false;
    return CommitGroup(database);
}

CommitGroup::CommitGroup(CommitGroup&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

CommitGroup::~CommitGroup() {
    if (database_ == nullptr) return;
    database_->grouped_ = false;
    database_->forget_noted();
    if (database_->in_transaction()) {
        ignore(database_->execute("ROLLBACK"), "closing the connection rolls back too");
    }
}

Outcome CommitGroup::commit() {
    if (database_->group_broken_ || !database_->in_transaction()) {
        return Error{ErrorCode::Cancelled,
                     "a step of what belongs together failed, so all of it was undone",
                     database_->path(), "Nothing that was saved is lost; it is tried again"};
    }
    BALIE_TRY(database_->run_noted());
    database_->grouped_ = false;
    BALIE_TRY(database_->execute("COMMIT"));
    database_ = nullptr;
    return {};
}

Result<Savepoint> Savepoint::begin(Database& database) {
    BALIE_TRY(database.execute("SAVEPOINT balie"));
    return Savepoint(database);
}

Savepoint::Savepoint(Savepoint&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Savepoint::~Savepoint() {
    if (database_ != nullptr && database_->in_transaction()) {
        ignore(database_->execute("ROLLBACK TO balie; RELEASE balie"),
               "the enclosing transaction fails next and says why");
    }
}

Outcome Savepoint::release() {
    BALIE_TRY(database_->execute("RELEASE balie"));
    database_ = nullptr;
    return {};
}

}  // namespace balie::sqlite
