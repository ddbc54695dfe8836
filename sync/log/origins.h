// Table `origin`: a small number for each (device, incarnation), so that rows need no 32 bytes for
// their version. Numbers are local to one database. Thread: store only.
#pragma once

#include "storage/base/result.h"
#include "storage/sqlite/database.h"
#include "sync/core/change.h"

#include <map>

namespace balie::sync {

class Origins {
  public:
    explicit Origins(sqlite::Database& database) : database_(&database) {}

    /// Makes the number when there is none yet.
    [[nodiscard]] Result<std::int64_t> number_of(const Origin& origin);
    [[nodiscard]] Result<Origin> origin_of(std::int64_t number);
    /// After a rollback: numbers made in it are gone.
    void forget();

  private:
    sqlite::Database* database_;
    std::map<Origin, std::int64_t> numbers_;
    std::map<std::int64_t, Origin> origins_;
};

}  // namespace balie::sync
