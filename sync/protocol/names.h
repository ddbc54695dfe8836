// Names of enumerations as they stand on the wire. Thread: any.
#pragma once

#include "sync/protocol/message.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace balie::sync {

template <typename Enum, std::size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

inline constexpr Names<Directive, 6> kDirectiveNames{{
    {Directive::Go, "go"},
    {Directive::Snapshot, "snapshot"},
    {Directive::NewIncarnation, "new_incarnation"},
    {Directive::Upgrade, "upgrade"},
    {Directive::ReadOnly, "read_only"},
    {Directive::Wipe, "wipe"},
}};
inline constexpr Names<VerdictKind, 4> kVerdictNames{{
    {VerdictKind::Applied, "applied"},
    {VerdictKind::Superseded, "superseded"},
    {VerdictKind::Conflict, "conflict"},
    {VerdictKind::SetAside, "set_aside"},
}};
inline constexpr Names<ErrorLevel, 3> kLevelNames{{
    {ErrorLevel::Frame, "frame"},
    {ErrorLevel::Session, "session"},
    {ErrorLevel::Device, "device"},
}};

template <typename Enum, std::size_t N>
[[nodiscard]] constexpr std::string_view name_in(const Names<Enum, N>& names, Enum value) {
    for (const auto& [each, name] : names) {
        if (each == value) return name;
    }
    return {};
}
template <typename Enum, std::size_t N>
[[nodiscard]] constexpr std::optional<Enum> value_in(const Names<Enum, N>& names,
                                                     std::string_view name) {
    for (const auto& [value, each] : names) {
        if (each == name) return value;
    }
    return std::nullopt;
}

[[nodiscard]] constexpr std::string_view name_of(Directive value) {
    return name_in(kDirectiveNames, value);
}
[[nodiscard]] constexpr std::string_view name_of(VerdictKind value) {
    return name_in(kVerdictNames, value);
}
[[nodiscard]] constexpr std::string_view name_of(ErrorLevel value) {
    return name_in(kLevelNames, value);
}

/// Messages in the order of the variant; what stands at an index is the name of that alternative.
inline constexpr std::array<std::string_view, std::variant_size_v<Message>> kMessageNames{
    "challenge", "enrol",     "enrolled", "hello",      "welcome",     "push",  "ack",
    "pull",      "changes",   "snapshot", "checkpoint", "applied",     "mark",  "ping",
    "pong",      "error",     "bye",      "find",       "found",       "fetch", "fetched",
    "blob_have", "blob_want", "blob_put", "blob_get",   "blob_refused"};

}  // namespace balie::sync
