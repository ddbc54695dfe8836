// The SQL of the numbered migrations, made from migrations/*.sql by the build. Thread: any.
#pragma once

#include <string_view>

namespace balie::store {

/// Migrations are numbered from 1 without gaps.
[[nodiscard]] int migration_text_count();
[[nodiscard]] std::string_view migration_text(int number);

}  // namespace balie::store
