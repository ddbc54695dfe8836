// One batch of what the hub sent on its way into the tables of a terminal: log entries
// (terminal_apply.cpp) or parts of a snapshot (terminal_snapshot.cpp). Thread: store only, inside a
// write transaction. Private to sync/log.
#pragma once

#include "storage/store/store.h"
#include "sync/log/change_log.h"
#include "sync/log/confirmed_state.h"
#include "sync/log/reread.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace balie::sync {

/// A field that this version has a column, or a row of its own, for.
[[nodiscard]] inline bool knows(const domain::RecordSpec& record, std::string_view field) {
    return is_custom(field) || record.find(field) != nullptr;
}

/// Nothing was written.
[[nodiscard]] inline bool refused(ApplyKind kind) {
    return kind == ApplyKind::Needs || kind == ApplyKind::Unknown || kind == ApplyKind::Invalid;
}

/// The running sum of this terminal's scope; written once, with the cursor.
class TerminalDigest final : public DigestKeeper {
  public:
    explicit TerminalDigest(Digest start) : sum_(start) {}
    Outcome changed(domain::RecordType /*type*/, const RecordId& /*id*/, const Digest& minus,
                    const Digest& plus) override {
        if (!leaving_old_) sum_ -= minus;
        sum_ += plus;
        return {};
    }
    [[nodiscard]] const Digest& sum() const { return sum_; }
    /// What goes was never in the sum: reading anew begins it at zero.
    void leave_old(bool leaving) { leaving_old_ = leaving; }

  private:
    Digest sum_;
    bool leaving_old_{false};
};

/// One batch on its way into the tables.
class Application {
  public:
    Application(store::Store& store, const ChangeLog::Tail& tail, Digest digest, bool rereading)
        : database_(store.writer()),
          tail_(tail),
          now_ms_(store.clock().wall_ms()),
          tables_(database_),
          origins_(database_),
          digest_(digest),
          state_(database_, tables_, origins_, digest_),
          rereading_(rereading),
          reread_(database_, state_, tables_, rereading) {}

    [[nodiscard]] Outcome take(const LogEntry& entry) {
        return std::visit([this](const auto& each) { return take_one(each); }, entry);
    }
    [[nodiscard]] const Digest& digest() const { return digest_.sum(); }
    [[nodiscard]] Outcome sweep() {
        digest_.leave_old(true);
        Outcome swept = reread_.sweep();
        digest_.leave_old(false);
        return swept;
    }
    /// `plain`: nothing of one's own waits and nothing is read anew, so each record is a new one.
    [[nodiscard]] Outcome take(const SnapshotTable& table, bool plain);
    [[nodiscard]] Outcome take(const SnapshotOwn& own);
    /// Whether the copy of these records is the hub's; then they stay.
    [[nodiscard]] Result<bool> compare(const SnapshotRange& range);

  private:
    /// Before an entry of this record is taken in, while all is read anew.
    [[nodiscard]] Outcome begin_record(std::string_view type, const RecordId& id) {
        digest_.leave_old(true);
        Outcome begun = reread_.before(type, id);
        digest_.leave_old(false);
        return begun;
    }
    /// One row that is not here yet. False: it is, after all.
    [[nodiscard]] Result<bool> take_new(domain::RecordType type,
                                        std::span<const std::string> fields,
                                        const SnapshotTable::Row& row);
    [[nodiscard]] Outcome take_away(std::string_view type, const RecordId& id);
    /// The change under its number by OwnOrder, when a former life of this very log made it.
    [[nodiscard]] Result<std::optional<std::int64_t>> claim_former(const LogChange& entry);
    /// The record was made: what waits for it is tried again.
    [[nodiscard]] Outcome arrived(std::string_view type, const RecordId& id);
    [[nodiscard]] Outcome take_one(const LogChange& entry);
    [[nodiscard]] Outcome take_one(const LogOwn& entry);
    [[nodiscard]] Outcome take_one(const LogEnter& entry);
    [[nodiscard]] Outcome take_one(const LogLeave& entry);
    [[nodiscard]] Result<std::span<const domain::CustomField>> custom();
    [[nodiscard]] Outcome keep_aside(const ChangeId& id, Stamp effective, const ChangeBody& body,
                                     const std::string& payload, const ApplyAnswer& answer);
    [[nodiscard]] Outcome retry_waiting(const RecordId& parent);
    /// Something came that only a newer version understands: it reads all anew (prepare_resume).
    [[nodiscard]] Outcome note_newer();

    sqlite::Database& database_;
    const ChangeLog::Tail& tail_;
    std::int64_t now_ms_;
    store::RecordTables tables_;
    Origins origins_;
    TerminalDigest digest_;
    ConfirmedState state_;
    bool rereading_;
    Reread reread_;
    std::optional<std::vector<domain::CustomField>> custom_;
};

}  // namespace balie::sync
