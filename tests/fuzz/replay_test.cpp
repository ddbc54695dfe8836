// Every input that once broke something, and those that fuzzers begin with, through the same
// functions as under libFuzzer: nothing comes back.
#include "storage/base/bytes.h"
#include "tests/fuzz/entry.h"
#include "tests/support/catch.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

namespace balie::fuzz {

namespace {

struct Case {
    std::string name;
    std::string bytes;
};

std::vector<Case> cases_of(const Entry& entry) {
    namespace fs = std::filesystem;
    std::vector<Case> cases;
    for (std::string& seed : entry.seeds()) {
        cases.push_back({"seed " + std::to_string(cases.size() + 1), std::move(seed)});
    }
    const fs::path folder =
        fs::path(BALIE_SOURCE_DIR) / "tests" / "fuzz" / "corpus" / std::string(entry.name);
    if (!fs::is_directory(folder)) return cases;
    for (const auto& file : fs::directory_iterator(folder)) {
        std::ifstream in(file.path(), std::ios::binary);
        cases.push_back(
            {file.path().filename().string(), {std::istreambuf_iterator<char>(in), {}}});
    }
    std::sort(cases.begin(), cases.end(),
              [](const Case& a, const Case& b) { return a.name < b.name; });
    return cases;
}

}  // namespace

TEST_CASE("Whatever was once sent to break it, or typed, or kept in a file, is taken well",
          "[fuzz]") {
    for (const Entry& entry : all_entries()) {
        DYNAMIC_SECTION(entry.name) {
            const auto cases = cases_of(entry);
            REQUIRE_FALSE(cases.empty());
            for (const Case& each : cases) {
                INFO(each.name);
                CHECK_NOTHROW(entry.run(each.bytes));
            }
        }
    }
}

TEST_CASE("Half of such an input, and one with a byte turned over, are taken well too", "[fuzz]") {
    for (const Entry& entry : all_entries()) {
        DYNAMIC_SECTION(entry.name) {
            for (const Case& each : cases_of(entry)) {
                INFO(each.name);
                const std::size_t step = each.bytes.size() / 16 + 1;
                for (std::size_t at = 0; at < each.bytes.size(); at += step) {
                    INFO("byte " << at);
                    std::string turned = each.bytes;
                    turned[at] = static_cast<char>(~static_cast<unsigned char>(turned[at]));
                    CHECK_NOTHROW(entry.run(turned));
                    CHECK_NOTHROW(entry.run(each.bytes.substr(0, at)));
                }
            }
        }
    }
}

namespace {

/// A few bytes changed, doubled, taken out, or put together from two inputs.
std::string mutated(const std::string& one, const std::string& other, std::mt19937_64& random) {
    const auto below = [&random](std::size_t limit) {
        return limit == 0 ? std::size_t{0} : static_cast<std::size_t>(random() % limit);
    };
    std::string out = one;
    for (std::size_t i = 1 + below(4); i > 0; --i) {
        const std::size_t at = below(out.size() + 1);
        switch (below(5)) {
            case 0:
                if (at < out.size()) out[at] = static_cast<char>(below(256));
                break;
            case 1:
                out.insert(at, 1, static_cast<char>(below(256)));
                break;
            case 2:
                out.erase(at, below(8));
                break;
            case 3:
                out.insert(at, out.substr(below(out.size()), below(16)));
                break;
            default:
                out = out.substr(0, at) + other.substr(below(other.size()));
                break;
        }
    }
    return out.substr(0, 8192);
}

}  // namespace

TEST_CASE("Inputs changed by chance are taken well", "[fuzz]") {
    // tests/run --soak N: so many times as many. Without chance: the same inputs every time.
    const char* soak = std::getenv("BALIE_SOAK");
    const long times = soak == nullptr ? 1 : std::max(1L, std::strtol(soak, nullptr, 10));
    for (const Entry& entry : all_entries()) {
        DYNAMIC_SECTION(entry.name) {
            const auto cases = cases_of(entry);
            std::mt19937_64 random(cases.size());
            for (long round = 0; round < times * 200; ++round) {
                const std::string input = mutated(cases[random() % cases.size()].bytes,
                                                  cases[random() % cases.size()].bytes, random);
                INFO("round " << round << ": " << to_hex(as_bytes(input)));
                REQUIRE_NOTHROW(entry.run(input));
            }
        }
    }
}

}  // namespace balie::fuzz
