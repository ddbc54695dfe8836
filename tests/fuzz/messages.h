// Messages out of bytes: of every kind, with members small, empty, large, and at the borders of
// what an integer holds. Thread: any.
#pragma once

#include "sync/protocol/message.h"
#include "tests/fuzz/input.h"

namespace balie::fuzz {

/// Empty, or one of a few.
[[nodiscard]] std::string a_place(Input& input);
[[nodiscard]] sync::Snapshot make_snapshot(Input& input, std::int64_t hub_seq,
                                           const std::string& after, const std::string& to);
[[nodiscard]] sync::Message make_message(Input& input);
[[nodiscard]] sync::Push make_push(Input& input);
/// Entries `from` + 1 … at most `to`; some of them large.
[[nodiscard]] sync::Changes make_changes(Input& input, std::int64_t from, std::int64_t to);
[[nodiscard]] sync::PeerError make_error(Input& input);
/// What the codec says of bytes that are no message.
[[nodiscard]] Error make_garbage(Input& input);

/// One of each kind, for seeds.
[[nodiscard]] std::vector<sync::Message> sample_messages();
/// What goes out is understood by the other side, as it was meant, and within the limits.
void expect_readable(const sync::Message& message);

}  // namespace balie::fuzz
