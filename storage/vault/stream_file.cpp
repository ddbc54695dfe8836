#include "storage/vault/stream_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace balie::vault {
namespace {

namespace fs = std::filesystem;

Error stream_error(const std::string& what, const fs::path& path, int number) {
    const bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
    return {full ? ErrorCode::DiskFull : ErrorCode::Io, what + ": " + std::strerror(number),
            path.string(),
            full ? "Free some space there, or choose another place, and try again"
                 : "Check that the disk or stick is in place and may be used, then try again"};
}

/// Some file systems of sticks do not know this; then the kernel writes it when it likes.
Outcome sync_parent(const fs::path& path) {
    const fs::path dir = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const int folder = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return stream_error("could not open the folder", dir, errno);
    const int failed = ::fsync(folder) == 0 ? 0 : errno;
    ::close(folder);
    if (failed == 0 || failed == EINVAL || failed == ENOTSUP) return {};
    return stream_error("could not make the folder's change durable", dir, failed);
}

}  // namespace

Result<StreamWriter> StreamWriter::create(const fs::path& path, Existing existing) {
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) {
        return Error{ErrorCode::InvalidInput, "this is a folder, not a file", path.string(),
                     "Name a file in it"};
    }
    if (existing == Existing::Keep && fs::exists(path, ignored)) {
        return Error{ErrorCode::AlreadyExists, "there is a file already", path.string(),
                     "Choose another name, or add --replace"};
    }
    StreamWriter made(path, -1);
    made.file_ =
        ::open(made.beside().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (made.file_ < 0) return stream_error("could not make the file", made.beside(), errno);
    return made;
}

StreamWriter::StreamWriter(StreamWriter&& other) noexcept
    : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)), bytes_(other.bytes_) {}

StreamWriter::~StreamWriter() {
    if (file_ < 0) return;
    ::close(file_);
    ::unlink(beside().c_str());
}

Outcome StreamWriter::write(BytesView bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t wrote = ::write(file_, bytes.data() + done, bytes.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return stream_error("could not write the file", beside(), errno);
        done += static_cast<std::size_t>(wrote);
    }
    bytes_ += static_cast<std::int64_t>(bytes.size());
    return {};
}

Outcome StreamWriter::finish() {
    if (::fsync(file_) != 0) {
        return stream_error("could not make the file durable", beside(), errno);
    }
    // Some file systems say only now that there was no room.
    if (::close(std::exchange(file_, -1)) != 0) {
        const int failed = errno;
        ::unlink(beside().c_str());
        return stream_error("could not make the file durable", beside(), failed);
    }
    if (::rename(beside().c_str(), path_.c_str()) != 0) {
        const int failed = errno;
        ::unlink(beside().c_str());
        return stream_error("could not give the file its name", path_, failed);
    }
    return sync_parent(path_);
}

Result<StreamReader> StreamReader::open(const fs::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        if (errno != ENOENT && errno != ENOTDIR) {
            return stream_error("could not open the file", path, errno);
        }
        return Error{ErrorCode::NotFound, "there is no such file", path.string(),
                     "Check the name, and that the stick is in place"};
    }
    StreamReader made(path, file, 0);
    struct stat about {};
    if (::fstat(file, &about) != 0) return stream_error("could not open the file", path, errno);
    if (S_ISDIR(about.st_mode)) {
        return Error{ErrorCode::InvalidInput, "this is a folder, not a file", path.string(),
                     "Name a file in it"};
    }
    made.size_ = about.st_size;
    return made;
}

StreamReader::StreamReader(StreamReader&& other) noexcept
    : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)), size_(other.size_) {}

StreamReader::~StreamReader() {
    if (file_ >= 0) ::close(file_);
}

Result<std::size_t> StreamReader::read(std::span<std::uint8_t> out) {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t count = ::read(file_, out.data() + done, out.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return stream_error("could not read the file", path_, errno);
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    return done;
}

Outcome StreamReader::rewind() {
    if (::lseek(file_, 0, SEEK_SET) == 0) return {};
    return stream_error("could not read the file from its beginning", path_, errno);
}

}  // namespace balie::vault
