// How much a benchmark takes, from the environment. Thread: any.
#pragma once

#include <cstdint>
#include <cstdlib>

namespace balie::test {

[[nodiscard]] inline std::int64_t wanted(const char* name, std::int64_t otherwise) {
    const char* given = std::getenv(name);
    return given != nullptr ? std::strtoll(given, nullptr, 10) : otherwise;
}

}  // namespace balie::test
