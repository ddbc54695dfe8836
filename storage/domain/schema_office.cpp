// What the office keeps: code lists, custom field definitions, people, places, devices, and who
// looked beyond what is theirs.
#include "storage/domain/schema_parts.h"

#include <array>

namespace balie::domain::parts {

namespace {

using enum FieldKind;

constexpr std::array<std::string_view, 5> kRoles{"representative", "teller", "manager", "analyst",
                                                 "administrator"};
constexpr std::array<std::string_view, 6> kDatatypes{"text",    "integer", "decimal",
                                                     "boolean", "date",    "code"};

constexpr std::array kCodeFields{
    Field{.name = "list", .required = true, .bytes_max = kCodeBytesMax},
    Field{.name = "code", .required = true, .bytes_max = kCodeBytesMax},
    Field{.name = "kind", .bytes_max = kCodeBytesMax},
    Field{.name = "en", .required = true, .bytes_max = kNameBytesMax},
    Field{.name = "nl", .required = true, .bytes_max = kNameBytesMax},
    Field{.name = "position", .kind = Integer},
    Field{.name = "active", .kind = Boolean},
};

constexpr std::array kFieldDefinitionFields{
    Field{.name = "record_type", .required = true, .bytes_max = kCodeBytesMax},
    Field{.name = "name", .required = true, .bytes_max = kCodeBytesMax},
    Field{.name = "datatype", .kind = Choice, .required = true, .choices = kDatatypes},
    Field{.name = "text_bytes_max", .kind = Integer},
    Field{.name = "code_list", .bytes_max = kCodeBytesMax},
    Field{.name = "en", .bytes_max = kNameBytesMax},
    Field{.name = "nl", .bytes_max = kNameBytesMax},
    Field{.name = "active", .kind = Boolean},
};

constexpr std::array kUserFields{
    Field{.name = "login", .required = true, .bytes_max = kCodeBytesMax},
    Field{.name = "name", .required = true, .bytes_max = kNameBytesMax},
    Field{.name = "role", .kind = Choice, .required = true, .choices = kRoles},
    Field{.name = "branch", .kind = Key, .refers_to = "branch"},
    Field{.name = "territory", .kind = Key, .refers_to = "territory"},
    Field{.name = "language", .kind = Choice, .choices = kLanguages},
    Field{.name = "active", .kind = Boolean},
};

constexpr std::array kRoleFields{
    Field{.name = "code", .kind = Choice, .required = true, .choices = kRoles},
    Field{.name = "en", .required = true, .bytes_max = kNameBytesMax},
    Field{.name = "nl", .required = true, .bytes_max = kNameBytesMax},
};

constexpr std::array kPlaceFields{
    Field{.name = "code", .required = true, .bytes_max = kCodeBytesMax},
    Field{.name = "name", .required = true, .bytes_max = kNameBytesMax},
    Field{.name = "active", .kind = Boolean},
};

constexpr std::array kDeviceFields{
    Field{.name = "name", .required = true, .bytes_max = kNameBytesMax},
    Field{.name = "user", .kind = Key, .required = true, .refers_to = "user"},
    Field{.name = "scope", .required = true, .bytes_max = kNameBytesMax},
    Field{.name = "enrolled_at", .kind = Moment, .required = true},
    Field{.name = "revoked_at", .kind = Moment},
};

constexpr std::array<std::string_view, 2> kAudited{"fetch", "find"};

/// Who reached beyond their scope, for what and why. `reason` and `until` are a fetch's; of a find
/// `note` is what was looked for.
constexpr std::array kAuditEntryFields{
    Field{.name = "what", .kind = Choice, .required = true, .choices = kAudited},
    Field{.name = "who", .kind = Key, .required = true, .refers_to = "user"},
    Field{.name = "device", .kind = Reference, .required = true, .refers_to = "device"},
    Field{.name = "customer_id", .kind = Reference, .refers_to = "customer"},
    Field{.name = "reason", .kind = CodeOf, .refers_to = "fetch_reason"},
    Field{.name = "note", .bytes_max = kAuditNoteBytesMax, .privacy = Privacy::Private},
    Field{.name = "at", .kind = Moment, .required = true},
    Field{.name = "until", .kind = Moment},
};

}  // namespace

std::span<const Field> code_fields() {
    return kCodeFields;
}
std::span<const Field> field_definition_fields() {
    return kFieldDefinitionFields;
}
std::span<const Field> user_fields() {
    return kUserFields;
}
std::span<const Field> role_fields() {
    return kRoleFields;
}
std::span<const Field> branch_fields() {
    return kPlaceFields;
}
std::span<const Field> territory_fields() {
    return kPlaceFields;
}
std::span<const Field> device_fields() {
    return kDeviceFields;
}
std::span<const Field> audit_entry_fields() {
    return kAuditEntryFields;
}

}  // namespace balie::domain::parts
