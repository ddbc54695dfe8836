#include "tests/unit/repo/repo_world.h"

#include "storage/store/record_tables.h"

namespace balie::test {

RepoWorld::RepoWorld() {
    store::StoreOptions options;
    options.create = true;
    store = must(store::Store::open(path(), key(), clock, entropy, options));
    log = std::make_unique<sync::ChangeLog>(clock, entropy);
    store->set_sink(log.get());
    must(store->set_setting(sync::setting::kDevice, DeviceId::random(entropy).text()));
    must(store->set_setting(sync::setting::kIncarnation, Incarnation::random(entropy).text()));
    must(store->set_setting(sync::setting::kUser, "anna"));
    for (const auto& [list, name, kind] :
         std::vector<std::tuple<const char*, const char*, const char*>>{
             {"channel", "visit", "visit"},
             {"channel", "phone", "phone"},
             {"outcome", "held", "held"},
             {"outcome", "no_answer", "not_held"},
             {"outcome", "withdrawn", "withdrawn"},
             {"reason", "offer", ""},
             {"flag_reason", "revenue", ""},
             {"flag_reason", "complaint", ""},
             {"flag_end_reason", "reached", ""},
             {"channel", "email", "email"},
             {"fact_kind", "likes", "likes"},
             {"fact_kind", "promise", "promise"},
             {"fact_kind", "date", "date"},
             {"relation_kind", "partner", "partner"},
             {"relation_kind", "employer", "employee"},
             {"relation_kind", "employee", "employer"},
             {"relation_kind", "neighbour", ""}}) {
        code(list, name, kind);
    }
    must(store::RecordTables(db()).insert(domain::RecordType::User, RecordId::random(entropy),
                                          {{"login", "anna"},
                                           {"name", "Anna"},
                                           {"role", "representative"},
                                           {"branch", "12"},
                                           {"territory", "north"},
                                           {"language", "nl"}},
                                          {}));
}

void RepoWorld::reopen() {
    store.reset();
    store = must(store::Store::open(path(), key(), clock, entropy, {}));
    store->set_sink(log.get());
}

void RepoWorld::code(const std::string& list, const std::string& code, const std::string& kind,
                     bool active) {
    FieldValues values{{"list", list},
                       {"code", code},
                       {"en", code + " (en)"},
                       {"nl", code + " (nl)"},
                       {"position", count("SELECT count(*) FROM codes")},
                       {"active", std::int64_t{active ? 1 : 0}}};
    if (!kind.empty()) values.emplace("kind", kind);
    must(store::RecordTables(db()).insert(domain::RecordType::Code, RecordId::random(entropy),
                                          values, {}));
}

void RepoWorld::custom_field(const std::string& type, const std::string& name,
                             const std::string& datatype, const std::string& code_list) {
    FieldValues values{{"record_type", type},
                       {"name", name},
                       {"datatype", datatype},
                       {"en", name + " (en)"},
                       {"nl", name + " (nl)"}};
    if (!code_list.empty()) values.emplace("code_list", code_list);
    must(store::RecordTables(db()).insert(domain::RecordType::FieldDefinition,
                                          RecordId::random(entropy), values, {}));
}

RecordId RepoWorld::customer(const std::string& given, const std::string& prefix,
                             const std::string& name, const std::string& number,
                             const std::string& priority_class) {
    repo::NewCustomer made;
    made.fields = {{"name", name}};
    if (!given.empty()) made.fields.emplace("given_name", given);
    if (!prefix.empty()) made.fields.emplace("name_prefix", prefix);
    if (!number.empty()) made.fields.emplace("number", number);
    if (!priority_class.empty()) made.fields.emplace("priority_class", priority_class);
    ++clock.now_ms;
    return must(actions().add_customer(made)).customer;
}

RecordId RepoWorld::phone(const RecordId& customer, const std::string& number) {
    repo::CustomerChanges changes;
    changes.added.push_back(
        {.kind = "phone", .label = {}, .value = number, .address = {}, .preferred = false});
    return must(actions().edit_customer(customer, changes)).contact_points.front();
}

RecordId RepoWorld::email(const RecordId& customer, const std::string& address) {
    repo::CustomerChanges changes;
    changes.added.push_back(
        {.kind = "email", .label = {}, .value = address, .address = {}, .preferred = false});
    return must(actions().edit_customer(customer, changes)).contact_points.front();
}

RecordId RepoWorld::lives_in(const RecordId& customer, const std::string& street,
                             const std::string& city) {
    repo::CustomerChanges changes;
    repo::NewContactPoint point;
    point.kind = "address";
    point.address.street = street;
    point.address.city = city;
    changes.added.push_back(point);
    return must(actions().edit_customer(customer, changes)).contact_points.front();
}

repo::SavedInteraction RepoWorld::visit(const RecordId& customer, const std::string& note) {
    repo::NewInteraction visit;
    visit.customer = customer;
    visit.channel = "visit";
    visit.outcome = "held";
    visit.note = note;
    clock.now_ms += 1000;
    return must(actions().save_interaction(visit));
}

std::vector<std::string> RepoWorld::found(const std::string& query) {
    const auto result = must(repo::CustomerSearch(db()).search(query));
    std::vector<std::string> names;
    for (const auto& hit : result.hits) names.push_back(hit.display_name);
    return names;
}

std::int64_t RepoWorld::count(const std::string& sql) {
    return value_integer(must(db().scalar(sql)));
}

}  // namespace balie::test
