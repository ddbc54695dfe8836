#include "storage/store/record_tables.h"

#include "storage/store/record_sql.h"

namespace balie::store {

namespace {

using domain::RecordSpec;
using domain::RecordType;

Error no_such_record(RecordType type, const RecordId& id) {
    return {ErrorCode::NotFound,
            "there is no " + std::string(domain::spec(type).name) + " " + id.text(),
            {},
            {}};
}

Outcome write_custom(sqlite::Database& database, const RecordId& id, std::string_view field,
                     const Value& value) {
    if (is_null(value)) {
        BALIE_ASSIGN(auto* remove,
                     database.cached("DELETE FROM custom_value WHERE owner=? AND field=?"));
        return remove->bind(1, id.bytes).bind(2, field).run();
    }
    BALIE_ASSIGN(
        auto* write,
        database.cached("INSERT OR REPLACE INTO custom_value(owner,field,value) VALUES(?,?,?)"));
    return write->bind(1, id.bytes).bind(2, field).bind(3, value).run();
}

}  // namespace

Result<std::optional<FieldValues>> RecordTables::read(RecordType type, const RecordId& id) {
    const RecordSpec& record = domain::spec(type);
    BALIE_ASSIGN(auto* select, database_->cached(record_sql(type).select));
    BALIE_ASSIGN(const bool row, select->bind(1, id.bytes).step());
    if (!row) return std::optional<FieldValues>{};
    FieldValues values;
    int column = 0;
    for (const domain::Field& field : record.fields) {
        if (!select->is_null(column)) values.emplace(field.name, select->value(column));
        ++column;
    }
    select->reset();
    if (!record.custom_fields) return std::optional(std::move(values));
    BALIE_ASSIGN(auto* custom,
                 database_->cached("SELECT field,value FROM custom_value WHERE owner=?"));
    custom->bind(1, id.bytes);
    while (true) {
        BALIE_ASSIGN(const bool more, custom->step());
        if (!more) break;
        values.emplace(std::string(kCustomPrefix) + std::string(custom->text(0)), custom->value(1));
    }
    return std::optional(std::move(values));
}

Result<bool> RecordTables::exists(RecordType type, const RecordId& id) {
    BALIE_ASSIGN(auto* select, database_->cached(record_sql(type).exists));
    BALIE_ASSIGN(const bool row, select->bind(1, id.bytes).step());
    select->reset();
    return row;
}

Result<Value> RecordTables::read_field(RecordType type, const RecordId& id,
                                       std::string_view field) {
    if (is_custom(field)) {
        BALIE_ASSIGN(auto* custom,
                     database_->cached("SELECT value FROM custom_value WHERE owner=? AND field=?"));
        custom->bind(1, id.bytes).bind(2, field.substr(kCustomPrefix.size()));
        BALIE_ASSIGN(const bool row, custom->step());
        Value value = row ? custom->value(0) : Value{};
        custom->reset();
        return value;
    }
    const RecordSpec& record = domain::spec(type);
    if (record.find(field) == nullptr) {
        return Error{ErrorCode::InvalidInput,
                     std::string(record.plural) + " have no field " + std::string(field),
                     {},
                     {}};
    }
    BALIE_ASSIGN(auto* select, database_->cached("SELECT " + quoted_column(field) + " FROM " +
                                                 std::string(record.plural) + " WHERE id=?"));
    BALIE_ASSIGN(const bool row, select->bind(1, id.bytes).step());
    if (!row) return no_such_record(type, id);
    Value value = select->value(0);
    select->reset();
    return value;
}

Outcome RecordTables::insert(RecordType type, const RecordId& id, const FieldValues& values,
                             const std::optional<Birth>& birth) {
    const RecordSpec& record = domain::spec(type);
    BALIE_ASSIGN(auto* insert, database_->cached(record_sql(type).insert));
    insert->bind(1, id.bytes);
    if (birth) insert->bind(2, birth->origin).bind(3, birth->seq).bind(4, birth->stamp);
    int position = 5;
    for (const domain::Field& field : record.fields) {
        const auto given = values.find(field.name);
        if (given != values.end()) insert->bind(position, given->second);
        ++position;
    }
    if (auto done = insert->run(); !done.ok()) {
        if (done.error().code != ErrorCode::AlreadyExists) return done;
        return Error{ErrorCode::AlreadyExists,
                     "there is a " + std::string(record.name) + " " + id.text() + " already",
                     {},
                     {}};
    }
    for (const auto& [field, value] : values) {
        if (!is_custom(field) || balie::is_null(value)) continue;
        BALIE_TRY(write_custom(*database_, id, std::string_view(field).substr(kCustomPrefix.size()),
                               value));
    }
    return text_changed(type, id);
}

Outcome RecordTables::update(RecordType type, const RecordId& id, const FieldValues& values) {
    const RecordSpec& record = domain::spec(type);
    if (type != RecordType::Customer && values.find("customer_id") != values.end()) {
        BALIE_TRY(text_leaves(type, id));
    }
    std::string assignments;
    for (const auto& [field, value] : values) {
        if (!is_custom(field))
            assignments += (assignments.empty() ? "" : ",") + quoted_column(field) + "=?";
    }
    if (assignments.empty()) {
        BALIE_ASSIGN(const bool there, exists(type, id));
        if (!there) return no_such_record(type, id);
    } else {
        BALIE_ASSIGN(auto* update, database_->cached("UPDATE " + std::string(record.plural) +
                                                     " SET " + assignments + " WHERE id=?"));
        int position = 1;
        for (const auto& [field, value] : values) {
            if (!is_custom(field)) update->bind(position++, value);
        }
        BALIE_TRY(update->bind(position, id.bytes).run());
        if (database_->changes() == 0) return no_such_record(type, id);
    }
    for (const auto& [field, value] : values) {
        if (!is_custom(field)) continue;
        BALIE_TRY(write_custom(*database_, id, std::string_view(field).substr(kCustomPrefix.size()),
                               value));
    }
    return text_changed(type, id, values);
}

Result<bool> RecordTables::remove(RecordType type, const RecordId& id) {
    BALIE_TRY(text_leaves(type, id));
    BALIE_ASSIGN(auto* remove, database_->cached(record_sql(type).remove));
    BALIE_TRY(remove->bind(1, id.bytes).run());
    if (database_->changes() == 0) return false;
    if (domain::spec(type).custom_fields) {
        BALIE_ASSIGN(auto* custom, database_->cached("DELETE FROM custom_value WHERE owner=?"));
        BALIE_TRY(custom->bind(1, id.bytes).run());
    }
    return true;
}

Result<std::optional<Birth>> RecordTables::birth(RecordType type, const RecordId& id) {
    BALIE_ASSIGN(auto* select, database_->cached(record_sql(type).birth));
    BALIE_ASSIGN(const bool row, select->bind(1, id.bytes).step());
    if (!row) return no_such_record(type, id);
    std::optional<Birth> birth;
    if (!select->is_null(0))
        birth = Birth{select->integer(0), select->integer(1), select->integer(2)};
    select->reset();
    return birth;
}

Outcome RecordTables::set_birth(RecordType type, const RecordId& id,
                                const std::optional<Birth>& birth) {
    BALIE_ASSIGN(auto* update, database_->cached(record_sql(type).set_birth));
    if (birth) update->bind(1, birth->origin).bind(2, birth->seq).bind(3, birth->stamp);
    BALIE_TRY(update->bind(4, id.bytes).run());
    if (database_->changes() == 0) return no_such_record(type, id);
    return {};
}

Result<std::vector<domain::CustomField>> RecordTables::custom_fields() {
    BALIE_ASSIGN(
        auto* select,
        database_->cached("SELECT record_type,name,datatype,text_bytes_max,code_list,en,nl,active "
                          "FROM field_definitions"));
    std::vector<domain::CustomField> fields;
    while (true) {
        BALIE_ASSIGN(const bool more, select->step());
        if (!more) return fields;
        const RecordSpec* record = domain::find_record(select->text(0));
        auto kind = domain::parse_datatype(select->text(2));
        // A definition for a type or datatype of a newer version concerns records that this
        // version does not show either.
        if (record == nullptr || !kind.ok()) continue;
        fields.push_back({.type = record->type,
                          .name = std::string(select->text(1)),
                          .kind = *kind,
                          .bytes_max = static_cast<std::int32_t>(select->integer(3)),
                          .code_list = std::string(select->text(4)),
                          .label_en = std::string(select->text(5)),
                          .label_nl = std::string(select->text(6)),
                          .active = select->is_null(7) || select->integer(7) != 0});
    }
}

}  // namespace balie::store
