// A change: one record's edit within one transaction, with the identity that makes it countable
// (device, incarnation, sequence), the base its author saw, and its place in the device's chain.
// Invariant: change id = (origin, seq); seq has no gaps per origin; a change is never altered.
// Thread: any (values).
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/ids.h"
#include "storage/base/value.h"

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace balie::sync {

/// One log: a device in one incarnation. The hub's own log has hub_id and hub_epoch here.
struct Origin {
    DeviceId device;
    Incarnation incarnation;
    auto operator<=>(const Origin&) const = default;
};

struct ChangeId {
    Origin origin;
    std::int64_t seq{};  ///< from 1, without gaps
    auto operator<=>(const ChangeId&) const = default;
};

/// Hybrid logical clock: upper 48 bits milliseconds since 1970, lower 16 a counter
/// (Kulkarni, Demirbas, Madappa, Avva, Leone 2014). Never negative.
struct Stamp {
    std::int64_t packed{};
    [[nodiscard]] std::int64_t ms() const { return packed >> 16; }
    [[nodiscard]] int counter() const { return static_cast<int>(packed & 0xFFFF); }
    [[nodiscard]] static Stamp of(std::int64_t ms, int counter) {
        return {(ms << 16) | (counter & 0xFFFF)};
    }
    auto operator<=>(const Stamp&) const = default;
};

/// A version of a field: who wrote it and the stamp by which it is ordered (the effective one).
struct Version {
    Stamp effective;
    ChangeId id;
    // Members stand in the order of precedence: (effective stamp, device, incarnation, seq).
    auto operator<=>(const Version&) const = default;
};

/// What the author of an edit had seen of that field: per origin the highest sequence number that
/// is a head or was replaced by one. Every head is named (an origin's latest version is the only
/// one of its versions that can still be a head), and what the heads replaced is named with them,
/// so a change can be merged without knowing the changes before it. See sync/MERGE.md.
using Base = std::map<Origin, std::int64_t>;

struct FieldEdit {
    Value value;
    Base base;  ///< empty in a Create
    bool operator==(const FieldEdit&) const = default;
};

enum class Operation : std::uint8_t { Create, Edit };

/// The content of a change. `type` is the wire name; it may be one this version does not know.
struct ChangeBody {
    std::string type;
    RecordId id;
    Operation operation{Operation::Create};
    std::map<std::string, FieldEdit, std::less<>> fields;
    bool operator==(const ChangeBody&) const = default;
};

using Hash = std::array<std::uint8_t, 32>;  ///< BLAKE2b-256
using Salt = std::array<std::uint8_t, 16>;

struct Change {
    ChangeId id;
    TransactionId transaction;
    ActionId action;
    Stamp raw;         ///< fixed at capture
    std::string user;  ///< login
    int schema_version{};
    std::string payload;  ///< the author's exact bytes (JSON of ChangeBody); empty once erased
    Salt salt{};          ///< goes with the payload
    Hash commitment{};    ///< BLAKE2b-256(salt, payload); stays when the payload goes
    Hash hash{};          ///< of the chain up to and including this change
    bool operator==(const Change&) const = default;
};

/// Hash of the change before the first.
inline constexpr Hash kChainStart{};

/// commitment = BLAKE2b-256(salt || payload).
[[nodiscard]] Hash commitment_of(const Salt& salt, std::string_view payload);
/// hash = BLAKE2b-256(previous || header text || commitment); the header text is specified in
/// sync/PROTOCOL.md with test vectors. Reads every member of `change` but payload, salt and hash.
[[nodiscard]] Hash chain_hash(const Hash& previous, const Change& change);

}  // namespace balie::sync
