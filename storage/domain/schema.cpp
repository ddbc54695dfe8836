#include "storage/domain/schema.h"

#include "storage/base/check.h"
#include "storage/domain/schema_parts.h"

#include <algorithm>
#include <array>

namespace balie::domain {

namespace {

RecordSpec make(RecordType type, std::string_view name, std::string_view plural, ScopeRule scope,
                std::span<const Field> fields, int since = 1) {
    const bool office = scope == ScopeRule::Everyone || scope == ScopeRule::Office;
    const bool append_only = type == RecordType::Interaction || type == RecordType::AuditEntry;
    return {.type = type,
            .name = name,
            .plural = plural,
            .scope = scope,
            .merge = append_only ? MergeRule::AppendOnly : MergeRule::PerField,
            .write = type == RecordType::AuditEntry ? WriteRule::HubAlone
                     : office                       ? WriteRule::HubOnly
                     : type == RecordType::Proposal ? WriteRule::HubMakes
                                                    : WriteRule::WithinScope,
            .custom_fields = type == RecordType::Customer || type == RecordType::Interaction,
            .fields = fields,
            .since = since};
}

const std::array<RecordSpec, 17>& records() {
    using enum RecordType;
    constexpr auto kEveryone = ScopeRule::Everyone;
    constexpr auto kOffice = ScopeRule::Office;
    constexpr auto kViaCustomer = ScopeRule::ViaCustomer;
    // A function-local constant: the field lists live in other files, whose initialisation order
    // is not ours to rely on.
    static const std::array<RecordSpec, 17> kRecords{
        make(RecordType::Code, "code", "codes", kEveryone, parts::code_fields()),
        make(FieldDefinition, "field_definition", "field_definitions", kEveryone,
             parts::field_definition_fields()),
        make(Role, "role", "roles", kEveryone, parts::role_fields()),
        make(Branch, "branch", "branches", kEveryone, parts::branch_fields()),
        make(Territory, "territory", "territories", kEveryone, parts::territory_fields()),
        make(User, "user", "users", kEveryone, parts::user_fields()),
        make(Device, "device", "devices", kOffice, parts::device_fields()),
        make(RecordType::Customer, "customer", "customers", ScopeRule::Customer,
             parts::customer_fields()),
        make(ContactPoint, "contact_point", "contact_points", kViaCustomer,
             parts::contact_point_fields()),
        make(Task, "task", "tasks", kViaCustomer, parts::task_fields()),
        make(Interaction, "interaction", "interactions", kViaCustomer, parts::interaction_fields()),
        make(PriorityFlag, "priority_flag", "priority_flags", kViaCustomer,
             parts::priority_flag_fields()),
        make(Proposal, "proposal", "proposals", kViaCustomer, parts::proposal_fields(), 2),
        make(Document, "document", "documents", kViaCustomer, parts::document_fields(), 3),
        make(AuditEntry, "audit_entry", "audit_entries", kOffice, parts::audit_entry_fields(), 4),
        make(Relation, "relation", "relations", kViaCustomer, parts::relation_fields(), 5),
        make(Fact, "fact", "facts", kViaCustomer, parts::fact_fields(), 5),
    };
    return kRecords;
}

}  // namespace

const Field* RecordSpec::find(std::string_view field) const {
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const Field& each) { return each.name == field; });
    return found == fields.end() ? nullptr : &*found;
}

std::span<const RecordSpec> all_records() {
    return records();
}

const RecordSpec* find_record(std::uint8_t wire_number) {
    for (const RecordSpec& each : records()) {
        if (static_cast<std::uint8_t>(each.type) == wire_number) return &each;
    }
    return nullptr;
}

const RecordSpec& spec(RecordType type) {
    const RecordSpec* found = find_record(static_cast<std::uint8_t>(type));
    BALIE_CHECK(found != nullptr);
    return *found;
}

const RecordSpec* find_record(std::string_view name) {
    for (const RecordSpec& each : records()) {
        if (each.name == name || each.plural == name) return &each;
    }
    return nullptr;
}

}  // namespace balie::domain
