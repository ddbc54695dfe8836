#include "storage/attach/blob_files.h"

#include "storage/vault/atomic_file.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace balie::attach {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kNameBytes = 16;

Error blob_error(const std::string& what, const fs::path& path, int number) {
    const bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
    return {full ? ErrorCode::DiskFull : ErrorCode::Io,
            what + ": " + std::generic_category().message(number), path.string(),
            full ? "Free some space and try again" : "Check the disk and the folder's rights"};
}

class OpenFile {
  public:
    explicit OpenFile(int number) : number_(number) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    ~OpenFile() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int number() const { return number_; }
    [[nodiscard]] bool open() const { return number_ >= 0; }

  private:
    int number_;
};

}  // namespace

std::string make_blob_name(Entropy& entropy) {
    Bytes bytes(kNameBytes);
    entropy.fill(bytes);
    return to_hex(bytes);
}

bool is_blob_name(std::string_view name) {
    return name.size() == kNameBytes * 2 && std::all_of(name.begin(), name.end(), [](char each) {
               return (each >= '0' && each <= '9') || (each >= 'a' && each <= 'f');
           });
}

Result<std::int64_t> BlobFolder::size(const std::string& name) {
    struct stat about {};
    if (::stat(path_of(name).c_str(), &about) == 0) return std::int64_t{about.st_size};
    if (errno == ENOENT || errno == ENOTDIR) return std::int64_t{0};
    return blob_error("the file of an attachment cannot be looked at", path_of(name), errno);
}

Outcome BlobFolder::write(const std::string& name, std::int64_t at, BytesView bytes) {
    if (std::error_code ignored; !fs::is_directory(folder_, ignored)) {
        BALIE_TRY(vault::make_private_folder(folder_));
    }
    const fs::path path = path_of(name);
    const OpenFile file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.open() || ::ftruncate(file.number(), at) != 0) {
        return blob_error("an attachment cannot be stored", path, errno);
    }
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t wrote = ::pwrite(file.number(), bytes.data() + done, bytes.size() - done,
                                       at + static_cast<std::int64_t>(done));
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return blob_error("an attachment cannot be stored", path, errno);
        done += static_cast<std::size_t>(wrote);
    }
    return {};
}

Result<Bytes> BlobFolder::read(const std::string& name, std::int64_t at, std::size_t bytes_max) {
    const fs::path path = path_of(name);
    const OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.open()) {
        if (errno != ENOENT && errno != ENOTDIR) {
            return blob_error("an attachment cannot be read", path, errno);
        }
        return Error{ErrorCode::NotFound, "the file of an attachment is gone", path.string(),
                     "It is asked for again at the next synchronisation, if the office has it"};
    }
    Bytes out(bytes_max);
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t count = ::pread(file.number(), out.data() + done, out.size() - done,
                                      at + static_cast<std::int64_t>(done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return blob_error("an attachment cannot be read", path, errno);
        if (count == 0) break;
        done += static_cast<std::size_t>(count);
    }
    out.resize(done);
    return out;
}

Outcome BlobFolder::make_durable(const std::string& name) {
    const OpenFile file(::open(path_of(name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.open() || ::fsync(file.number()) != 0) {
        return blob_error("an attachment cannot be made durable", path_of(name), errno);
    }
    const OpenFile folder(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.open() || ::fsync(folder.number()) != 0) {
        return blob_error("the folder of attachments cannot be made durable", folder_, errno);
    }
    return {};
}

Outcome BlobFolder::remove(const std::string& name) {
    if (::unlink(path_of(name).c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
    return blob_error("an attachment cannot be removed", path_of(name), errno);
}

Result<std::vector<BlobFiles::Listed>> BlobFolder::list() {
    std::vector<Listed> found;
    std::error_code failed;
    fs::directory_iterator each(folder_, failed);
    if (failed == std::errc::no_such_file_or_directory) return found;
    if (failed)
        return blob_error("the folder of attachments cannot be read", folder_, failed.value());
    const auto now = fs::file_time_type::clock::now();
    for (; each != fs::directory_iterator(); each.increment(failed)) {
        if (failed) break;
        const std::string name = each->path().filename().string();
        if (!is_blob_name(name)) continue;
        std::error_code gone;
        const auto written = each->last_write_time(gone);
        if (gone) continue;
        const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - written);
        found.push_back({name, age.count()});
    }
    if (failed)
        return blob_error("the folder of attachments cannot be read", folder_, failed.value());
    return found;
}

}  // namespace balie::attach
