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
    BALIE_ASSIGN(enter.edited, edited_fields(id));
    return enter;
}

Result<std::vector<LogEnter::EditedField>> ConfirmedState::edited_fields(const RecordId& id) {
    BALIE_ASSIGN(auto versions, versions_.load_all(id));
    std::vector<LogEnter::EditedField> edited;
    edited.reserve(versions.size());
    for (auto& [field, state] : versions) edited.push_back({field, std::move(state)});
    return edited;
}

/// Versions, conflicts and digest of a record whose row has just been written.
Outcome ConfirmedState::install_versions(RecordType type, const RecordId& id, const Version& birth,
                                         std::span<const LogEnter::EditedField> edited) {
    const std::string_view name = domain::spec(type).name;
    Digest plus = birth_digest(name, id, birth.id, birth.effective);
    for (const LogEnter::EditedField& each : edited) {
        BALIE_TRY(versions_.save(type, id, each.field, each.state));
        plus += field_digest(name, id, each.field, each.state);
        if (each.field != kDeletedAt && each.state.in_conflict()) {
            const Target target{type, id, each.state.shown().version, {}};
            BALIE_TRY(note_conflict(target, each.field, true));
        }
    }
    if (!edited.empty()) {
        BALIE_TRY(judge_deletion({type, id, birth, {}}));
    }
    return digest_->changed(type, id, Digest{}, plus);
}

Outcome ConfirmedState::install_new(RecordType type, std::span<const std::string> fields,
                                    const SnapshotTable::Row& row) {
    BALIE_ASSIGN(const std::int64_t origin, origins_->number_of(row.birth.id.origin));
    const store::Birth birth{origin, row.birth.id.seq, row.birth.effective.packed};
    FieldValues values;
    for (std::size_t i = 0; i < fields.size() && i < row.values.size(); ++i) {
        if (!is_null(row.values[i])) values.emplace(fields[i], row.values[i]);
    }
    BALIE_TRY(tables_->insert(type, row.id, values, birth));
    return install_versions(type, row.id, row.birth, row.edited);
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
    BALIE_TRY(install_versions(type, enter.id, enter.birth, enter.edited));
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
