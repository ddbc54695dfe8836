// A recorded conversation against the program as it is now: one side speaks as it was recorded, the
// other is real. Each answers with everything that came out otherwise than in the recording, in
// words; nothing is good. Thread: one at a time.
#pragma once

#include "tests/unit/conversations/conversation.h"

namespace balie::test {

/// The recorded hub's very bytes, to a real terminal. What people did there is put into its log as
/// it was recorded, so that chains and receipts are the old ones.
[[nodiscard]] Lines replay_at_terminal(const Conversation& then, const std::string& name);

/// The recorded terminals' messages, to a real hub. It is another hub: who signs covers its id and
/// nonce, so ENROL and HELLO are signed again (the old signatures are verified by themselves), the
/// one-time code is a new one, and cursors count from where its log stood.
[[nodiscard]] Lines replay_at_hub(const Conversation& then);

/// A conversation of this version, from a script.
[[nodiscard]] Conversation record_conversation();

}  // namespace balie::test
