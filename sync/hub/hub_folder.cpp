#include "sync/hub/hub_folder.h"

#include "storage/vault/atomic_file.h"
#include "storage/vault/key_file.h"
#include "sync/hub/hub_files.h"

#include <array>

namespace balie::sync {

namespace fs = std::filesystem;

namespace {

/// While it is being made: of no worth, thrown away by whoever finds it.
constexpr std::string_view kUnfinishedInit = "init.unfinished";
/// Whole, and on its way in: whoever finds it goes on moving.
constexpr std::string_view kReady = "init.ready";
/// In this order: a hub is there when its database is.
constexpr std::array kFiles{"hub.key", "hub.crt", "hub.db.key", "hub.db"};

Error no_hub(const fs::path& path) {
    return {ErrorCode::NotFound, "there is no hub here", path.string(),
            "Make one with: balie-hub init --data " + path.string()};
}

}  // namespace

Result<vault::FileLock> lock_folder(const fs::path& folder, vault::FileLock::Kind kind) {
    return vault::FileLock::take(
        folder / "hub.lock", kind, 0,
        {ErrorCode::Busy, "another balie-hub works on this folder", folder.string(),
         kind == vault::FileLock::Kind::Alone
             ? "Stop the hub first, and wait for its subcommands to end"
             : "Wait until the hub is made or restored, then try again"});
}

Result<crypto::SecretBytes> HubFolder::key() const {
    if (!has_hub()) return no_hub(path_);
    return vault::load_key_file(database_key());
}

Outcome HubFolder::make_in(const fs::path& staging, const MakeCertificate& make_certificate,
                           Clock& clock, Entropy& entropy) const {
    BALIE_TRY(vault::make_private_folder(staging));
    const bool certificate_here = fs::exists(certificate());
    if (certificate_here != fs::exists(certificate_key())) {
        return Error{ErrorCode::NotFound, "of hub.crt and hub.key only one is here", path_.string(),
                     "Put both into the folder, or none: then they are made"};
    }
    if (!certificate_here) {
        BALIE_TRY(make_certificate(staging));
    }
    const bool key_here = fs::exists(database_key());
    BALIE_ASSIGN(const auto key,
                 key_here ? vault::load_key_file(database_key())
                          : vault::load_or_create_key_file(staging / "hub.db.key", entropy));
    {
        // Closed at the end: then the write-ahead log is in the file.
        BALIE_ASSIGN(const auto store,
                     HubStore::create((staging / "hub.db").string(), key.view(), clock, entropy));
    }
    if (fs::exists(staging / "hub.db-wal")) {
        return Error{ErrorCode::Io, "the new database could not be closed", staging.string(),
                     "Check the disk's space, then try again"};
    }
    return sync_folder(staging);
}

Outcome HubFolder::move_in(const fs::path& ready) const {
    for (const char* name : kFiles) {
        if (!fs::exists(ready / name)) continue;  // moved already, or it lay here before
        BALIE_TRY(move_file(ready / name, path_ / name));
    }
    return remove_folder(ready);
}

Outcome HubFolder::found(const MakeCertificate& make_certificate, Clock& clock,
                         Entropy& entropy) const {
    BALIE_TRY(vault::make_private_folder(path_));
    BALIE_ASSIGN(const auto lock, lock_folder(path_, vault::FileLock::Kind::Alone));
    const fs::path unfinished = path_ / kUnfinishedInit;
    const fs::path ready = path_ / kReady;
    const bool begun = fs::exists(ready);
    if (has_hub()) {
        if (begun) BALIE_TRY(remove_folder(ready));
        return Error{ErrorCode::AlreadyExists, "there is a hub here already", path_.string(),
                     "Take another folder, or use the one that is there"};
    }
    BALIE_TRY(remove_folder(unfinished));
    if (!begun) {
        BALIE_TRY(make_in(unfinished, make_certificate, clock, entropy));
        BALIE_TRY(move_file(unfinished, ready));
    }
    return move_in(ready);
}

Result<OpenHub> HubFolder::open(Clock& clock, Entropy& entropy) const {
    const bool torn = fs::exists(path_ / kRestoreReady);
    if (!has_hub() && !torn) return no_hub(path_);
    OpenHub out;
    BALIE_ASSIGN(out.lock, lock_folder(path_, vault::FileLock::Kind::Shared));
    if (torn) {
        return Error{ErrorCode::Busy, "a restore of this hub was begun and broken off",
                     path_.string(),
                     "Run it again: balie-hub restore FILE --data " + path_.string()};
    }
    BALIE_ASSIGN(const auto held, key());
    BALIE_ASSIGN(out.store, HubStore::open(database().string(), held.view(), clock, entropy));
    out.store->use_blobs(std::make_shared<attach::BlobFolder>(attachments()));
    return out;
}

}  // namespace balie::sync
