#include "storage/attach/sealed_blob.h"

#include "storage/crypto/encoding.h"
#include "storage/crypto/seal.h"
#include "storage/domain/schema.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace balie::attach {

namespace fs = std::filesystem;

namespace {

/// The number of the piece, which nothing else than that place may hold.
std::array<std::uint8_t, 8> place_bytes(std::int64_t piece) {
    std::array<std::uint8_t, 8> out{};
    auto rest = static_cast<std::uint64_t>(piece);
    for (std::uint8_t& byte : out) {
        byte = static_cast<std::uint8_t>(rest & 0xFFU);
        rest >>= 8U;
    }
    return out;
}

class SourceFile {
  public:
    explicit SourceFile(int number) : number_(number) {}
    SourceFile(const SourceFile&) = delete;
    SourceFile& operator=(const SourceFile&) = delete;
    ~SourceFile() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int number() const { return number_; }

  private:
    int number_;
};

Error source_error(const fs::path& path, int number) {
    if (number == ENOENT || number == ENOTDIR) {
        return {ErrorCode::NotFound, "there is no such file", path.string(),
                "Check the name and that the stick or folder is there"};
    }
    if (number == EACCES || number == EPERM) {
        return {ErrorCode::Denied, "this file may not be read", path.string(),
                "Ask its owner for the right to read it, or attach a copy"};
    }
    return {ErrorCode::Io, "this file cannot be read: " + std::generic_category().message(number),
            path.string(), "Check the disk or stick, then try again"};
}

Outcome check_source(int file, const fs::path& path) {
    struct stat about {};
    if (::fstat(file, &about) != 0) return source_error(path, errno);
    if (S_ISDIR(about.st_mode)) {
        return Error{ErrorCode::InvalidInput, "this is a folder, not a file", path.string(),
                     "Choose a file in it"};
    }
    if (!S_ISREG(about.st_mode)) {
        return Error{ErrorCode::InvalidInput, "this is no ordinary file", path.string(),
                     "Choose a file"};
    }
    if (about.st_size == 0) {
        return Error{ErrorCode::InvalidInput, "this file is empty", path.string(),
                     "Choose a file that holds something"};
    }
    if (about.st_size > domain::kAttachmentBytesMax) {
        constexpr std::int64_t kMebibyte = 1024LL * 1024;
        return Error{ErrorCode::LimitExceeded,
                     "this file is " + std::to_string(about.st_size) + " bytes long; at most " +
                         std::to_string(domain::kAttachmentBytesMax / kMebibyte) +
                         " MiB can be attached",
                     path.string(), "Make it smaller, or attach it in parts"};
    }
    return {};
}

Result<std::size_t> read_some(int file, std::span<std::uint8_t> out, const fs::path& path) {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t count = ::read(file, out.data() + done, out.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return source_error(path, errno);
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

/// Into the sealed file, piece by piece; the rest of `taken` is filled.
Outcome seal_source(int file, const fs::path& path, BlobFiles& files, Entropy& entropy,
                    TakenIn& taken) {
    SealedBlob sealed(files, taken.file, taken.key);
    crypto::Hasher hasher;
    Bytes piece(files.piece_bytes());
    while (true) {
        BALIE_ASSIGN(const std::size_t count, read_some(file, piece, path));
        if (count == 0) break;
        const BytesView bytes = BytesView(piece).first(count);
        hasher.update(bytes);
        BALIE_TRY(sealed.append(taken.bytes, bytes, entropy));
        taken.bytes += static_cast<std::int64_t>(count);
        // It may grow while it is read.
        if (taken.bytes > domain::kAttachmentBytesMax) {
            return Error{ErrorCode::LimitExceeded, "this file grew while it was read",
                         path.string(), "Wait until it is finished, then attach it"};
        }
        if (count < piece.size()) break;
    }
    crypto::wipe(piece);
    taken.blob = blob_text(hasher.finish());
    return files.make_durable(taken.file);
}

/// What the record may hold of the name: without control characters, not cut within a letter.
std::string tidy_name(std::string name) {
    std::erase_if(name, [](char each) { return static_cast<unsigned char>(each) < 0x20; });
    constexpr auto kBytesMax = static_cast<std::size_t>(domain::kNameBytesMax);
    if (name.size() > kBytesMax) {
        std::size_t end = kBytesMax;
        while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
        name.resize(end);
    }
    return name;
}

TakenIn begin(std::string name, Entropy& entropy) {
    TakenIn taken;
    taken.name = tidy_name(std::move(name));
    taken.media_type = media_type_of(taken.name);
    taken.file = make_blob_name(entropy);
    taken.key.resize(crypto::kSealKeyBytes);
    entropy.fill(taken.key);
    return taken;
}

}  // namespace

std::int64_t SealedBlob::place_of(std::int64_t at) const {
    const auto piece = static_cast<std::int64_t>(files_->piece_bytes());
    return at / piece * (piece + static_cast<std::int64_t>(crypto::kSealOverheadBytes));
}

Outcome SealedBlob::append(std::int64_t at, BytesView bytes, Entropy& entropy) {
    const std::size_t piece = files_->piece_bytes();
    Bytes sealed;
    sealed.reserve(bytes.size() + (bytes.size() / piece + 1) * crypto::kSealOverheadBytes);
    auto number = at / static_cast<std::int64_t>(piece);
    for (std::size_t done = 0; done < bytes.size(); done += piece) {
        const BytesView part = bytes.subspan(done, std::min(piece, bytes.size() - done));
        BALIE_ASSIGN(const Bytes one, crypto::seal(key_, part, place_bytes(number++), entropy));
        sealed.insert(sealed.end(), one.begin(), one.end());
    }
    return files_->write(file_, place_of(at), sealed);
}

Result<Bytes> SealedBlob::read(std::int64_t at, std::size_t bytes_max) {
    const std::size_t piece = files_->piece_bytes();
    const std::size_t pieces = std::max<std::size_t>(1, bytes_max / piece);
    const std::size_t sealed_piece = piece + crypto::kSealOverheadBytes;
    BALIE_ASSIGN(const Bytes sealed, files_->read(file_, place_of(at), pieces * sealed_piece));
    Bytes out;
    out.reserve(pieces * piece);
    auto number = at / static_cast<std::int64_t>(piece);
    for (std::size_t done = 0; done < sealed.size(); done += sealed_piece) {
        const BytesView part =
            BytesView(sealed).subspan(done, std::min(sealed_piece, sealed.size() - done));
        auto plain = crypto::open(key_, part, place_bytes(number++));
        if (!plain.ok()) {
            return Error{ErrorCode::Corrupt, "the stored bytes of an attachment are damaged", file_,
                         "Attach the file again, or fetch it from the office"};
        }
        out.insert(out.end(), plain->view().begin(), plain->view().end());
    }
    return out;
}

Result<std::int64_t> SealedBlob::length(std::int64_t bytes) {
    const auto piece = static_cast<std::int64_t>(files_->piece_bytes());
    BALIE_ASSIGN(const std::int64_t size, files_->size(file_));
    const auto overhead = static_cast<std::int64_t>(crypto::kSealOverheadBytes);
    const std::int64_t whole = size / (piece + overhead) * piece;
    const std::int64_t rest = size % (piece + overhead) - overhead;
    if (whole >= bytes) return bytes;
    return whole + std::max<std::int64_t>(rest, 0) == bytes ? bytes : whole;
}

Result<crypto::Digest32> SealedBlob::hash(std::int64_t bytes) {
    constexpr std::size_t kPiecesAtOnce = 8;
    crypto::Hasher hasher;
    std::int64_t at = 0;
    while (at < bytes) {
        BALIE_ASSIGN(const Bytes part, read(at, files_->piece_bytes() * kPiecesAtOnce));
        if (part.empty()) break;
        hasher.update(part);
        at += static_cast<std::int64_t>(part.size());
    }
    if (at == bytes) return hasher.finish();
    return Error{ErrorCode::Corrupt, "the stored bytes of an attachment are not all there", file_,
                 "Attach the file again, or fetch it from the office"};
}

std::string blob_text(const crypto::Digest32& hash) {
    return crypto::base64url_encode(hash);
}

bool is_blob_text(std::string_view text) {
    const auto bytes = crypto::base64url_decode(text);
    return bytes.ok() && bytes->size() == crypto::Digest32{}.size();
}

Result<TakenIn> take_in(BlobFiles& files, Entropy& entropy, const fs::path& path) {
    // Not blocking: a pipe would wait for somebody to write.
    const SourceFile source(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (source.number() < 0) return source_error(path, errno);
    BALIE_TRY(check_source(source.number(), path));
    TakenIn taken = begin(path.filename().string(), entropy);
    auto sealed = seal_source(source.number(), path, files, entropy, taken);
    if (!sealed.ok() || taken.bytes == 0) {
        ignore(files.remove(taken.file), "the next start removes what no record names");
        if (!sealed.ok()) return std::move(sealed).error();
        return Error{ErrorCode::InvalidInput, "this file is empty", path.string(),
                     "Choose a file that holds something"};
    }
    return taken;
}

Result<TakenIn> take_in_bytes(BlobFiles& files, Entropy& entropy, const std::string& name,
                              BytesView bytes) {
    const auto size = static_cast<std::int64_t>(bytes.size());
    if (size == 0 || size > domain::kAttachmentBytesMax) {
        return Error{size == 0 ? ErrorCode::InvalidInput : ErrorCode::LimitExceeded,
                     size == 0 ? "there is nothing in it" : "this is too large to be attached",
                     name, "Nothing was changed"};
    }
    TakenIn taken = begin(name, entropy);
    taken.bytes = size;
    taken.blob = blob_text(crypto::blake2b_256(bytes));
    Outcome done = SealedBlob(files, taken.file, taken.key).append(0, bytes, entropy);
    if (done.ok()) done = files.make_durable(taken.file);
    if (done.ok()) return taken;
    ignore(files.remove(taken.file), "the next start removes what no record names");
    return std::move(done).error();
}

std::string media_type_of(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kTypes{{
        {"jpg", "image/jpeg"},
        {"jpeg", "image/jpeg"},
        {"png", "image/png"},
        {"gif", "image/gif"},
        {"webp", "image/webp"},
        {"heic", "image/heic"},
        {"tif", "image/tiff"},
        {"tiff", "image/tiff"},
        {"svg", "image/svg+xml"},
        {"pdf", "application/pdf"},
        {"txt", "text/plain"},
        {"csv", "text/csv"},
        {"html", "text/html"},
        {"doc", "application/msword"},
        {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
        {"xls", "application/vnd.ms-excel"},
        {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        {"odt", "application/vnd.oasis.opendocument.text"},
        {"eml", "message/rfc822"},
        {"mp4", "video/mp4"},
        {"mp3", "audio/mpeg"},
        {"zip", "application/zip"},
    }};
    const std::size_t dot = name.rfind('.');
    std::string ending(dot == std::string_view::npos ? std::string_view() : name.substr(dot + 1));
    for (char& each : ending) {
        if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
    }
    for (const auto& [known, type] : kTypes) {
        if (known == ending) return std::string(type);
    }
    return "application/octet-stream";
}

}  // namespace balie::attach
