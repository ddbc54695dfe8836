// The hub's data folder: what lies in it, founding a hub in it, and opening the store in it.
// Invariant: folder 0700, database key and TLS key 0600; an existing hub is never overwritten; a
// hub is there exactly when hub.db is, and then it is whole: it is made in a folder beside and
// moved in, the database last, so a founding that was killed is finished or begun anew by the next.
// Thread: any, one at a time.
#pragma once

#include "storage/base/clock.h"
#include "storage/base/entropy.h"
#include "storage/base/result.h"
#include "storage/crypto/secret.h"
#include "storage/vault/file_lock.h"
#include "sync/hub/hub_store.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace balie::sync {

/// Held while a data folder is worked on: by everybody who opens the hub together, by whoever puts
/// a hub in its place alone. Never waits. Errors: Busy (somebody works on it), DiskFull, Denied,
/// Io.
[[nodiscard]] Result<vault::FileLock> lock_folder(const std::filesystem::path& folder,
                                                  vault::FileLock::Kind kind);

/// A hub at work; the lock goes when the store is closed.
struct OpenHub {
    vault::FileLock lock;
    std::unique_ptr<HubStore> store;
    HubStore* operator->() const { return store.get(); }
};

class HubFolder {
  public:
    explicit HubFolder(std::filesystem::path path) : path_(std::move(path)) {}

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path database() const { return path_ / "hub.db"; }
    [[nodiscard]] std::filesystem::path database_key() const { return path_ / "hub.db.key"; }
    [[nodiscard]] std::filesystem::path attachments() const { return path_ / "attachments"; }
    [[nodiscard]] std::filesystem::path certificate() const { return path_ / "hub.crt"; }
    [[nodiscard]] std::filesystem::path certificate_key() const { return path_ / "hub.key"; }

    [[nodiscard]] bool has_hub() const { return std::filesystem::exists(database()); }
    /// Errors: NotFound (no hub here), Denied (others may read it).
    [[nodiscard]] Result<crypto::SecretBytes> key() const;
    /// Writes hub.crt and hub.key into the folder it is given.
    using MakeCertificate = std::function<Outcome(const std::filesystem::path& folder)>;
    /// Makes a hub, or finishes one whose making was broken off. What lies ready of a certificate
    /// or a key is used. Errors: AlreadyExists (there is a hub), Busy, DiskFull, Io.
    [[nodiscard]] Outcome found(const MakeCertificate& make_certificate, Clock& clock,
                                Entropy& entropy) const;
    /// Errors: NotFound, Corrupt, NewerVersion, Busy, Io.
    [[nodiscard]] Result<OpenHub> open(Clock& clock, Entropy& entropy) const;

  private:
    /// Everything that the folder lacks, whole, in `staging`.
    [[nodiscard]] Outcome make_in(const std::filesystem::path& staging,
                                  const MakeCertificate& make_certificate, Clock& clock,
                                  Entropy& entropy) const;
    /// What lies in `ready` comes into the folder, the database last.
    [[nodiscard]] Outcome move_in(const std::filesystem::path& ready) const;

    std::filesystem::path path_;
};

}  // namespace balie::sync
