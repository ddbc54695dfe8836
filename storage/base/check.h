// CHECK: a broken promise of our own code. On in release: better to stop than to write nonsense.
// Never for what a person, a file or a peer can cause. Thread: any.
#pragma once

namespace balie {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace balie

// NOLINTBEGIN(cppcoreguidelines-macro-usage)
#define BALIE_CHECK(condition) \
    ((condition) ? void(0) : ::balie::check_failed(#condition, __FILE__, __LINE__))
#define BALIE_UNREACHABLE() ::balie::check_failed("unreachable", __FILE__, __LINE__)
// NOLINTEND(cppcoreguidelines-macro-usage)
