// Whom a conflict is about and who wrote its versions, as far as this terminal knows.
// Thread: store only. Ownership: the database outlives it.
#pragma once

#include "app/runtime/events.h"
#include "storage/sqlite/database.h"

namespace balie::app {

class ConflictNotes {
  public:
    explicit ConflictNotes(sqlite::Database& database) : database_(&database) {}

    [[nodiscard]] Result<ConflictNote> of(const sync::ConflictEntry& entry);

  private:
    [[nodiscard]] Result<std::string> author_of(const sync::Head& head);
    [[nodiscard]] Result<std::string> line_of(const Value& address);

    sqlite::Database* database_;
};

}  // namespace balie::app
