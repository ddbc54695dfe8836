// One fuzzer for libFuzzer. The first folder it is started with gets the inputs to begin with.
#include "tests/fuzz/entry.h"

#include <cstdint>
#include <filesystem>
#include <fstream>

namespace balie::fuzz {

namespace {

void write_seeds(const std::filesystem::path& folder) {
    std::size_t number = 0;
    for (const std::string& seed : BALIE_FUZZ_ENTRY().seeds()) {
        std::ofstream file(folder / ("seed-" + std::to_string(++number)), std::ios::binary);
        file << seed;
    }
}

}  // namespace

}  // namespace balie::fuzz

// Both are called by libFuzzer by these names.
extern "C" int LLVMFuzzerInitialize(int* count, char*** words) {
    for (int i = 1; i < *count; ++i) {
        const std::filesystem::path word = (*words)[i];
        if (!std::filesystem::is_directory(word)) continue;
        balie::fuzz::write_seeds(word);
        break;
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto kEntry = balie::fuzz::BALIE_FUZZ_ENTRY();
    // NOLINTNEXTLINE(bugprone-exception-escape): an expectation that fails has to end the program
    kEntry.run({reinterpret_cast<const char*>(data), size});
    return 0;
}
