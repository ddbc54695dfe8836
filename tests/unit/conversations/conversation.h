// A recorded conversation of a hub with its terminals: every message as it was sent, when, and how
// all of them ended. A text file, one line each, words parted by single blanks:
//   # anything                              for people
//   hub_seq N                               of the hub before the first message
//   key TERMINAL HEX                        seed of a terminal's Ed25519 key
//   hub|terminal CONNECTION TERMINAL MS {…} who sent it, and the clock of both as it was delivered
//   end hub|TERMINAL …                      one thing that was so at the end
// Thread: any (values).
#pragma once

#include "sync/protocol/message.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace balie::test {

struct Frame {
    bool from_hub{};
    std::string connection;
    std::string terminal;
    std::int64_t wall_ms{};
    std::string text;
};

using Lines = std::multiset<std::string>;

struct Conversation {
    std::int64_t hub_seq{};
    std::map<std::string, std::string> keys;
    std::vector<Frame> frames;
    std::map<std::string, Lines> ends;

    /// Connections of a terminal (of all: ""), in the order in which they began.
    [[nodiscard]] std::vector<std::string> connections(const std::string& terminal = {}) const;
    [[nodiscard]] std::vector<Frame> frames_of(const std::string& connection) const;
};

[[nodiscard]] Conversation read_conversation(const std::filesystem::path& file);
void write_conversation(const std::filesystem::path& file, const Conversation& conversation);

/// Every message of one kind in these frames.
template <typename T>
[[nodiscard]] std::vector<T> messages(const std::vector<sync::Message>& all) {
    std::vector<T> found;
    for (const sync::Message& each : all) {
        if (const auto* one = std::get_if<T>(&each)) found.push_back(*one);
    }
    return found;
}
[[nodiscard]] std::vector<sync::Message> decoded(const std::vector<Frame>& frames, bool from_hub);

/// What a hub said on one connection, as far as every version has to say the same: verdicts,
/// entries, records of customers and their visits, the last digest. hub_seq counts from `base`, and
/// the digest from the first one: what lies before is the hub's own and may differ.
[[nodiscard]] Lines said_by_hub(const std::vector<sync::Message>& messages, std::int64_t base,
                                const HubId& hub);

}  // namespace balie::test
