#include "storage/vault/key_file.h"

#include "storage/vault/atomic_file.h"

#include <sys/stat.h>
#include <utility>

namespace balie::vault {

namespace fs = std::filesystem;

Result<crypto::SecretBytes> load_key_file(const fs::path& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && (status.st_mode & 077U) != 0) {
        return Error{ErrorCode::Denied, "others than its owner may read the key file",
                     path.string(), "Give it mode 0600, and think about who read it"};
    }
    BALIE_ASSIGN(std::string text, read_small_file(path, 4096));
    if (!text.empty() && text.back() == '\n') text.pop_back();
    auto bytes = from_hex(text);
    crypto::wipe(text);
    if (!bytes.ok() || bytes->size() != kKeyFileBytes) {
        return Error{ErrorCode::Corrupt, "the key file does not hold a key", path.string(),
                     "Put the key file back from your backup"};
    }
    crypto::SecretBytes key{BytesView(*bytes)};
    crypto::wipe(*bytes);
    return key;
}

Result<crypto::SecretBytes> load_or_create_key_file(const fs::path& path, Entropy& entropy) {
    auto loaded = load_key_file(path);
    if (loaded.ok() || loaded.error().code != ErrorCode::NotFound) return loaded;
    if (path.has_parent_path() && !fs::exists(path.parent_path())) {
        BALIE_TRY(make_private_folder(path.parent_path()));
    }
    crypto::SecretBytes key = crypto::SecretBytes::random(kKeyFileBytes, entropy);
    std::string text = to_hex(key.view()) + "\n";
    auto written = write_private_file(path, as_bytes(text), Existing::Keep);
    crypto::wipe(text);
    if (!written.ok()) {
        // Another program was faster: its key is the one that counts.
        if (written.error().code == ErrorCode::AlreadyExists) return load_key_file(path);
        return std::move(written).error();
    }
    return key;
}

}  // namespace balie::vault
