// The hub's inbox under any order of messages, drops and takings: the order of each connection and
// all bytes are kept (of several, who greets comes first, and who was first is served first),
// whoever sends too much is paused, and whoever is paused is let go on once there is room.
#include "sync/core/limits.h"
#include "sync/hub/hub_inbox.h"
#include "tests/fuzz/entry.h"
#include "tests/fuzz/input.h"

#include <deque>
#include <map>
#include <set>

namespace balie::fuzz {

namespace {

using sync::HubEvent;

class InboxRun {
  public:
    explicit InboxRun(std::string_view bytes) : input_(bytes) {
        inbox_.set_flow([this](std::uint64_t peer) { paused_.insert(peer); },
                        [this](std::uint64_t peer) { paused_.erase(peer); });
    }

    void run() {
        while (!input_.empty()) {
            if (input_.pick(3) == 0) {
                take(1 + input_.byte() % 40);
            } else {
                put();
            }
            expect(inbox_.bytes() == bytes_, "the inbox counts other bytes than it holds");
        }
        while (waiting_ > 0) take(16);
        expect(paused_.empty(), "somebody stays paused before an empty inbox");
        expect(inbox_.bytes() == 0, "an empty inbox holds bytes");
    }

  private:
    void put() {
        constexpr std::array<HubEvent::Kind, 4> kKinds{
            HubEvent::Kind::Received, HubEvent::Kind::Opened, HubEvent::Kind::Drained,
            HubEvent::Kind::Closed};
        constexpr std::array<std::size_t, 4> kSizes{0, 1, 1000, sync::kMessageBytesMax};
        HubEvent event;
        auto& peer_here = peers_[input_.pick(6)];
        event.kind = kKinds[input_.pick(16) < 12 ? 0 : input_.pick(4)];
        // The number of a connection is never used again.
        if (event.kind == HubEvent::Kind::Opened || peer_here == 0) peer_here = ++last_peer_;
        event.peer = peer_here;
        if (event.kind == HubEvent::Kind::Closed) peer_here = 0;
        const bool received = event.kind == HubEvent::Kind::Received;
        if (received) event.bytes = kSizes[input_.pick(kSizes.size())];
        // Nobody reads from a peer that is paused: nothing comes of it but its end.
        if (received && paused_.count(event.peer) > 0) return;
        if (event.kind == HubEvent::Kind::Closed) paused_.erase(event.peer);
        bytes_ += event.bytes;
        if (received) {
            auto& load = loads_[event.peer];
            ++load.first;
            load.second += event.bytes;
            const bool over = load.first >= sync::kInboxPeerMessagesMax ||
                              load.second >= sync::kInboxPeerBytesMax;
            const auto peer = event.peer;
            give(std::move(event));
            expect(!over || paused_.count(peer) > 0, "somebody sends on and on");
        } else {
            give(std::move(event));
        }
    }

    void give(HubEvent event) {
        expected_[event.peer].push_back({event.kind, event.peer, event.bytes});
        ++waiting_;
        inbox_.put(std::move(event));
    }

    void take(std::size_t count) {
        if (waiting_ == 0) return;
        const auto taken = inbox_.take(count, 0);
        expect(!taken.empty() && taken.size() <= count, "the inbox gives more or less than asked");
        for (const HubEvent& event : taken) {
            auto& of_peer = expected_[event.peer];
            expect(!of_peer.empty(), "the inbox gives what nobody put in");
            const Put first = of_peer.front();
            of_peer.pop_front();
            --waiting_;
            expect(
                event.kind == first.kind && event.peer == first.peer && event.bytes == first.size,
                "the inbox changes the order");
            bytes_ -= first.size;
            if (event.kind != HubEvent::Kind::Received) continue;
            --loads_[event.peer].first;
            loads_[event.peer].second -= first.size;
        }
    }

    struct Put {
        HubEvent::Kind kind{};
        std::uint64_t peer{};
        std::size_t size{};
    };

    Input input_;
    sync::HubInbox inbox_;
    std::map<std::uint64_t, std::deque<Put>> expected_;
    std::size_t waiting_{0};
    std::map<std::size_t, std::uint64_t> peers_;
    std::uint64_t last_peer_{0};
    std::map<std::uint64_t, std::pair<std::size_t, std::size_t>> loads_;
    std::set<std::uint64_t> paused_;
    std::size_t bytes_{0};
};

void run_hub_inbox(std::string_view bytes) {
    InboxRun(bytes).run();
}

std::vector<std::string> hub_inbox_seeds() {
    std::string busy;
    for (int i = 0; i < 60; ++i) busy += literal("\x01\x01\x00\x03");
    std::string mixed;
    for (char i = 0; i < 40; ++i) {
        mixed += literal("\x01") + std::string(1, i) + literal("\x0D\x01\x02\x00\x05");
    }
    return {busy + literal("\x00\x20") + busy, mixed};
}

}  // namespace

Entry hub_inbox_entry() {
    return {"fuzz_hub_inbox", run_hub_inbox, hub_inbox_seeds};
}

}  // namespace balie::fuzz
