#include "sync/hub/hub_folder.h"

#include "storage/vault/atomic_file.h"
#include "storage/vault/key_file.h"

namespace balie::sync {

Result<crypto::SecretBytes> HubFolder::key() const {
    if (!has_hub()) {
        return Error{ErrorCode::NotFound, "there is no hub here", path_.string(),
                     "Make one with: balie-hub init --data " + path_.string()};
    }
    return vault::load_key_file(database_key());
}

Outcome HubFolder::prepare() const {
    if (has_hub()) {
        return Error{ErrorCode::AlreadyExists, "there is a hub here already", path_.string(),
                     "Take another folder, or use the one that is there"};
    }
    return vault::make_private_folder(path_);
}

Result<std::unique_ptr<HubStore>> HubFolder::create(Clock& clock, Entropy& entropy) const {
    BALIE_TRY(prepare());
    BALIE_ASSIGN(const auto made, vault::load_or_create_key_file(database_key(), entropy));
    store::StoreOptions options;
    options.create = true;
    return HubStore::create(database().string(), made.view(), clock, entropy, options);
}

Result<std::unique_ptr<HubStore>> HubFolder::open(Clock& clock, Entropy& entropy) const {
    BALIE_ASSIGN(const auto held, key());
    return HubStore::open(database().string(), held.view(), clock, entropy);
}

}  // namespace balie::sync
