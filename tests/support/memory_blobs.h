// A folder of sealed files in memory, with small pieces, and a disk that can be full or broken.
// What was written is there, as on a disk that keeps its promises. Thread: one at a time.
#pragma once

#include "storage/attach/blob_files.h"

#include <algorithm>
#include <map>
#include <string>

namespace balie::test {

class MemoryBlobs final : public attach::BlobFiles {
  public:
    static constexpr std::size_t kPiece = 64;
    static constexpr std::size_t kChunk = 128;

    MemoryBlobs() : BlobFiles(kPiece, kChunk) {}

    [[nodiscard]] Result<std::int64_t> size(const std::string& name) override {
        const auto found = files.find(name);
        return found == files.end() ? 0 : static_cast<std::int64_t>(found->second.size());
    }
    [[nodiscard]] Outcome write(const std::string& name, std::int64_t at,
                                BytesView bytes) override {
        if (full) return Error{ErrorCode::DiskFull, "no space", name, "Free some space"};
        Bytes& file = files[name];
        file.resize(static_cast<std::size_t>(at));
        file.insert(file.end(), bytes.begin(), bytes.end());
        return {};
    }
    [[nodiscard]] Result<Bytes> read(const std::string& name, std::int64_t at,
                                     std::size_t bytes_max) override {
        const auto found = files.find(name);
        if (found == files.end()) return Error{ErrorCode::NotFound, "no such file", name, ""};
        const Bytes& file = found->second;
        const std::size_t from = std::min(static_cast<std::size_t>(at), file.size());
        const std::size_t to = std::min(from + bytes_max, file.size());
        return Bytes(file.begin() + static_cast<std::ptrdiff_t>(from),
                     file.begin() + static_cast<std::ptrdiff_t>(to));
    }
    [[nodiscard]] Outcome make_durable(const std::string& name) override {
        if (files.contains(name)) return {};
        return Error{ErrorCode::NotFound, "no such file", name, ""};
    }
    [[nodiscard]] Outcome remove(const std::string& name) override {
        files.erase(name);
        return {};
    }
    [[nodiscard]] Result<std::vector<Listed>> list() override {
        std::vector<Listed> out;
        for (const auto& [name, bytes] : files) out.push_back({name, age_ms});
        return out;
    }

    std::map<std::string, Bytes> files;
    std::int64_t age_ms{24LL * 3600 * 1000};  ///< of every file
    bool full{false};
};

}  // namespace balie::test
