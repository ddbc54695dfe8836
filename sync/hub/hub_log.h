// The hub's log in its own order, and the chains of the devices that feed it.
// Invariant: hub_seq is gap-free and allocated inside the write transaction under SQLite's write
// lock, so it commits in order (I5); a chain has one hash per number and no gap, set-aside changes
// included (I3). Thread: store only, between begin() and the commit or rollback of one transaction.
#pragma once

#include "sync/hub/scopes.h"
#include "sync/log/origins.h"
#include "sync/protocol/message.h"

#include <optional>
#include <string>
#include <vector>

namespace balie::sync {

enum class LogKind : std::uint8_t { Change = 0, Enter = 1, Leave = 2 };

/// Where one origin's chain ends at the hub.
struct ChainTail {
    std::int64_t origin{};  ///< number in table origin
    std::int64_t last_seq{};
    Hash last_hash{};
    Stamp last_stamp;
    bool forked{false};
};

/// A change that is at the hub already, applied or set aside.
struct KnownChange {
    Hash hash{};
    VerdictKind verdict{VerdictKind::Applied};
    std::int64_t hub_seq{};  ///< 0 when set aside
    Stamp effective;
    std::string code;  ///< set aside only
    std::string detail;
};

struct LoggedChange {
    Change change;
    Stamp effective;
    std::string type;
    RecordId record;
    VerdictKind verdict{VerdictKind::Applied};
    ScopeNumber scopes{};
};

struct AsideChange {
    Change change;
    Stamp effective;
};

/// Why a transaction is set aside.
struct AsideReason {
    std::string code;
    std::string detail;
    std::optional<RecordId> needs;
};

class HubLog {
  public:
    HubLog(sqlite::Database& database, Origins& origins)
        : database_(&database), origins_(&origins) {}

    /// First thing in a write transaction.
    [[nodiscard]] Outcome begin();
    [[nodiscard]] std::int64_t last_seq() const { return last_seq_; }

    /// Appends one transaction's changes; answers the hub_seq of the first.
    [[nodiscard]] Result<std::int64_t> append(std::int64_t origin,
                                              const std::vector<LoggedChange>& changes,
                                              std::int64_t received_ms);
    [[nodiscard]] Outcome append_move(LogKind kind, const std::string& reason, ScopeNumber scope,
                                      domain::RecordType type, const RecordId& id,
                                      std::int64_t received_ms);

    /// Makes an empty one when the origin is new.
    [[nodiscard]] Result<ChainTail> tail(const Origin& origin);
    /// Without writing anything; nullopt when the origin is new.
    [[nodiscard]] Result<std::optional<ChainTail>> find_tail(const Origin& origin);
    [[nodiscard]] Outcome save_tail(const ChainTail& tail);
    [[nodiscard]] Result<std::optional<KnownChange>> known(std::int64_t origin, std::int64_t seq);

    /// The same transaction under another number of the same device: a copy or a restored backup of
    /// it sent it before. Found by the raw stamp, which rises along each log.
    [[nodiscard]] Result<bool> came_before(const Origin& origin, const Change& first);

    [[nodiscard]] Outcome set_aside(std::int64_t origin, const std::vector<AsideChange>& changes,
                                    const AsideReason& reason, std::int64_t received_ms);
    struct AsideKey {
        std::int64_t origin{};
        std::int64_t first{};  ///< seq of the transaction's first change
    };
    [[nodiscard]] Result<bool> anything_needed();
    /// Transactions that wait for this record.
    [[nodiscard]] Result<std::vector<AsideKey>> waiting_for(const RecordId& record);
    /// Transactions set aside with this code.
    [[nodiscard]] Result<std::vector<AsideKey>> set_aside_as(std::string_view code);
    [[nodiscard]] Result<std::vector<AsideChange>> load_aside(const AsideKey& key);
    [[nodiscard]] Outcome change_reason(const AsideKey& key, const AsideReason& reason);
    [[nodiscard]] Outcome drop_aside(const AsideKey& key);

  private:
    sqlite::Database* database_;
    Origins* origins_;
    std::int64_t last_seq_{};
};

/// Hash and salt columns; zeros unless the blob has the right length.
[[nodiscard]] Hash column_hash(const sqlite::Statement& row, int column);
[[nodiscard]] Salt column_salt(const sqlite::Statement& row, int column);
[[nodiscard]] Result<std::int64_t> stored_hub_seq(sqlite::Database& database);

}  // namespace balie::sync
