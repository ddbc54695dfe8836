// What a Statement holds; shared by database.cpp and statement.cpp alone.
// Thread: that of its Database.
#pragma once

#include "storage/sqlite/database.h"

#include <sqlite3.h>

#include <string>

namespace balie::sqlite {

struct Statement::Impl {
    sqlite3_stmt* handle{nullptr};
    const std::string* path{nullptr};
    int bind_code{SQLITE_OK};
    bool used{false};  ///< bound or stepped since it was reset

    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() { sqlite3_finalize(handle); }

    void note(int code) {
        used = true;
        if (bind_code == SQLITE_OK) bind_code = code;
    }
};

}  // namespace balie::sqlite
