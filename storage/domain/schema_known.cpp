// What people know of a customer: what they like and promise, whom they belong with.
#include "storage/domain/schema_parts.h"

#include <array>

namespace balie::domain::parts {

namespace {

using enum FieldKind;

/// `kind` says what the other customer is to the first; the code's own `kind` is the code of the
/// reverse. The relation is where the first customer is; the other need not be there.
constexpr std::array kRelationFields{
    Field{.name = "customer_id",
          .kind = Reference,
          .required = true,
          .refers_to = "customer",
          .since = 5},
    Field{.name = "other_id",
          .kind = Reference,
          .required = true,
          .refers_to = "customer",
          .since = 5},
    Field{
        .name = "kind", .kind = CodeOf, .required = true, .refers_to = "relation_kind", .since = 5},
    Field{.name = "since", .kind = Date, .since = 5},
    Field{.name = "until", .kind = Date, .since = 5},
    Field{.name = "note", .bytes_max = kTextBytesMax, .privacy = Privacy::Private, .since = 5},
    Field{.name = "author", .kind = Key, .refers_to = "user", .since = 5},
    Field{.name = "deleted_at", .kind = Moment, .since = 5},
};

constexpr std::array kFactFields{
    Field{.name = "customer_id",
          .kind = Reference,
          .required = true,
          .refers_to = "customer",
          .since = 5},
    Field{.name = "kind", .kind = CodeOf, .required = true, .refers_to = "fact_kind", .since = 5},
    Field{.name = "text",
          .required = true,
          .bytes_max = kFactBytesMax,
          .privacy = Privacy::Private,
          .since = 5},
    Field{.name = "on", .kind = Birthday, .privacy = Privacy::Private, .since = 5},
    Field{.name = "source_id", .kind = Reference, .refers_to = "interaction", .since = 5},
    Field{.name = "author", .kind = Key, .refers_to = "user", .since = 5},
    Field{.name = "noted_at", .kind = Moment, .required = true, .since = 5},
    Field{.name = "deleted_at", .kind = Moment, .since = 5},
};

}  // namespace

std::span<const Field> relation_fields() {
    return kRelationFields;
}
std::span<const Field> fact_fields() {
    return kFactFields;
}

}  // namespace balie::domain::parts
