#include "storage/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace balie {

void check_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "balie: internal check failed: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace balie
