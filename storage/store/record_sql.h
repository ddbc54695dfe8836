// The SQL of one record type's table, made once from the record-type list. Used in this folder.
// Thread: any (constant data after the first use).
#pragma once

#include "storage/domain/schema.h"

#include <string>

namespace balie::store {

struct RecordSql {
    std::string insert;  ///< id, three birth columns, then every field
    std::string select;  ///< every field, by id
    std::string remove;
    std::string exists;
    std::string birth;
    std::string set_birth;
};

[[nodiscard]] const RecordSql& record_sql(domain::RecordType type);
[[nodiscard]] std::string quoted_column(std::string_view column);

}  // namespace balie::store
