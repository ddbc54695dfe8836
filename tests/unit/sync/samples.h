// Messages, changes and ids for tests, the same every time. Thread: any.
#pragma once

#include "storage/crypto/signing.h"
#include "sync/protocol/codec.h"
#include "tests/support/seeded_entropy.h"

#include <string>
#include <vector>

namespace balie::test {

template <typename AnyId>
[[nodiscard]] AnyId sample_id(std::uint8_t number) {
    AnyId id;
    id.bytes.fill(number);
    return id;
}

[[nodiscard]] inline sync::Origin sample_origin(std::uint8_t number = 1) {
    return {sample_id<DeviceId>(number),
            sample_id<Incarnation>(static_cast<std::uint8_t>(number + 100))};
}

/// One change with a payload, chained to `previous`.
[[nodiscard]] inline sync::Change sample_change(const sync::Origin& origin, std::int64_t seq,
                                                const sync::Hash& previous,
                                                const std::string& name = "Jansen") {
    sync::ChangeBody body;
    body.type = "customer";
    body.id = sample_id<RecordId>(static_cast<std::uint8_t>(seq));
    body.fields["name"] = {Value{name}, {}};
    body.fields["do_not_call"] = {Value{std::int64_t{1}}, {{sample_origin(9), 4}}};
    sync::Change change;
    change.id = {origin, seq};
    change.transaction = sample_id<TransactionId>(static_cast<std::uint8_t>(seq + 50));
    change.action = sample_id<ActionId>(7);
    change.raw = sync::Stamp::of(1'700'000'000'000 + seq, 3);
    change.user = "anna";
    change.schema_version = 1;
    change.payload = sync::encode_payload(body);
    change.salt.fill(static_cast<std::uint8_t>(seq));
    change.commitment = sync::commitment_of(change.salt, change.payload);
    change.hash = sync::chain_hash(previous, change);
    return change;
}

/// Changes first..last in a row.
[[nodiscard]] inline std::vector<sync::Change> sample_changes(
    const sync::Origin& origin, std::int64_t first, std::int64_t last,
    sync::Hash previous = sync::kChainStart) {
    std::vector<sync::Change> changes;
    for (std::int64_t seq = first; seq <= last; ++seq) {
        changes.push_back(sample_change(origin, seq, previous));
        previous = changes.back().hash;
    }
    return changes;
}

[[nodiscard]] inline Bytes to_bytes(std::span<const std::uint8_t> bytes) {
    return {bytes.begin(), bytes.end()};
}

[[nodiscard]] inline crypto::KeyPair sample_key(std::uint64_t seed) {
    SeededEntropy entropy(seed);
    return crypto::KeyPair::make(entropy);
}

[[nodiscard]] inline Bytes sign_text(const crypto::KeyPair& key, const std::string& text) {
    return to_bytes(key.sign(as_bytes(text)));
}

}  // namespace balie::test
