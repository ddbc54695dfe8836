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
    [[nodiscard]] Outcome remove_all(const RecordId& id);

  private:
    sqlite::Database* database_;
    Origins* origins_;
};

}  // namespace balie::sync
