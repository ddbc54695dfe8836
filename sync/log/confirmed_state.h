// Confirmed state: rows, field versions and heads as the hub's log makes them, on hub and terminal
// alike. Own changes that the hub has not yet confirmed lie over it: while such an edit waits, the
// row shows it and the confirmed value goes to table `shadow`. On the hub that table is empty.
// Invariant: the result depends on the set of changes applied, not on their order (I16); whatever
// changes here is told to the DigestKeeper. Thread: store only, inside a write transaction.
#pragma once

#include "storage/base/result.h"
#include "storage/store/record_tables.h"
#include "sync/core/digest.h"
#include "sync/log/field_versions.h"
#include "sync/log/origins.h"
#include "sync/log/overlay.h"
#include "sync/protocol/message.h"

#include <optional>
#include <span>
#include <string>

namespace balie::sync {

/// Told of every change of a record's contribution to the digest, before and after.
class DigestKeeper {
  public:
    DigestKeeper() = default;
    DigestKeeper(const DigestKeeper&) = delete;
    DigestKeeper& operator=(const DigestKeeper&) = delete;
    virtual ~DigestKeeper() = default;
    [[nodiscard]] virtual Outcome changed(domain::RecordType type, const RecordId& id,
                                          const Digest& minus, const Digest& plus) = 0;
};

enum class ApplyKind : std::uint8_t {
    Applied,
    Superseded,  ///< known already, or everything in it was replaced before it came
    Conflict,    ///< applied, and a field has now heads that differ
    Needs,       ///< the record it edits, or the parent it names, is not here (yet)
    Unknown,     ///< a type or field of a newer version
    Invalid      ///< breaks domain::validate; only a hostile or broken author makes these
};

struct ApplyAnswer {
    ApplyKind kind{ApplyKind::Applied};
    std::string detail;
    std::optional<RecordId> needs;
};

class ConfirmedState {
  public:
    ConfirmedState(sqlite::Database& database, store::RecordTables& tables, Origins& origins,
                   DigestKeeper& digest)
        : database_(&database),
          tables_(&tables),
          origins_(&origins),
          digest_(&digest),
          versions_(database, origins),
          overlay_(database, tables) {}

    /// A change in the hub's order. When the answer is Needs, Unknown or Invalid nothing was
    /// written. `own_seq`: it is this device's own change of its present incarnation, whose effect
    /// is already in the rows (terminal: echoed by the hub; hub: its own writing).
    /// `custom`: definitions known here, for validation.
    [[nodiscard]] Result<ApplyAnswer> apply(const ChangeId& id, Stamp effective,
                                            const ChangeBody& body,
                                            std::span<const domain::CustomField> custom,
                                            std::optional<std::int64_t> own_seq = {});

    /// Full state of a record that came into scope; replaces what was confirmed of it.
    [[nodiscard]] Outcome install(const LogEnter& enter);
    /// Reads that full state (hub_seq and reason left to the caller). NotFound when not confirmed.
    [[nodiscard]] Result<LogEnter> full_state(domain::RecordType type, const RecordId& id);
    /// Of that, the fields whose state is not just the creation's.
    [[nodiscard]] Result<std::vector<LogEnter::EditedField>> edited_fields(const RecordId& id);
    /// A record that is not here at all, and of which nothing own waits: as install(), without
    /// looking for what it replaces. `fields` names the values.
    [[nodiscard]] Outcome install_new(domain::RecordType type, std::span<const std::string> fields,
                                      const SnapshotTable::Row& row);
    /// Takes a record away with its versions, shadows and conflicts. True when it was here.
    [[nodiscard]] Result<bool> remove(domain::RecordType type, const RecordId& id);

    /// Takes away what was confirmed of a record, as it is about to be read anew. Own unconfirmed
    /// changes stay: where one of them made the record, the row shows them alone.
    [[nodiscard]] Outcome forget(domain::RecordType type, const RecordId& id);
    /// Own unconfirmed edits go over a record that has just been read anew.
    [[nodiscard]] Outcome lay_unconfirmed_over(domain::RecordType type, const RecordId& id);

    /// Heads and context of a field; that of the creation when it was never edited; empty when the
    /// record is not confirmed.
    [[nodiscard]] Result<FieldState> field(domain::RecordType type, const RecordId& id,
                                           std::string_view field);
    /// Everything this record adds to the digest of its scopes.
    [[nodiscard]] Result<Digest> contribution(domain::RecordType type, const RecordId& id);

  private:
    /// One change on its way into the tables.
    struct Target {
        domain::RecordType type{};
        RecordId id;
        Version version;
        std::optional<std::int64_t> own_seq;
    };
    /// A field's state, and whether it has rows of its own (else it is the creation's).
    struct Loaded {
        FieldState state;
        bool stored{false};
    };
    [[nodiscard]] Outcome install_versions(domain::RecordType type, const RecordId& id,
                                           const Version& birth,
                                           std::span<const LogEnter::EditedField> edited);
    [[nodiscard]] Result<ApplyAnswer> create(const Target& target, const ChangeBody& body);
    [[nodiscard]] Outcome meet_unconfirmed(const Target& target, const ChangeBody& body);
    [[nodiscard]] Outcome settle_shadows(const Target& target, const ChangeBody& body);
    [[nodiscard]] Result<ApplyAnswer> merge_fields(const Target& target, const ChangeBody& body);
    /// What is answered, and whether any field's state is another one now: also a change that was
    /// replaced before it came replaces what its author had seen.
    struct Merged {
        ApplyAnswer answer;
        bool changed{false};
    };
    [[nodiscard]] Outcome merge_field(const Target& target, const std::string& field,
                                      const FieldEdit& edit, Merged& merged);
    /// Opens or closes the conflict of a deletion with edits that it had not seen.
    [[nodiscard]] Result<bool> judge_deletion(const Target& target);
    [[nodiscard]] Outcome note_conflict(const Target& target, std::string_view field, bool open);
    /// Keeps what a field held before, and with a conflict that opens what both its authors had
    /// seen, where that is known here.
    [[nodiscard]] Outcome note_former(const Target& target, const std::string& field,
                                      const Base& base, const FieldState& before,
                                      const FieldState& after);
    [[nodiscard]] Result<Loaded> load(domain::RecordType type, const RecordId& id,
                                      std::string_view field);
    [[nodiscard]] Result<Version> version_of(const store::Birth& birth);
    [[nodiscard]] Result<std::optional<RecordId>> missing_record(const Target& target,
                                                                 const ChangeBody& body);

    sqlite::Database* database_;
    store::RecordTables* tables_;
    Origins* origins_;
    DigestKeeper* digest_;
    FieldVersions versions_;
    Overlay overlay_;
};

/// The one conflict record of a field (I10).
[[nodiscard]] RecordId conflict_id(std::string_view type, const RecordId& id,
                                   std::string_view field);

}  // namespace balie::sync
