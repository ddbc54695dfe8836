// What a log says of records, as the hub sends it: changes, one's own confirmed, records that enter
// or leave the scope. Thread: any (values).
#pragma once

#include "sync/core/change.h"
#include "sync/core/merge.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace balie::sync {

/// Of a hash, as much as tells two changes of one number apart.
inline constexpr std::size_t kOwnHashBytes = 16;

/// A foreign change, whole.
struct LogChange {
    std::int64_t hub_seq{};
    Stamp effective;
    Change change;
    bool operator==(const LogChange&) const = default;
};
/// One's own change, of the session's origin: the terminal has the rest.
struct LogOwn {
    std::int64_t hub_seq{};
    Stamp effective;
    std::int64_t seq{};
    Bytes hash{};  ///< its beginning (kOwnHashBytes): another copy of this log may be meant
    bool operator==(const LogOwn&) const = default;
};
/// The record came into scope: its full state.
struct LogEnter {
    std::int64_t hub_seq{};
    std::string reason;  ///< "assigned", "moved", "enrolled"…
    std::string type;
    RecordId id;
    Version birth;       ///< of its creation
    FieldValues values;  ///< shown values, custom fields included; nulls left out
    struct EditedField {
        std::string field;
        FieldState state;
        bool operator==(const EditedField&) const = default;
    };
    std::vector<EditedField> edited;  ///< fields whose state is not just the creation's
    bool operator==(const LogEnter&) const = default;
};
struct LogLeave {
    std::int64_t hub_seq{};
    std::string reason;
    std::string type;
    RecordId id;
    bool operator==(const LogLeave&) const = default;
};
using LogEntry = std::variant<LogChange, LogOwn, LogEnter, LogLeave>;

}  // namespace balie::sync
