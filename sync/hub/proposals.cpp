#include "sync/hub/proposals.h"

#include "storage/crypto/hash.h"
#include "sync/hub/sql.h"
#include "sync/protocol/codec.h"

namespace balie::sync {

namespace {

using domain::RecordType;

struct Waiting {
    std::int64_t origin{};
    std::int64_t first{};
};

Result<std::optional<Waiting>> next_waiting(sqlite::Database& database) {
    std::optional<Waiting> found;
    BALIE_TRY(each_row(database,
                       "SELECT origin, tx_first FROM hub_set_aside WHERE code = 'scope' AND "
                       "proposed = 0 LIMIT 1",
                       [&](const sqlite::Statement& row) -> Outcome {
                           found = Waiting{row.integer(0), row.integer(1)};
                           return {};
                       }));
    return found;
}

RecordId proposal_id(const Change& first) {
    return RecordId::derive(
        crypto::blake2b_256({as_bytes("balie.proposal."), BytesView(first.id.origin.device.bytes),
                             BytesView(first.transaction.bytes)}));
}

/// The customer that a change is about, when it is here; else nothing.
Result<std::optional<RecordId>> customer_of(HubCore& core, const ChangeBody& body) {
    const domain::RecordSpec* spec = domain::find_record(body.type);
    if (spec == nullptr) return std::optional<RecordId>{};
    std::optional<RecordId> customer;
    if (spec->type == RecordType::Customer) {
        customer = body.id;
    } else if (spec->scope == domain::ScopeRule::ViaCustomer) {
        // Whose it is now decides, also where it would be handed to another.
        BALIE_ASSIGN(customer, core.scopes.customer_of(spec->type, body.id));
        const auto named = body.fields.find("customer_id");
        if (!customer && named != body.fields.end()) {
            auto parsed = RecordId::parse(value_text(named->second.value));
            if (parsed.ok()) customer = *parsed;
        }
    }
    if (!customer) return customer;
    BALIE_ASSIGN(const bool there, core.tables.exists(RecordType::Customer, *customer));
    if (!there) customer.reset();
    return customer;
}

/// Makes the proposal, unless there is nobody to make it to.
Outcome propose(HubCore& core, store::UnitOfWork& unit, const std::vector<AsideChange>& changes) {
    std::optional<RecordId> customer;
    std::string all = "[";
    for (const AsideChange& each : changes) {
        const auto body = decode_payload(each.change.payload);
        if (!body.ok()) return {};
        if (!customer) {
            BALIE_ASSIGN(customer, customer_of(core, *body));
        }
        if (all.size() > 1) all += ',';
        all += each.change.payload;
    }
    all += ']';
    // What is larger stays with its author, who can make it shorter.
    if (!customer || all.size() > static_cast<std::size_t>(domain::kProposalBytesMax)) return {};
    const RecordId id = proposal_id(changes.front().change);
    BALIE_ASSIGN(const bool made, core.tables.exists(RecordType::Proposal, id));
    if (made) return {};
    const Change& first = changes.front().change;
    const FieldValues values{{"customer_id", customer->text()},
                             {"changes", std::move(all)},
                             {"author", first.user},
                             {"proposed_at", changes.front().effective.ms()},
                             {"state", std::string("open")}};
    BALIE_TRY(unit.create(RecordType::Proposal, values, id));
    return {};
}

Outcome note_looked_at(HubCore& core, const Waiting& each) {
    return run_sql(core.database(),
                   "UPDATE hub_set_aside SET proposed = 1 WHERE origin = ?1 AND tx_first = ?2",
                   each.origin, each.first);
}

/// In a unit of its own: one that is large must not make another too large.
Outcome look_at(HubCore& core, const Waiting& each) {
    BALIE_ASSIGN(auto unit, store::UnitOfWork::begin(*core.store, std::string(kHubUser)));
    BALIE_ASSIGN(const auto changes, core.log.load_aside({each.origin, each.first}));
    if (!changes.empty()) {
        BALIE_TRY(propose(core, unit, changes));
    }
    BALIE_TRY(note_looked_at(core, each));
    return unit.commit();
}

}  // namespace

Outcome make_proposals(HubCore& core) {
    while (true) {
        BALIE_ASSIGN(const auto each, next_waiting(core.database()));
        if (!each) return {};
        Outcome looked = look_at(core, *each);
        if (looked.ok()) continue;
        const ErrorCode code = looked.error().code;
        if (code != ErrorCode::InvalidInput && code != ErrorCode::LimitExceeded) return looked;
        // It cannot be told as a proposal; its author has it all the same, and the rest goes on.
        BALIE_ASSIGN(auto transaction, sqlite::Transaction::begin(core.database()));
        BALIE_TRY(note_looked_at(core, *each));
        BALIE_TRY(transaction.commit());
    }
}

}  // namespace balie::sync
