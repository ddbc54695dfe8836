// The state of a scope, in parts that may be broken off between any two. Thread: any (values).
#pragma once

#include "sync/core/digest.h"
#include "sync/protocol/log_entry.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace balie::sync {

/// How far a terminal is in taking in a snapshot.
struct SnapshotPlace {
    std::int64_t hub_seq{};  ///< of the log as the snapshot began; 0: it has not begun
    std::string after;       ///< the hub's own mark of what was applied; empty: nothing yet
    /// There is a copy: digests of ranges come instead of records, one at a time, for comparison.
    bool compare{false};
    /// Up to this mark records nevertheless: the range that was found to differ. Empty: none.
    std::string full_to{};
    bool operator==(const SnapshotPlace&) const = default;
};

/// The place after a part that ends at `to`.
[[nodiscard]] inline SnapshotPlace place_after(const SnapshotPlace& place, std::int64_t hub_seq,
                                               const std::string& to) {
    return {hub_seq, to, place.compare, to == place.full_to ? std::string() : place.full_to};
}

/// Records of one type as they are now, in columns.
struct SnapshotTable {
    struct Row {
        RecordId id;
        Version birth;
        std::vector<Value> values;  ///< one for each of `fields`; null: the field is empty
        std::vector<LogEnter::EditedField> edited{};
        bool operator==(const Row&) const = default;
    };
    std::string type;
    std::vector<std::string> fields;
    std::vector<Row> rows;
    bool operator==(const SnapshotTable&) const = default;
};
/// One's own change that is in the hub's log before the snapshot began.
struct SnapshotOwn {
    Incarnation incarnation;
    std::int64_t seq{};
    std::int64_t hub_seq{};
    Stamp effective;
    Bytes hash;       ///< its beginning (kOwnHashBytes)
    bool in_scope{};  ///< its record is in this device's scope now
    bool operator==(const SnapshotOwn&) const = default;
};
/// Records of one type from behind `after` up to `to`, in the order of their ids, that are in the
/// device's scope: only what they add to its digest. Nothing: from the first, up to the last.
struct SnapshotRange {
    std::string type;
    std::optional<RecordId> after;
    std::optional<RecordId> to;
    Digest digest;
    bool operator==(const SnapshotRange&) const = default;
};
/// A part of a scope's state. Each record is as it was when its part was read; the log after
/// `hub_seq` brings what has changed since the first, and what is known already changes nothing.
struct Snapshot {  ///< hub
    std::int64_t hub_seq{};
    std::string after;  ///< the place this follows on: apply only when it is yours
    std::string to;     ///< the place after it
    bool done{};        ///< the last part: the cursor is hub_seq now
    std::vector<SnapshotTable> tables;
    std::vector<SnapshotOwn> own;  ///< after all records
    /// Instead of records, when the terminal compares; the hub then waits for what it says.
    std::optional<SnapshotRange> range{};
    bool operator==(const Snapshot&) const = default;
};

}  // namespace balie::sync
