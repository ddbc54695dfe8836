#include "tests/sim/sim_base.h"

#include <stdlib.h>

namespace balie::sim {

SimFolder::SimFolder() {
    const std::filesystem::path memory("/dev/shm");
    std::error_code failed;
    const bool usable = std::filesystem::is_directory(memory, failed);
    const auto parent = usable ? memory : std::filesystem::temp_directory_path();
    std::string pattern = (parent / "balie-sim-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("no temporary folder can be made");
    }
    path_ = pattern;
}

SimFolder::~SimFolder() {
    std::error_code failed;
    std::filesystem::remove_all(path_, failed);
}

void copy_database(const std::string& from, const std::string& to) {
    using std::filesystem::copy_options;
    std::filesystem::copy_file(from, to, copy_options::overwrite_existing);
    // The index of the write-ahead log is not copied: recovery rebuilds it.
    std::error_code none;
    std::filesystem::remove(to + "-wal", none);
    std::filesystem::remove(to + "-shm", none);
    if (std::filesystem::exists(from + "-wal")) {
        std::filesystem::copy_file(from + "-wal", to + "-wal");
    }
}

}  // namespace balie::sim
