#include "app/runtime/aside_notes.h"

#include "app/runtime/asked.h"
#include "app/runtime/field_texts.h"
#include "storage/repo/customer_repo.h"
#include "storage/store/record_tables.h"
#include "sync/protocol/codec.h"

namespace balie::app {

namespace {

/// A name as the change itself has it: of a customer that is not here any more, or not yet.
std::string name_in(const sync::ChangeBody& body) {
    const auto text = [&body](std::string_view field) {
        const auto found = body.fields.find(field);
        return found == body.fields.end() ? std::string{} : value_text(found->second.value);
    };
    std::string name;
    for (const std::string_view part : {"given_name", "name_prefix", "name"}) {
        const std::string each = text(part);
        if (!each.empty()) name += (name.empty() ? "" : " ") + each;
    }
    return name;
}

}  // namespace

Result<AboutCustomer> customer_about(sqlite::Database& database, std::string_view type,
                                     const RecordId& record, const Value& customer_id) {
    const domain::RecordSpec* spec = domain::find_record(type);
    if (spec == nullptr) return AboutCustomer{};
    RecordId customer = record;
    if (spec->type != domain::RecordType::Customer) {
        if (spec->find("customer_id") == nullptr) return AboutCustomer{};
        Value parent = customer_id;
        if (is_null(parent)) {
            // Nothing: the record is not here any more.
            const auto here =
                store::RecordTables(database).read_field(spec->type, record, "customer_id");
            if (here.ok()) parent = *here;
        }
        const auto id = RecordId::parse(value_text(parent));
        if (!id.ok()) return AboutCustomer{};
        customer = *id;
    }
    BALIE_ASSIGN(const auto found, repo::CustomerRepo(database).find(customer));
    return AboutCustomer{customer, found ? found->display_name() : std::string{}};
}

Result<AsideNote> aside_note(sqlite::Database& database, const Clock& clock,
                             const sync::SetAsideEntry& entry) {
    AsideNote note;
    BALIE_ASSIGN(note.asked, who_was_asked(database, task_of_set_aside(entry.id)));
    const auto body = sync::decode_payload(entry.payload);
    const domain::RecordSpec* record = domain::find_record(entry.type);
    if (!body.ok() || record == nullptr) return note;
    const auto parent = body->fields.find("customer_id");
    BALIE_ASSIGN(AboutCustomer about,
                 customer_about(database, entry.type, entry.record,
                                parent == body->fields.end() ? Value{} : parent->second.value));
    // A task can be about a customer only who is here.
    if (!about.name.empty()) note.customer_id = about.id;
    note.customer = std::move(about.name);
    if (note.customer.empty() && record->type == domain::RecordType::Customer) {
        note.customer = name_in(*body);
    }
    note.creates = body->operation == sync::Operation::Create;
    for (const auto& [field, edit] : body->fields) {
        BALIE_ASSIGN(auto text, field_text(database, clock, record->type, field, edit.value));
        note.fields.push_back({field, edit.value, std::move(text)});
    }
    return note;
}

}  // namespace balie::app
