// Own changes that the hub has not confirmed lie over the confirmed state: the row shows them,
// table `shadow` keeps the confirmed value beneath. On a hub the table is always empty. Invariant:
// a shadow row exists exactly while an own change of that field is unconfirmed. Thread: store only,
// inside a write transaction.
#pragma once

#include "storage/base/result.h"
#include "storage/store/record_tables.h"

#include <optional>
#include <string>
#include <vector>

namespace balie::sync {

struct ShadowRow {
    std::string field;
    Value value;                 ///< confirmed
    std::int64_t pending_seq{};  ///< latest own change of this field
};

class Overlay {
  public:
    Overlay(sqlite::Database& database, store::RecordTables& tables)
        : database_(&database), tables_(&tables) {}

    [[nodiscard]] Result<std::optional<ShadowRow>> find(const RecordId& id, std::string_view field);
    [[nodiscard]] Result<std::vector<ShadowRow>> all(const RecordId& id);
    /// An own edit: keeps `confirmed` when there is no shadow yet, and names the edit as the
    /// latest.
    [[nodiscard]] Outcome cover(domain::RecordType type, const RecordId& id, std::string_view field,
                                const Value& confirmed, std::int64_t own_seq);
    /// The confirmed value is now `value`: into the shadow where one is, else into the row. When
    /// `confirmed_seq` is the latest own change of the field, the shadow goes.
    [[nodiscard]] Outcome show(domain::RecordType type, const RecordId& id, std::string_view field,
                               const Value& value, std::optional<std::int64_t> confirmed_seq);
    [[nodiscard]] Outcome remove_all(const RecordId& id);
    /// Replaces the confirmed value beneath, leaving what lies over it.
    [[nodiscard]] Outcome replace(const RecordId& id, std::string_view field, const Value& value);
    [[nodiscard]] Outcome remove(const RecordId& id, std::string_view field);

  private:
    sqlite::Database* database_;
    store::RecordTables* tables_;
};

}  // namespace balie::sync
