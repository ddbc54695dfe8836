// Rows of every record type by the schema: read and write a record as field values, keep the full
// text in step. No validation, no log: who calls it has done that (UnitOfWork) or must not (the
// inbox, which writes what was merged already). Tables: one per record type named by its plural,
// columns (rowid, id BLOB UNIQUE, one column a field, birth_origin, birth_seq, birth_stamp), and
// custom_value(owner, record_type, field, value).
// Invariant: a row, its custom values and its full text change in one transaction. Thread: store
// only; the read functions also on a lent reader's own connection.
#pragma once

#include "storage/base/ids.h"
#include "storage/base/result.h"
#include "storage/base/value.h"
#include "storage/domain/schema.h"
#include "storage/sqlite/database.h"

#include <optional>
#include <string>
#include <vector>

namespace balie::store {

/// The version of a record's creation, as the log wrote it. `origin` is a number of table origin.
struct Birth {
    std::int64_t origin{};
    std::int64_t seq{};
    std::int64_t stamp{};  ///< effective
};

class RecordTables {
  public:
    explicit RecordTables(sqlite::Database& database) : database_(&database) {}

    /// All non-null fields, custom ones included; nullopt when there is no such row.
    [[nodiscard]] Result<std::optional<FieldValues>> read(domain::RecordType type,
                                                          const RecordId& id);
    [[nodiscard]] Result<bool> exists(domain::RecordType type, const RecordId& id);
    [[nodiscard]] Result<Value> read_field(domain::RecordType type, const RecordId& id,
                                           std::string_view field);

    /// Errors: AlreadyExists.
    [[nodiscard]] Outcome insert(domain::RecordType type, const RecordId& id,
                                 const FieldValues& values, const std::optional<Birth>& birth);
    /// Writes the given fields (null clears). Errors: NotFound.
    [[nodiscard]] Outcome update(domain::RecordType type, const RecordId& id,
                                 const FieldValues& values);
    /// Takes the row, its custom values and its full text away. True when there was one.
    [[nodiscard]] Result<bool> remove(domain::RecordType type, const RecordId& id);

    [[nodiscard]] Result<std::optional<Birth>> birth(domain::RecordType type, const RecordId& id);
    [[nodiscard]] Outcome set_birth(domain::RecordType type, const RecordId& id,
                                    const std::optional<Birth>& birth);

    /// The custom fields an organisation defined (active or not), from field_definitions.
    [[nodiscard]] Result<std::vector<domain::CustomField>> custom_fields();

    /// While full text is deferred (bulk load), rows go in without it; finish_bulk() indexes what
    /// is missing. Both within one transaction or resumable: doctor finds and mends a rest.
    void defer_full_text(bool deferred) { defer_full_text_ = deferred; }

  private:
    /// Keep the customer's full text in step (customer_text.h), unless it is deferred. `values`: of
    /// what was there already, the fields that were written.
    [[nodiscard]] Outcome text_changed(domain::RecordType type, const RecordId& id);
    [[nodiscard]] Outcome text_changed(domain::RecordType type, const RecordId& id,
                                       const FieldValues& values);
    [[nodiscard]] Outcome text_leaves(domain::RecordType type, const RecordId& id);

    sqlite::Database* database_;
    bool defer_full_text_{false};
};

}  // namespace balie::store
