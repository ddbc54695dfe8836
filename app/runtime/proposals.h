// Deciding on a proposal: what it would write, beside what is there now; accepting writes it as
// one's own change, declining only says so. Either is one unit of work with the decision.
// A proposal is another person's text: what it may touch is checked here as if it were foreign
// input, and every change of it is shown. Thread: store only. Owns nothing.
#pragma once

#include "app/runtime/events.h"
#include "storage/base/clock.h"
#include "storage/repo/proposal_repo.h"
#include "storage/store/store.h"

#include <string>

namespace balie::app {

/// Errors: InvalidInput when its text is not what the hub makes.
[[nodiscard]] Result<ProposalNote> read_proposal(sqlite::Database& database, const Clock& clock,
                                                 const repo::Proposal& proposal);
/// Errors: NotFound, AlreadyExists (decided already, by whom), Denied (it touches what a person may
/// not write), and those of any save.
[[nodiscard]] Outcome accept_proposal(store::Store& store, const std::string& user,
                                      const RecordId& id);
[[nodiscard]] Outcome decline_proposal(store::Store& store, const std::string& user,
                                       const RecordId& id);
/// Undo of a refusal. Errors: NotFound, AlreadyExists (it was accepted).
[[nodiscard]] Outcome reopen_proposal(store::Store& store, const std::string& user,
                                      const RecordId& id);

}  // namespace balie::app
