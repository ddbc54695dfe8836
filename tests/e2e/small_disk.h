// A small file system of its own in memory, where the machine lets a test make one (root may).
// Invariant: it is gone when its object goes. Thread: one at a time.
#pragma once

#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

namespace balie::test {

class SmallDisk {
  public:
    SmallDisk(std::filesystem::path at, std::uintmax_t bytes) : at_(std::move(at)) {
        std::filesystem::create_directories(at_);
        const std::string size = "size=" + std::to_string(bytes);
        made_ = ::geteuid() == 0 && ::mount("none", at_.c_str(), "tmpfs", 0, size.c_str()) == 0;
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk() {
        if (made_) ::umount2(at_.c_str(), MNT_DETACH);
    }
    [[nodiscard]] bool made() const { return made_; }
    [[nodiscard]] const std::filesystem::path& path() const { return at_; }

    /// Until not a byte more goes in. A process that is started meanwhile must not inherit the
    /// file: it would keep its room also when its name is gone.
    void fill() const {
        const int file =
            ::open((at_ / "filler").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        const std::string block(4096, 'f');
        while (::write(file, block.data(), block.size()) > 0) {
        }
        ::close(file);
    }
    void make_room() const { std::filesystem::remove(at_ / "filler"); }

  private:
    std::filesystem::path at_;
    bool made_{false};
};

}  // namespace balie::test
