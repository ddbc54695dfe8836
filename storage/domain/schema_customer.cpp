// The customer and what hangs on it.
#include "storage/domain/schema_parts.h"

#include <array>

namespace balie::domain::parts {

namespace {

using enum FieldKind;

constexpr std::array<std::string_view, 2> kCustomerKinds{"person", "organisation"};
constexpr std::array<std::string_view, 5> kGroups{"active", "inactive", "prospect", "suspect",
                                                  "other"};
constexpr std::array<std::string_view, 3> kClasses{"A", "B", "C"};
constexpr std::array<std::string_view, 4> kContactKinds{"phone", "email", "address", "web"};
constexpr std::array<std::string_view, 2> kDirections{"inbound", "outbound"};
constexpr std::array<std::string_view, 4> kFlagStates{"proposed", "approved", "refused", "ended"};

constexpr std::array kCustomerFields{
    Field{.name = "kind", .kind = Choice, .required = true, .choices = kCustomerKinds},
    Field{.name = "number", .bytes_max = kCodeBytesMax, .searchable = true},
    Field{.name = "name",
          .required = true,
          .bytes_max = kNameBytesMax,
          .searchable = true,
          .privacy = Privacy::Personal},
    Field{.name = "name_prefix",
          .bytes_max = kCodeBytesMax,
          .searchable = true,
          .privacy = Privacy::Personal},
    Field{.name = "given_name",
          .bytes_max = kNameBytesMax,
          .searchable = true,
          .privacy = Privacy::Personal},
    Field{.name = "salutation", .bytes_max = kCodeBytesMax},
    Field{.name = "birthday", .kind = Birthday, .privacy = Privacy::Private},
    Field{.name = "company_register_no", .bytes_max = kCodeBytesMax, .searchable = true},
    Field{.name = "vat_no", .bytes_max = kCodeBytesMax, .searchable = true},
    Field{.name = "customer_group", .kind = Choice, .choices = kGroups},
    Field{.name = "priority_class", .kind = Choice, .choices = kClasses},
    Field{.name = "lifecycle_stage", .kind = CodeOf, .refers_to = "lifecycle_stage"},
    Field{.name = "preferred_channel", .kind = CodeOf, .refers_to = "channel"},
    Field{.name = "preferred_time", .bytes_max = kNameBytesMax},
    Field{.name = "language", .kind = Choice, .choices = kLanguages},
    Field{.name = "do_not_call", .kind = Boolean},
    Field{.name = "owner", .kind = Key, .refers_to = "user"},
    Field{.name = "branch", .kind = Key, .refers_to = "branch"},
    Field{.name = "territory", .kind = Key, .refers_to = "territory"},
    Field{.name = "note", .bytes_max = kTextBytesMax, .privacy = Privacy::Private},
    Field{.name = "deleted_at", .kind = Moment},
};

constexpr std::array kContactPointFields{
    Field{.name = "customer_id", .kind = Reference, .required = true, .refers_to = "customer"},
    Field{.name = "kind", .kind = Choice, .required = true, .choices = kContactKinds},
    Field{.name = "label", .kind = CodeOf, .refers_to = "contact_label"},
    Field{.name = "value",
          .bytes_max = kNameBytesMax * 2,
          .searchable = true,
          .privacy = Privacy::Personal},
    Field{.name = "address", .kind = Address, .searchable = true, .privacy = Privacy::Personal},
    Field{.name = "preferred", .kind = Boolean},
    Field{.name = "deleted_at", .kind = Moment},
};

constexpr std::array kInteractionFields{
    Field{.name = "customer_id", .kind = Reference, .refers_to = "customer"},
    Field{.name = "channel", .kind = CodeOf, .required = true, .refers_to = "channel"},
    Field{.name = "outcome", .kind = CodeOf, .required = true, .refers_to = "outcome"},
    Field{.name = "reason", .kind = CodeOf, .refers_to = "reason"},
    Field{.name = "direction", .kind = Choice, .choices = kDirections},
    Field{.name = "note", .bytes_max = kTextBytesMax, .privacy = Privacy::Private},
    Field{.name = "occurred_at", .kind = Moment, .required = true},
    Field{.name = "occurred_offset_min", .kind = ZoneOffset},
    Field{.name = "duration_s", .kind = Integer},
    Field{.name = "author", .kind = Key, .refers_to = "user"},
    Field{.name = "amends_id", .kind = Reference, .refers_to = "interaction"},
    Field{.name = "next_task_id", .kind = Reference, .refers_to = "task"},
};

constexpr std::array kTaskFields{
    Field{.name = "customer_id", .kind = Reference, .refers_to = "customer"},
    Field{.name = "subject", .required = true, .bytes_max = kNameBytesMax * 2},
    Field{.name = "note", .bytes_max = kTextBytesMax, .privacy = Privacy::Private},
    Field{.name = "due_on", .kind = Date},
    Field{.name = "assignee", .kind = Key, .refers_to = "user"},
    Field{.name = "author", .kind = Key, .refers_to = "user"},
    Field{.name = "done_at", .kind = Moment},
    Field{.name = "deleted_at", .kind = Moment},
};

constexpr std::array<std::string_view, 3> kProposalStates{"open", "accepted", "declined"};

/// What somebody saved on a customer that had left their scope, for whoever has the customer now.
constexpr std::array kProposalFields{
    Field{.name = "customer_id", .kind = Reference, .required = true, .refers_to = "customer"},
    /// JSON array: the payloads of one transaction, as in sync/PROTOCOL.md, section 4.
    Field{.name = "changes",
          .required = true,
          .bytes_max = kProposalBytesMax,
          .privacy = Privacy::Private},
    Field{.name = "author", .kind = Key, .required = true, .refers_to = "user"},
    Field{.name = "proposed_at", .kind = Moment, .required = true},
    Field{.name = "state", .kind = Choice, .required = true, .choices = kProposalStates},
    Field{.name = "decided_by", .kind = Key, .refers_to = "user"},
    Field{.name = "decided_at", .kind = Moment},
};

/// What is known of a file; its bytes travel apart, after all records (storage/attach).
constexpr std::array kDocumentFields{
    Field{.name = "customer_id", .kind = Reference, .refers_to = "customer"},
    Field{.name = "interaction_id", .kind = Reference, .refers_to = "interaction"},
    Field{.name = "kind", .kind = CodeOf, .required = true, .refers_to = "document_kind"},
    Field{
        .name = "name", .required = true, .bytes_max = kNameBytesMax, .privacy = Privacy::Personal},
    Field{.name = "media_type", .bytes_max = kNameBytesMax},
    Field{.name = "bytes", .kind = Integer, .required = true},
    /// BLAKE2b-256 of the content, base64url: which bytes these are.
    Field{.name = "blob", .required = true, .bytes_max = kCodeBytesMax + 4},
    Field{.name = "author", .kind = Key, .refers_to = "user"},
    Field{.name = "added_at", .kind = Moment, .required = true},
    Field{.name = "note", .bytes_max = kTextBytesMax, .privacy = Privacy::Private},
    Field{.name = "deleted_at", .kind = Moment},
};

constexpr std::array kPriorityFlagFields{
    Field{.name = "customer_id", .kind = Reference, .required = true, .refers_to = "customer"},
    Field{.name = "level", .kind = Choice, .required = true, .choices = kClasses},
    Field{.name = "reason", .kind = CodeOf, .required = true, .refers_to = "flag_reason"},
    Field{.name = "note", .bytes_max = kTextBytesMax, .privacy = Privacy::Private},
    Field{.name = "state", .kind = Choice, .required = true, .choices = kFlagStates},
    Field{.name = "since", .kind = Moment, .required = true},
    Field{.name = "until", .kind = Date},
    Field{.name = "author", .kind = Key, .refers_to = "user"},
    Field{.name = "decided_by", .kind = Key, .refers_to = "user"},
    Field{.name = "decided_at", .kind = Moment},
    Field{.name = "ended_at", .kind = Moment},
    Field{.name = "ended_by", .kind = Key, .refers_to = "user"},
    Field{.name = "end_reason", .kind = CodeOf, .refers_to = "flag_end_reason"},
};

}  // namespace

std::span<const Field> customer_fields() {
    return kCustomerFields;
}
std::span<const Field> contact_point_fields() {
    return kContactPointFields;
}
std::span<const Field> interaction_fields() {
    return kInteractionFields;
}
std::span<const Field> task_fields() {
    return kTaskFields;
}
std::span<const Field> proposal_fields() {
    return kProposalFields;
}
std::span<const Field> document_fields() {
    return kDocumentFields;
}
std::span<const Field> priority_flag_fields() {
    return kPriorityFlagFields;
}

}  // namespace balie::domain::parts
