// Who was asked to see to a piece of work (a conflict, what was set aside), and by when: a task.
// Its id follows from what it is for, so that there is one, wherever it is made. Thread: store
// only. Ownership: the database outlives it.
#pragma once

#include "app/runtime/events.h"
#include "storage/sqlite/database.h"
#include "sync/core/change.h"

namespace balie::app {

[[nodiscard]] RecordId task_of_conflict(const RecordId& conflict);
[[nodiscard]] RecordId task_of_set_aside(const sync::ChangeId& change);
[[nodiscard]] Result<Asked> who_was_asked(sqlite::Database& database, const RecordId& task);

}  // namespace balie::app
