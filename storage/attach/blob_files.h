// Where the sealed bytes of attachments lie: a folder of files, behind a port, so that a simulation
// has one in memory. Invariant: a name is one that make_blob_name() made, never a path; what lies
// here is sealed already (sealed_blob.h): no plain byte is ever written, also not for a moment.
// Thread: any; one at a time for each name. Owns nothing but its folder's name.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/entropy.h"
#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace balie::attach {

/// A file is sealed, sent and stored in pieces of so many plain bytes; offsets on the wire are
/// multiples of it.
inline constexpr std::size_t kPieceBytes = 16 * 1024;

class BlobFiles {
  public:
    explicit BlobFiles(std::size_t piece_bytes = kPieceBytes,
                       std::size_t chunk_bytes_max = std::numeric_limits<std::size_t>::max())
        : piece_bytes_(piece_bytes), chunk_bytes_max_(chunk_bytes_max) {}
    BlobFiles(const BlobFiles&) = delete;
    BlobFiles& operator=(const BlobFiles&) = delete;
    virtual ~BlobFiles() = default;

    /// 0 when there is no such file.
    [[nodiscard]] virtual Result<std::int64_t> size(const std::string& name) = 0;
    /// Cuts the file off at `at`, or makes it, and writes from there on. Errors: DiskFull, Io.
    [[nodiscard]] virtual Outcome write(const std::string& name, std::int64_t at,
                                        BytesView bytes) = 0;
    /// Fewer bytes only at the end. Errors: NotFound, Io.
    [[nodiscard]] virtual Result<Bytes> read(const std::string& name, std::int64_t at,
                                             std::size_t bytes_max) = 0;
    /// What was written, and the name, outlive a power cut when this returns.
    [[nodiscard]] virtual Outcome make_durable(const std::string& name) = 0;
    /// Fine when there is none.
    [[nodiscard]] virtual Outcome remove(const std::string& name) = 0;

    struct Listed {
        std::string name;
        std::int64_t age_ms{};  ///< since it was last written
    };
    [[nodiscard]] virtual Result<std::vector<Listed>> list() = 0;

    [[nodiscard]] std::size_t piece_bytes() const { return piece_bytes_; }
    /// What goes in one message at most, however large the other side would have it.
    [[nodiscard]] std::size_t chunk_bytes_max() const { return chunk_bytes_max_; }

  private:
    std::size_t piece_bytes_;
    std::size_t chunk_bytes_max_;
};

/// 32 hex digits: says nothing about what is in it.
[[nodiscard]] std::string make_blob_name(Entropy& entropy);
[[nodiscard]] bool is_blob_name(std::string_view name);

/// The folder on a disk: mode 0700, its files 0600. It is made with the first file.
class BlobFolder final : public BlobFiles {
  public:
    explicit BlobFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] std::filesystem::path path_of(const std::string& name) const {
        return folder_ / name;
    }

    [[nodiscard]] Result<std::int64_t> size(const std::string& name) override;
    [[nodiscard]] Outcome write(const std::string& name, std::int64_t at, BytesView bytes) override;
    [[nodiscard]] Result<Bytes> read(const std::string& name, std::int64_t at,
                                     std::size_t bytes_max) override;
    [[nodiscard]] Outcome make_durable(const std::string& name) override;
    [[nodiscard]] Outcome remove(const std::string& name) override;
    [[nodiscard]] Result<std::vector<Listed>> list() override;

  private:
    std::filesystem::path folder_;
};

}  // namespace balie::attach
