#include "storage/repo/proposal_repo.h"

#include "storage/repo/rows.h"

namespace balie::repo {

namespace {

constexpr std::string_view kProposalColumns =
    "SELECT id, customer_id, changes, author, proposed_at, state, decided_by, decided_at FROM "
    "proposals";

Proposal read_proposal(const sqlite::Statement& row) {
    return {.id = id_at(row, 0),
            .customer = reference_at(row, 1).value_or(RecordId{}),
            .changes = text_at(row, 2),
            .author = text_at(row, 3),
            .proposed_at = row.integer(4),
            .state = text_at(row, 5),
            .decided_by = text_at(row, 6),
            .decided_at = integer_at(row, 7)};
}

}  // namespace

Result<std::optional<Proposal>> ProposalRepo::find(const RecordId& id) {
    BALIE_ASSIGN(auto* select, database_->cached(std::string(kProposalColumns) + " WHERE id=?"));
    return read_row<Proposal>(select->bind(1, id.bytes), read_proposal);
}

Result<std::vector<Proposal>> ProposalRepo::open(int limit) {
    BALIE_ASSIGN(auto* select, database_->cached(std::string(kProposalColumns) +
                                                 " WHERE state='open' ORDER BY proposed_at, id "
                                                 "LIMIT ?"));
    select->bind(1, std::int64_t{clamp_rows(limit, kProposalRowsMax)});
    return read_rows<Proposal>(*select, read_proposal);
}

}  // namespace balie::repo
