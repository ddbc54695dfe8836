#include "sync/hub/people.h"

#include "storage/crypto/hash.h"
#include "sync/core/limits.h"
#include "sync/hub/sql.h"

#include <algorithm>

namespace balie::sync {

namespace {

using domain::RecordType;

Value text_or_null(const std::string& text) {
    return text.empty() ? Value{} : Value{text};
}

UserRow user_row(const FieldValues& values) {
    const auto text = [&](std::string_view field) {
        const auto found = values.find(field);
        return found == values.end() ? std::string() : value_text(found->second);
    };
    const auto active = values.find("active");
    return {.login = text("login"),
            .name = text("name"),
            .role = text("role"),
            .branch = text("branch"),
            .territory = text("territory"),
            .language = text("language"),
            .active = active == values.end() || value_integer(active->second, 1) != 0};
}

FieldValues definition_values(const domain::CustomField& field) {
    FieldValues values{{"record_type", std::string(domain::spec(field.type).name)},
                       {"name", field.name},
                       {"datatype", std::string(domain::datatype_name(field.kind))},
                       {"en", text_or_null(field.label_en)},
                       {"nl", text_or_null(field.label_nl)},
                       {"code_list", text_or_null(field.code_list)},
                       {"active", std::int64_t{field.active ? 1 : 0}}};
    if (field.bytes_max > 0) values["text_bytes_max"] = std::int64_t{field.bytes_max};
    return values;
}

Outcome check_definition(const domain::CustomField& field) {
    if (!domain::is_custom_name(field.name)) {
        return Error{ErrorCode::InvalidInput,
                     "'" + field.name.substr(0, 60) + "' is no name for a field",
                     {},
                     "Begin with a letter; then letters, digits, '_' or '.', at most 40"};
    }
    if (!domain::spec(field.type).custom_fields) {
        return Error{ErrorCode::InvalidInput,
                     std::string(domain::spec(field.type).plural) + " have no custom fields",
                     field.name,
                     {}};
    }
    return {};
}

}  // namespace

RecordId keyed_record_id(std::string_view type, std::string_view key) {
    return RecordId::derive(crypto::blake2b_256(
        {as_bytes("balie.key."), as_bytes(type), as_bytes("\n"), as_bytes(key)}));
}

Result<std::optional<RecordId>> People::user_id(const std::string& login) {
    std::optional<RecordId> id;
    BALIE_TRY(each_row(
        core_->database(), "SELECT id FROM users WHERE login = ? ORDER BY rowid LIMIT 1",
        [&](const sqlite::Statement& row) -> Outcome {
            id = RecordId{row.id(0)};
            return {};
        },
        login));
    return id;
}

Result<std::optional<UserRow>> People::find_user(const std::string& login) {
    BALIE_ASSIGN(const auto id, user_id(login));
    if (!id) return std::optional<UserRow>{};
    BALIE_ASSIGN(const auto values, core_->tables.read(RecordType::User, *id));
    if (!values) return std::optional<UserRow>{};
    return std::optional(user_row(*values));
}

Outcome People::ensure_place(store::UnitOfWork& unit, RecordType type, const std::string& code) {
    if (code.empty()) return {};
    const domain::RecordSpec& spec = domain::spec(type);
    if (!scope_name(spec.name, code)) {
        return Error{ErrorCode::InvalidInput,
                     "a code has no control characters",
                     std::string(spec.name),
                     {}};
    }
    BALIE_ASSIGN(
        const auto found,
        one_integer(unit.database(),
                    "SELECT 1 FROM " + std::string(spec.plural) + " WHERE code = ?", code));
    if (found) return {};
    BALIE_ASSIGN(const RecordId made,
                 unit.create(type, {{"code", code}, {"name", code}, {"active", std::int64_t{1}}},
                             keyed_record_id(spec.name, code)));
    (void)made;
    return {};
}

Outcome People::save_user(store::UnitOfWork& unit, const UserRow& user) {
    if (!scope_name("portfolio", user.login)) {
        return Error{ErrorCode::InvalidInput, "a user needs a login without control characters",
                     "login", "Write it as in: --user anna"};
    }
    BALIE_TRY(ensure_place(unit, RecordType::Branch, user.branch));
    BALIE_TRY(ensure_place(unit, RecordType::Territory, user.territory));
    FieldValues values{{"login", user.login},
                       {"name", user.name.empty() ? user.login : user.name},
                       {"role", user.role},
                       {"branch", text_or_null(user.branch)},
                       {"territory", text_or_null(user.territory)},
                       {"language", text_or_null(user.language)},
                       {"active", std::int64_t{user.active ? 1 : 0}}};
    BALIE_ASSIGN(const auto id, user_id(user.login));
    if (!id) {
        BALIE_TRY(
            unit.create(RecordType::User, std::move(values), keyed_record_id("user", user.login)));
        return {};
    }
    BALIE_TRY(unit.edit(RecordType::User, *id, std::move(values)));
    return {};
}

Outcome People::save_user(const UserRow& user) {
    BALIE_ASSIGN(auto unit, store::UnitOfWork::begin(*core_->store, std::string(kHubUser)));
    BALIE_TRY(save_user(unit, user));
    return unit.commit();
}

Result<std::vector<UserRow>> People::users() {
    std::vector<RecordId> ids;
    BALIE_TRY(each_row(core_->database(), "SELECT id FROM users ORDER BY login",
                       [&](const sqlite::Statement& row) -> Outcome {
                           ids.push_back(RecordId{row.id(0)});
                           return {};
                       }));
    std::vector<UserRow> rows;
    for (const RecordId& id : ids) {
        BALIE_ASSIGN(const auto values, core_->tables.read(RecordType::User, id));
        if (values) rows.push_back(user_row(*values));
    }
    return rows;
}

Result<int> People::load_fields(const std::vector<domain::CustomField>& fields) {
    // All are checked before any is made.
    BALIE_ASSIGN(const auto known, core_->tables.custom_fields());
    std::vector<const domain::CustomField*> missing;
    for (const domain::CustomField& field : fields) {
        BALIE_TRY(check_definition(field));
        const auto same = [&](const domain::CustomField& each) {
            return each.type == field.type && each.name == field.name;
        };
        const auto found = std::find_if(known.begin(), known.end(), same);
        const bool twice = std::any_of(missing.begin(), missing.end(),
                                       [&](const auto* each) { return same(*each); });
        if (found == known.end()) {
            if (!twice) missing.push_back(&field);
            continue;
        }
        if (found->kind != field.kind || found->bytes_max != field.bytes_max ||
            found->code_list != field.code_list) {
            return Error{ErrorCode::AlreadyExists,
                         "the field " + field.name + " is defined already, as " +
                             std::string(domain::datatype_name(found->kind)) + " with other limits",
                         field.name, "Give it another name, or the same datatype and limits"};
        }
    }
    std::optional<ActionId> action;
    for (std::size_t next = 0; next < missing.size();) {
        BALIE_ASSIGN(auto unit,
                     store::UnitOfWork::begin(*core_->store, std::string(kHubUser), action));
        action = unit.authorship().action;
        constexpr std::size_t kPerTransaction = 100;
        const std::size_t end = std::min(next + kPerTransaction, missing.size());
        for (; next < end; ++next) {
            const domain::CustomField& field = *missing[next];
            const std::string key = std::string(domain::spec(field.type).name) + "\n" + field.name;
            BALIE_TRY(unit.create(RecordType::FieldDefinition, definition_values(field),
                                  keyed_record_id("field_definition", key)));
        }
        BALIE_TRY(unit.commit());
    }
    return static_cast<int>(missing.size());
}

}  // namespace balie::sync
