#include "app/runtime/mend.h"

#include "app/runtime/asked.h"
#include "storage/repo/action_steps.h"
#include "sync/protocol/codec.h"

namespace balie::app {

namespace {

using sync::AsideState;
using sync::SetAsideEntry;

Error foreign() {
    return {ErrorCode::Denied,
            "this change comes from another terminal",
            {},
            "It waits for what it belongs to and is applied by itself when that comes"};
}

/// The customer that what is to be made hangs on has to be here, or the office refuses it again.
Outcome require_parent(store::UnitOfWork& unit, const domain::RecordSpec& record,
                       const FieldValues& values) {
    const domain::Field* field = record.find("customer_id");
    const auto given = values.find("customer_id");
    if (field == nullptr || given == values.end() || is_null(given->second)) return {};
    BALIE_ASSIGN(const RecordId customer, RecordId::parse(value_text(given->second)));
    BALIE_ASSIGN(const bool there, unit.tables().exists(domain::RecordType::Customer, customer));
    if (there) return {};
    return Error{ErrorCode::NotFound, "the customer it belongs to is not at this terminal",
                 "customer_id",
                 "Whoever has the customer now can accept it as a proposal; or send it again for "
                 "another customer"};
}

Outcome write(store::UnitOfWork& unit, const SetAsideEntry& entry, const FieldValues& mended) {
    BALIE_ASSIGN(const sync::ChangeBody body, sync::decode_payload(entry.payload));
    const domain::RecordSpec* record = domain::find_record(body.type);
    if (record == nullptr) {
        return Error{ErrorCode::NewerVersion,
                     "this program does not know records of type " + body.type,
                     {},
                     "Install the newer version; the change is kept until then"};
    }
    FieldValues values;
    for (const auto& [field, edit] : body.fields) values[field] = edit.value;
    for (const auto& [field, value] : mended) values[field] = value;
    if (body.operation == sync::Operation::Create) {
        BALIE_TRY(require_parent(unit, *record, values));
    }
    return write_anew(unit, *record, body, std::move(values),
                      "Whoever has it now can accept the change as a proposal");
}

const domain::RecordSpec* record_of(const SetAsideEntry& entry) {
    return domain::find_record(entry.type);
}

Outcome mark_all(store::Store& store, const std::string& user, const sync::ChangeId& id,
                 AsideState state) {
    BALIE_ASSIGN(store::UnitOfWork unit, store::UnitOfWork::begin(store, user));
    repo::ActionSteps steps(store, unit);
    sync::SetAsideList list(unit.database());
    BALIE_ASSIGN(const auto together, list.together(id));
    for (const SetAsideEntry& entry : together) {
        if (!entry.own) return foreign();
        // What was sent again has its successor: it is not taken up twice.
        if (entry.state == AsideState::SentAgain) continue;
        BALIE_TRY(list.mark(entry.id, state, store.clock().wall_ms()));
        BALIE_TRY(steps.close_task(task_of_set_aside(entry.id), state != AsideState::Open));
    }
    return unit.commit();
}

}  // namespace

Outcome write_anew(store::UnitOfWork& unit, const domain::RecordSpec& record,
                   const sync::ChangeBody& body, FieldValues values, std::string otherwise) {
    BALIE_ASSIGN(const bool there, unit.tables().exists(record.type, body.id));
    if (there && record.merge == domain::MergeRule::AppendOnly) return {};
    if (there) {
        BALIE_TRY(unit.edit(record.type, body.id, std::move(values)));
        return {};
    }
    if (body.operation == sync::Operation::Edit) {
        return Error{ErrorCode::NotFound, "the record is no longer at this terminal",
                     std::string(record.name) + " " + body.id.text(), std::move(otherwise)};
    }
    BALIE_TRY(unit.create(record.type, std::move(values), body.id));
    return {};
}

Result<std::int64_t> send_again(store::Store& store, const std::string& user,
                                const sync::ChangeId& id, const FieldValues& mended) {
    BALIE_ASSIGN(store::UnitOfWork unit, store::UnitOfWork::begin(store, user));
    sync::SetAsideList list(unit.database());
    repo::ActionSteps steps(store, unit);
    BALIE_ASSIGN(const auto together, list.together(id));
    for (const SetAsideEntry& entry : together) {
        if (!entry.own) return foreign();
        if (entry.state == AsideState::SentAgain) {
            return Error{ErrorCode::AlreadyExists,
                         "this was sent again already",
                         {},
                         "See the list of what waits to be sent"};
        }
        if (entry.id == id && record_of(entry) != nullptr) {
            BALIE_TRY(steps.check_codes(record_of(entry)->type, mended));
        }
        BALIE_TRY(write(unit, entry, entry.id == id ? mended : FieldValues{}));
        BALIE_TRY(list.mark(entry.id, AsideState::SentAgain, store.clock().wall_ms()));
    }
    const std::int64_t made = unit.edits();
    for (const SetAsideEntry& entry : together) {
        BALIE_TRY(steps.close_task(task_of_set_aside(entry.id), true));
    }
    BALIE_TRY(unit.commit());
    return made;
}

Outcome put_away(store::Store& store, const std::string& user, const sync::ChangeId& id) {
    return mark_all(store, user, id, AsideState::Dismissed);
}

Outcome take_up(store::Store& store, const std::string& user, const sync::ChangeId& id) {
    return mark_all(store, user, id, AsideState::Open);
}

}  // namespace balie::app
