#include "storage/sqlite/database.h"

#include <utility>

namespace balie::sqlite {

Result<Transaction> Transaction::begin(Database& database, Kind kind) {
    BALIE_TRY(database.execute(kind == Kind::Write ? "BEGIN IMMEDIATE" : "BEGIN"));
    return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
    // A failed statement may have rolled back already (disk full); then there is nothing to undo.
    if (database_ != nullptr && database_->in_transaction()) {
        ignore(database_->execute("ROLLBACK"), "closing the connection rolls back too");
    }
}

Outcome Transaction::commit() {
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
