#include "sync/log/confirmed_state.h"

#include "storage/crypto/hash.h"
#include "sync/log/pending_fields.h"

#include <algorithm>

namespace balie::sync {

using domain::RecordType;

namespace {

ApplyAnswer refuse(ApplyKind kind, std::string detail, std::optional<RecordId> needs = {}) {
    return {kind, std::move(detail), needs};
}

/// What this version does not know: the type, or a fixed field.
std::optional<ApplyAnswer> unknown_part(const ChangeBody& body) {
    const domain::RecordSpec* record = domain::find_record(body.type);
    if (record == nullptr || record->name != body.type) {
        return refuse(ApplyKind::Unknown,
                      "record type '" + body.type + "' is not known to this version");
    }
    for (const auto& [field, edit] : body.fields) {
        if (!is_custom(field) && record->find(field) == nullptr) {
            return refuse(ApplyKind::Unknown, "field '" + field + "' of " + body.type +
                                                  " is not known to this version");
        }
    }
    return std::nullopt;
}

FieldValues values_of(const ChangeBody& body) {
    FieldValues values;
    for (const auto& [field, edit] : body.fields) values.emplace(field, edit.value);
    return values;
}

}  // namespace

RecordId conflict_id(std::string_view type, const RecordId& id, std::string_view field) {
    crypto::Hasher hasher;
    hasher.update(as_bytes("conflict\n"))
        .update(as_bytes(type))
        .update(id.bytes)
        .update(as_bytes(field));
    return RecordId::derive(hasher.finish());
}

Result<ApplyAnswer> ConfirmedState::apply(const ChangeId& id, Stamp effective,
                                          const ChangeBody& body,
                                          std::span<const domain::CustomField> custom,
                                          std::optional<std::int64_t> own_seq) {
    if (auto unknown = unknown_part(body)) return std::move(*unknown);
    const domain::RecordSpec& record = *domain::find_record(body.type);
    const bool creates = body.operation == Operation::Create;
    if (!own_seq) {
        // One's own change was checked when it was saved, and again by the hub.
        const auto valid = domain::validate(
            record, creates ? domain::Write::Create : domain::Write::Edit, values_of(body), custom);
        if (!valid.ok()) return refuse(ApplyKind::Invalid, valid.error().text());
    }
    const Target target{record.type, body.id, Version{effective, id}, own_seq};
    BALIE_ASSIGN(const auto missing, missing_record(target, body));
    if (missing) {
        return refuse(ApplyKind::Needs, "record " + missing->text() + " is not here yet", missing);
    }
    return creates ? create(target, body) : merge_fields(target, body);
}

Result<std::optional<RecordId>> ConfirmedState::missing_record(const Target& target,
                                                               const ChangeBody& body) {
    if (body.operation == Operation::Edit) {
        BALIE_ASSIGN(const bool there, tables_->exists(target.type, target.id));
        if (!there) return std::optional(target.id);
        BALIE_ASSIGN(const auto birth, tables_->birth(target.type, target.id));
        if (!birth) return std::optional(target.id);
    }
    const auto parent = body.fields.find("customer_id");
    if (target.own_seq || parent == body.fields.end() || is_null(parent->second.value)) {
        return std::optional<RecordId>{};
    }
    BALIE_ASSIGN(const RecordId customer, RecordId::parse(value_text(parent->second.value)));
    BALIE_ASSIGN(const bool there, tables_->exists(RecordType::Customer, customer));
    if (!there) return std::optional(customer);
    return std::optional<RecordId>{};
}

Result<Version> ConfirmedState::version_of(const store::Birth& birth) {
    BALIE_ASSIGN(const Origin origin, origins_->origin_of(birth.origin));
    return Version{Stamp{birth.stamp}, ChangeId{origin, birth.seq}};
}

Result<ApplyAnswer> ConfirmedState::create(const Target& target, const ChangeBody& body) {
    const ChangeId& id = target.version.id;
    BALIE_ASSIGN(const std::int64_t origin, origins_->number_of(id.origin));
    const store::Birth birth{origin, id.seq, target.version.effective.packed};
    const Digest plus = birth_digest(body.type, target.id, id, target.version.effective);
    BALIE_ASSIGN(const bool there, tables_->exists(target.type, target.id));
    if (!there) {
        FieldValues values = values_of(body);
        std::erase_if(values, [](const auto& each) { return is_null(each.second); });
        BALIE_TRY(tables_->insert(target.type, target.id, values, birth));
        BALIE_TRY(digest_->changed(target.type, target.id, Digest{}, plus));
        return ApplyAnswer{};
    }
    BALIE_ASSIGN(const auto former, tables_->birth(target.type, target.id));
    if (former) {
        // Made twice under one id (the same file imported on two terminals): the second creation
        // counts as concurrent edits of the fields it fills.
        BALIE_ASSIGN(const Version first, version_of(*former));
        if (first.id != id) return merge_fields(target, body);
        for (const auto& [field, edit] : body.fields) {
            BALIE_ASSIGN(const Loaded now, load(target.type, target.id, field));
            BALIE_TRY(overlay_.show(target.type, target.id, field, now.state.shown().value,
                                    target.own_seq));
        }
        return refuse(ApplyKind::Superseded, "known already");
    }
    if (!target.own_seq) {
        BALIE_TRY(meet_unconfirmed(target, body));
    } else {
        BALIE_TRY(settle_shadows(target, body));
    }
    BALIE_TRY(tables_->set_birth(target.type, target.id, birth));
    BALIE_TRY(digest_->changed(target.type, target.id, Digest{}, plus));
    return ApplyAnswer{};
}

/// One's own creation is confirmed: it is what lies beneath later own edits, and nothing lies over
/// a field whose only later edit was taken back.
Outcome ConfirmedState::settle_shadows(const Target& target, const ChangeBody& body) {
    BALIE_ASSIGN(const auto shadows, overlay_.all(target.id));
    for (const ShadowRow& shadow : shadows) {
        const auto created = body.fields.find(shadow.field);
        const Value beneath = created == body.fields.end() ? Value{} : created->second.value;
        BALIE_TRY(overlay_.show(target.type, target.id, shadow.field, beneath, target.own_seq));
    }
    return {};
}

/// Somebody else's creation arrives while one's own under the same id still waits: theirs goes
/// beneath, one's own stays on top until the hub confirms it.
Outcome ConfirmedState::meet_unconfirmed(const Target& target, const ChangeBody& body) {
    BALIE_ASSIGN(const auto pending, pending_fields(*database_, target.id));
    for (const auto& [field, own] : pending) {
        const auto theirs = body.fields.find(field);
        const Value beneath = theirs == body.fields.end() ? Value{} : theirs->second.value;
        BALIE_ASSIGN(const auto shadow, overlay_.find(target.id, field));
        if (shadow) {
            BALIE_TRY(overlay_.replace(target.id, field, beneath));
        } else {
            BALIE_TRY(overlay_.cover(target.type, target.id, field, beneath, own.seq));
        }
    }
    FieldValues added;
    for (const auto& [field, edit] : body.fields) {
        if (!pending.contains(field) && !is_null(edit.value)) added.emplace(field, edit.value);
    }
    if (added.empty()) return {};
    return tables_->update(target.type, target.id, added);
}

Result<ConfirmedState::Loaded> ConfirmedState::load(RecordType type, const RecordId& id,
                                                    std::string_view field) {
    BALIE_ASSIGN(auto stored, versions_.load(id, field));
    if (stored) return Loaded{std::move(*stored), true};
    BALIE_ASSIGN(const auto birth, tables_->birth(type, id));
    if (!birth) return Loaded{};
    BALIE_ASSIGN(const Version version, version_of(*birth));
    BALIE_ASSIGN(const auto shadow, overlay_.find(id, field));
    if (shadow) return Loaded{FieldState::born(version, shadow->value), false};
    BALIE_ASSIGN(Value value, tables_->read_field(type, id, field));
    return Loaded{FieldState::born(version, std::move(value)), false};
}

Result<FieldState> ConfirmedState::field(RecordType type, const RecordId& id,
                                         std::string_view field) {
    BALIE_ASSIGN(const bool there, tables_->exists(type, id));
    if (!there) return FieldState{};
    BALIE_ASSIGN(Loaded loaded, load(type, id, field));
    return std::move(loaded.state);
}

Outcome ConfirmedState::merge_field(const Target& target, const std::string& field,
                                    const FieldEdit& edit, Merged& merged) {
    BALIE_ASSIGN(const Loaded before, load(target.type, target.id, field));
    FieldState after = before.state;
    if (!after.apply(target.version, edit.value, edit.base)) {
        return overlay_.show(target.type, target.id, field, after.shown().value, target.own_seq);
    }
    merged.changed = true;
    const bool entered = !before.state.covers(target.version.id);
    ApplyAnswer& answer = merged.answer;
    if (entered && answer.kind == ApplyKind::Superseded) answer.kind = ApplyKind::Applied;
    BALIE_TRY(versions_.save(target.type, target.id, field, after));
    const std::string_view type = domain::spec(target.type).name;
    const Digest minus =
        before.stored ? field_digest(type, target.id, field, before.state) : Digest{};
    BALIE_TRY(digest_->changed(target.type, target.id, minus,
                               field_digest(type, target.id, field, after)));
    if (field != kDeletedAt && (after.in_conflict() || before.state.in_conflict())) {
        BALIE_TRY(note_conflict(target, field, after.in_conflict()));
    }
    if (entered) {
        BALIE_TRY(note_former(target, field, edit.base, before.state, after));
        if (field != kDeletedAt && after.in_conflict()) answer.kind = ApplyKind::Conflict;
    }
    return overlay_.show(target.type, target.id, field, after.shown().value, target.own_seq);
}

Outcome ConfirmedState::note_former(const Target& target, const std::string& field,
                                    const Base& base, const FieldState& before,
                                    const FieldState& after) {
    if (field == kDeletedAt || before.empty()) return {};
    if (after.heads().size() == 1) {
        const Head& head = before.shown();
        return versions_.keep_former(target.id, field, {head.version.id, head.value});
    }
    if (!after.in_conflict() || before.in_conflict()) return {};
    BALIE_ASSIGN(const auto former, versions_.former(target.id, field));
    // Whoever replaced it had seen it; the other need not have.
    const Origin& author = target.version.id.origin;
    const auto seen = former ? base.find(former->id.origin) : base.end();
    const bool both =
        former && ((seen != base.end() && seen->second >= former->id.seq) ||
                   (former->id.origin == author && former->id.seq < target.version.id.seq));
    BALIE_ASSIGN(auto* write,
                 database_->cached("UPDATE conflict SET former_known=?,former_value=? WHERE id=?"));
    write->bind(1, std::int64_t{both ? 1 : 0}).bind(2, both ? former->value : Value{});
    const RecordId conflict = conflict_id(domain::spec(target.type).name, target.id, field);
    return write->bind(3, conflict.bytes).run();
}

Result<ApplyAnswer> ConfirmedState::merge_fields(const Target& target, const ChangeBody& body) {
    Merged merged{{ApplyKind::Superseded, {}, {}}};
    for (const auto& [field, edit] : body.fields) {
        BALIE_TRY(merge_field(target, field, edit, merged));
    }
    ApplyAnswer& answer = merged.answer;
    if (merged.changed) {
        BALIE_ASSIGN(const bool in_doubt, judge_deletion(target));
        if (in_doubt && answer.kind != ApplyKind::Superseded) answer.kind = ApplyKind::Conflict;
    }
    if (answer.kind == ApplyKind::Superseded)
        answer.detail = "everything in it was known or replaced";
    return std::move(merged.answer);
}

Result<bool> ConfirmedState::judge_deletion(const Target& target) {
    BALIE_ASSIGN(const auto deleted, versions_.load(target.id, kDeletedAt));
    if (!deleted) return false;
    BALIE_ASSIGN(const auto edited, versions_.load_all(target.id));
    const bool in_doubt = deletion_in_doubt(*deleted, edited);
    BALIE_TRY(note_conflict(target, kDeletedAt, in_doubt));
    return in_doubt;
}

Outcome ConfirmedState::note_conflict(const Target& target, std::string_view field, bool open) {
    const RecordId id = conflict_id(domain::spec(target.type).name, target.id, field);
    const std::int64_t now = target.version.effective.ms();
    if (!open) {
        BALIE_ASSIGN(
            auto* close,
            database_->cached("UPDATE conflict SET closed_ms=? WHERE id=? AND closed_ms IS NULL"));
        return close->bind(1, now).bind(2, id.bytes).run();
    }
    BALIE_ASSIGN(
        auto* write,
        database_->cached("INSERT INTO conflict(id,record_type,record_id,field,opened_ms) "
                          "VALUES(?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET closed_ms=NULL"));
    write->bind(1, id.bytes)
        .bind(2, static_cast<std::int64_t>(target.type))
        .bind(3, target.id.bytes);
    return write->bind(4, field).bind(5, now).run();
}

Result<Digest> ConfirmedState::contribution(RecordType type, const RecordId& id) {
    Digest sum;
    BALIE_ASSIGN(const bool there, tables_->exists(type, id));
    if (!there) return sum;
    BALIE_ASSIGN(const auto birth, tables_->birth(type, id));
    if (!birth) return sum;
    BALIE_ASSIGN(const Version version, version_of(*birth));
    const std::string_view name = domain::spec(type).name;
    sum += birth_digest(name, id, version.id, version.effective);
    BALIE_ASSIGN(const auto edited, versions_.load_all(id));
    for (const auto& [field, state] : edited) sum += field_digest(name, id, field, state);
    return sum;
}

Result<bool> ConfirmedState::remove(RecordType type, const RecordId& id) {
    BALIE_ASSIGN(const Digest minus, contribution(type, id));
    if (!minus.is_zero()) {
        BALIE_TRY(digest_->changed(type, id, minus, Digest{}));
    }
    BALIE_TRY(versions_.remove_all(id));
    BALIE_TRY(overlay_.remove_all(id));
    BALIE_ASSIGN(auto* conflicts,
                 database_->cached("DELETE FROM conflict WHERE record_type=? AND record_id=?"));
    BALIE_TRY(conflicts->bind(1, static_cast<std::int64_t>(type)).bind(2, id.bytes).run());
    return tables_->remove(type, id);
}

}  // namespace balie::sync
