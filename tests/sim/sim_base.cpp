#include "tests/sim/sim_base.h"

#include "tests/sim/sim_disk.h"

namespace balie::sim {

SimFolder::SimFolder() {
    static int made = 0;
    path_ = "world" + std::to_string(++made) + "/";
}

SimFolder::~SimFolder() {
    disk::remove_all(path_);
}

}  // namespace balie::sim
