// THE list of record types and their fields. Tables, validation, the encoding of changes, import
// and export columns, access rules and field labels all follow from it.
// Adding a field: one line in schema_*.cpp, one migration, a line in a screen.
// Invariant: names and wire numbers never change meaning once released; the list is constant data.
// Thread: any. Nothing here is owned by the caller.
#pragma once

#include "storage/base/result.h"
#include "storage/base/value.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace balie::domain {

/// Raised when a record type or field is added; travels with every change.
/// 2 brought the proposal, 3 the document, 4 the audit entry, 5 facts and relations.
inline constexpr int kSchemaVersion = 5;

enum class RecordType : std::uint8_t {
    Customer = 1,
    ContactPoint = 2,
    Interaction = 3,
    Task = 4,
    PriorityFlag = 5,
    Proposal = 6,
    Document = 7,
    Relation = 8,
    Fact = 9,
    Code = 20,
    FieldDefinition = 21,
    User = 30,
    Role = 31,
    Branch = 32,
    Territory = 33,
    Device = 34,
    AuditEntry = 40,
};

enum class FieldKind : std::uint8_t {
    Text,        ///< UTF-8, no NUL, at most `bytes_max`
    Integer,     ///< 64-bit
    Decimal,     ///< exact decimal text: -12.50
    Boolean,     ///< 0 or 1
    Date,        ///< YYYY-MM-DD
    Birthday,    ///< YYYY-MM-DD or --MM-DD
    Moment,      ///< UTC milliseconds
    ZoneOffset,  ///< minutes east of UTC
    Choice,      ///< one of `choices`, an enum in code
    CodeOf,      ///< a code of the code list named by `refers_to`; rows, not an enum
    Reference,   ///< RecordId text of record type `refers_to`
    Key,         ///< natural key of `refers_to`: user login, branch or territory code
    Address      ///< JSON object {street, number, postal_code, city, country}, one field as a whole
};

enum class Privacy : std::uint8_t { Public, Personal, Private };

/// Whom a record belongs to; decides which terminals receive it (SYNC 2, "Scope of a record").
enum class ScopeRule : std::uint8_t {
    Everyone,     ///< code lists, field definitions, people, branches
    Customer,     ///< the record is a customer: its own owner, branch and territory
    ViaCustomer,  ///< through customer_id; without one, through its author
    Office        ///< scope `all` only
};

enum class MergeRule : std::uint8_t {
    PerField,   ///< each field is merged by itself
    AppendOnly  ///< written once; amended by a new record; an edit is refused
};

/// Who may write it.
enum class WriteRule : std::uint8_t {
    WithinScope,  ///< anyone
    HubOnly,      ///< the hub and administrators
    HubMakes,     ///< the hub makes it; anyone within scope decides on it
    HubAlone      ///< the hub writes it by itself, and nobody else, whatever their role
};

struct Field {
    std::string_view name;
    FieldKind kind{FieldKind::Text};
    bool required{false};
    std::int32_t bytes_max{0};     ///< texts only
    std::string_view refers_to{};  ///< code list, or singular name of a record type
    std::span<const std::string_view> choices{};
    bool searchable{false};  ///< part of the customer's full text
    Privacy privacy{Privacy::Public};
    int since{1};  ///< kSchemaVersion that brought it
};

struct RecordSpec {
    RecordType type{};
    std::string_view name;    ///< singular, as on the wire and in text keys
    std::string_view plural;  ///< as on the command line; also the table's name
    ScopeRule scope{};
    MergeRule merge{};
    WriteRule write{};
    bool custom_fields{false};
    std::span<const Field> fields;
    int since{1};  ///< kSchemaVersion that brought it

    [[nodiscard]] const Field* find(std::string_view field) const;
};

inline constexpr std::int32_t kTextBytesMax = 16 * 1024;
/// A whole transaction within a field: what was proposed.
inline constexpr std::int32_t kProposalBytesMax = 48 * 1024;
/// What somebody writes beside the reason for fetching a customer, or looked for.
inline constexpr std::int32_t kAuditNoteBytesMax = 1000;
/// All text of a record together. It travels whole, its edited fields twice (sync/core/limits.h).
inline constexpr std::size_t kRecordTextBytesMax = 80 * 1024;
inline constexpr std::int32_t kNameBytesMax = 200;
/// A file that hangs on a customer or an interaction: what a phone's photo or a scanned contract
/// has. The hub may allow less.
inline constexpr std::int64_t kAttachmentBytesMax = 16LL * 1024 * 1024;
inline constexpr std::int32_t kCodeBytesMax = 40;
/// A fact is a sentence, read at a glance.
inline constexpr std::int32_t kFactBytesMax = 1000;

/// Every record type, parents before children.
[[nodiscard]] std::span<const RecordSpec> all_records();
[[nodiscard]] const RecordSpec& spec(RecordType type);
/// By singular or plural name; nullptr when unknown (from a newer version, or a typing error).
[[nodiscard]] const RecordSpec* find_record(std::string_view name);
[[nodiscard]] const RecordSpec* find_record(std::uint8_t wire_number);

/// What an organisation defined beside the fixed fields (a row of field_definition).
struct CustomField {
    RecordType type{};
    std::string name;                 ///< without "x."
    FieldKind kind{FieldKind::Text};  ///< Text, Integer, Decimal, Boolean, Date or CodeOf
    std::int32_t bytes_max{0};
    std::string code_list;  ///< for CodeOf
    std::string label_en;
    std::string label_nl;
    bool active{true};
};

enum class Write : std::uint8_t { Create, Edit };

/// The same check on terminal and hub, so that the hub never rejects what a terminal accepted.
/// `values` are the fields that are being written. Unknown fixed fields are refused here; what
/// comes from a newer version is set aside before it gets here. Custom fields are checked against
/// `custom` (unknown: InvalidInput). Errors: InvalidInput, LimitExceeded, Denied (append-only).
[[nodiscard]] Outcome validate(const RecordSpec& record, Write write, const FieldValues& values,
                               std::span<const CustomField> custom);

/// One value against one field. `name` is used in the error text.
[[nodiscard]] Outcome validate_value(std::string_view name, FieldKind kind, std::int32_t bytes_max,
                                     std::span<const std::string_view> choices, const Value& value);

/// Datatype names of custom fields, as in import maps: text, integer, decimal, boolean, date, code.
[[nodiscard]] Result<FieldKind> parse_datatype(std::string_view text);
[[nodiscard]] std::string_view datatype_name(FieldKind kind);

/// True for a custom field's name: a letter, then letters, digits, '_' or '.', at most 40 bytes.
[[nodiscard]] bool is_custom_name(std::string_view name);
/// Exact decimal: optional minus, digits, optional fraction.
[[nodiscard]] bool is_decimal(std::string_view text);

}  // namespace balie::domain
