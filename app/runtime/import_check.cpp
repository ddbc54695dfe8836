#include "app/runtime/import_check.h"

#include "storage/repo/code_repo.h"
#include "storage/repo/people_repo.h"
#include "storage/store/record_tables.h"

#include <algorithm>

namespace balie::app {

namespace {

using domain::FieldKind;
using domain::RecordType;

constexpr std::size_t kChoicesShown = 12;

std::string choose_one_of(const std::set<std::string, std::less<>>& known) {
    std::string list;
    std::size_t shown = 0;
    for (const std::string& each : known) {
        if (++shown > kChoicesShown) return list + "…";
        list += (list.empty() ? "" : ", ") + each;
    }
    return list.empty() ? "none is known here, synchronise first" : list;
}

/// Fields that the map fills for a type, in whichever of its records.
std::set<std::string, std::less<>> mapped_fields(const exchange::ImportMap& map,
                                                 std::string_view type) {
    std::set<std::string, std::less<>> fields;
    for (const exchange::RecordMap& record : map.records) {
        if (record.type != type) continue;
        for (const auto& [field, source] : record.fields) fields.insert(field);
    }
    return fields;
}

}  // namespace

Result<ImportCheck> ImportCheck::make(store::Store& store, const std::string& user,
                                      const exchange::ImportMap& map,
                                      std::vector<domain::CustomField> custom) {
    ImportCheck check(store);
    check.custom_ = std::move(custom);
    BALIE_ASSIGN(const auto codes, repo::CodeRepo(store.writer()).all(repo::Codes::Active));
    for (const repo::Code& code : codes) check.codes_[code.list].insert(code.code);
    repo::PeopleRepo people(store.writer());
    BALIE_ASSIGN(const auto users, people.users());
    for (const repo::User& each : users) check.keys_["user"].insert(each.login);
    check.keys_["user"].insert(user);
    BALIE_ASSIGN(const auto branches, people.branches());
    for (const repo::Place& each : branches) check.keys_["branch"].insert(each.code);
    BALIE_ASSIGN(const auto territories, people.territories());
    for (const repo::Place& each : territories) check.keys_["territory"].insert(each.code);

    BALIE_ASSIGN(const auto self, people.find_user(user));
    FieldValues own{{"owner", user}};
    for (const auto& [kind, key] :
         {std::pair{"branch", self ? self->branch : std::string()},
          std::pair{"territory", self ? self->territory : std::string()}}) {
        if (key.empty()) continue;
        own.emplace(kind, key);
        check.keys_[kind].insert(key);  // one's own need not be in the list
    }
    const FieldValues author{{"author", user}};
    const FieldValues noted{{"author", user}, {"noted_at", store.clock().wall_ms()}};
    for (const auto& [type, values] :
         {std::pair<RecordType, FieldValues>{RecordType::Customer, own},
          {RecordType::Interaction, author},
          {RecordType::Task, author},
          {RecordType::PriorityFlag, author},
          {RecordType::Relation, author},
          {RecordType::Fact, noted}}) {
        const auto mapped = mapped_fields(map, domain::spec(type).name);
        for (const auto& [field, value] : values) {
            if (!mapped.contains(field)) check.defaults_[type].emplace(field, value);
        }
    }
    return check;
}

void ImportCheck::add_defaults(exchange::PlannedRecord& record) const {
    const auto found = defaults_.find(record.type);
    if (found == defaults_.end()) return;
    for (const auto& [field, value] : found->second) record.values.emplace(field, value);
}

std::string ImportCheck::unknown_code(std::string_view field, std::string_view list,
                                      const std::string& code) const {
    static const Known kNone;
    const auto found = codes_.find(list);
    const Known& known = found == codes_.end() ? kNone : found->second;
    if (known.contains(code)) return {};
    return std::string(field) + " cannot be '" + code.substr(0, 60) + "': " + choose_one_of(known);
}

std::string ImportCheck::unknown_key(const domain::Field& field, const std::string& key) const {
    static const Known kNone;
    const auto found = keys_.find(field.refers_to);
    const Known& known = found == keys_.end() ? kNone : found->second;
    if (known.contains(key)) return {};
    return "there is no " + std::string(field.refers_to) + " '" + key.substr(0, 60) +
           "': " + choose_one_of(known);
}

Result<bool> ImportCheck::leads_somewhere(std::string_view type, const std::string& text) {
    BALIE_ASSIGN(const RecordId id, RecordId::parse(text));
    if (made_.contains(id)) return true;
    const domain::RecordSpec* record = domain::find_record(type);
    if (record == nullptr) return false;
    return store::RecordTables(store_->writer()).exists(record->type, id);
}

Result<std::string> ImportCheck::wrong_value(const exchange::PlannedRecord& record,
                                             const std::string& name, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return std::string();
    if (const domain::Field* field = domain::spec(record.type).find(name); field != nullptr) {
        if (field->kind == FieldKind::CodeOf) return unknown_code(name, field->refers_to, *text);
        if (field->kind == FieldKind::Key) return unknown_key(*field, *text);
        if (field->kind != FieldKind::Reference) return std::string();
        BALIE_ASSIGN(const bool there, leads_somewhere(field->refers_to, *text));
        if (there) return std::string();
        return name + ": there is no " + std::string(field->refers_to) + " " + *text;
    }
    for (const domain::CustomField& each : custom_) {
        const bool same = each.type == record.type && is_custom(name) &&
                          each.name == std::string_view(name).substr(kCustomPrefix.size());
        if (same && each.kind == FieldKind::CodeOf) {
            return unknown_code(name, each.code_list, *text);
        }
    }
    return std::string();
}

Result<std::optional<std::string>> ImportCheck::problem(
    const std::vector<exchange::PlannedRecord>& records) {
    for (const auto& record : records) made_.insert(record.id);
    for (const auto& record : records) {
        for (const auto& [name, value] : record.values) {
            BALIE_ASSIGN(const std::string wrong, wrong_value(record, name, value));
            if (!wrong.empty()) {
                for (const auto& each : records) made_.erase(each.id);
                return std::optional(wrong);
            }
        }
    }
    return std::optional<std::string>{};
}

}  // namespace balie::app
