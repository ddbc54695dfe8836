// What a person does about a change that was set aside: send it again, as it was or mended, or put
// it away. All of a transaction is dealt with together, as it was taken back together.
// Invariant: nothing is removed; what was sent again is a new change on what is known here now, and
// both are one unit of work. The task of whoever was asked to see to it is done by that too.
// Thread: store only. Owns nothing.
#pragma once

#include "storage/base/result.h"
#include "storage/base/value.h"
#include "storage/store/store.h"
#include "sync/log/set_aside.h"

#include <string>

namespace balie::app {

/// `mended`: what the fields of change `id` shall hold instead; null clears. Answers how many
/// changes were made: 0 when all of it is in the records already. Errors: NotFound, InvalidInput
/// and LimitExceeded as of any save; AlreadyExists (it was sent again before); Denied (a foreign
/// change, which is tried again by itself).
[[nodiscard]] Result<std::int64_t> send_again(store::Store& store, const std::string& user,
                                              const sync::ChangeId& id, const FieldValues& mended);
/// Off the list; it can be taken up again. Errors: NotFound, Denied (foreign).
[[nodiscard]] Outcome put_away(store::Store& store, const std::string& user,
                               const sync::ChangeId& id);
[[nodiscard]] Outcome take_up(store::Store& store, const std::string& user,
                              const sync::ChangeId& id);

/// Writes what a change held anew, on what is here now: an edit where the record is, else its
/// creation. A fact that came meanwhile is not written twice. Errors: NotFound (there is nothing to
/// edit; `otherwise` says what to do), and those of any save.
[[nodiscard]] Outcome write_anew(store::UnitOfWork& unit, const domain::RecordSpec& record,
                                 const sync::ChangeBody& body, FieldValues values,
                                 std::string otherwise);

}  // namespace balie::app
