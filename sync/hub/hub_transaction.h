// One transaction of one author entering the hub's log: each change authorised against current
// role and scope and applied, then logged with the scopes that may see it. When it moves records to
// other scopes, those gained are told ENTER and those lost LEAVE, and digests follow.
// Invariant: nothing is in the log before finish(); a caller that gets a reason rolls back to its
// savepoint (or nothing was written) and calls abandon(), and it is as if the transaction had never
// come. Thread: store only, inside a write transaction.
#pragma once

#include "sync/hub/hub_core.h"

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace balie::sync {

/// On whose behalf.
struct Author {
    std::string login;
    std::string role;
    Sight sight;
    bool hub{false};  ///< the hub itself: may write everything
};

class HubTransaction {
  public:
    HubTransaction(HubCore& core, Author author);

    /// Decodes, authorises and applies. A reason: the whole transaction is to be set aside.
    [[nodiscard]] Result<std::optional<AsideReason>> add(const Change& change, Stamp effective);
    /// The hub's own edit, whose effect is in the rows already; `before` as those of RecordEdit.
    [[nodiscard]] Outcome add_own(const Change& change, const ChangeBody& body,
                                  const FieldValues& before);
    /// Who fetched this customer has changed: hub_fetch holds it already, the set of before comes
    /// here.
    void add_fetched(const RecordId& customer, ScopeNumber before);
    [[nodiscard]] Outcome finish(std::int64_t origin, std::int64_t received_ms);
    /// `rolled_back`: to a savepoint from before the first add().
    void abandon(bool rolled_back);

    [[nodiscard]] bool empty() const { return rows_.empty(); }
    /// After finish().
    [[nodiscard]] VerdictKind verdict() const;
    [[nodiscard]] std::int64_t last_hub_seq() const { return last_hub_seq_; }
    [[nodiscard]] std::vector<Stamp> effective() const;
    [[nodiscard]] const std::vector<RecordId>& created() const { return created_; }

  private:
    struct Touched {
        domain::RecordType type{};
        std::optional<RecordId> customer;   ///< of a child
        std::optional<ScopeNumber> before;  ///< nullopt: made here
        ScopeNumber after{};
        bool may_move{false};
    };
    struct Moved {
        domain::RecordType type{};
        RecordId id;
        ScopeNumber before{};
        ScopeNumber after{};
    };
    using Reason = std::optional<AsideReason>;

    [[nodiscard]] Result<std::size_t> size_of(domain::RecordType type, const RecordId& id);
    [[nodiscard]] Result<Reason> authorise(const domain::RecordSpec& spec, const ChangeBody& body,
                                           bool exists);
    [[nodiscard]] Result<Reason> authorise_parent(const ChangeBody& body);
    /// `by`: the author's sight, or a part of it.
    [[nodiscard]] Result<bool> sees_record(const RecordId& id, ScopeNumber now, const Sight& by);
    [[nodiscard]] Result<Reason> authorise_known(const domain::RecordSpec& spec,
                                                 const ChangeBody& body);
    [[nodiscard]] Result<Reason> authorise_office(const domain::RecordSpec& spec,
                                                  const ChangeBody& body);
    [[nodiscard]] Outcome touch(const domain::RecordSpec& spec, const ChangeBody& body,
                                bool exists);
    [[nodiscard]] Outcome note_move(const domain::RecordSpec& spec, const ChangeBody& body);
    [[nodiscard]] Outcome settle_scopes();
    [[nodiscard]] Result<ScopeNumber> scopes_after(const RecordId& id, Touched& touched);
    [[nodiscard]] Result<std::vector<Moved>> moved();
    [[nodiscard]] Outcome settle_digests(const std::vector<Moved>& moved);
    [[nodiscard]] Outcome log_moves(const std::vector<Moved>& moved, std::int64_t received_ms);
    [[nodiscard]] Outcome log_move(LogKind kind, const Moved& each, std::int64_t received_ms);

    HubCore* core_;
    Author author_;
    std::vector<LoggedChange> rows_;
    std::vector<RecordId> order_;  ///< of first touch
    std::unordered_map<RecordId, Touched> touched_;
    std::vector<RecordId> created_;
    std::int64_t last_hub_seq_{};
};

}  // namespace balie::sync
