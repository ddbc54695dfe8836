#include "storage/vault/atomic_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace balie::vault {
namespace {

namespace fs = std::filesystem;

Error io_error(const std::string& what, const fs::path& path, int number) {
    const bool full = number == ENOSPC || number == EDQUOT;
    return {full ? ErrorCode::DiskFull : ErrorCode::Io, what + ": " + std::strerror(number),
            path.string(), full ? "Free some space and try again" : "Check the folder's rights"};
}

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool open() const { return number_ >= 0; }

  private:
    int number_;
};

Outcome write_all(int descriptor, BytesView bytes, const fs::path& path) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t wrote = ::write(descriptor, bytes.data() + done, bytes.size() - done);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return io_error("could not write the file", path, errno);
        done += static_cast<std::size_t>(wrote);
    }
    return {};
}

Outcome sync_folder(const fs::path& dir) {
    const Descriptor folder(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.open() || ::fsync(folder.number()) != 0) {
        return io_error("could not make the folder's change durable", dir, errno);
    }
    return {};
}

Outcome write_temporary(const fs::path& temporary, BytesView bytes) {
    const Descriptor file(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.open()) return io_error("could not make the file", temporary, errno);
    // A file left over by a power cut may have other rights than a new one.
    if (::fchmod(file.number(), 0600) != 0) {
        return io_error("could not protect the file", temporary, errno);
    }
    BALIE_TRY(write_all(file.number(), bytes, temporary));
    if (::fsync(file.number()) != 0) {
        return io_error("could not make the file durable", temporary, errno);
    }
    return {};
}

}  // namespace

Outcome write_private_file(const fs::path& path, BytesView bytes, Existing existing) {
    const fs::path dir = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const fs::path temporary = path.string() + ".new";
    if (auto written = write_temporary(temporary, bytes); !written.ok()) {
        ::unlink(temporary.c_str());
        return written;
    }
    if (existing == Existing::Keep) {
        // link() refuses where rename() would replace: two programs cannot both make the file.
        const int failed = ::link(temporary.c_str(), path.c_str()) == 0 ? 0 : errno;
        ::unlink(temporary.c_str());
        if (failed == EEXIST) {
            return Error{ErrorCode::AlreadyExists, "the file is there already", path.string(), ""};
        }
        if (failed != 0) return io_error("could not make the file", path, failed);
    } else if (::rename(temporary.c_str(), path.c_str()) != 0) {
        const int failed = errno;
        ::unlink(temporary.c_str());
        return io_error("could not replace the file", path, failed);
    }
    return sync_folder(dir);
}

Result<std::string> read_small_file(const fs::path& path, std::size_t bytes_max) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open()) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return Error{ErrorCode::NotFound, "there is no such file", path.string(), ""};
        }
        return io_error("could not open the file", path, errno);
    }
    std::string out;
    std::string piece(4096, '\0');
    while (true) {
        const ssize_t count = ::read(file.number(), piece.data(), piece.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return io_error("could not read the file", path, errno);
        if (count == 0) return out;
        out.append(piece, 0, static_cast<std::size_t>(count));
        if (out.size() > bytes_max) {
            return Error{ErrorCode::LimitExceeded, "the file is larger than it can be",
                         path.string(), ""};
        }
    }
}

Outcome make_private_folder(const fs::path& dir) {
    std::error_code failed;
    fs::create_directories(dir, failed);
    if (!fs::is_directory(dir)) {
        return io_error("could not make the folder", dir, failed ? failed.value() : ENOTDIR);
    }
    if (::chmod(dir.c_str(), 0700) != 0) {
        return io_error("could not protect the folder", dir, errno);
    }
    return {};
}

}  // namespace balie::vault
