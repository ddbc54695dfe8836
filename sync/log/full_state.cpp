// Full state of a record: read for ENTER at the hub, installed at the terminal.
#include "sync/log/confirmed_state.h"
#include "sync/log/pending_fields.h"

namespace balie::sync {

using domain::RecordType;

Result<LogEnter> ConfirmedState::full_state(RecordType type, const RecordId& id) {
    BALIE_ASSIGN(auto values, tables_->read(type, id));
    const Error absent{
        ErrorCode::NotFound, "record " + id.text() + " is not confirmed here", {}, {}};
    if (!values) return absent;
    BALIE_ASSIGN(const auto birth, tables_->birth(type, id));
    if (!birth) return absent;
    LogEnter enter;
    enter.type = domain::spec(type).name;
    enter.id = id;
    BALIE_ASSIGN(enter.birth, version_of(*birth));
    BALIE_ASSIGN(const auto shadows, overlay_.all(id));
    for (const ShadowRow& row : shadows) (*values)[row.field] = row.value;
    std::erase_if(*values, [](const auto& each) { return is_null(each.second); });
    enter.values = std::move(*values);
    BALIE_ASSIGN(auto edited, versions_.load_all(id));
    for (auto& [field, state] : edited) enter.edited.push_back({field, std::move(state)});
    return enter;
}

Outcome ConfirmedState::install(const LogEnter& enter) {
    const domain::RecordSpec* record = domain::find_record(enter.type);
    if (record == nullptr) {
        return Error{
            ErrorCode::NewerVersion, "record type '" + enter.type + "' is not known here", {}, {}};
    }
    const RecordType type = record->type;
    BALIE_ASSIGN(const auto pending, pending_fields(*database_, enter.id));
    BALIE_TRY(remove(type, enter.id));
    BALIE_ASSIGN(const std::int64_t origin, origins_->number_of(enter.birth.id.origin));
    const store::Birth birth{origin, enter.birth.id.seq, enter.birth.effective.packed};
    FieldValues values = enter.values;
    std::erase_if(values, [&](const auto& each) {
        return !is_custom(each.first) && record->find(each.first) == nullptr;
    });
    BALIE_TRY(tables_->insert(type, enter.id, values, birth));
    Digest plus = birth_digest(enter.type, enter.id, enter.birth.id, enter.birth.effective);
    for (const LogEnter::EditedField& edited : enter.edited) {
        BALIE_TRY(versions_.save(type, enter.id, edited.field, edited.state));
        plus += field_digest(enter.type, enter.id, edited.field, edited.state);
        if (edited.field != kDeletedAt && edited.state.in_conflict()) {
            const Target target{type, enter.id, edited.state.shown().version, {}};
            BALIE_TRY(note_conflict(target, edited.field, true));
        }
    }
    BALIE_TRY(judge_deletion({type, enter.id, enter.birth, {}}));
    BALIE_TRY(digest_->changed(type, enter.id, Digest{}, plus));
    for (const auto& [field, own] : pending) {
        const auto confirmed = values.find(field);
        BALIE_TRY(overlay_.cover(type, enter.id, field,
                                 confirmed == values.end() ? Value{} : confirmed->second, own.seq));
        BALIE_TRY(tables_->update(type, enter.id, {{field, own.value}}));
    }
    return {};
}

Outcome ConfirmedState::forget(RecordType type, const RecordId& id) {
    BALIE_ASSIGN(const auto own, unconfirmed_changes(*database_, id));
    BALIE_TRY(remove(type, id));
    bool made = false;
    for (const Unconfirmed& change : own) {
        if (!made && change.body.operation != Operation::Create)
            continue;  // it waits for the record
        FieldValues values;
        for (const auto& [field, edit] : change.body.fields) {
            if (made || !is_null(edit.value)) values.emplace(field, edit.value);
        }
        if (!made) {
            BALIE_TRY(tables_->insert(type, id, values, {}));
            made = true;
            continue;
        }
        for (const auto& [field, value] : values) {
            BALIE_ASSIGN(const Value before, tables_->read_field(type, id, field));
            BALIE_TRY(overlay_.cover(type, id, field, before, change.seq));
        }
        BALIE_TRY(tables_->update(type, id, values));
    }
    return {};
}

Outcome ConfirmedState::lay_unconfirmed_over(RecordType type, const RecordId& id) {
    BALIE_ASSIGN(const auto pending, pending_fields(*database_, id));
    for (const auto& [field, own] : pending) {
        BALIE_ASSIGN(const auto shadow, overlay_.find(id, field));
        if (shadow) continue;
        BALIE_ASSIGN(const Value confirmed, tables_->read_field(type, id, field));
        BALIE_TRY(overlay_.cover(type, id, field, confirmed, own.seq));
        BALIE_TRY(tables_->update(type, id, {{field, own.value}}));
    }
    return {};
}

}  // namespace balie::sync
