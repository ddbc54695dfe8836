#include "app/runtime/proposals.h"

#include "app/runtime/aside_notes.h"
#include "app/runtime/field_texts.h"
#include "app/runtime/mend.h"
#include "storage/exchange/json.h"
#include "storage/store/record_tables.h"
#include "sync/protocol/codec.h"

namespace balie::app {

namespace {

using domain::RecordType;

Error no_proposal(const RecordId& id) {
    return {
        ErrorCode::NotFound, "there is no proposal " + id.text(), {}, "See balie proposals list"};
}

Error unreadable(std::string why) {
    return {ErrorCode::InvalidInput, "this proposal cannot be read: " + std::move(why), "changes",
            "Decline it, or show it to your administrator"};
}

Result<std::vector<sync::ChangeBody>> bodies_of(const repo::Proposal& proposal) {
    const auto json = exchange::Json::parse(proposal.changes);
    if (!json.ok()) return unreadable(json.error().what);
    if (json->items() == nullptr) return unreadable("it is no list of changes");
    std::vector<sync::ChangeBody> bodies;
    for (const exchange::Json& each : *json->items()) {
        auto body = sync::decode_payload(each.print());
        if (!body.ok()) return unreadable(body.error().what);
        bodies.push_back(std::move(*body));
    }
    return bodies;
}

/// The record type, when a person in the field may write it at all.
Result<const domain::RecordSpec*> writable(const sync::ChangeBody& body) {
    const domain::RecordSpec* record = domain::find_record(body.type);
    if (record == nullptr) {
        return Error{ErrorCode::NewerVersion,
                     "this program does not know records of type " + body.type,
                     {},
                     "Install the newer version, then decide"};
    }
    if (record->write != domain::WriteRule::WithinScope) {
        return Error{ErrorCode::Denied,
                     "it would change " + std::string(record->plural),
                     {},
                     "Decline it, and tell your administrator"};
    }
    return record;
}

Outcome write(store::UnitOfWork& unit, const sync::ChangeBody& body) {
    BALIE_ASSIGN(const domain::RecordSpec* record, writable(body));
    FieldValues values;
    for (const auto& [field, edit] : body.fields) values[field] = edit.value;
    return write_anew(unit, *record, body, std::move(values),
                      "Decline it, or leave it to a colleague who has the record");
}

Result<repo::Proposal> open_proposal(store::UnitOfWork& unit, const RecordId& id) {
    BALIE_ASSIGN(auto found, repo::ProposalRepo(unit.database()).find(id));
    if (!found) return no_proposal(id);
    if (found->state != "open") {
        return Error{ErrorCode::AlreadyExists,
                     found->decided_by + " has " + found->state + " it already",
                     "proposal " + id.text(),
                     {}};
    }
    return std::move(*found);
}

Outcome decide(store::UnitOfWork& unit, const RecordId& id, const std::string& state,
               std::int64_t now_ms) {
    const bool open = state == "open";
    BALIE_TRY(unit.edit(RecordType::Proposal, id,
                        {{"state", state},
                         {"decided_by", open ? Value{} : Value{unit.authorship().user}},
                         {"decided_at", open ? Value{} : Value{now_ms}}}));
    return unit.commit();
}

}  // namespace

Result<ProposalNote> read_proposal(sqlite::Database& database, const Clock& clock,
                                   const repo::Proposal& proposal) {
    ProposalNote note;
    note.proposal = proposal;
    BALIE_ASSIGN(AboutCustomer about, customer_about(database, "customer", proposal.customer));
    note.customer = std::move(about.name);
    BALIE_ASSIGN(const auto bodies, bodies_of(proposal));
    store::RecordTables tables(database);
    for (const sync::ChangeBody& body : bodies) {
        ProposalNote::Part part;
        part.type = body.type;
        part.creates = body.operation == sync::Operation::Create;
        const domain::RecordSpec* record = domain::find_record(body.type);
        for (const auto& [field, edit] : body.fields) {
            ProposalNote::Field each{field, edit.value, {}, {}, {}};
            if (record != nullptr) {
                // Nothing: it is not here, or this version has no such field.
                const auto now = tables.read_field(record->type, body.id, field);
                if (now.ok()) each.now = *now;
                BALIE_ASSIGN(each.text,
                             field_text(database, clock, record->type, field, edit.value));
                BALIE_ASSIGN(each.now_text,
                             field_text(database, clock, record->type, field, each.now));
            }
            part.fields.push_back(std::move(each));
        }
        note.parts.push_back(std::move(part));
    }
    return note;
}

Outcome accept_proposal(store::Store& store, const std::string& user, const RecordId& id) {
    BALIE_ASSIGN(store::UnitOfWork unit, store::UnitOfWork::begin(store, user));
    BALIE_ASSIGN(const repo::Proposal proposal, open_proposal(unit, id));
    BALIE_ASSIGN(const auto bodies, bodies_of(proposal));
    for (const sync::ChangeBody& body : bodies) {
        BALIE_TRY(write(unit, body));
    }
    return decide(unit, id, "accepted", store.clock().wall_ms());
}

Outcome decline_proposal(store::Store& store, const std::string& user, const RecordId& id) {
    BALIE_ASSIGN(store::UnitOfWork unit, store::UnitOfWork::begin(store, user));
    BALIE_TRY(open_proposal(unit, id));
    return decide(unit, id, "declined", store.clock().wall_ms());
}

Outcome reopen_proposal(store::Store& store, const std::string& user, const RecordId& id) {
    BALIE_ASSIGN(store::UnitOfWork unit, store::UnitOfWork::begin(store, user));
    BALIE_ASSIGN(const auto found, repo::ProposalRepo(unit.database()).find(id));
    if (!found) return no_proposal(id);
    if (found->state == "accepted") {
        return Error{ErrorCode::AlreadyExists, found->decided_by + " has accepted it",
                     "proposal " + id.text(), "Change what it wrote at the customer"};
    }
    return decide(unit, id, "open", store.clock().wall_ms());
}

}  // namespace balie::app
