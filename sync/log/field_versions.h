// Table `field_version`: heads and context of fields whose state is not just the record's creation.
// Thread: store only.
#pragma once

#include "storage/base/result.h"
#include "storage/domain/schema.h"
#include "storage/sqlite/database.h"
#include "sync/core/merge.h"
#include "sync/log/origins.h"

#include <optional>
#include <string>
#include <vector>

namespace balie::sync {

class FieldVersions {
  public:
    FieldVersions(sqlite::Database& database, Origins& origins)
        : database_(&database), origins_(&origins) {}

    /// nullopt when the field was never edited since its record's creation.
    [[nodiscard]] Result<std::optional<FieldState>> load(const RecordId& id,
                                                         std::string_view field);
    [[nodiscard]] Outcome save(domain::RecordType type, const RecordId& id, std::string_view field,
                               const FieldState& state);
    /// Every edited field of the record.
    [[nodiscard]] Result<std::vector<std::pair<std::string, FieldState>>> load_all(
        const RecordId& id);
    /// With what its fields held before.
    [[nodiscard]] Outcome remove_all(const RecordId& id);

    /// What a field held before its only head, and as which version. It stays here: no message
    /// carries it, and a record that comes with its full state has none.
    struct Former {
        ChangeId id;
        Value value;
    };
    [[nodiscard]] Result<std::optional<Former>> former(const RecordId& id, std::string_view field);
    [[nodiscard]] Outcome keep_former(const RecordId& id, std::string_view field,
                                      const Former& former);

  private:
    sqlite::Database* database_;
    Origins* origins_;
};

}  // namespace balie::sync
