// Ids: 16 bytes, of one kind each, so that a device is never passed for a record.
// Spelled as lower-case UUID text outside, kept as a 16-byte blob in tables. Thread: any.
#pragma once

#include "storage/base/entropy.h"
#include "storage/base/result.h"

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace balie {

using IdBytes = std::array<std::uint8_t, 16>;

[[nodiscard]] std::string id_to_text(const IdBytes& bytes);
/// Errors: InvalidInput when it is not 8-4-4-4-12 hex digits.
[[nodiscard]] Result<IdBytes> id_from_text(std::string_view text);
/// RFC 9562 version 7: milliseconds first, so that ids sort by the time they were made.
[[nodiscard]] IdBytes make_uuid_v7(std::int64_t wall_ms, Entropy& entropy);
/// RFC 9562 version 8 from a digest: the same input gives the same id everywhere.
[[nodiscard]] IdBytes make_uuid_v8(std::span<const std::uint8_t> digest);

template <typename Tag>
struct Id {
    IdBytes bytes{};

    [[nodiscard]] static Id make(std::int64_t wall_ms, Entropy& entropy) {
        return {make_uuid_v7(wall_ms, entropy)};
    }
    [[nodiscard]] static Id random(Entropy& entropy) {
        Id id;
        entropy.fill(id.bytes);
        return id;
    }
    /// `digest` has at least 16 bytes.
    [[nodiscard]] static Id derive(std::span<const std::uint8_t> digest) {
        return {make_uuid_v8(digest)};
    }
    [[nodiscard]] static Result<Id> parse(std::string_view text) {
        auto parsed = id_from_text(text);
        if (!parsed.ok()) return std::move(parsed).error();
        return Id{*parsed};
    }
    [[nodiscard]] std::string text() const { return id_to_text(bytes); }
    [[nodiscard]] bool is_nil() const { return bytes == IdBytes{}; }
    auto operator<=>(const Id&) const = default;
};

using RecordId = Id<struct RecordTag>;
using DeviceId = Id<struct DeviceTag>;
using Incarnation = Id<struct IncarnationTag>;  ///< random; new when a clone or restore is found
using TransactionId = Id<struct TransactionTag>;
using ActionId = Id<struct ActionTag>;  ///< what one person did in one go: one or more transactions
using HubId = Id<struct HubTag>;
using HubEpoch = Id<struct HubEpochTag>;
using ImportId = Id<struct ImportTag>;

}  // namespace balie

template <typename Tag>
struct std::hash<balie::Id<Tag>> {
    std::size_t operator()(const balie::Id<Tag>& id) const noexcept {
        // The last 8 bytes are random in every kind of id we make.
        std::size_t out = 0;
        std::memcpy(&out, id.bytes.data() + 8, sizeof out);
        return out;
    }
};
