// The hash chain of a device's log: any change altered, removed or inserted breaks it.
#include "storage/crypto/hash.h"
#include "sync/core/change.h"

namespace balie::sync {

Hash commitment_of(const Salt& salt, std::string_view payload) {
    crypto::Hasher hasher;
    hasher.update(salt);
    hasher.update(as_bytes(payload));
    return hasher.finish();
}

Hash chain_hash(const Hash& previous, const Change& change) {
    // One line a member, so that a client in another language can build it with string functions.
    std::string header = "balie.change.v1\n";
    header += change.id.origin.device.text() + "\n";
    header += change.id.origin.incarnation.text() + "\n";
    header += std::to_string(change.id.seq) + "\n";
    header += change.transaction.text() + "\n";
    header += change.action.text() + "\n";
    header += std::to_string(change.raw.packed) + "\n";
    header += change.user + "\n";
    header += std::to_string(change.schema_version) + "\n";
    crypto::Hasher hasher;
    hasher.update(previous);
    hasher.update(as_bytes(header));
    hasher.update(change.commitment);
    return hasher.finish();
}

}  // namespace balie::sync
