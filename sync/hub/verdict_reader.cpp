#include "sync/hub/verdict_reader.h"

#include "sync/core/limits.h"
#include "sync/hub/sql.h"

#include <algorithm>

namespace balie::sync {

namespace {

/// Rows that are looked at for one answer: the largest transaction and more.
constexpr auto kVerdictRowsMax = static_cast<std::int64_t>(kTransactionChangesMax) * 2;
constexpr std::size_t kVerdictBytes = 200;  ///< about, in JSON; the stamp of a change is 22
constexpr std::size_t kEffectiveBytes = 22;

// "origin" and "seq" are unique in each; verdict 3 is set_aside.
constexpr std::string_view kSelectVerdicts =
    "SELECT seq, transaction_id, verdict, hub_seq, effective_stamp, '' AS code, '' AS detail "
    "FROM hub_log WHERE kind = 0 AND origin = ?1 AND seq BETWEEN ?2 AND ?3 "
    "UNION ALL SELECT seq, transaction_id, 3, 0, effective_stamp, code, detail "
    "FROM hub_set_aside WHERE origin = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq LIMIT ?4";

/// Changes of one transaction, one after the other: its verdict is what they have in common.
class VerdictSum {
  public:
    void add(const sqlite::Statement& row) {
        const TransactionId transaction{row.id(1)};
        const auto kind = static_cast<VerdictKind>(row.integer(2));
        if (verdicts_.empty() || verdicts_.back().transaction != transaction) {
            bytes_ += kVerdictBytes + row.text(6).size();
            Verdict fresh;
            fresh.transaction = transaction;
            fresh.first = row.integer(0);
            fresh.kind = kind;
            fresh.code = row.text(5);
            fresh.detail = row.text(6);
            verdicts_.push_back(std::move(fresh));
        }
        Verdict& verdict = verdicts_.back();
        verdict.last = row.integer(0);
        if (kind == VerdictKind::SetAside) return;
        // All of it replaced before it came, or a choice to make, or neither.
        if (kind == VerdictKind::Conflict || verdict.kind == VerdictKind::Superseded) {
            verdict.kind = kind;
        }
        verdict.hub_seq = row.integer(3);
        verdict.effective.push_back(Stamp{row.integer(4)});
        bytes_ += kEffectiveBytes;
    }
    [[nodiscard]] bool full() const { return bytes_ > kBatchBytesMax; }
    [[nodiscard]] std::vector<Verdict>& verdicts() { return verdicts_; }

  private:
    std::vector<Verdict> verdicts_;
    std::size_t bytes_{0};
};

}  // namespace

Result<Ack> verdicts_in_log(HubCore& core, const Origin& origin, std::int64_t first,
                            std::int64_t last) {
    BALIE_ASSIGN(auto transaction,
                 sqlite::Transaction::begin(core.database(), sqlite::Transaction::Kind::Read));
    BALIE_TRY(core.begin_read());
    Ack ack;
    ack.wall_ms = core.clock->wall_ms();
    BALIE_ASSIGN(const auto tail, core.log.find_tail(origin));
    if (!tail) return ack;
    ack.acked_seq = tail->last_seq;
    ack.acked_hash = tail->last_hash;
    VerdictSum sum;
    std::int64_t rows = 0;
    bool cut = false;
    BALIE_TRY(each_row(
        core.database(), kSelectVerdicts,
        [&](const sqlite::Statement& row) -> Outcome {
            cut = cut || sum.full();
            if (!cut) sum.add(row);
            ++rows;
            return {};
        },
        tail->origin, first, last, kVerdictRowsMax));
    // The last transaction may go on behind what was looked at.
    const bool more = cut || rows == kVerdictRowsMax;
    if (more && sum.verdicts().size() > 1) sum.verdicts().pop_back();
    ack.verdicts = std::move(sum.verdicts());
    return ack;
}

}  // namespace balie::sync
