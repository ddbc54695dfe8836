// Copying a hub while it works, and putting a copy back. Invariant: a copy is one moment of the
// hub, verified before it has its name; what is put back is verified and has a new epoch before
// anybody can open it, and what it replaces is kept; killed at any moment, the folder holds the old
// hub or the new one, or says that the restore has to be run again. Thread: the program's main one.
#pragma once

#include "storage/attach/copies.h"
#include "sync/hub/hub_folder.h"

#include <filesystem>
#include <string>

namespace balie::sync {

struct HubBackedUp {
    std::int64_t hub_seq{};

    /// One copy to `file`, which must not be there; then the hub tells terminals that what is in it
    /// is safe. Answers the hub_seq up to which everything is in it. The bytes of attachments, each
    /// checked by its hash, are put beside it. Errors: AlreadyExists, Corrupt (the copy does not
    /// verify: it is not kept), DiskFull, Io.
    attach::Copied attachments;  ///< in FILE.attachments, linked where the disk is the same
};
[[nodiscard]] Result<HubBackedUp> back_up_hub(const HubFolder& folder,
                                              const std::filesystem::path& file, Clock& clock,
                                              Entropy& entropy);

struct HubRestored {
    HubIdentity hub;
    std::int64_t hub_seq{};
    std::string replaced;        ///< where the former files are; empty: there were none
    attach::Copied attachments;  ///< from beside the backup
    bool resumed{false};         ///< an earlier restore that was broken off was finished, no other
};

/// Errors: AlreadyExists (there is a hub, and `replace` is not wanted), NotFound (no backup, or no
/// keys in the folder), Corrupt, NewerVersion, InvalidInput (another hub's), Busy, DiskFull, Io.
[[nodiscard]] Result<HubRestored> restore_hub(const HubFolder& folder,
                                              const std::filesystem::path& backup, bool replace,
                                              Clock& clock, Entropy& entropy);

}  // namespace balie::sync
