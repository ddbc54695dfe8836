#include "sync/hub/hub_restore.h"

#include "storage/store/backup.h"
#include "storage/vault/atomic_file.h"
#include "storage/vault/key_file.h"
#include "sync/hub/hub_files.h"

#include <array>

namespace balie::sync {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kUnfinishedRestore = "restore.unfinished";
/// The database last: while it is there, nothing of the old hub is missing beside it.
constexpr std::array kDatabaseFiles{"hub.db-shm", "hub.db-wal", "hub.db"};

Outcome check_place(const HubFolder& folder, bool replace) {
    for (const fs::path& needed :
         {folder.database_key(), folder.certificate(), folder.certificate_key()}) {
        if (fs::exists(needed)) continue;
        return Error{ErrorCode::NotFound,
                     "a backup holds the database alone, and " + needed.filename().string() +
                         " is not in the data folder",
                     needed.string(),
                     "Put hub.db.key, hub.crt and hub.key there, from where you keep them safe"};
    }
    if (!folder.has_hub() || replace) return {};
    return Error{ErrorCode::AlreadyExists, "there is a hub here already", folder.path().string(),
                 "Restore into another folder, or say --replace: what is here is kept beside"};
}

/// A file that is no backup under this key, in the words of somebody who wants to restore.
Error unreadable(Error error, const fs::path& backup) {
    if (error.code != ErrorCode::Corrupt || error.where.empty()) return error;
    error.mend = "Is " + backup.filename().string() +
                 " a backup of this hub, made under the hub.db.key in the data folder? If it is, "
                 "take an older one";
    return error;
}

/// The backup as a database of its own, with a new epoch, checked.
Result<HubRestored> prepare(const HubFolder& folder, const fs::path& backup,
                            const fs::path& staging, Clock& clock, Entropy& entropy) {
    BALIE_TRY(remove_folder(staging));
    BALIE_TRY(vault::make_private_folder(staging));
    BALIE_ASSIGN(const auto key, vault::load_key_file(folder.database_key()));
    const fs::path file = staging / "hub.db";
    if (auto copied = store::restore_backup(backup, key.view(), file); !copied.ok()) {
        return unreadable(std::move(copied).error(), backup);
    }
    HubRestored restored;
    {
        auto opened = HubStore::open_restored(file.string(), key.view(), clock, entropy);
        if (!opened.ok() && opened.error().code == ErrorCode::NotFound) {
            return Error{ErrorCode::InvalidInput, "this is a database, but no hub's",
                         backup.string(), "Take a file that was made with: balie-hub backup"};
        }
        if (!opened.ok()) return unreadable(std::move(opened).error(), backup);
        HubStore& store = **opened;
        if (auto whole = store.verify(); !whole.ok()) {
            Error error = std::move(whole).error();
            error.what = "this backup is damaged: " + error.what;
            error.mend = "Nothing was changed. Take an older backup";
            return error;
        }
        restored.hub = store.identity();
        BALIE_ASSIGN(restored.hub_seq, store.hub_seq());
        // Should the restore be given up, nothing names them here and they are removed.
        attach::BlobFolder files(attach::beside(backup));
        BALIE_ASSIGN(restored.attachments,
                     attach::copy_files(store.store().writer(), files, folder.attachments(),
                                        attach::CopyCheck::None));
    }
    if (fs::exists(staging / "hub.db-wal")) {
        return Error{ErrorCode::Io, "the restored database could not be closed", staging.string(),
                     "Check the disk's space, then try again"};
    }
    BALIE_TRY(sync_folder(staging));
    return restored;
}

/// The hub that lies here and the one that comes must be one; a file that cannot be opened any more
/// is what one restores for.
Outcome check_same_hub(const HubFolder& folder, const HubRestored& restored, Clock& clock,
                       Entropy& entropy) {
    if (!folder.has_hub()) return {};
    BALIE_ASSIGN(const auto key, folder.key());
    const auto present = HubStore::open(folder.database().string(), key.view(), clock, entropy);
    if (!present.ok() || (*present)->identity().hub == restored.hub.hub) return {};
    return Error{ErrorCode::InvalidInput, "this backup is of another hub than the one here",
                 folder.path().string(), "Restore it into a folder of its own"};
}

/// From the first move on it is decided; each step can be repeated. Answers where the former files
/// are, empty when there were none.
Result<std::string> move_in(const HubFolder& folder, std::int64_t wall_ms) {
    const fs::path ready = folder.path() / kRestoreReady;
    const fs::path former = ready / "former";
    if (fs::exists(ready / "hub.db")) {
        BALIE_TRY(vault::make_private_folder(former));
        for (const char* name : kDatabaseFiles) {
            if (!fs::exists(folder.path() / name)) continue;
            BALIE_TRY(move_file(folder.path() / name, former / name));
        }
        BALIE_TRY(move_file(ready / "hub.db", folder.database()));
    }
    std::string kept;
    if (fs::exists(former / "hub.db")) {
        kept = (folder.path() / ("replaced-" + std::to_string(wall_ms))).string();
        BALIE_TRY(move_file(former, kept));
    }
    BALIE_TRY(remove_folder(ready));
    return kept;
}

}  // namespace

Result<HubBackedUp> back_up_hub(const HubFolder& folder, const fs::path& file, Clock& clock,
                                Entropy& entropy) {
    BALIE_ASSIGN(const auto key, folder.key());
    BALIE_ASSIGN(const auto hub, folder.open(clock, entropy));
    BALIE_ASSIGN(auto reader, hub->store().open_reader());
    HubStore::Extent extent;
    HubBackedUp done;
    const auto check = [&](const fs::path& copy) -> Outcome {
        BALIE_ASSIGN(const auto opened,
                     HubStore::open_copy(copy.string(), key.view(), clock, entropy));
        BALIE_TRY(opened->verify());
        BALIE_ASSIGN(extent, opened->extent());
        // Before the copy has its name: whoever finds a backup finds all of it.
        attach::BlobFolder files(folder.attachments());
        BALIE_ASSIGN(done.attachments,
                     attach::copy_files(opened->store().writer(), files, attach::beside(file),
                                        attach::CopyCheck::ByHash));
        return {};
    };
    BALIE_TRY(store::back_up_to(reader, key.view(), file, check));
    BALIE_TRY(hub->note_backup(extent));
    done.hub_seq = extent.hub_seq;
    return done;
}

Result<HubRestored> restore_hub(const HubFolder& folder, const fs::path& backup, bool replace,
                                Clock& clock, Entropy& entropy) {
    std::error_code ignored;
    if (!fs::is_directory(folder.path(), ignored)) {
        return Error{ErrorCode::NotFound, "there is no data folder", folder.path().string(),
                     "Make it, and put hub.db.key, hub.crt and hub.key there"};
    }
    BALIE_ASSIGN(const auto lock, lock_folder(folder.path(), vault::FileLock::Kind::Alone));
    const fs::path ready = folder.path() / kRestoreReady;
    if (fs::exists(ready)) {
        HubRestored restored;
        BALIE_ASSIGN(restored.replaced, move_in(folder, clock.wall_ms()));
        BALIE_ASSIGN(const auto key, folder.key());
        BALIE_ASSIGN(const auto store,
                     HubStore::open(folder.database().string(), key.view(), clock, entropy));
        restored.hub = store->identity();
        BALIE_ASSIGN(restored.hub_seq, store->hub_seq());
        restored.resumed = true;
        return restored;
    }
    BALIE_TRY(check_place(folder, replace));
    if (fs::is_directory(backup, ignored)) {
        return Error{ErrorCode::InvalidInput, "this is a folder, not a backup", backup.string(),
                     "Give the file that balie-hub backup made"};
    }
    const fs::path staging = folder.path() / kUnfinishedRestore;
    auto prepared = prepare(folder, backup, staging, clock, entropy);
    Outcome same = prepared.ok() ? check_same_hub(folder, *prepared, clock, entropy) : Outcome{};
    if (!prepared.ok() || !same.ok()) {
        ignore(remove_folder(staging), "the next restore removes it");
        if (!same.ok()) return std::move(same).error();
        return prepared;
    }
    BALIE_TRY(move_file(staging, ready));
    BALIE_ASSIGN(prepared->replaced, move_in(folder, clock.wall_ms()));
    return prepared;
}

}  // namespace balie::sync
