// A ClientSession with the time in its hand, and the messages of a hub to feed it with.
// Thread: one.
#pragma once

#include "sync/client/client_session.h"
#include "sync/core/limits.h"
#include "tests/support/catch.h"
#include "tests/unit/sync/samples.h"

#include <optional>
#include <utility>
#include <vector>

namespace balie::sync {

using test::sample_changes;
using test::sample_id;
using test::sample_key;
using test::sample_origin;
using test::sign_text;
using test::to_bytes;

inline constexpr std::int64_t kWall = 1'700'000'000'000;

/// The first output of a kind, or nothing; a copy, so that it outlives what was searched.
template <typename T>
std::optional<T> find(const std::vector<ClientOutput>& outputs) {
    for (const ClientOutput& output : outputs) {
        if (const auto* found = std::get_if<T>(&output)) return *found;
    }
    return std::nullopt;
}

template <typename T>
std::optional<T> sent(const std::vector<ClientOutput>& outputs) {
    for (const ClientOutput& output : outputs) {
        const auto* send = std::get_if<Send>(&output);
        if (send == nullptr) continue;
        if (const auto* found = std::get_if<T>(&send->message)) return *found;
    }
    return std::nullopt;
}

/// A session with the time in its hand.
struct Terminal {
    explicit Terminal(ClientSession given) : session(std::move(given)) {}
    std::vector<ClientOutput> step(ClientInput input) {
        return session.step(std::move(input), now, kWall + now + skew);
    }
    std::vector<ClientOutput> receive(Message message) {
        return step(MessageReceived{std::move(message)});
    }
    std::vector<ClientOutput> after(std::int64_t ms) {
        now += ms;
        return step(TimePassed{});
    }
    ClientSession session;
    std::int64_t now{1000};
    std::int64_t skew{0};
};

inline Challenge a_challenge() {
    return {1, 1, sample_id<HubId>(1), sample_id<HubEpoch>(2), Bytes(32, 7)};
}

inline Identity an_identity() {
    Identity identity;
    identity.hub = sample_id<HubId>(1);
    identity.origin = sample_origin(1);
    identity.program = "balie 0.1.0";
    identity.schema_version = 1;
    identity.hub_public_key = to_bytes(sample_key(1).public_key());
    return identity;
}

inline Welcome a_welcome(std::int64_t hub_seq = 0) {
    Welcome welcome;
    welcome.wall_ms = kWall;
    welcome.hub_seq = hub_seq;
    welcome.push_window = kPushWindow;
    return welcome;
}

/// A session that is past WELCOME, with cursor 0 and nothing acknowledged.
inline Terminal a_syncing_terminal(std::int64_t hub_seq = 0) {
    Terminal terminal{ClientSession(an_identity(), 1000)};
    terminal.receive(a_challenge());
    terminal.step(Signed{{1}});
    terminal.receive(a_welcome(hub_seq));
    const auto outputs = terminal.step(Resumed{0, 0});
    REQUIRE(sent<Pull>(outputs).has_value());
    REQUIRE(find<LoadOutbox>(outputs).has_value());
    return terminal;
}

inline Ack an_ack(const std::vector<Change>& changes, std::int64_t hub_seq) {
    Ack ack;
    ack.acked_seq = changes.back().id.seq;
    ack.acked_hash = changes.back().hash;
    ack.wall_ms = kWall;
    for (const Change& change : changes) {
        ack.verdicts.push_back({change.transaction,
                                change.id.seq,
                                change.id.seq,
                                VerdictKind::Applied,
                                "",
                                "",
                                hub_seq++,
                                {change.raw}});
    }
    ack.signature = sign_text(sample_key(1), receipt_text(sample_origin(1).device, ack));
    return ack;
}

inline Checkpoint checkpoint_at(std::int64_t hub_seq) {
    return {hub_seq, {}};
}

}  // namespace balie::sync
