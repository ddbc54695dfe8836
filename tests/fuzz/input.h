// Bytes taken as decisions: small numbers, choices and texts, for fuzzers that build what they try.
// Invariant: never reads beyond the bytes; when there are none left every answer is 0 or empty, so
// that a run ends. Thread: one. Refers to bytes that outlive it.
#pragma once

#include "storage/base/bytes.h"

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace balie::fuzz {

/// A literal with all its bytes, NUL too.
template <std::size_t N>
[[nodiscard]] std::string literal(const char (&text)[N]) {
    return {text, N - 1};
}

class Input {
  public:
    explicit Input(std::string_view bytes) : bytes_(bytes) {}

    [[nodiscard]] bool empty() const { return bytes_.empty(); }
    std::uint8_t byte() {
        if (bytes_.empty()) return 0;
        const auto taken = static_cast<std::uint8_t>(bytes_.front());
        bytes_.remove_prefix(1);
        return taken;
    }
    bool flag() { return (byte() & 1U) != 0; }
    /// 0 … count - 1, for at most 256 choices.
    std::size_t pick(std::size_t count) { return byte() % count; }

    /// Mostly small, now and then one of those at which arithmetic breaks.
    std::int64_t number() {
        constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
        constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
        constexpr std::array<std::int64_t, 8> kEdges{
            kMax,    kMin,     kMax - 1, -1, std::int64_t{1} << 47, std::int64_t{1} << 53,
            262'144, 1'000'000};
        const std::uint8_t first = byte();
        if (first < 200) return first % 32;
        if (first < 224) return kEdges[first % kEdges.size()];
        return static_cast<std::int64_t>(byte()) * 256 + byte();
    }
    /// The same without what is negative.
    std::int64_t count() {
        const std::int64_t any = number();
        return any < 0 ? 0 : any;
    }
    /// As many bytes as its first one says, at most.
    std::string_view text() { return take(byte()); }
    /// Up to the next byte 0xFF, or everything.
    std::string_view part() {
        const std::size_t end = bytes_.find('\xFF');
        const std::string_view taken = bytes_.substr(0, end);
        bytes_.remove_prefix(end == std::string_view::npos ? bytes_.size() : end + 1);
        return taken;
    }
    std::string_view rest() { return take(bytes_.size()); }

  private:
    std::string_view take(std::size_t size) {
        const std::string_view taken = bytes_.substr(0, size);
        bytes_.remove_prefix(taken.size());
        return taken;
    }

    std::string_view bytes_;
};

}  // namespace balie::fuzz
