// One sealed file: bytes in pieces, each under XChaCha20-Poly1305 with the file's own key, its
// place in the file as associated data. So a piece can be read, sent and resumed by itself, and
// none can be put in another's place. Invariant: what read() gives is what append() was given, or
// Corrupt; that it is all of it, and the right one, says the hash of the whole. Thread: any, one at
// a time for each file. The files outlive it.
#pragma once

#include "storage/attach/blob_files.h"
#include "storage/crypto/hash.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace balie::attach {

class SealedBlob {
  public:
    SealedBlob(BlobFiles& files, std::string file, Bytes key)
        : files_(&files), file_(std::move(file)), key_(std::move(key)) {}

    /// `at` is a multiple of the piece, and so is the number of bytes, but for the last.
    [[nodiscard]] Outcome append(std::int64_t at, BytesView bytes, Entropy& entropy);
    /// From a multiple of the piece on; fewer than `bytes_max` only at the end, and then whole
    /// pieces. Errors: NotFound, Corrupt, Io.
    [[nodiscard]] Result<Bytes> read(std::int64_t at, std::size_t bytes_max);
    /// Plain bytes here, of at most `bytes`: whole pieces, and the last of a file of `bytes`.
    [[nodiscard]] Result<std::int64_t> length(std::int64_t bytes);
    /// All of it is read. Errors: Corrupt when it is not `bytes` long or any of it is damaged.
    [[nodiscard]] Result<crypto::Digest32> hash(std::int64_t bytes);

  private:
    [[nodiscard]] std::int64_t place_of(std::int64_t at) const;

    BlobFiles* files_;
    std::string file_;
    Bytes key_;
};

/// How a hash is spelled in records and messages: base64url.
[[nodiscard]] std::string blob_text(const crypto::Digest32& hash);
[[nodiscard]] bool is_blob_text(std::string_view text);

/// A file of this machine that was sealed and is durable, and no record names it yet: whoever does
/// not keep it (attachments.h) removes it.
struct TakenIn {
    std::string blob;
    std::int64_t bytes{};
    std::string file;
    Bytes key;
    std::string name;        ///< file name without folders
    std::string media_type;  ///< by the name's ending
};

/// Reads `path` once, a piece at a time. What was begun is removed when it fails. Errors: NotFound;
/// InvalidInput (a folder, no ordinary file, or empty); Denied (may not be read); LimitExceeded;
/// DiskFull; Io.
[[nodiscard]] Result<TakenIn> take_in(BlobFiles& files, Entropy& entropy,
                                      const std::filesystem::path& path);

/// The same for bytes that were made here: a signature on the screen.
[[nodiscard]] Result<TakenIn> take_in_bytes(BlobFiles& files, Entropy& entropy,
                                            const std::string& name, BytesView bytes);

/// "Foto.JPG" → "image/jpeg"; "application/octet-stream" for what is not known.
[[nodiscard]] std::string media_type_of(std::string_view name);

}  // namespace balie::attach
