#include "app/runtime/asked.h"

#include "storage/crypto/hash.h"
#include "storage/repo/task_repo.h"
#include "sync/log/set_aside.h"

namespace balie::app {

RecordId task_of_conflict(const RecordId& conflict) {
    return RecordId::derive(
        crypto::blake2b_256({as_bytes("balie.task."), BytesView(conflict.bytes)}));
}

RecordId task_of_set_aside(const sync::ChangeId& change) {
    const std::string text = sync::change_id_text(change);
    return RecordId::derive(crypto::blake2b_256({as_bytes("balie.task.aside."), as_bytes(text)}));
}

Result<Asked> who_was_asked(sqlite::Database& database, const RecordId& task) {
    Asked asked{task, {}, {}};
    BALIE_ASSIGN(const auto found, repo::TaskRepo(database).find(task));
    if (found && found->is_open()) {
        asked.assignee = found->assignee;
        asked.due_on = found->due_on;
    }
    return asked;
}

}  // namespace balie::app
