// Proposals: what others saved on a customer that had left their scope, for whoever has it now.
// Thread: that of the Database. Owns nothing.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/sqlite/database.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace balie::repo {

inline constexpr int kProposalRowsMax = 200;

struct Proposal {
    RecordId id;
    RecordId customer;
    std::string changes;  ///< JSON array of payloads (sync/PROTOCOL.md, section 4)
    std::string author;   ///< login
    std::int64_t proposed_at{};
    std::string state;       ///< open, accepted or declined
    std::string decided_by;  ///< login
    std::optional<std::int64_t> decided_at;
};

class ProposalRepo {
  public:
    explicit ProposalRepo(sqlite::Database& database) : database_(&database) {}

    [[nodiscard]] Result<std::optional<Proposal>> find(const RecordId& id);
    /// Nobody decided on them yet; the oldest first, as they build on each other.
    [[nodiscard]] Result<std::vector<Proposal>> open(int limit = kProposalRowsMax);

  private:
    sqlite::Database* database_;
};

}  // namespace balie::repo
