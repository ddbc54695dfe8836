// The one header for tests: Catch2, and checks that print what a Result says when it should not.
// Invariant: a failed check names the expression and the error in words. Thread: any.
#pragma once

#include "storage/base/result.h"

#include <catch2/catch_message.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/catch_tostring.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <catch2/matchers/catch_matchers_vector.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace balie::test {

/// The value of a result that has to be there; otherwise the test ends with the error's words.
template <typename T>
[[nodiscard]] T must(Result<T> result) {
    if (!result.ok()) {
        FAIL("expected a value, got " << to_string(result.error().code) << ": "
                                      << result.error().text());
    }
    return std::move(result).value();
}

inline void must(const Result<void>& result) {
    if (!result.ok()) {
        FAIL("expected success, got " << to_string(result.error().code) << ": "
                                      << result.error().text());
    }
}

/// The error of a result that has to have one.
template <typename T>
[[nodiscard]] Error must_fail(const Result<T>& result) {
    if (result.ok()) {
        FAIL("expected an error, but it succeeded");
    }
    return result.error();
}

}  // namespace balie::test

template <>
struct Catch::StringMaker<balie::ErrorCode> {
    static std::string convert(balie::ErrorCode code) { return std::string{to_string(code)}; }
};

template <typename T>
struct Catch::StringMaker<balie::Result<T>> {
    static std::string convert(const balie::Result<T>& result) {
        return result.ok() ? std::string{"a value"} : "error: " + result.error().text();
    }
};

/// REQUIRE_OK(store.save(visit)): passes when the result holds no error, and prints it when it
/// does.
#define REQUIRE_OK(...)                                                            \
    do {                                                                           \
        const auto& balie_checked = (__VA_ARGS__);                                 \
        INFO((balie_checked.ok() ? std::string{} : balie_checked.error().text())); \
        REQUIRE(balie_checked.ok());                                               \
    } while (false)

/// REQUIRE_ERROR(expression, ErrorCode::NotFound): passes when it fails in just that way.
#define REQUIRE_ERROR(expression, expected)                \
    do {                                                   \
        const auto& balie_checked = (expression);          \
        REQUIRE_FALSE(balie_checked.ok());                 \
        INFO(balie_checked.error().text());                \
        REQUIRE(balie_checked.error().code == (expected)); \
    } while (false)
