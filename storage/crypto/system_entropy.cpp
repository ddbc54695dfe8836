#include "storage/crypto/system_entropy.h"

#include "storage/base/check.h"

#include <sodium.h>

namespace balie::crypto {

void SystemEntropy::fill(std::span<std::uint8_t> out) {
    // sodium_init may be called any number of times, from any thread.
    BALIE_CHECK(sodium_init() >= 0);
    if (!out.empty()) randombytes_buf(out.data(), out.size());
}

}  // namespace balie::crypto
