#include "sync/hub/hub_verify.h"

#include "sync/hub/compaction.h"
#include "sync/hub/sql.h"
#include "sync/protocol/codec.h"

#include <map>

namespace balie::sync {

namespace {

Error fault(std::string what, std::string where) {
    return {
        ErrorCode::Corrupt, std::move(what), std::move(where),
        "Stop the hub, keep this file, and restore the last backup; devices send the rest again"};
}

Outcome verify_sequence(HubCore& core) {
    std::int64_t last = 0;
    std::int64_t first = 0;
    BALIE_ASSIGN(const std::int64_t floor, compaction_floor(core.database()));
    return each_row(core.database(), "SELECT hub_seq, tx_first FROM hub_log ORDER BY hub_seq",
                    [&](const sqlite::Statement& row) -> Outcome {
                        const std::int64_t seq = row.integer(0);
                        // Below it customers' moves were taken away.
                        if (seq <= floor) return {};
                        if (last == 0) last = floor;
                        if (seq != last + 1) {
                            return fault("the log has a gap",
                                         "hub_seq " + std::to_string(last + 1));
                        }
                        const bool begins = row.integer(1) == seq;
                        if (!begins && row.integer(1) != first) {
                            return fault("a transaction is torn", "hub_seq " + std::to_string(seq));
                        }
                        first = row.integer(1);
                        last = seq;
                        return {};
                    });
}

struct Walk {
    Hash hash{kChainStart};
    std::int64_t seq{};
};

Outcome verify_link(const Change& change, bool below_floor, Walk& walk, const std::string& where) {
    if (change.id.seq != walk.seq + 1) return fault("a chain has a gap", where);
    // A payload that was compacted leaves its commitment, and the chain still holds.
    const bool compacted = change.payload.empty() && below_floor;
    if (!compacted && change.commitment != commitment_of(change.salt, change.payload)) {
        return fault("a payload was altered", where);
    }
    if (change.hash != chain_hash(walk.hash, change)) return fault("a chain is broken", where);
    walk.hash = change.hash;
    walk.seq = change.id.seq;
    return {};
}

Outcome verify_chain(HubCore& core, std::int64_t number, const Origin& origin,
                     const ChainTail& tail) {
    constexpr std::string_view kChain =
        "SELECT seq, transaction_id, action_id, raw_stamp, user, schema_version, salt, commitment, "
        "hash, payload, hub_seq FROM hub_log WHERE kind = 0 AND origin = ?1 UNION ALL "
        "SELECT seq, transaction_id, action_id, raw_stamp, user, schema_version, salt, commitment, "
        "hash, payload, NULL FROM hub_set_aside WHERE origin = ?1 ORDER BY seq";
    Walk walk;
    BALIE_ASSIGN(const std::int64_t floor, compaction_floor(core.database()));
    const std::string device = "device " + origin.device.text();
    BALIE_TRY(each_row(
        core.database(), kChain,
        [&](const sqlite::Statement& row) -> Outcome {
            Change change;
            change.id = {origin, row.integer(0)};
            change.transaction.bytes = row.id(1);
            change.action.bytes = row.id(2);
            change.raw.packed = row.integer(3);
            change.user = row.text(4);
            change.schema_version = static_cast<int>(row.integer(5));
            change.salt = column_salt(row, 6);
            change.commitment = column_hash(row, 7);
            change.hash = column_hash(row, 8);
            change.payload = row.text(9);
            const bool below_floor = !row.is_null(10) && row.integer(10) <= floor;
            return verify_link(change, below_floor, walk,
                               device + ", number " + std::to_string(change.id.seq));
        },
        number));
    if (walk.seq != tail.last_seq || walk.hash != tail.last_hash) {
        return fault("a chain does not end where it should", device);
    }
    return {};
}

Outcome verify_chains(HubCore& core) {
    std::map<std::int64_t, ChainTail> tails;
    BALIE_TRY(each_row(core.database(), "SELECT origin, last_seq, last_hash FROM chain_tail",
                       [&](const sqlite::Statement& row) -> Outcome {
                           tails[row.integer(0)] = {row.integer(0), row.integer(1),
                                                    column_hash(row, 2), Stamp{}, false};
                           return {};
                       }));
    for (const auto& [number, tail] : tails) {
        BALIE_ASSIGN(const Origin origin, core.origins.origin_of(number));
        BALIE_TRY(verify_chain(core, number, origin, tail));
    }
    return {};
}

/// A version's own change in the log, as far as a record shows it.
struct Logged {
    Stamp effective;
    std::optional<ChangeBody> body;  ///< none: the payload was erased
};

/// Rows against the log they came from: nobody changed a value, a stamp or a version beside it.
class RecordCheck {
  public:
    explicit RecordCheck(HubCore& core) : core_(&core) {}

    [[nodiscard]] Outcome check(const domain::RecordSpec& spec, const RecordId& id,
                                const std::string& where) {
        BALIE_ASSIGN(const auto made, core_->tables.birth(spec.type, id));
        if (!made) return fault("a record is here that the log does not know", where);
        BALIE_ASSIGN(const LogEnter state, core_->confirmed.full_state(spec.type, id));
        BALIE_ASSIGN(const Logged birth, find(state.birth, where));
        std::map<std::string, Value, std::less<>> expected;
        if (birth.body) {
            for (const auto& [field, edit] : birth.body->fields) expected[field] = edit.value;
        }
        for (const auto& [field, edited] : state.edited) {
            for (const Head& head : edited.heads()) {
                BALIE_ASSIGN(const Logged change, find(head.version, where));
                if (change.body && !wrote(*change.body, field, head.value)) {
                    return fault("a version is not the one in the log", where + ", field " + field);
                }
            }
            expected[field] = edited.empty() ? Value{} : edited.shown().value;
        }
        if (!birth.body) return {};
        std::erase_if(expected, [](const auto& each) { return is_null(each.second); });
        for (const auto& [field, value] : expected) {
            const auto shown = state.values.find(field);
            if (shown == state.values.end() || shown->second != value) {
                return fault("a value is not the one in the log", where + ", field " + field);
            }
        }
        for (const auto& [field, value] : state.values) {
            if (!expected.contains(field)) {
                return fault("a value is not in the log", where + ", field " + field);
            }
        }
        return {};
    }

  private:
    /// A creation is a version of every field, also of those that it left empty.
    [[nodiscard]] static bool wrote(const ChangeBody& body, const std::string& field,
                                    const Value& value) {
        const auto written = body.fields.find(field);
        if (written != body.fields.end()) return written->second.value == value;
        return body.operation == Operation::Create && is_null(value);
    }
    [[nodiscard]] Result<Logged> find(const Version& version, const std::string& where) {
        BALIE_ASSIGN(const std::int64_t origin, core_->origins.number_of(version.id.origin));
        std::optional<std::string> payload;
        Logged logged;
        BALIE_TRY(each_row(
            core_->database(),
            "SELECT effective_stamp, payload FROM hub_log WHERE kind = 0 AND origin = ? AND seq = "
            "?",
            [&](const sqlite::Statement& row) -> Outcome {
                logged.effective.packed = row.integer(0);
                payload = row.text(1);
                return {};
            },
            origin, version.id.seq));
        const std::string number = ", number " + std::to_string(version.id.seq) + " of device " +
                                   version.id.origin.device.text();
        if (!payload) return fault("a record has a version that is not in the log", where + number);
        if (logged.effective != version.effective) {
            return fault("a version's stamp is not the one in the log", where + number);
        }
        if (payload->empty()) return logged;
        BALIE_ASSIGN(logged.body, decode_payload(*payload));
        return logged;
    }

    HubCore* core_;
};

/// Every record that the log speaks of is there.
Outcome verify_presence(HubCore& core) {
    struct Named {
        std::string type;
        RecordId id;
    };
    std::vector<Named> named;
    BALIE_TRY(each_row(core.database(),
                       "SELECT DISTINCT record_type, record_id FROM hub_log WHERE kind = 0",
                       [&](const sqlite::Statement& row) -> Outcome {
                           named.push_back({std::string(row.text(0)), RecordId{row.id(1)}});
                           return {};
                       }));
    for (const Named& each : named) {
        const domain::RecordSpec* spec = domain::find_record(each.type);
        if (spec == nullptr) continue;
        BALIE_ASSIGN(const bool there, core.tables.exists(spec->type, each.id));
        if (!there) {
            return fault("a record is in the log and nowhere else",
                         each.type + " " + each.id.text());
        }
    }
    return {};
}

Outcome verify_file(HubCore& core) {
    auto whole = core.database().scalar("PRAGMA integrity_check(1)");
    if (!whole.ok()) {
        return fault("the file is damaged: " + whole.error().text(), core.database().path());
    }
    if (value_text(*whole) == "ok") return {};
    return fault("the file is damaged: " + value_text(*whole), core.database().path());
}

Outcome verify_records(HubCore& core) {
    RecordCheck records(core);
    std::map<std::string, Digest> sums;
    for (const domain::RecordSpec& spec : domain::all_records()) {
        std::vector<RecordId> ids;
        BALIE_TRY(each_row(core.database(), "SELECT id FROM " + std::string(spec.plural),
                           [&](const sqlite::Statement& row) -> Outcome {
                               ids.push_back(RecordId{row.id(0)});
                               return {};
                           }));
        for (const RecordId& id : ids) {
            const std::string where = std::string(spec.name) + " " + id.text();
            BALIE_TRY(records.check(spec, id, where));
            BALIE_ASSIGN(const auto number, core.scopes.of_record(spec.type, id));
            if (!number) return fault("a record is in no scope", where);
            BALIE_ASSIGN(const ScopeSet* scopes, core.scopes.set_of(*number));
            BALIE_ASSIGN(const Digest part, core.confirmed.contribution(spec.type, id));
            for (const std::string& scope : *scopes) sums[scope] += part;
        }
    }
    BALIE_TRY(each_row(core.database(), "SELECT scope FROM scope_digest",
                       [&](const sqlite::Statement& row) -> Outcome {
                           sums.try_emplace(std::string(row.text(0)));
                           return {};
                       }));
    for (const auto& [scope, sum] : sums) {
        BALIE_ASSIGN(const Digest kept, core.digests.stored(scope));
        if (kept != sum) return fault("the digest does not fit the records", "scope " + scope);
    }
    return {};
}

}  // namespace

Outcome verify_hub(HubCore& core) {
    BALIE_ASSIGN(auto transaction,
                 sqlite::Transaction::begin(core.database(), sqlite::Transaction::Kind::Read));
    BALIE_TRY(core.begin_read());
    BALIE_TRY(verify_file(core));
    BALIE_TRY(verify_sequence(core));
    BALIE_TRY(verify_chains(core));
    BALIE_TRY(verify_presence(core));
    return verify_records(core);
}

}  // namespace balie::sync
