// A law, checked by RapidCheck inside a Catch2 test case: the counterexample and its seed are
// printed. Invariant: a law that fails or gives up fails the test. Thread: the test's own. To
// replay a failure: RC_PARAMS="reproduce=…" as printed.
#pragma once

#include <catch2/catch_message.hpp>
#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

#include <sstream>
#include <string>
#include <utility>

namespace balie::test {

/// law("merging in any order gives the same heads", [](const Changes& a, const Changes& b) { … });
template <typename Testable>
void law(const std::string& description, Testable&& testable) {
    const rc::detail::TestResult result =
        rc::detail::checkTestable(std::forward<Testable>(testable));
    if (result.template is<rc::detail::SuccessResult>()) {
        SUCCEED(description);
        return;
    }
    std::ostringstream words;
    rc::detail::printResultMessage(result, words);
    FAIL(description << "\n" << words.str());
}

}  // namespace balie::test
