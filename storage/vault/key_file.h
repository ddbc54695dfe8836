// A key in a file of its own, for a program that no person unlocks (the hub).
// Invariant: mode 0600, 32 bytes as hex digits in one line; never overwritten. Thread: any.
#pragma once

#include "storage/base/entropy.h"
#include "storage/base/result.h"
#include "storage/crypto/secret.h"

#include <filesystem>

namespace balie::vault {

inline constexpr std::size_t kKeyFileBytes = 32;

/// Errors: Corrupt when the file is not such a key; Denied when others may read it; Io.
[[nodiscard]] Result<crypto::SecretBytes> load_or_create_key_file(const std::filesystem::path& path,
                                                                  Entropy& entropy);
/// Errors: NotFound, and those above.
[[nodiscard]] Result<crypto::SecretBytes> load_key_file(const std::filesystem::path& path);

}  // namespace balie::vault
