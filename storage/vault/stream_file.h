// A file too large for memory, written in pieces and read in pieces.
// Invariant: what is being written lies beside as NAME.new and gets its name when all of it is on
// the disk; whatever is cut off and when, there is the old file or the new one. Thread: any, one at
// a time. Each owns its descriptor.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/result.h"
#include "storage/vault/atomic_file.h"

#include <cstdint>
#include <filesystem>
#include <span>

namespace balie::vault {

class StreamWriter {
  public:
    /// Mode 0600 where the file system knows of modes (a stick may not). Errors: AlreadyExists with
    /// Existing::Keep; DiskFull, Io.
    [[nodiscard]] static Result<StreamWriter> create(const std::filesystem::path& path,
                                                     Existing existing);
    StreamWriter(StreamWriter&& other) noexcept;
    StreamWriter& operator=(StreamWriter&&) = delete;
    StreamWriter(const StreamWriter&) = delete;
    StreamWriter& operator=(const StreamWriter&) = delete;
    /// What was not finished is removed.
    ~StreamWriter();

    [[nodiscard]] Outcome write(BytesView bytes);
    [[nodiscard]] std::int64_t bytes() const { return bytes_; }
    /// Durable, and under its name.
    [[nodiscard]] Outcome finish();

  private:
    StreamWriter(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}
    [[nodiscard]] std::filesystem::path beside() const { return path_.string() + ".new"; }

    std::filesystem::path path_;
    int file_{-1};
    std::int64_t bytes_{0};
};

class StreamReader {
  public:
    /// Errors: NotFound; InvalidInput (a folder); Io.
    [[nodiscard]] static Result<StreamReader> open(const std::filesystem::path& path);
    StreamReader(StreamReader&& other) noexcept;
    StreamReader& operator=(StreamReader&&) = delete;
    StreamReader(const StreamReader&) = delete;
    StreamReader& operator=(const StreamReader&) = delete;
    ~StreamReader();

    /// As many bytes as there are, up to the size of `out`; fewer only at the end.
    [[nodiscard]] Result<std::size_t> read(std::span<std::uint8_t> out);
    /// Back to the first byte.
    [[nodiscard]] Outcome rewind();
    [[nodiscard]] std::int64_t size() const { return size_; }

  private:
    StreamReader(std::filesystem::path path, int file, std::int64_t size)
        : path_(std::move(path)), file_(file), size_(size) {}

    std::filesystem::path path_;
    int file_{-1};
    std::int64_t size_{0};
};

}  // namespace balie::vault
