// Result<T>: a value, or an Error that a person can act on.
// Invariant: exactly one of the two. Thread: any. Owns what it holds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace balie {

/// What kind of trouble it is. The window translates the kind (text key "error.<name>"), the
/// command line maps it to an exit code; the words in Error are English detail.
enum class ErrorCode {
    InvalidInput,   ///< the request itself is wrong: a field, a date, an option
    NotFound,       ///< no such record, file or column
    AlreadyExists,  ///< would double something that is there
    Denied,         ///< the person or device may not do this
    WrongPassword,
    Expired,       ///< code, lease or certificate past its time
    Offline,       ///< a connection was asked for and there is none
    Busy,          ///< another process or thread holds it; trying again may help
    NewerVersion,  ///< made by a newer program: this one must not touch it
    Corrupt,       ///< bytes are damaged, or the key is not theirs
    DiskFull,
    Io,          ///< any other failure of a file or socket
    Untrusted,   ///< TLS: not the peer that was pinned
    SignInPage,  ///< the network answers in place of the peer: most often it wants a sign-in
    Protocol,    ///< the peer sent what the protocol forbids
    Conflict,    ///< two truths that exclude each other: a forked log, a concurrent edit
    LimitExceeded,
    Cancelled,
    Internal  ///< our own fault; should have been a CHECK
};

/// Name of the code as used in JSON output and text keys: "invalid_input", "disk_full"…
[[nodiscard]] std::string_view to_string(ErrorCode code);

struct Error {
    ErrorCode code{ErrorCode::Internal};
    std::string what;   ///< what went wrong, one sentence without a full stop
    std::string where;  ///< file, line, field, JSON path…; may be empty
    std::string mend;   ///< what the person can do about it; may be empty

    /// "what (where). mend" for a person.
    [[nodiscard]] std::string text() const;
};

template <typename T>
class [[nodiscard]] Result {
  public:
    // NOLINTNEXTLINE(google-explicit-constructor): `return value;` is the point of the type
    Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    // NOLINTNEXTLINE(google-explicit-constructor)
    Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

    [[nodiscard]] bool ok() const { return held_.index() == 0; }
    explicit operator bool() const { return ok(); }

    // Reading the wrong side throws std::bad_variant_access, which is our own fault.
    [[nodiscard]] T& value() & { return std::get<0>(held_); }
    [[nodiscard]] const T& value() const& { return std::get<0>(held_); }
    [[nodiscard]] T&& value() && { return std::get<0>(std::move(held_)); }
    [[nodiscard]] T& operator*() & { return value(); }
    [[nodiscard]] const T& operator*() const& { return value(); }
    [[nodiscard]] T&& operator*() && { return std::get<0>(std::move(held_)); }
    [[nodiscard]] T* operator->() { return &value(); }
    [[nodiscard]] const T* operator->() const { return &value(); }

    [[nodiscard]] const Error& error() const& { return std::get<1>(held_); }
    [[nodiscard]] Error&& error() && { return std::get<1>(std::move(held_)); }

  private:
    std::variant<T, Error> held_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    // NOLINTNEXTLINE(google-explicit-constructor)
    Result(Error error) : error_(std::move(error)) {}

    [[nodiscard]] bool ok() const { return !error_.has_value(); }
    explicit operator bool() const { return ok(); }
    [[nodiscard]] const Error& error() const& { return *error_; }
    [[nodiscard]] Error&& error() && { return std::move(*error_); }

  private:
    std::optional<Error> error_;
};

using Outcome = Result<void>;

/// An ignored result says why: ignore(file.remove(), "the next start removes it").
template <typename T>
void ignore(const Result<T>& /*result*/, std::string_view /*why*/) {}

}  // namespace balie

#define BALIE_JOIN_(a, b) a##b
#define BALIE_JOIN(a, b) BALIE_JOIN_(a, b)

/// BALIE_TRY(expr);  returns the error of `expr` from the enclosing function, if it has one.
#define BALIE_TRY(...)                                                       \
    do {                                                                     \
        if (auto balie_try_result = (__VA_ARGS__); !balie_try_result.ok()) { \
            return std::move(balie_try_result).error();                      \
        }                                                                    \
    } while (false)

/// BALIE_ASSIGN(auto x, expr);  the same, else x becomes the value.
#define BALIE_ASSIGN(declaration, ...)                                 \
    auto BALIE_JOIN(balie_result_, __LINE__) = (__VA_ARGS__);          \
    if (!BALIE_JOIN(balie_result_, __LINE__).ok()) {                   \
        return std::move(BALIE_JOIN(balie_result_, __LINE__)).error(); \
    }                                                                  \
    declaration = std::move(BALIE_JOIN(balie_result_, __LINE__)).value()
