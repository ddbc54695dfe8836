// SQLite result code → Error: busy, full, corrupt, newer and I/O told apart. Used in this folder
// only. Thread: any.
#pragma once

#include "storage/base/result.h"

#include <string_view>

struct sqlite3;

namespace balie::sqlite {

/// `code` is an (extended) result code; `doing` says what was tried. `system_error`: the errno that
/// was at the bottom of it (sqlite3_system_errno), which tells a full disk from a broken one.
[[nodiscard]] Error to_error(int code, std::string_view message, std::string_view doing,
                             std::string_view path, int system_error = 0);

}  // namespace balie::sqlite
