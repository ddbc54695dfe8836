// What a terminal asks of head office beyond its scope, and what it is answered (PROTOCOL.md,
// FIND and FETCH). Thread: any (values).
#pragma once

#include "storage/base/ids.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace balie::sync {

/// Why the office refuses; empty: it does not.
struct Refusal {
    std::string code;  ///< "denied", "short", "limit", "full", "not_found", "invalid", "busy"
    std::string text;  ///< for people, English
    bool operator==(const Refusal&) const = default;
};

struct Find {           ///< terminal
    std::string token;  ///< its own, for the answer
    std::string text;   ///< as one types it in the search
    bool operator==(const Find&) const = default;
};

struct Found {  ///< hub
    std::string token;
    Refusal refusal;
    struct Row {
        RecordId id;
        std::string number;
        std::string name;
        std::string city;
        bool in_scope{false};  ///< of this terminal: nothing has to be fetched
        bool operator==(const Row&) const = default;
    };
    std::vector<Row> rows;  ///< the best first
    bool more{false};       ///< there are others that did not fit
    bool operator==(const Found&) const = default;
};

struct Fetch {  ///< terminal
    std::string token;
    RecordId customer;
    std::string reason;  ///< a code of list fetch_reason
    std::string note;    ///< may be empty
    bool operator==(const Fetch&) const = default;
};

struct Fetched {  ///< hub
    std::string token;
    Refusal refusal;
    RecordId customer;
    std::int64_t until_ms{};  ///< by the hub's clock; 0: it is in scope already, for good
    bool operator==(const Fetched&) const = default;
};

using HubQuestion = std::variant<Find, Fetch>;
using HubAnswer = std::variant<Found, Fetched>;

/// Codes that no hub says: there is no connection; the hub's program knows no such question.
inline constexpr std::string_view kAskOffline = "offline";
inline constexpr std::string_view kAskOldHub = "old_hub";

[[nodiscard]] inline const std::string& token_of(const HubQuestion& question) {
    return std::visit([](const auto& each) -> const std::string& { return each.token; }, question);
}
[[nodiscard]] inline const Refusal& refusal_in(const HubAnswer& answer) {
    return std::visit([](const auto& each) -> const Refusal& { return each.refusal; }, answer);
}
[[nodiscard]] inline HubAnswer refused(const HubQuestion& question, Refusal refusal) {
    if (const auto* fetch = std::get_if<Fetch>(&question)) {
        return Fetched{fetch->token, std::move(refusal), fetch->customer, 0};
    }
    return Found{std::get<Find>(question).token, std::move(refusal), {}, false};
}

}  // namespace balie::sync
