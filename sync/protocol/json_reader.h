// Reads a parsed JSON document strictly: every access states type and range, the first thing that
// does not fit is kept as an Error with its JSON path (RFC 6901), and everything after it answers
// empty values. Invariant: nothing throws; who reads asks `faults` once, at the end and in loops.
// Thread: any, one at a time. A Node points into the document and at its parent Node: both outlive
// it. Private to sync/protocol.
#pragma once

#include "storage/base/bytes.h"
#include "storage/base/result.h"
#include "storage/base/value.h"

#include <nlohmann/json.hpp>

#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace balie::sync {

using Json = nlohmann::json;

inline constexpr std::int64_t kInt64Max = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kInt64Min = std::numeric_limits<std::int64_t>::min();
/// The largest integer that every JSON reader keeps exactly (RFC 8259 section 6).
inline constexpr std::int64_t kExactIntegerMax = (std::int64_t{1} << 53) - 1;

/// Errors: LimitExceeded (bytes, depth), Protocol (no JSON, not UTF-8; `where` is the byte).
[[nodiscard]] Result<Json> parse_json(std::string_view bytes, std::size_t bytes_max);

struct Faults {
    std::optional<Error> first;
    [[nodiscard]] bool any() const { return first.has_value(); }
};

class Node {
  public:
    Node(Json& value, Faults& faults) : value_(&value), faults_(&faults) {}

    /// A member that has to be there.
    [[nodiscard]] Node operator[](std::string_view name) const;
    /// A member that may be missing or null.
    [[nodiscard]] std::optional<Node> find(std::string_view name) const;
    [[nodiscard]] Node at(std::size_t index) const;
    /// Elements of an array; a fault when it is none.
    [[nodiscard]] std::size_t size() const;

    [[nodiscard]] bool is_null() const { return value_ == nullptr || value_->is_null(); }
    [[nodiscard]] bool is_array() const { return value_ != nullptr && value_->is_array(); }
    /// The object itself, for its names; nullptr and a fault when it is none.
    [[nodiscard]] Json::object_t* object() const;

    /// Taken out of the document, not copied.
    [[nodiscard]] std::string text(std::size_t bytes_max) const;
    /// A text without control characters: it becomes one line of what is signed or hashed.
    [[nodiscard]] std::string line(std::size_t bytes_max) const;
    [[nodiscard]] std::string_view peek_text() const;
    [[nodiscard]] bool boolean() const;
    /// A JSON number.
    [[nodiscard]] int number(int lowest, int highest) const;
    /// A decimal string without plus sign or leading zeros.
    [[nodiscard]] std::int64_t number64(std::int64_t lowest = 0,
                                        std::int64_t highest = kInt64Max) const;
    /// base64url of exactly or (bytes) at most so many bytes.
    [[nodiscard]] Bytes bytes(std::size_t bytes_max) const;
    template <std::size_t N>
    [[nodiscard]] std::array<std::uint8_t, N> array() const {
        std::array<std::uint8_t, N> out{};
        const Bytes decoded = bytes(N);
        if (decoded.size() == N) {
            std::copy(decoded.begin(), decoded.end(), out.begin());
        } else {
            fault("has the wrong length");
        }
        return out;
    }
    template <typename AnyId>
    [[nodiscard]] AnyId id() const {
        auto parsed = AnyId::parse(peek_text());
        if (parsed.ok()) return *parsed;
        fault("is no id");
        return {};
    }
    /// null, text, integer or {"int64":"…"}.
    [[nodiscard]] Value value() const;

    void fault(std::string_view what) const;

  private:
    Node(Json* value, const Node& parent, std::string_view name, std::size_t index)
        : value_(value), faults_(parent.faults_), parent_(&parent), name_(name), index_(index) {}
    [[nodiscard]] std::string path() const;

    Json* value_;  ///< nullptr: missing, and a fault was told
    Faults* faults_;
    const Node* parent_{nullptr};
    std::string_view name_{};
    std::size_t index_{};
};

}  // namespace balie::sync
