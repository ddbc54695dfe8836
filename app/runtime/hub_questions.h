// Questions of people to head office about customers who are not theirs: how they are made, and
// what a refusal says to people: what, and how to mend it. Thread: any (values).
#pragma once

#include "storage/base/entropy.h"
#include "storage/base/result.h"
#include "sync/protocol/asks.h"

#include <string>

namespace balie::app {

[[nodiscard]] sync::Find find_question(Entropy& entropy, std::string text);
[[nodiscard]] sync::Fetch fetch_question(Entropy& entropy, const RecordId& customer,
                                         std::string reason, std::string note);

/// Empty `code` is no refusal and has no error. `where` of the error is the refusal's code.
[[nodiscard]] Error error_of(const sync::Refusal& refusal);
/// The answer, or why there is none.
template <typename Answer>
[[nodiscard]] Result<Answer> taken(const sync::HubAnswer& answer) {
    const sync::Refusal& refusal = sync::refusal_in(answer);
    if (!refusal.code.empty()) return error_of(refusal);
    if (const auto* wanted = std::get_if<Answer>(&answer)) return *wanted;
    return Error{ErrorCode::Protocol, "head office answered something else", {}, {}};
}

}  // namespace balie::app
