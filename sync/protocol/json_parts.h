// The parts that messages and payloads are made of, written and read in one place: origins,
// versions, values, bases. Thread: any. Private to sync/protocol.
#pragma once

#include "sync/core/change.h"
#include "sync/core/merge.h"
#include "sync/protocol/json_reader.h"
#include "sync/protocol/json_writer.h"

namespace balie::sync {

inline constexpr std::size_t kNameTextMax = 200;     ///< logins, codes, names of types and fields
inline constexpr std::size_t kPeopleTextMax = 2000;  ///< sentences for people
inline constexpr std::int64_t kStampMax = kInt64Max;
/// Incarnations that one PULL may name; a device has more only when it was restored that often.
inline constexpr std::size_t kOwnLivesMax = 1000;

void write_value(JsonWriter& out, const Value& value);
/// [[device, incarnation, seq], …]
void write_base(JsonWriter& out, const Base& base);
[[nodiscard]] Base read_base(const Node& node);
/// stamp, device, incarnation, seq: four elements of the array that is being written.
void write_version_members(JsonWriter& out, const Version& version);
[[nodiscard]] Version read_version(const Node& node);
[[nodiscard]] Stamp read_stamp(const Node& node);
/// Of a field, with a fault at `list` when the heads are none, or not what the context knows.
[[nodiscard]] FieldState checked_state(const Node& list, std::vector<Head> heads, Base context);

}  // namespace balie::sync
