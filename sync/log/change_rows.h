// Rows of the own log as changes. Thread: that of the Database. Owns nothing. Private to sync/log.
#pragma once

#include "storage/sqlite/database.h"
#include "sync/core/change.h"

#include <string>
#include <string_view>

namespace balie::sync {

/// What read_change() takes a row to hold.
inline constexpr std::string_view kChangeColumns =
    "seq,transaction_id,action_id,raw_stamp,user,schema_version,payload,salt,commitment,hash";

inline Change read_change(const sqlite::Statement& row, const Origin& origin) {
    Change change;
    change.id = {origin, row.integer(0)};
    change.transaction = {row.id(1)};
    change.action = {row.id(2)};
    change.raw = Stamp{row.integer(3)};
    change.user = std::string(row.text(4));
    change.schema_version = static_cast<int>(row.integer(5));
    change.payload = std::string(row.text(6));
    copy_bytes(row.blob(7), change.salt);
    copy_bytes(row.blob(8), change.commitment);
    copy_bytes(row.blob(9), change.hash);
    return change;
}

}  // namespace balie::sync
