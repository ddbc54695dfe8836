// What a fuzzer is made of: a function that takes any bytes at all, and a few inputs to begin with.
// The same functions are run by libFuzzer (fuzz_main.cpp, clang) and over the kept inputs by the
// default test (replay_test.cpp).
// Invariant: the same bytes give the same run; what is not as it must be is thrown as Broken.
// Thread: one.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace balie::fuzz {

/// An expectation that did not hold: a fault in what is being tried.
class Broken final : public std::logic_error {
  public:
    using std::logic_error::logic_error;
};

inline void expect(bool holds, const char* what) {
    if (!holds) throw Broken(what);
}
inline void expect(bool holds, const std::string& what) {
    if (!holds) throw Broken(what);
}

using Run = void (*)(std::string_view bytes);
using Seeds = std::vector<std::string> (*)();

struct Entry {
    std::string_view name;  ///< of the program, and of the folder of its kept inputs
    Run run;
    Seeds seeds;
};

[[nodiscard]] Entry codec_entry();
[[nodiscard]] Entry payload_entry();
[[nodiscard]] Entry bundle_entry();
[[nodiscard]] Entry hub_session_entry();
[[nodiscard]] Entry client_session_entry();
[[nodiscard]] Entry hub_inbox_entry();
[[nodiscard]] Entry csv_entry();
[[nodiscard]] Entry import_entry();
[[nodiscard]] Entry json_entry();
[[nodiscard]] Entry search_entry();
[[nodiscard]] Entry phone_entry();
[[nodiscard]] Entry keys_entry();
[[nodiscard]] Entry profile_files_entry();
[[nodiscard]] Entry code_entry();

[[nodiscard]] inline std::vector<Entry> all_entries() {
    return {codec_entry(),  payload_entry(), hub_session_entry(),   client_session_entry(),
            csv_entry(),    import_entry(),  json_entry(),          hub_inbox_entry(),
            search_entry(), phone_entry(),   profile_files_entry(), keys_entry(),
            code_entry(),   bundle_entry()};
}

}  // namespace balie::fuzz
