// The hub's data folder: what lies in it, and opening the store in it.
// Invariant: folder 0700, database key and TLS key 0600; an existing hub is never overwritten.
// Thread: any, one at a time.
#pragma once

#include "storage/base/clock.h"
#include "storage/base/entropy.h"
#include "storage/base/result.h"
#include "storage/crypto/secret.h"
#include "sync/hub/hub_store.h"

#include <filesystem>
#include <memory>
#include <string>

namespace balie::sync {

class HubFolder {
  public:
    explicit HubFolder(std::filesystem::path path) : path_(std::move(path)) {}

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path database() const { return path_ / "hub.db"; }
    [[nodiscard]] std::filesystem::path database_key() const { return path_ / "hub.db.key"; }
    [[nodiscard]] std::filesystem::path certificate() const { return path_ / "hub.crt"; }

    [[nodiscard]] bool has_hub() const { return std::filesystem::exists(database()); }
    /// Errors: NotFound (no hub here), Denied (others may read it).
    [[nodiscard]] Result<crypto::SecretBytes> key() const;
    /// Makes the folder. Errors: AlreadyExists (there is a hub), Io.
    [[nodiscard]] Outcome prepare() const;
    /// Makes key and database. Errors: AlreadyExists, DiskFull, Io.
    [[nodiscard]] Result<std::unique_ptr<HubStore>> create(Clock& clock, Entropy& entropy) const;
    /// Errors: NotFound, Corrupt, NewerVersion, Busy, Io.
    [[nodiscard]] Result<std::unique_ptr<HubStore>> open(Clock& clock, Entropy& entropy) const;

  private:
    std::filesystem::path path_;
};

}  // namespace balie::sync
