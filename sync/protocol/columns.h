// Column names of lists that are sent as rows: what is written here is read by name, so that a
// column may be added or moved. Thread: any. Private to sync/protocol.
#pragma once

#include <array>
#include <string_view>

namespace balie::sync {

inline constexpr std::array<std::string_view, 9> kPushColumns{
    "transaction", "action", "stamp", "user", "schema", "payload", "salt", "commitment", "hash"};
inline constexpr std::array<std::string_view, 14> kLogColumns{
    "hub_seq", "effective", "device", "incarnation", "seq",  "transaction", "action",
    "stamp",   "user",      "schema", "payload",     "salt", "commitment",  "hash"};
inline constexpr std::array<std::string_view, 8> kVerdictColumns{
    "transaction", "first", "last", "kind", "code", "detail", "hub_seq", "effective"};
inline constexpr std::array<std::string_view, 5> kFoundColumns{"id", "number", "name", "city",
                                                               "in_scope"};

}  // namespace balie::sync
